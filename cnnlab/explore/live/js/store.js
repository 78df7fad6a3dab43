// @ts-check
// The store: frames of the other positions of the control that the hand is on, computed ahead by Python.

import { framesOf, same } from "./frames.js";
import { apart, carried, courseOf, gridOf, nearest, positionsOf } from "./positions.js";

/** @import { Channel } from "./channel.js" */
/** @import { Control, Frame, Numbers, Timer, Values } from "./types.d.ts" */

const STORE_FRAMES = 400, STORE_BYTES = 24e6, CHUNK_BYTES = 1e6, CHUNK_FRAMES = 48;
const BESIDE = 225; // cells looked at around a moving hand, in search of one that can be shown at once
const NEAR = 7; // positions from the hand that stay in a full store, at least
const AHEAD = 1500; // see Store.ahead
export const REST = 150; // ms of a rest
const OUTRUN = 60; // ms of rest, once the hand is where nothing was computed ahead

export class Store {
  /**
   * @param {Channel} channel
   * @param {Control[]} controls
   * @param {{ frame: () => Frame, near: () => boolean, playing: () => boolean }} view what is shown now; whether the hand
   *   or the focus is on it; whether it plays by itself
   */
  constructor(channel, controls, view) {
    this.channel = channel;
    this.controls = controls;
    this.view = view;
    this.token = 0; // of this filling of the store
    this.ahead = AHEAD; // ms of Python's time for computing ahead, before the hand must move
    this.grain = 1; // of the cells under a moving hand, every which one is stopped at
    /** @type {string | null} */
    this.name = null; // of the control, and `at` which cell of a matrix
    /** @type {number[] | null} */
    this.at = null;
    this.index = -1; // the position of the hand, and how it moves: [rows, columns]
    this.course = [0, 0];
    /** @type {Timer} */
    this.resting = undefined;
    /** @type {Control | undefined} */
    this.control = undefined;
    /** @type {Map<number, Frame>} */
    this.frames = new Map();
    /** @type {Values} */
    this.values = {}; // that the frames are for, and the version of the explorer's state
    this.version = 0;
    /** @type {string | undefined} */
    this.rests = undefined; // on what the frames rest, if the control carries others along
    this.bytes = 0;
    this.rest = 0; // until when nothing is computed ahead
    this.outrun = 0; // since when the hand is where nothing was
    this.asked = 0; // when frames were asked for that are not here yet
    this.spent = 0; // ms of Python's time
    this.empty(null);
  }

  /**
   * Begin again, for a control in the values that are shown now.
   * @param {string | null} name
   * @param {number[] | null} [at]
   */
  empty(name, at = null) {
    if (this.name !== name || !same(this.at, at)) {
      this.index = -1;
      this.course = [0, 0];
      this.outrun = 0;
    }
    const { values, version, rests } = this.view.frame();
    this.control = this.controls.find((c) => c.name === name);
    this.name = name;
    this.at = at;
    this.values = values;
    this.version = version;
    this.rests = name === null ? undefined : rests?.[name];
    this.frames = new Map();
    this.token += 1;
    this.bytes =
      this.rest =
      this.asked =
      this.spent =
        0;
  }

  /** Begin again, for the same control. */
  renew() {
    this.empty(this.name, this.at);
  }

  /**
   * Whether it is the store of this control (and this cell of it).
   * @param {string} name
   * @param {number[] | null} [at]
   */
  isOf(name, at = null) {
    return this.name === name && same(this.at, at);
  }

  /**
   * Whether the store still holds for a frame: nothing has changed but the control itself, and what it carries.
   * @param {Frame} frame
   */
  agrees(frame) {
    return frame.version === this.version && !this.differs(frame);
  }

  /**
   * Whether the values differ in more than the control that the store is for, and what that carries.
   * @param {Frame} frame
   */
  differs({ values, rests }) {
    if (this.rests !== undefined) return rests?.[this.name ?? ""] !== this.rests;
    const others = Object.keys(values).some((name) =>
      !carried(this.control, name) && !same(values[name], this.values[name])
    );
    return others || (this.at !== null && this.name !== null && this.otherCells(values[this.name]));
  }

  /**
   * Whether a cell beside the one that the store is for has another value; of a matrix, as it is now.
   * @param {Numbers} matrix
   */
  otherCells({ data, shape }) {
    const [row, column] = /** @type {number[]} */ (this.at), before = this.values[this.name ?? ""].data;
    const own = row * shape[1] + column;
    return data.some((/** @type {number} */ v, /** @type {number} */ i) => i !== own && v !== before[i]);
  }

