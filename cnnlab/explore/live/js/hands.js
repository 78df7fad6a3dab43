// @ts-check
// The hand on the picture: pointing, clicking and dragging.

import { same } from "./frames.js";
import { Keys } from "./keys.js";
import { padOf, placeOn } from "./pad/tools.js";
import { axesGeometry } from "./paint/axes.js";
import { boxOf, cellsGeometry, hasCells, whatIsAt } from "./paint/layout.js";
import { indexOf, onStop, valueAt } from "./positions.js";
import { REST } from "./store.js";

/** @import { Cells, Control, Panel, Place, Timer } from "./types.d.ts" */
/** @import { View } from "./view.js" */

/**
 * What the pointer holds.
 * @typedef {{ what: "handle" | "value" | "cell" | "stroke", name: string, pointer: number, panel: string, dx: number, dy: number,
 *   at: [number, number], own: [number, number], y: number, from: number, moved: boolean, cell: [number, number], grain: number,
 *   pace: number, passed: { at: number, cell: number[] } }} Grip of cells: how many it passes in a frame, of late
 */

const BY_ONE = 1.5; // cells that a slow one may be away
const SMALL = 8; // px: of smaller cells a moving hand may see one beside its own, and at rest its own
const COARSE = 4; // px: a moving hand stops at cells that are so far apart, and only at rest at each single one
const FRAME = 16; // ms
const EACH = 7; // px that a value is dragged by for each of its steps

