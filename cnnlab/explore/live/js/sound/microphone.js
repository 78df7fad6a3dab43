// @ts-check
// A sound of one's own: recorded while a button says so, or taken from a file. The microphone is asked for when the
// button is pressed, never before, and let go as soon as the recording ends.

import { make } from "../page.js";
import { soundOf } from "./taken.js";

/** @import { Act, Input } from "../inputs.js" */
/** @import { Control, Timer } from "../types.d.ts" */

const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
const CLEAR = 256_000; // bits a second: a burst of 10 ms must survive
const NONE = "This page cannot use a microphone (browsers lend it on localhost and on https only): open a sound file";
/** @type {Record<string, string>} */
const WHY = {
  NotAllowedError: "The browser does not lend this page the microphone: allow it beside the address and press again, " +
    "or open a sound file",
  NotFoundError: "No microphone was found: connect one and press again, or open a sound file",
  NotReadableError: "The microphone cannot be used, perhaps another program has it: open a sound file",
};
const FAILED = "The microphone could not be used: open a sound file";

export class Microphone {
  /**
   * @param {Control} control
   * @param {Act} act
   * @param {AbortSignal} signal
   */
  constructor(control, act, signal) {
    this.control = control;
    this.act = act;
    this.turn = 0; // counts the recordings: what belongs to an older one is dropped
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {MediaRecorder | null} */
    this.recorder = null;
    /** @type {Timer} */
    this.end = undefined;
    /** @type {HTMLFieldSetElement} */
    this.box = make("fieldset", { class: "cnnlab-pad cnnlab-microphone", "aria-label": control.label });
    /** @type {HTMLButtonElement} */
    this.button = make("button", { type: "button", class: "cnnlab-button cnnlab-record" });
    /** @type {HTMLElement} */
    this.words = make("span", { role: "status" });
    /** @type {HTMLInputElement} */
    const chosen = make("input", { type: "file", accept: "audio/*,.wav", hidden: "", "aria-label": "sound file" });
    /** @type {HTMLButtonElement} */
    const file = make("button", {
      type: "button",
      class: "cnnlab-button",
      text: "sound file …",
      "aria-label": "sound file: take a sound from a file",
    });
    this.button.addEventListener("click", () => this.press(), { signal });
    file.addEventListener("click", () => chosen.click(), { signal });
    chosen.addEventListener("change", () => {
      if (chosen.files?.[0]) this.take(chosen.files[0]);
      chosen.value = "";
    }, { signal });
    this.box.append(make("legend", { text: control.label }), this.button, this.words, file, chosen);
    this.tell("● record", "record", `${control.seconds} s at most`);
    signal.addEventListener("abort", () => this.drop());
  }

  /**
   * What the button says, what it is called, and the words beside it.
   * @param {string} text
   * @param {string} name
   * @param {string} words
   */
  tell(text, name, words) {
    this.button.textContent = text;
    this.button.setAttribute("aria-label", `${name}: ${this.control.label}`);
    this.button.setAttribute("aria-pressed", String(name === "stop"));
    this.words.textContent = words;
  }

  press() {
    if (this.recorder) this.recorder.stop();
    else if (this.turn % 2) this.drop(); // it waits for the permission, and is not to wait any longer
    else this.begin();
  }

  async begin() {
    const turn = ++this.turn, { seconds } = this.control;
    this.act.complain("");
    this.tell("■ stop", "stop", "allow it …");
    try {
      if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) throw new Error(NONE);
      const stream = await navigator.mediaDevices.getUserMedia({ audio: RAW });
      if (turn !== this.turn) {
        release(stream);
        return;
      }
      this.stream = stream;
      this.record(stream, seconds);
    } catch (problem) {
      if (turn === this.turn) this.fail(problem);
    }
  }

  /**
   * @param {MediaStream} stream
   * @param {number} seconds
   */
  record(stream, seconds) {
    const recorder = this.recorder = new MediaRecorder(stream, { audioBitsPerSecond: CLEAR });
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onerror = () => this.fail(new Error(FAILED));
    recorder.onstop = () => {
      if (recorder !== this.recorder) return;
      this.drop();
      this.take(new Blob(parts, { type: recorder.mimeType }), true);
    };
    recorder.start();
    this.end = setTimeout(() => recorder.stop(), 1000 * seconds);
    this.tell("■ stop", "stop", "speak now …");
  }

  /** @param {unknown} problem */
  fail(problem) {
    const { name = "", message = "" } = /** @type {Error} */ (problem);
    this.drop();
    this.act.complain(WHY[name] || (name === "Error" ? message : FAILED));
  }

  /** No recording any more, and no microphone. */
  drop() {
    const { recorder, stream } = this;
    clearTimeout(this.end);
    [this.recorder, this.stream] = [null, null];
    if (recorder?.state === "recording") recorder.stop();
    if (stream) release(stream);
    this.turn += this.turn % 2;
    this.tell("● record", "record", `${this.control.seconds} s at most`);
  }

  /**
   * @param {Blob} file
   * @param {boolean} [cut]
   */
  async take(file, cut = false) {
    try {
      this.act.change(this.control.name, await soundOf(file, this.control.seconds, cut), -1);
    } catch (problem) {
      this.act.complain(problem instanceof Error ? problem.message : String(problem));
    }
  }

  /** @returns {Input} */
  input() {
    const enable = (/** @type {boolean} */ yes) => {
      if (!yes) this.drop();
      this.box.disabled = !yes;
      this.box.classList.toggle("cnnlab-off", !yes);
    };
    const leave = () => enable(false);
    return { element: this.box, show: () => {}, enable, leave, take: (file) => void this.take(file) };
  }
}

/** @param {MediaStream} stream */
function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}
