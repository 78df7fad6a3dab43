// @ts-check
// Buttons that play: press again and again, until they are stopped or have come to their end.

/** @import { Channel } from "./channel.js" */
/** @import { Control, Timer } from "./types.d.ts" */

export class Player {
  /**
   * @param {Channel} channel
   * @param {Control[]} controls
   * @param {(name: string, on: boolean) => void} show that a button plays, or does no longer
   */
  constructor(channel, controls, show) {
    this.channel = channel;
    this.controls = controls;
    this.show = show;
    /** @type {string | null} */
    this.playing = null;
    this.began = 0;
    /** @type {Timer} */
    this.next = undefined;
  }

  /** @param {string} name */
  press(name) {
    const control = this.controls.find((c) => c.name === name);
    const stopped = this.playing === name;
    this.halt();
    if (!control || stopped) return;
    if (control.play) {
      this.playing = name;
      this.show(name, true);
      this.began = performance.now();
    }
    this.channel.ask({ do: "press", name });
  }

  /**
   * A press was answered: paint first, then the next step, unless it is over.
   * @param {string} name
   * @param {boolean} over
   */
  playOn(name, over) {
    if (this.playing !== name) return;
    const control = this.controls.find((c) => c.name === name);
    if (over || !control) {
      this.halt();
      return;
    }
    requestAnimationFrame(() => {
      const rest = Math.max(0, 1000 * control.every - (performance.now() - this.began));
      this.next = setTimeout(() => {
        if (this.playing !== name) return;
        this.began = performance.now();
        this.channel.ask({ do: "press", name });
      }, rest);
    });
  }

  halt() {
    if (!this.playing) return;
    clearTimeout(this.next);
    const name = this.playing;
    this.playing = null;
    this.show(name, false);
  }
}
