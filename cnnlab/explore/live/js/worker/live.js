// @ts-check
// "Go live": the explorers of a page of recordings are handed over to a Python that runs in the page.

import { Port } from "./model.js";

/** What whoever builds a page says of it (page.py). @typedef {{ label: string, words: string, worker: string }} About */

/** @import { Model, Question } from "../types.d.ts" */

/** One Python serves the whole page; it is started when it is first asked for. */
class Live {
  /**
   * @param {About} about
   * @param {string} base the address beside which the worker lies
   */
  constructor(about, base) {
    this.about = about;
    this.base = base;
    this.label = about.label;
    this.words = about.words;
    /** @type {Port | null} */
    this.port = null;
    /** @type {Set<(words: string) => void>} */
    this.waiting = new Set();
  }

  started() {
    if (this.port && !this.port.failed) return this.port;
    const worker = new Worker(new URL(this.about.worker, this.base), { type: "module" });
    this.port = new Port(worker, (words) => {
      for (const say of this.waiting) say(words);
    });
    return this.port;
  }

  /**
   * An explorer made in Python that goes on from where a recording is: the same presses, the same values.
   * @param {any} mounted
   * @param {string} name of its recipe
   * @param {(words: string) => void} say how far Python has come
   * @returns {Promise<Model>}
   */
  async connect(mounted, name, say) {
    /** @type {[button: string, count: number][]} */
    const presses = mounted.presses;
    /** @type {Question[]} */
    const past = presses.flatMap(([button, count]) => Array(count).fill({ do: "press", name: button }));
    this.waiting.add(say);
    say("Python is starting ...");
    try {
      return await this.started().open({ name, past, values: mounted.values });
    } catch (problem) {
      const words = problem instanceof Error ? problem.message : String(problem);
      throw new Error(`Python could not take over: ${words}. The recording goes on.`);
    } finally {
      this.waiting.delete(say);
    }
  }
}

export default {
  /**
   * From now on the explorers of this page that have a recipe show a button.
   * @param {About} about
   * @param {string} base
   */
  begin(about, base) {
    if (!/^https?:$/.test(location.protocol)) return; // from a file browsers start no worker
    /** @type {any} */ (globalThis).cnnlab.live = new Live(about, base);
    document.dispatchEvent(new CustomEvent("cnnlab-live"));
  },
};
