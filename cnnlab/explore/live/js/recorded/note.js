// @ts-check
// What a page says of a recording: that it is one, what went back to the recorded path, what needs Python.

import { make } from "../page.js";

/** @import { Options } from "../types.d.ts" */
/** @import { View } from "../view.js" */
/** @import { Told } from "./model.js" */
/** @import { Recording } from "./recording.js" */

const HOW = "In JupyterLab all of it moves: install cnnlab, and open its notebooks.";

export class Note {
  /**
   * @param {Recording} recording
   * @param {Options} options
   * @param {any} mounted
   */
  constructor(recording, options, mounted) {
    const { controls, needs } = recording.head;
    this.labels = new Map(controls.map(({ name, label }) => [name, label]));
    this.needs = needs;
    this.how = options.how || HOW;
    this.idle = `Recorded: ${recording.count.toLocaleString("en")} pictures, no Python behind them.`;
    if (needs.length) this.idle += ` Needs Python: ${this.listed(needs)}.`;
    /** @type {HTMLElement} */
    this.said = make("span", { role: "status", text: this.idle });
    /** @type {HTMLElement} */
    this.element = make("div", { class: "cnnlab-note" }, this.said, " ", make("span", { text: this.how }));
    const { live } = options;
    if (live) {
      const button = make("button", { type: "button", class: "cnnlab-button", text: live.label, title: live.words });
      button.addEventListener("click", () => live.connect(mounted));
      this.element.append(" ", button);
    }
  }

  /** @param {string[]} names */
  listed(names) {
    return names.map((name) => name ? this.labels.get(name) || name : "the presses").join(", ");
  }

  /**
   * Controls that need Python say so.
   * @param {View} view
   */
  mark(view) {
    for (const name of this.needs) {
      const element = view.inputs[name]?.element;
      if (!element) continue;
      element.title = `needs Python. ${this.how}`;
      element.classList.add("cnnlab-needs");
      if (element.tagName === "BUTTON") element.setAttribute("aria-label", `${this.labels.get(name)}: needs Python`);
      else element.append(make("span", { class: "cnnlab-needs-word", text: "needs Python" }));
    }
  }

  /** @param {Told} told */
  tell({ recorded, back, end }) {
    let words = this.idle;
    if (!recorded) words = "This position is not recorded: it needs Python.";
    else if (back.length) words = `Back to the recorded path: ${this.listed(back)}. They move together with Python.`;
    else if (end) words = "The recording ends here: reset begins again; Python goes on.";
    if (this.said.textContent !== words) this.said.textContent = words;
    this.element.classList.toggle("cnnlab-note-told", words !== this.idle);
  }

  /** Python is behind it now. */
  leave() {
    this.element.hidden = true;
  }
}
