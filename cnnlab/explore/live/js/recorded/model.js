// @ts-check
// What stands in Python's place: a model of the view (see types.d.ts) that answers from a recording.

import { Paths } from "./paths.js";

/** @import { Control, Frame, Question } from "../types.d.ts" */
/** @import { Recording } from "./recording.js" */
/** @import { Move } from "./paths.js" */

/**
 * What the page tells of a move: which control has moved ("": reset), whether it is recorded, which controls went back ("": presses), and whether the button
 * that was pressed has come to the end of what is recorded.
 * @typedef {{ name: string, recorded: boolean, back: string[], end: boolean }} Told
 */

export class RecordedModel {
  /**
   * @param {Recording} recording
   * @param {(told: Told) => void} tell
   */
  constructor(recording, tell) {
    this.recording = recording;
    this.tell = tell;
    this.paths = new Paths(recording);
    this.spot = 0;
    this.number = 0; // of the last answer
    /** @type {Set<(content: any, buffers: DataView[]) => void>} */
    this.listeners = new Set();
  }

  /** @param {string} name */
  get(name) {
    const { title, controls } = this.recording.head;
    return { title, controls, first: this.frame() }[name];
  }

  /**
   * @param {string} event
   * @param {(content: any, buffers: DataView[]) => void} listener
   */
  on(event, listener) {
    if (event === "msg:custom") this.listeners.add(listener);
  }

  /**
   * @param {string} _
   * @param {(content: any, buffers: DataView[]) => void} listener
   */
  off(_, listener) {
    this.listeners.delete(listener);
  }

  /**
   * A question of the view; it is answered as soon as the view is done with what it does now.
   * @param {object} asked
   */
  send(asked) {
    const question = /** @type {Question} */ (asked), { view, number } = question;
    if (number === undefined || view === undefined) return; // nothing is computed ahead: all is here
    this.obey(question);
    this.number += 1;
    const content = { kind: "frame", number: this.number, seen: { [view]: number }, refused: null, otherwise: null };
    const frames = [this.frame()];
    queueMicrotask(() => {
      for (const listener of this.listeners) listener({ ...content, frames }, []);
    });
  }

  /** @param {Question} question */
  obey({ do: what, name = "", value, at }) {
    if (what === "set") this.go(name, this.paths.set(this.spot, name, value, at));
    else if (what === "press") this.go(name, this.paths.press(this.spot, name), name);
    else if (what === "reset") this.go("", { spot: 0, back: [] });
  }

  /**
   * @param {string} name
   * @param {Move} move
   * @param {string} [pressed]
   */
  go(name, { spot, back }, pressed = "") {
    if (spot !== null) this.spot = spot;
    const end = Boolean(this.paths.ends.get(pressed)?.has(this.spot)) && !this.own().disabled.includes(pressed);
    this.tell({ name, recorded: spot !== null, back, end });
  }

  /** The buttons whose presses have led to the present state of the explorer, each with how often. */
  get presses() {
    const pressed = this.recording.head.presses[this.spot];
    return pressed ? [pressed] : [];
  }

  /** The frame of the present spot, as Python has made it. */
  own() {
    return this.recording.frame(this.spot);
  }

  /**
   * The frame of the present spot; what needs Python is greyed.
   * @returns {Frame}
   */
  frame() {
    const frame = this.own(), { needs } = this.recording.head;
    const over = [...this.paths.ends].filter(([, spots]) => spots.has(this.spot)).map(([name]) => name);
    return { ...frame, disabled: [...new Set([...frame.disabled, ...needs, ...over])] };
  }
}
