// @ts-check
// The elements of a view on the page, and what they hear of the page around them.

import style from "../../../style.json" with { type: "json" };

/** @import { Timer } from "./types.d.ts" */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] text and class among them
 * @param {...(Node | string)} children
 * @returns {any} an element of that tag
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export class Page {
  /**
   * @param {string} title
   * @param {number} longest characters of the words, at most
   * @param {HTMLElement} inputs
   * @param {AbortSignal} signal
   */
  constructor(title, longest, inputs, signal) {
    this.longest = longest;
    /** @type {HTMLCanvasElement} */
    this.canvas = make("canvas", { "aria-hidden": "true" });
    /** @type {HTMLElement} */
    this.error = make("div", { class: "cnnlab-error", role: "alert", hidden: "" });
    /** @type {HTMLElement} */
    this.busy = make("div", { class: "cnnlab-busy", hidden: "", text: "waiting for Python ..." });
    /** @type {HTMLElement} */
    this.picture = make("div", { class: "cnnlab-picture" }, this.canvas, this.busy, this.error);
    /** @type {HTMLElement} */
    this.words = make("div", { class: "cnnlab-words" });
    /** @type {HTMLElement} */
    this.spoken = make("div", { class: "cnnlab-live", "aria-live": "polite" });
    const named = { class: "cnnlab", role: "group", "aria-label": title, "data-lm-suppress-shortcuts": "true" };
    /** @type {HTMLElement & { cnnlab?: unknown }} */
    this.root = make("div", named, inputs, this.picture, this.words, this.spoken);
    const [blue, orange, , , , amber] = style.colours.light; // for view.css
    const colours = { blue, orange, amber, "on-light": style.on_colour.dark };
    for (const [name, colour] of Object.entries(colours)) this.root.style.setProperty(`--cnnlab-${name}`, colour);
    /** @type {Timer} */
    this.saying = undefined;
    /** @type {Timer} */
    this.later = undefined;
    // The host's shortcuts must not take our keys (ArrowLeft would fold the heading above); its chords still may.
    this.root.addEventListener("keydown", (event) => {
      const running = event.key === "Enter" && event.shiftKey;
      const chord = event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || running;
      if (!chord) event.stopPropagation();
    }, { signal });
  }

  /**
   * Call when the size, or the theme around it, may have changed.
   * @param {{ size: () => void, theme: () => void }} changed
   * @param {AbortSignal} signal
   */
  watch(changed, signal) {
    this.sizes = new ResizeObserver(changed.size);
    this.sizes.observe(this.root);
    globalThis.addEventListener("resize", changed.size, { signal }); // zoomed: as wide as before, but finer
    this.themes = new MutationObserver(() => { // some hosts name the theme first and load its colours later
      changed.theme();
      clearTimeout(this.later);
      this.later = setTimeout(changed.theme, 400);
    });
    for (const node of [document.body, document.documentElement]) this.themes.observe(node, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed.theme, { signal });
  }

  /** @param {string | null} words what went wrong, if anything did */
  complain(words) {
    this.error.hidden = !words;
    if (words) this.error.textContent = words;
  }

  /** @param {string} words why it waits for ever */
  stay(words) {
    this.busy.textContent = words;
    this.busy.hidden = false;
  }

  /** Whether the hand or the focus is on it. */
  near() {
    return this.root.matches(":hover, :focus-within");
  }

  /**
   * Said to screen readers once the hand rests, not sixty times a second.
   * @param {string} text
   */
  say(text) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      if (this.spoken.textContent !== text) this.spoken.textContent = text;
    }, 500);
  }

  /** The window is another one: room for the longest words that may come, so that nothing jumps. */
  widthChanged() {
    const { words } = this, { letters, times } = style.description, now = words.textContent || "";
    const longest = this.longest || Math.max(letters, times * now.length);
    words.style.minHeight = "";
    if (!now) return;
    words.textContent = `${now} `.repeat(Math.ceil(longest / now.length)).slice(0, longest);
    this.keepHeight();
    words.textContent = now;
  }

  /** The words never take less room than they have taken; only with the window. */
  keepHeight() {
    const high = this.words.offsetHeight;
    if (high > parseFloat(this.words.style.minHeight || "0")) this.words.style.minHeight = `${high}px`;
  }

  close() {
    this.sizes?.disconnect();
    this.themes?.disconnect();
    for (const timer of [this.saying, this.later]) clearTimeout(timer);
    // JupyterLab holds on to the elements of outputs that are gone: nothing large shall hang on them.
    this.canvas.width = this.canvas.height = 0;
    this.root.cnnlab = undefined;
    this.root.replaceChildren();
    this.root.remove();
  }
}
