// @ts-check
// What the tests of the live view stand on: a model that keeps what it is sent, frames, and a document to measure words.

/** @import { Control, Frame, Model } from "../../cnnlab/explore/live/js/types.d.ts" */

/** @returns {Model & { sent: any[] }} */
export function deafModel() {
  /** @type {any[]} */
  const sent = [];
  return { sent, get: () => null, send: (question) => void sent.push(question), on: () => {}, off: () => {} };
}

/**
 * @param {Record<string, any>} values
 * @param {number} [version]
 * @returns {Frame}
 */
export function frameOf(values, version = 0) {
  return { scene: null, error: null, values, version, disabled: [] };
}

/**
 * @param {Partial<Control>} parts
 * @returns {Control}
 */
export function control(parts) {
  return /** @type {Control} */ ({ label: "", group: "", carries: [], ...parts });
}

/**
 * Frames as Python packs them, without arrays.
 * @param {Frame[]} frames
 * @returns {DataView[]}
 */
export function packed(frames) {
  const text = new TextEncoder().encode(JSON.stringify({ arrays: [], frames }));
  return [new DataView(text.buffer), new DataView(new ArrayBuffer(0))];
}

/**
 * Wait until something is so, however busy the computer is; after ten seconds it is given up.
 * @param {() => unknown} so
 */
export async function until(so) {
  for (let tries = 0; !so() && tries < 2000; tries++) await new Promise((done) => setTimeout(done, 5));
}

/** A document that knows how wide words are: as many half letters as they have. */
export function rulerOnly() {
  const context = {
    font: "",
    measureText: (/** @type {string} */ text) => ({
      width: 0.5 * parseFloat(/([0-9.]+)px/.exec(context.font)?.[1] || "0") * text.length,
    }),
  };
  Object.assign(globalThis, { document: { createElement: () => ({ getContext: () => context }) } });
}

/** An element that knows no more than the buttons need. */
export class Element extends EventTarget {
  classList = { toggle: () => {} };
  /** @type {any[]} */
  children = [];
  /** @type {any} */
  parent = null;
  textContent = "";
  className = "";
  hidden = false;
  disabled = false;
  /** @type {Record<string, string>} */
  attributes = {};
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
    if (name === "hidden") this.hidden = true;
  }
  /** @param {...any} children */
  append(...children) {
    this.children.push(...children);
    for (const child of children) child.parent = this;
  }
  remove() {
    this.parent.children = this.parent.children.filter((/** @type {any} */ one) => one !== this);
  }
  click() {
    this.dispatchEvent(new Event("click"));
  }
}