  /**
   * The hand is going to another position: the frame of `index`, if it is here.
   * @param {number} index
   * @param {number} hand the position of the hand itself
   */
  turnTo(index, hand) {
    if (this.control) this.course = courseOf(this.control, this.index, hand, this.course);
    this.index = hand;
    return this.frames.get(index);
  }

  /**
   * The hand is on a control, at that position: compute ahead around it.
   * @param {string} name
   * @param {number} index
   * @param {number[] | null} [at]
   */
  touch(name, index, at = null) {
    const control = this.controls.find((c) => c.name === name);
    if (!control || this.view.playing() || !positionsOf(control)) return;
    if (!this.isOf(name, at)) this.empty(name, at);
    if (this.index !== index) this.spent = Math.min(this.spent, this.ahead / 2);
    this.forget(control, index);
    this.index = index;
    this.prefetch();
  }

  /** Ask for frames that are likely to be wanted, unless there is something better to do. */
  prefetch() {
    const { channel, control, name } = this;
    if (this.asked || !name || !control || this.frames.size >= STORE_FRAMES || this.bytes >= STORE_BYTES) return;
    if (performance.now() < this.rest || this.spent > this.ahead || !this.view.near()) return;
    // The picture that the hand waits for comes first; of one that has waited for many, what is ahead comes between.
    if (channel.asking && !(this.outrun && performance.now() > this.outrun + OUTRUN)) return;
    if (channel.queue.some((q) => q.name !== name || !same(q.at, this.at))) { // Python must know of another control
      channel.due = 0;
      channel.sendNext();
      return;
    }
    const each = this.frames.size ? this.bytes / this.frames.size : 2e4;
    const most = Math.max(2, Math.min(CHUNK_FRAMES, Math.floor(CHUNK_BYTES / each)));
    const wanted = [];
    for (const i of nearest(control, this.index, this.course, this.grain)) {
      if (!this.frames.has(i)) wanted.push(i);
      if (wanted.length >= most) break;
    }
    if (!wanted.length) return;
    this.asked = performance.now();
    channel.send({ do: "sweep", token: this.token, name, at: this.at, wanted });
  }

  /**
   * Frames from Python.
   * @param {{ token: number, done: number[], frames?: Frame[] }} content
   * @param {DataView[]} buffers
   */
  fill(content, buffers) {
    this.channel.sweeps -= 1;
    if (content.token !== this.token) return;
    const { frames, weight } = framesOf(content, buffers, this.channel.kept) || { frames: [], weight: 0 };
    frames.forEach((frame, i) => this.frames.set(content.done[i], frame));
    this.bytes += weight;
    this.spent += performance.now() - this.asked;
    this.asked = 0;
    this.prefetch();
  }

  /**
   * When the store is full and the hand has left it: drop the frames that are far from the hand.
   * @param {Control} control
   * @param {number} index
   */
  forget(control, index) {
    if ((this.frames.size < STORE_FRAMES && this.bytes < STORE_BYTES) || this.frames.has(index)) return;
    const before = this.frames.size;
    for (const i of this.frames.keys()) if (apart(control, i, index) > NEAR) this.frames.delete(i);
    this.bytes *= this.frames.size / before;
  }

  /**
   * A cell under a moving hand, or the nearest one that can be shown at once; the positions of a slider lie in one row.
   * @param {string} name
   * @param {number[]} cell
   * @param {number} grain every which cell is looked at
   * @param {number} most cells that it may be away
   */
  beside(name, [r, c], grain, most) {
    if (this.name !== name || !this.control || !most) return [r, c];
    const [, columns] = gridOf(this.control);
    let tried = 0, found = [r, c], least = most;
    for (const i of nearest(this.control, r * columns + c, [0, 0], grain)) {
      const cell = [Math.floor(i / columns), i % columns];
      const away = Math.hypot(cell[0] - r, cell[1] - c);
      if (away < least && this.frames.has(i)) [found, least] = [cell, away];
      if (++tried >= BESIDE) break;
    }
    return found;
  }

  /**
   * The hand has come to another position, whose frame is here, or is not: then it is faster than we compute ahead.
   * @param {boolean} ready
   */
  meets(ready) {
    if (ready) this.outrun = 0;
    else if (!this.outrun) {
      this.outrun = performance.now();
      this.pause(OUTRUN);
    }
  }

  /**
   * Compute nothing ahead for so many ms, then go on, if the hand is still on the same control.
   * @param {number} ms
   */
  pause(ms) {
    const { name, at } = this;
    this.rest = performance.now() + ms;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (name && this.isOf(name, at) && this.view.near()) this.touch(name, this.index, at);
    }, ms + 1);
  }

  close() {
    clearTimeout(this.resting);
  }
}
