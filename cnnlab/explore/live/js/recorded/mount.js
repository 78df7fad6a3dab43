// @ts-check
// Recorded explorers on a page: they are put into their places, as soon as these come near the window.
//
//     <div class="cnnlab-recorded" data-recording="KEY" data-src="recordings/KEY.js" data-heights="360:900 600:700">
//     <div class="cnnlab-recorded"><script type="text/plain">RECORDING</script></div>

import { make } from "../page.js";
import { View } from "../view.js";
import { RecordedModel } from "./model.js";
import { Note } from "./note.js";
import { readRecording } from "./recording.js";

/** @import { Model, Options } from "../types.d.ts" */
/** @import { Recording } from "./recording.js" */

const NEAR = 800; // px from the window

/** @type {Options} */
const options = {}; // of all explorers of the page: Object.assign(cnnlab.options, {...})
/** @type {Map<string, string>} */
const kept = new Map(); // recordings by their keys
/** @type {Map<string, ((text: string) => void)[]>} */
const waiting = new Map(); // who waits for them

/**
 * A recording is here; each KEY.js calls this.
 * @param {string} key
 * @param {string} text
 */
function keep(key, text) {
  kept.set(key, text);
  for (const tell of waiting.get(key) || []) tell(text);
  waiting.delete(key);
}

/**
 * The recording of a place on the page.
 * @param {HTMLElement} element
 * @returns {Promise<string>}
 */
function recordingOf(element) {
  const { recording: key, src } = element.dataset;
  const inside = element.querySelector("script[type='text/plain']")?.textContent;
  if (inside) return Promise.resolve(inside);
  if (!key || !src) return Promise.reject(new Error("A recorded explorer has data-recording and data-src"));
  const known = kept.get(key);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((done, fail) => {
    const others = waiting.get(key);
    if (others) {
      others.push(done);
      return;
    }
    waiting.set(key, [done]);
    const script = make("script", { src });
    script.addEventListener("error", () => fail(new Error(`The recording ${src} cannot be read`)));
    document.head.append(script);
  });
}

/** An explorer in its place. */
class Mounted {
  /**
   * @param {HTMLElement} element
   * @param {Recording} recording
   * @param {Options} own
   */
  constructor(element, recording, own) {
    this.element = element;
    this.options = own;
    this.note = new Note(recording, own.how);
    this.model = new RecordedModel(recording, (told) => this.note.tell(told));
    this.stage = make("div", { class: "cnnlab-stage" });
    element.replaceChildren(this.stage, this.note.element);
    this.view = new View(this.model, this.stage);
    this.note.mark(this.view);
    this.offerLive = () => this.offer();
    document.addEventListener("cnnlab-live", this.offerLive);
    this.offer();
  }

  get root() {
    return this.view.root;
  }

  /** The values of the controls, as they are now. */
  get values() {
    return this.view.values;
  }

  /** The buttons whose presses have led here, each with how often. */
  get presses() {
    return this.model.presses;
  }

  /** A button by which Python takes over, where the page has one that can come into it. */
  offer() {
    const name = this.element.dataset.live || "";
    const live = this.options.live || (name ? /** @type {any} */ (globalThis).cnnlab?.live : undefined);
    if (!live) return;
    this.note.offer(
      live,
      (say) => live.connect(this, name, say).then((/** @type {Model} */ model) => this.handOver(model)),
    );
  }

  /**
   * Another model takes over, from its own first frame on.
   * @param {Model} model
   */
  handOver(model) {
    document.removeEventListener("cnnlab-live", this.offerLive);
    this.stage.style.minHeight = `${this.stage.offsetHeight}px`; // nothing below it moves
    this.view.dispose();
    this.view.root.remove();
    this.view = new View(model, this.stage);
    this.element.dispatchEvent(new CustomEvent("cnnlab-handed-over", { bubbles: true, detail: this }));
  }

  dispose() {
    document.removeEventListener("cnnlab-live", this.offerLive);
    this.view.dispose();
    this.element.replaceChildren();
  }
}

/**
 * Put a recorded explorer into a place.
 * @param {HTMLElement} element
 * @param {string} text the recording
 * @param {Options} [own] in the place of those of the page
 * @returns {Promise<Mounted>}
 */
async function mount(element, text, own = options) {
  const began = performance.now();
  const recording = await readRecording(text);
  const mounted = new Mounted(element, recording, own);
  await new Promise((done) => mounted.root.addEventListener("cnnlab-painted", done, { once: true }));
  element.dataset.ready = String(Math.round(performance.now() - began));
  element.dispatchEvent(new CustomEvent("cnnlab-ready", { bubbles: true, detail: mounted }));
  return mounted;
}

/**
 * Keep the room that a place will need (data-heights: px of width and of height, narrowest first).
 * @param {HTMLElement} element
 */
function reserve(element) {
  const heights = (element.dataset.heights || "").split(" ").filter(Boolean).map((pair) => pair.split(":").map(Number));
  const fits = heights.filter(([width]) => width <= element.clientWidth);
  const [, height] = fits[fits.length - 1] || heights[0] || [];
  if (height) element.style.minHeight = `${height}px`;
}

/** @param {HTMLElement} element */
function wake(element) {
  recordingOf(element).then((text) => mount(element, text)).catch((problem) => {
    element.append(make("p", { class: "cnnlab-note", role: "alert", text: problem.message }));
  });
}

/** @type {WeakSet<Element>} */
const seen = new WeakSet();

/**
 * Look for places of recorded explorers, and put them there once they are near the window.
 * @param {ParentNode} [root]
 */
function watch(root = document) {
  const found = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".cnnlab-recorded")]);
  const places = found.filter((element) => !seen.has(element));
  if (!places.length) return;
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) reserve(/** @type {HTMLElement} */ (target));
  });
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      wake(/** @type {HTMLElement} */ (target));
    }
  }, { rootMargin: `${NEAR}px` });
  for (const element of places) {
    seen.add(element);
    reserve(element);
    sizes.observe(element);
    near.observe(element);
  }
}

export default {
  keep,
  mount,
  options,
  watch,
};
