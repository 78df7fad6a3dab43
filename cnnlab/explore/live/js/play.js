// @ts-check
// Ordered controls that are stepped, or play: from one position to the next, until they are touched or at their end.

import { indexOf, isOrdered, positionsOf } from "./positions.js";

/** @import { Control, Timer } from "./types.d.ts" */

/**
 * What a play has to do with: the control of a name; its value now; whether an answer is waited for; whether it can go
 * on at all; go to a position, gliding for so many ms (0: at once); show that a control plays, or does no longer.
 * @typedef {{ control: (name: string) => Control | undefined, value: (name: string) => any, waits: () => boolean,
 *   can: (name: string) => boolean, go: (control: Control, index: number, glide: number) => void,
 *   show: (name: string, on: boolean) => void }} Stage
 */

export const PACES = ["slow", "normal", "fast"];
const TIMES = { slow: 2, normal: 1, fast: 0.4 };
const RUN = 9000; // ms that all positions take together, where a single one takes
const LONGEST = 700, SHORTEST = 70; // no longer and no shorter than this
const QUICKEST = 40; // ms of a position at a fast pace
const GLIDE = 260, GLIDE_SHARE = 0.7, GLIDE_LEAST = 60; // ms, of a position, and what an eye still sees
const AGAIN = 15; // ms until one looks again whether the answer is there

export class Play {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {string | null} */
    this.playing = null;
    this.pace = "normal";
    this.repeat = false;
    /** @type {Timer} */
    this.next = undefined;
    this.left = -1; // the position from which it went on last
    /** @type {Map<string, number>} */
    this.ends = new Map(); // where a control was held back: other controls may leave it fewer positions than it has
  }

  /**
   * How long one position stays, in ms.
   * @param {Control} control
   */
  stay(control) {
    const each = Math.min(LONGEST, Math.max(SHORTEST, RUN / positionsOf(control)));
    return Math.max(QUICKEST, each * TIMES[/** @type {keyof typeof TIMES} */ (this.pace)]);
  }

  /**
   * Start to play, or stop if it does.
   * @param {string} name
   */
  toggle(name) {
    const control = this.stage.control(name), stops = this.playing === name;
    this.halt();
    if (stops || !control || !isOrdered(control) || !this.stage.can(name)) return;
    this.playing = name;
    this.stage.show(name, true);
    this.left = -1;
    if (this.atEnd(control)) this.stage.go(control, 0, 0); // from the beginning again
    else this.step(control, 1);
    this.wait(control);
  }

  /**
   * One position on, or back (by = -1); at the end it stays there.
   * @param {string} name
   * @param {number} by
   */
  stepBy(name, by) {
    this.halt();
    const control = this.stage.control(name);
    if (control && this.stage.can(name)) this.step(control, by);
  }

  /** Stop playing. */
  halt() {
    clearTimeout(this.next);
    const name = this.playing;
    this.playing = null;
    if (name) this.stage.show(name, false);
  }

  /**
   * The hand is on a control: if it plays, it stops.
   * @param {string} name
   */
  touched(name) {
    if (this.playing === name) this.halt();
  }

  /** The next of the paces, from now on. */
  change() {
    this.pace = PACES[(PACES.indexOf(this.pace) + 1) % PACES.length];
  }

  // ---- inside ----

  /** @param {Control} control */
  index(control) {
    return indexOf(control, this.stage.value(control.name));
  }

  /** @param {Control} control */
  atEnd(control) {
    const index = this.index(control);
    return index === positionsOf(control) - 1 || index === this.ends.get(control.name);
  }

  /**
   * @param {Control} control
   * @param {number} by
   */
  step(control, by) {
    this.left = this.index(control);
    const to = Math.max(0, Math.min(positionsOf(control) - 1, this.index(control) + by));
    const glide = this.playing ? Math.min(GLIDE, GLIDE_SHARE * this.stay(control)) : GLIDE;
    this.stage.go(control, to, control.glide && glide >= GLIDE_LEAST ? glide : 0);
  }

  /** @param {Control} control */
  wait(control) {
    this.next = setTimeout(() => this.tick(control), this.stay(control));
  }

  /** @param {Control} control */
  tick(control) {
    if (this.playing !== control.name) return;
    if (this.stage.waits()) { // no position is left out
      this.next = setTimeout(() => this.tick(control), AGAIN);
      return;
    }
    this.ends.delete(control.name);
    if (this.index(control) === this.left) this.ends.set(control.name, this.left); // the explorer pulled it back
    const last = this.atEnd(control);
    if (!this.stage.can(control.name) || (last && !this.repeat)) {
      this.halt();
      return;
    }
    if (last) {
      this.left = -1;
      this.stage.go(control, 0, 0); // to the beginning in one leap: no value lies between
    } else this.step(control, 1);
    this.wait(control);
  }
}
