// @ts-check
// The same by keyboard: an invisible, focusable element over every panel or point that can be touched.

import { make } from "./page.js";
import { padOf } from "./pad/tools.js";
import { axesGeometry } from "./paint/axes.js";
import { cellsGeometry, hasCells } from "./paint/layout.js";
import { cellBeside, nameOfCell } from "./paint/scene.js";

/** @import { Box, Cells, Layout, Panel, Rect } from "./types.d.ts" */
/** @import { Hands } from "./hands.js" */
/** @import { View } from "./view.js" */

/** @typedef {{ panel: Panel, body: Box, drag?: string, box: Rect }} Spec */
/** @typedef {{ element: HTMLElement, cursor: [number, number] | null, spec: Spec }} Handle */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
/** @type {Record<string, number>} */
const STEPS = { "+": 1, "=": 1, PageUp: 1, "-": -1, PageDown: -1 };
const REACH = 14; // px around a point

export class Keys {
  /**
   * @param {View} view
   * @param {Hands} hands
   */
  constructor(view, hands) {
    this.view = view;
    this.hands = hands;
    /** @type {Map<string, Handle>} */
    this.handles = new Map();
  }

  /**
   * Put the elements where the panels and points are now.
   * @param {Layout} layout
   */
  place(layout) {
    const wanted = this.wanted(layout);
    for (const [key, handle] of this.handles) {
      if (wanted.has(key)) continue;
      handle.element.remove();
      this.handles.delete(key);
    }
    for (const [key, spec] of wanted) {
      let handle = this.handles.get(key);
      if (!handle) this.handles.set(key, handle = this.build(key, spec));
      handle.spec = spec;
      const { style } = handle.element;
      [style.left, style.top, style.width, style.height] = spec.box.map((v) => `${v}px`);
      const label = this.labelOf(spec);
      if (handle.element.getAttribute("aria-label") !== label) handle.element.setAttribute("aria-label", label);
    }
  }

  /**
   * @param {Layout} layout
   * @returns {Map<string, Spec>}
   */
  wanted(layout) {
    const links = this.view.frame.scene?.links || [];
    /** @type {Map<string, Spec>} */
    const wanted = new Map();
    for (const { panel, body } of layout.boxes) {
      if (hasCells(panel)) {
        const linked = links.some((link) => link.panel === panel.name || link.other === panel.name);
        if (!(panel.click || panel.edit || panel.draw || linked)) continue;
        wanted.set(`cells ${panel.name}`, { panel, body, box: [body.x, body.y, body.w, body.h] });
        continue;
      }
      const g = axesGeometry(panel, body);
      for (const item of panel.items) {
        if (item.kind !== "Points" || !item.drag) continue;
        const [x, y] = [g.px(item.x.data[0]) - REACH, g.py(item.y.data[0]) - REACH];
        wanted.set(`handle ${item.drag}`, { panel, body, drag: item.drag, box: [x, y, 2 * REACH, 2 * REACH] });
      }
    }
    return wanted;
  }

  /** @param {Spec} spec */
  labelOf({ panel, drag }) {
    const control = this.view.control(drag || panel.edit || panel.click || panel.draw || null);
    if (panel.draw) return `${control?.label}: arrow keys choose a pixel, space draws, delete erases`;
    const cells = panel.edit ? "arrow keys choose a cell, plus and minus change it" : "arrow keys choose a cell";
    return `${control ? control.label : panel.title}: ${drag ? "arrow keys move it" : cells}`;
  }

  /**
   * @param {string} key
   * @param {Spec} spec
   * @returns {Handle}
   */
  build(key, spec) {
    /** @type {HTMLElement} */
    const element = make("div", { class: "cnnlab-handle", tabindex: "0", role: "application" });
    /** @type {Handle} */
    const handle = { element, cursor: null, spec };
    const { signal } = this.view.stop;
    element.addEventListener("keydown", (event) => this.press(event, handle), { signal });
    element.addEventListener("blur", () => this.hands.point(null), { signal });
    if (key.startsWith("handle")) element.classList.add("cnnlab-handle-point");
    this.view.page.picture.append(element);
    return handle;
  }

  /**
   * The pointer has taken this: the keyboard goes on from there.
   * @param {string} key
   * @param {[number, number]} [cell]
   */
  focus(key, cell) {
    const handle = this.handles.get(key);
    if (!handle) return;
    if (cell) handle.cursor = cell;
    handle.element.focus({ preventScroll: true });
  }

  /**
   * The keys of a pad; whether it was one of them. With the shift key the arrows draw, too.
   * @param {KeyboardEvent} event
   * @param {Handle} handle
   * @param {Cells} g
   */
  draw(event, handle, g) {
    const { view, hands } = this, { panel } = handle.spec, { key } = event;
    if (!hands.on(panel.draw)) return false;
    const pad = padOf(view, panel.draw), [r, c] = handle.cursor || [g.rows >> 1, g.columns >> 1];
    handle.cursor = [r, c];
    const step = event.shiftKey ? ARROWS[key] : undefined, chord = event.ctrlKey || event.metaKey;
    if (chord && /^[zy]$/i.test(key)) {
      const on = /y/i.test(key) || event.shiftKey;
      pad.apply(on ? pad.drawing.redo() : pad.drawing.undo());
    } else if (chord || !(step || [" ", "Delete", "Backspace"].includes(key))) return false;
    else {
      const clamp = (/** @type {number} */ v, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, v));
      const to = step ? [clamp(r + step[0], g.rows), clamp(c + step[1], g.columns)] : [r, c];
      const rubs = pad.rubs || key === "Delete" || key === "Backspace";
      pad.down(c + 0.5, r + 0.5, rubs);
      if (step) pad.move(to[1] + 0.5, to[0] + 0.5, rubs);
      pad.up();
      handle.cursor = [to[0], to[1]];
    }
    event.preventDefault();
    event.stopPropagation();
    view.drawn();
    hands.point([panel.name, ...handle.cursor]);
    if (view.layout) view.page.say(nameOfCell(view.layout, [panel.name, ...handle.cursor]));
    return true;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Handle} handle
   */
  press(event, handle) {
    const { view, hands } = this;
    const step = ARROWS[event.key];
    const { panel, body, drag } = handle.spec;
    if (drag) {
      if (!step || !hands.on(drag)) return;
      event.preventDefault();
      const [x, y] = view.lastValue(drag), size = hands.control(drag).step * (event.shiftKey ? 10 : 1);
      hands.drag(drag, x + size * step[1], y - size * step[0]);
      return;
    }
    const g = cellsGeometry(panel, body);
    if (panel.draw && this.draw(event, handle, g)) return;
    const chosen = panel.click && view.lastValue(panel.click); // it may lie beside this panel
    /** @type {[number, number]} */
    const at = chosen && chosen[0] < g.rows && chosen[1] < g.columns ? chosen : handle.cursor || [0, 0];
    if (step) {
      event.preventDefault();
      handle.cursor = cellBeside(panel, at, step, g);
      hands.point([panel.name, ...handle.cursor]);
      if (view.layout) view.page.say(nameOfCell(view.layout, [panel.name, ...handle.cursor]));
      if (hands.on(panel.click)) hands.choose(panel.click, handle.cursor);
    } else if (panel.edit && hands.edits(panel, at)) {
      const change = STEPS[event.key] * hands.control(panel.edit).step;
      const typed = /^[0-9]$/.test(event.key);
      if (!typed && Number.isNaN(change)) return;
      event.preventDefault();
      handle.cursor = at;
      hands.edit(panel.edit, at, typed ? Number(event.key) : hands.valueAt(panel.edit, at) + change);
    }
  }
}
