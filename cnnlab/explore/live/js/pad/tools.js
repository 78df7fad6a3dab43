// @ts-check
// The tools of a drawing pad: brush, rubber, the way back, shifts, pictures. What they do to the drawing is told to
// Python at once; what is painted is the drawing itself, without waiting for an answer.

import style from "../../../../style.json" with { type: "json" };
import { make } from "../page.js";
import { Drawing } from "./drawing.js";
import { levelsOf } from "./photo.js";

/** @import { Act, Input } from "../inputs.js" */
/** @import { Cells, Control, Numbers } from "../types.d.ts" */
/** @import { View } from "../view.js" */

const SIZES = [1, 1.5, 2, 3, 4, 6]; // of the brush, in pixels
const FINE = 11; // of so many pixels from side to side the brush takes one at first

export class Pad {
  /**
   * @param {Control} control
   * @param {Act} act
   * @param {AbortSignal} signal
   */
  constructor(control, act, signal) {
    this.control = control;
    this.act = act;
    this.signal = signal;
    this.drawing = new Drawing(control);
    /** @type {Numbers} */
    this.shown = this.drawing.shown();
    this.rubs = false;
    /** @type {[number, number] | null} */
    this.last = null; // where the hand was, in pixels of the drawing
    /** @type {HTMLFieldSetElement} */
    this.box = make("fieldset", { class: "cnnlab-pad", "aria-label": `${control.label}: tools` });
    this.box.append(make("legend", { text: control.label }));
    const side = Math.max(control.shape[0], control.shape[1]) / FINE;
    const first = SIZES.reduce((best, size, i) => Math.abs(size - side) < Math.abs(SIZES[best] - side) ? i : best, 0);
    /** @type {HTMLInputElement} */
    this.size = make("input", {
      type: "range",
      min: 0,
      max: SIZES.length - 1,
      value: first,
      "aria-label": "brush size",
    });
    const tell = () => this.size.setAttribute("aria-valuetext", `${this.brush} pixels`);
    this.size.addEventListener("input", tell, { signal });
    tell();
    this.box.append(this.size);
    /** @type {HTMLInputElement | null} */
    this.colour = control.shape[2] === 3
      ? make("input", { type: "color", value: style.colours.light[1], "aria-label": "colour of the brush" })
      : null;
    if (this.colour) this.box.append(this.colour);
    this.rubber = this.button("erase", "erase", () => this.rub(!this.rubs));
    this.rub(false);
    this.undo = this.button("↶", "undo", () => this.apply(this.drawing.undo()));
    this.redo = this.button("↷", "redo", () => this.apply(this.drawing.redo()));
    this.button("clear", "clear", () => this.apply(this.drawing.clear()));
    for (const [text, word, down, right] of /** @type {[string, string, number, number][]} */ (SHIFTS)) {
      this.button(text, `move ${word} by one pixel`, () => this.apply(this.drawing.shift(down, right)));
    }
    if (control.takes) {
      this.button("centre", "centre and scale", () => this.send(this.drawing.picture()));
      /** @type {HTMLInputElement} */
      const chosen = make("input", { type: "file", accept: "image/*", hidden: "", "aria-label": "picture" });
      chosen.addEventListener("change", () => {
        if (chosen.files?.[0]) this.take(chosen.files[0]);
        chosen.value = "";
      }, { signal });
      this.button("picture …", "take a picture or photograph from a file", () => chosen.click());
      this.box.append(chosen);
    }
    this.look();
  }

  /**
   * @param {string} text
   * @param {string} name
   * @param {() => void} action
   * @returns {HTMLButtonElement}
   */
  button(text, name, action) {
    const made = make("button", { type: "button", class: "cnnlab-step", text, "aria-label": name, title: name });
    made.addEventListener("click", action, { signal: this.signal });
    this.box.append(made);
    return made;
  }

  get brush() {
    return SIZES[Number(this.size.value)];
  }

  /** @param {boolean} yes */
  rub(yes) {
    this.rubs = yes;
    this.rubber.setAttribute("aria-pressed", String(yes));
  }

  /**
   * The values of the brush, one for each channel.
   * @param {boolean} rubs
   */
  ink(rubs) {
    const { paper, ink } = this.control, [low, high] = [Math.min(paper, ink), Math.max(paper, ink)];
    if (rubs) return [paper, paper, paper];
    if (!this.colour) return [ink];
    const hex = this.colour.value;
    return [1, 3, 5].map((at) => low + (high - low) * parseInt(hex.slice(at, at + 2), 16) / 255);
  }

  /**
   * The hand goes down at (x, y), in pixels of the drawing.
   * @param {number} x
   * @param {number} y
   * @param {boolean} [rubs]
   */
  down(x, y, rubs = this.rubs) {
    this.drawing.begin();
    this.last = [x, y];
    this.move(x, y, rubs);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {boolean} [rubs]
   */
  move(x, y, rubs = this.rubs) {
    if (!this.last) return;
    const changed = this.drawing.line(this.last, [x, y], this.brush, this.ink(rubs));
    this.last = [x, y];
    this.apply(changed);
  }

  up() {
    this.last = null;
    this.drawing.end();
    this.look();
  }

  /**
   * Tell Python of the drawing, if it has changed.
   * @param {boolean} changed
   */
  apply(changed) {
    this.look();
    if (changed) this.send(this.drawing.rows());
  }

  /** @param {any} value */
  send(value) {
    this.act.change(this.control.name, value, -1);
  }

  /** @param {Blob} file a picture of the learner's */
  async take(file) {
    try {
      this.send(await levelsOf(file));
    } catch (problem) {
      this.act.complain(problem instanceof Error ? problem.message : String(problem));
    }
  }

  /** What is painted, and which way is open. */
  look() {
    this.shown = this.drawing.shown();
    if (this.undo) this.undo.disabled = !this.drawing.past.length && !this.drawing.base;
    if (this.redo) this.redo.disabled = !this.drawing.future.length;
  }

  /** @returns {Input} */
  input() {
    const { box } = this;
    return {
      element: box,
      pad: this,
      take: this.control.takes ? (file) => void this.take(file) : undefined,
      show: (/** @type {Numbers} */ value) => {
        if (this.drawing.become(value.data)) this.look();
      },
      enable: (yes) => {
        box.disabled = !yes;
        box.classList.toggle("cnnlab-off", !yes);
      },
    };
  }
}

const SHIFTS = [["←", "left", 0, -1], ["↑", "up", -1, 0], ["↓", "down", 1, 0], ["→", "right", 0, 1]];

/**
 * The pad of a control.
 * @param {View} view
 * @param {string} name
 */
export function padOf(view, name) {
  return /** @type {Pad} */ (view.inputs[name].pad);
}

/**
 * A place on the picture, in pixels of the drawing.
 * @param {Cells} cells
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function placeOn({ x0, y0, side }, x, y) {
  return [(x - x0) / side, (y - y0) / side];
}
