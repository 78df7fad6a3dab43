// @ts-check
// The sounds of a scene: a button for each, and the browser plays what came with the frame that is shown.

import { make } from "../page.js";

/** @import { Sound } from "../types.d.ts" */

const PATIENCE = 1500; // ms that a browser is given to begin
const SILENT = "This page may not play sounds.";

export class Listen {
  /**
   * @param {HTMLElement} controls where the buttons go
   * @param {() => Sound[]} sounds those of the frame that is shown
   * @param {AbortSignal} signal
   */
  constructor(controls, sounds, signal) {
    this.sounds = sounds;
    this.labels = sounds().map(({ label }) => label);
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {AudioBufferSourceNode | null} */
    this.source = null;
    this.playing = -1; // which of the buttons
    this.allowed = true;
    /** @type {HTMLButtonElement[]} */
    this.buttons = this.labels.map((label, k) => {
      const made = make("button", { type: "button", class: "cnnlab-button", "aria-label": `listen: ${label}` });
      made.addEventListener("click", () => this.press(k), { signal });
      return made;
    });
    /** @type {HTMLElement} */
    this.words = make("span", { class: "cnnlab-silent", role: "status", hidden: "", text: SILENT });
    /** @type {HTMLElement} */
    this.element = make("span", { class: "cnnlab-listen", role: "group", "aria-label": "listen" });
    this.element.append(...this.buttons, this.words);
    if (this.buttons.length) controls.append(this.element);
    this.look();
    if (!globalThis.AudioContext) this.refuse();
    signal.addEventListener("abort", () => this.close());
  }

  /** The buttons, as they stand. */
  look() {
    const there = this.sounds().length;
    this.buttons.forEach((button, k) => {
      const on = k === this.playing;
      button.textContent = `${on ? "■" : "♪"} ${this.labels[k]}`;
      button.setAttribute("aria-pressed", String(on));
      button.disabled = !this.allowed || k >= there;
    });
  }

  /** @param {number} k play the k-th sound, or stop it */
  async press(k) {
    const again = k === this.playing, sound = this.sounds()[k];
    this.halt();
    if (again || !sound) return;
    const source = this.begin(sound);
    if (!source) return;
    [this.source, this.playing] = [source, k];
    this.look();
    if (!await this.heard() && this.source === source) this.refuse();
  }

  /**
   * @param {Sound} sound
   * @returns {AudioBufferSourceNode | null} null where the browser refuses
   */
  begin({ samples, rate }) {
    try {
      this.context ||= new AudioContext();
      const { context } = this;
      const buffer = context.createBuffer(1, samples.data.length, rate);
      buffer.getChannelData(0).set(samples.data);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      source.onended = () => {
        if (this.source === source) this.halt();
      };
      source.start();
      return source;
    } catch {
      this.refuse();
      return null;
    }
  }

  /** Whether the browser lets it be heard: where it does not, its promise may stay open for ever. */
  async heard() {
    const { context } = this;
    if (!context) return true;
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    await Promise.race([context.resume().catch(() => {}), late]);
    return /** @type {string} */ (context.state) === "running";
  }

  halt() {
    const { source } = this;
    [this.source, this.playing] = [null, -1];
    if (source) source.stop();
    this.context?.suspend().catch(() => {}); // a silent one that goes on keeps a processor and the sound card awake
    this.look();
  }

  /** No sound comes out of this page: the buttons are greyed, and a sentence says why. */
  refuse() {
    this.allowed = false;
    this.halt();
    this.words.hidden = false;
  }

  /** What is heard follows the controls: where these are dead, there is nothing to press. */
  leave() {
    this.close();
    this.element.remove();
  }

  close() {
    this.halt();
    this.context?.close().catch(() => {});
    this.context = null;
  }
}
