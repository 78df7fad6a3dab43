// @ts-check
// What a page says of a recording: that it is one, what went back to the recorded path, what needs Python.

import { make } from "../page.js";

/** @import { Live } from "../types.d.ts" */
/** @import { View } from "../view.js" */
/** @import { Told } from "./model.js" */
/** @import { Recording } from "./recording.js" */

const HOW = "In JupyterLab all of it moves: install cnnlab, and open its notebooks.";

export class Note {
  /**
   * @param {Recording} recording
   * @param {string} [how] to get Python, in a sentence
   */
  constructor(recording, how = HOW) {
    const { controls, needs } = recording.head;
    this.labels = new Map(controls.map(({ name, label, group }) => [name, group ? `${group}: ${label}` : label]));
    this.needs = needs;
    this.how = how;
    /** @type {HTMLButtonElement | undefined} */
    this.button = undefined;
    this.moved = ""; // the control that was moved last
    this.idle = `Recorded: ${recording.count.toLocaleString("en")} pictures, no Python behind them.`;
    if (needs.length) this.idle += ` Needs Python: ${this.listed(needs)}.`;
    /** @type {HTMLElement} */
    this.said = make("span", { role: "status", text: this.idle });
    /** @type {HTMLElement} */
    this.words = make("span", { text: how });
    /** @type {HTMLElement} */
    this.element = make("div", { class: "cnnlab-note" }, this.said, " ", this.words);
  }

  /**
   * A button, and what is said beside it; pressed, it is dead until Python is there, or did not come.
   * @param {Live} live
   * @param {(say: (words: string) => void) => Promise<void>} begin
   */
  offer({ label, words }, begin) {
    if (this.button) return;
    const button = this.button = make("button", { type: "button", class: "cnnlab-button", text: label });
    button.addEventListener("click", () => {
      button.disabled = true;
      begin((stage) => this.say(stage)).then(() => this.live(), (problem) => {
        this.say(problem instanceof Error ? problem.message : String(problem));
        button.disabled = false;
      });
    });
    this.words.textContent = words;
    this.element.append(" ", button);
  }

  /** @param {string} words */
  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
    this.element.classList.toggle("cnnlab-note-told", words !== this.idle);
  }

  /** Python is behind it now. */
  live() {
    this.button?.remove();
    this.words.remove();
    this.say("Live: Python runs in this page.");
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
  tell({ name, recorded, back, end }) {
    const goesOn = name !== "" && name === this.moved && recorded && !back.length && !end;
    if (goesOn) return; // what was said of it stays, as long as it is moved
    this.moved = name;
    let words = this.idle;
    if (!recorded) words = "This position is not recorded: it needs Python.";
    else if (back.length) words = `Back to the recorded path: ${this.listed(back)}. They move together with Python.`;
    else if (end) words = "The recording ends here: reset begins again; Python goes on.";
    this.say(words);
  }
}