export class Hands {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    /** @type {Partial<Grip> | null} */
    this.grip = null;
    /** @type {Place | null} */
    this.pointed = null; // the cell under the pointer or the keyboard
    this.held = ""; // a panel that follows the pointer, but was told by a click to stay
    /** @type {Timer} */
    this.resting = undefined;
    this.keys = new Keys(view, this);
    const { canvas, stop: { signal } } = view;
    canvas.addEventListener("pointermove", (event) => this.move(event), { signal });
    // Browsers keep "pointermove" back for the next frame; what is held follows the hand at once, where they tell of it.
    canvas.addEventListener("pointerrawupdate", (event) => {
      if (this.grip) this.move(/** @type {PointerEvent} */ (event));
    }, { signal });
    canvas.addEventListener("pointerdown", (event) => this.take(event), { signal });
    for (const name of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
      canvas.addEventListener(name, (event) => this.release(event), { signal });
    }
    // A finger that holds a point or a number may go up and down with it: the page does not scroll.
    canvas.addEventListener("touchstart", (event) => {
      if (this.grip && this.grip.what !== "cell") event.preventDefault();
    }, { signal, passive: false });
    canvas.addEventListener("pointerleave", () => {
      if (!this.grip) this.point(null);
    }, { signal });
  }

  close() {
    clearTimeout(this.resting);
  }

  get handles() {
    return this.keys.handles;
  }

  /** @param {PointerEvent} event */
  where(event) {
    const rectangle = this.view.canvas.getBoundingClientRect();
    return [event.clientX - rectangle.left, event.clientY - rectangle.top];
  }

  /** @param {Place | null} at */
  point(at) {
    if (JSON.stringify(at) === JSON.stringify(this.pointed)) return;
    this.pointed = at;
    this.view.schedule();
  }

  /**
   * Whether a control matters now.
   * @param {string | null | undefined} name
   * @returns {name is string}
   */
  on(name) {
    return Boolean(name) && !this.view.frame.disabled.includes(/** @type {string} */ (name));
  }

  /**
   * @param {string} name
   * @returns {Control}
   */
  control(name) {
    return /** @type {Control} */ (this.view.control(name));
  }

  /** @type {(panel: Panel, cell: [number, number]) => boolean} whether it has a value: of a diagram, the first nodes */
  edits({ edit }, [r, c]) {
    return this.on(edit) && r < this.view.values[edit].shape[0] && c < this.view.values[edit].shape[1];
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  hit(x, y) {
    const { layout } = this.view;
    return layout ? whatIsAt(layout, x, y) : null;
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { view } = this;
    if (!view.layout || (this.grip && event.pointerId !== this.grip.pointer)) return;
    if (this.grip && !event.buttons) this.release(event); // it was let go where we did not hear of it
    const [x, y] = this.where(event);
    if (this.grip) {
      this.pull(x, y);
      return;
    }
    const hit = this.hit(x, y);
    this.point(hit?.cell && !hit.panel.draw ? [hit.panel.name, ...hit.cell] : null);
    const { click, draw } = hit?.panel || {};
    const edit = hit?.cell && this.edits(hit.panel, hit.cell);
    let cursor = "default";
    if (this.on(hit?.drag)) cursor = "grab";
    else if (edit) cursor = "ns-resize";
    else if (this.on(click)) cursor = "pointer";
    else if (hit?.cell && this.on(draw)) cursor = "crosshair";
    view.canvas.style.cursor = cursor;
    if (hit?.cell && this.on(click) && !edit && view.store.name !== click) {
      view.store.touch(click, hit.cell[0] * this.control(click).columns + hit.cell[1]);
    }
    if (hit?.cell && hit.panel.follow && this.held !== hit.panel.name && this.on(click)) this.pick(click, hit.cell);
    if (hit && this.on(hit.drag) && view.store.name !== hit.drag) {
      view.store.touch(hit.drag, indexOf(this.control(hit.drag), view.values[hit.drag]));
    }
  }

  /** @param {PointerEvent} event */
  take(event) {
    const { view } = this;
    if (!view.layout || this.grip || event.button !== 0) return;
    const [x, y] = this.where(event);
    const hit = this.hit(x, y);
    if (!hit) return;
    const { panel, body, cell, drag, item } = hit;
    if (this.on(drag) && item) {
      const g = axesGeometry(panel, body);
      view.store.touch(drag, indexOf(this.control(drag), view.values[drag]));
      const [dx, dy] = [x - g.px(item.x.data[0]), y - g.py(item.y.data[0])];
      this.grip = { what: "handle", name: drag, panel: panel.name, dx, dy };
    } else if (cell && panel.edit && this.edits(panel, cell)) {
      if (this.on(panel.click)) this.pick(panel.click, cell);
      this.grip = { what: "value", name: panel.edit, at: cell, y, from: this.valueAt(panel.edit, cell) };
      view.store.touch(panel.edit, this.indexOfCell(panel.edit, cell), cell);
    } else if (cell && this.on(panel.draw)) {
      this.grip = { what: "stroke", name: panel.draw, panel: panel.name };
      padOf(view, panel.draw).down(...placeOn(cellsGeometry(panel, body), x, y));
    } else if (cell && this.on(panel.click)) {
      const grain = Math.max(1, Math.round(COARSE / cellsGeometry(panel, body).side));
      this.grip = { what: "cell", name: panel.click, panel: panel.name, cell, grain, pace: 0 };
      this.grip.passed = { at: performance.now(), cell };
      if (panel.follow) this.held = this.held === panel.name ? "" : panel.name;
      view.store.grain = grain;
      this.pick(panel.click, cell);
    }
    this.keys.focus(drag ? `handle ${drag}` : `cells ${panel.name}`, cell);
    if (!this.grip) return;
    this.grip.pointer = event.pointerId;
    event.preventDefault();
    view.canvas.setPointerCapture(event.pointerId);
  }

  /**
   * What is held goes to (x, y).
   * @param {number} x
   * @param {number} y
   */
  pull(x, y) {
    const grip = /** @type {Grip} */ (this.grip);
    if (grip.what === "value") {
      const steps = Math.round((grip.y - y) / EACH);
      if (!steps && !grip.moved) return; // a click changes nothing
      grip.moved = true;
      this.edit(grip.name, grip.at, grip.from + this.control(grip.name).step * steps);
      this.point(null);
      return;
    }
    const box = this.view.layout && boxOf(this.view.layout, grip.panel);
    if (!box) return;
    if (grip.what === "handle") {
      const [vx, vy] = axesGeometry(box.panel, box.body).data(x - grip.dx, y - grip.dy);
      grip.own = [vx, vy];
      this.drag(grip.name, vx, vy, true);
    } else if (grip.what === "stroke") {
      padOf(this.view, grip.name).move(...placeOn(cellsGeometry(box.panel, box.body), x, y));
    } else if (hasCells(box.panel)) this.pullCell(grip, cellsGeometry(box.panel, box.body), x, y);
  }

  /**
   * @param {Grip} grip
   * @param {Cells} g
   * @param {number} x
   * @param {number} y
   */
  pullCell(grip, g, x, y) {
    const { channel, store } = this.view;
    const cell = g.cellAt(x, y);
    if (!cell) return;
    const asked = channel.number, before = this.pointed, { grain } = grip;
    const isSmall = g.side < SMALL, isFast = isSmall && this.paceOf(grip, cell) > 1; // it passes over cells, without a stop
    store.grain = isFast ? Math.max(2, grain) : grain;
    this.pointed = [grip.panel, ...cell]; // to be painted with the frame of the cell, where there is a new one
    const ends = [g.rows - 1, g.columns - 1];
    const coarse = cell.map((v, k) => Math.min(ends[k], grain * Math.round(v / grain)));
    const most = !isSmall ? 0 : grain > 1 || isFast ? Infinity : BY_ONE;
    const near = store.beside(grip.name, coarse, grain, most);
    this.pick(grip.name, near, coarse);
    if (asked === channel.number && !same(before, this.pointed)) this.view.schedule();
    grip.cell = cell;
    clearTimeout(this.resting);
    if (!same(near, cell)) this.resting = setTimeout(() => this.pick(grip.name, cell), REST); // at rest: this very cell
  }

  /**
   * How many cells a hand passes in a frame, of late.
   * @param {Grip} grip
   * @param {number[]} cell where it is now
   */
  paceOf(grip, cell) {
    const now = performance.now(), { passed } = grip;
    if (now - passed.at < FRAME) return grip.pace; // some mice tell of themselves a thousand times a second
    grip.pace = Math.max(...cell.map((v, k) => Math.abs(v - passed.cell[k])));
    grip.passed = { at: now, cell };
    return grip.pace;
  }

  /** @param {PointerEvent} event */
  release(event) {
    const { grip } = this;
    if (!grip || event.pointerId !== grip.pointer) return;
    this.grip = null;
    clearTimeout(this.resting);
    if (grip.what === "stroke" && grip.name) padOf(this.view, grip.name).up();
    if (grip.what === "handle" && grip.name && grip.own) this.drag(grip.name, ...grip.own);
    if (grip.what !== "cell" || !grip.name || !grip.cell) return;
    this.view.store.grain = 1;
    this.pick(grip.name, grip.cell);
  }

  /**
   * Set the cell that the pointer is on, or the nearest that is recorded.
   * @param {string} name
   * @param {number[]} cell
   * @param {number[]} [hand] as for `choose`
   */
  pick(name, cell, hand) {
    this.choose(name, onStop(this.control(name), cell), hand);
  }

  /**
   * Set a cell.
   * @param {string} name
   * @param {number[]} cell
   * @param {number[]} [hand] the one where the hand is, by which Python computes ahead
   */
  choose(name, [r, c], hand = [r, c]) {
    const { rows, columns } = this.control(name);
    const index = hand[0] * columns + hand[1];
    if (r >= rows || c >= columns || r < 0 || c < 0) return;
    if (same(this.view.lastValue(name), [r, c])) this.view.store.touch(name, index);
    else this.view.change(name, [r, c], r * columns + c, null, index);
  }

  /**
   * Set a point, to the nearest crossing of its raster.
   * @param {string} name
   * @param {number} x
   * @param {number} y
   * @param {boolean} [moving] then, and until it rests, to one beside it if that can be shown at once
   */
  drag(name, x, y, moving = false) {
    const { store } = this.view, control = this.control(name), { columns } = control;
    const inside = (/** @type {number} */ v, /** @type {[number, number]} */ [lo, hi]) => Math.min(hi, Math.max(lo, v));
    const own = indexOf(control, [inside(x, control.x), inside(y, control.y)]);
    const [r, c] = store.beside(name, [Math.floor(own / columns), own % columns], 1, moving ? BY_ONE : 0);
    const near = r * columns + c, value = valueAt(control, near);
    clearTimeout(this.resting);
    if (near !== own) this.resting = setTimeout(() => this.drag(name, x, y), REST);
    if (!same(this.view.lastValue(name), value)) this.view.change(name, value, near, null, own);
  }

  /**
   * Set one cell of a matrix.
   * @param {string} name
   * @param {[number, number]} at
   * @param {number} value
   */
  edit(name, at, value) {
    const { lo, hi, step } = this.control(name);
    const index = Math.round((Math.min(hi, Math.max(lo, value)) - lo) / step);
    const kept = Math.min(hi, Number((lo + index * step).toFixed(6)));
    const asked = this.view.channel.lastSet(name, at);
    const present = asked ? asked.value : this.valueAt(name, at); // as float32, where Python has it
    if (Math.abs(kept - present) > 1e-3 * step) this.view.change(name, kept, index, at);
  }

  /**
   * @param {string} name
   * @param {number[]} cell
   * @returns {number}
   */
  valueAt(name, [r, c]) {
    const array = this.view.values[name];
    return array.data[r * array.shape[1] + c];
  }

  /**
   * @param {string} name
   * @param {number[]} at
   */
  indexOfCell(name, at) {
    const { lo, step } = this.control(name);
    return Math.round((this.valueAt(name, at) - lo) / step);
  }
}
