// The hand on the picture: pointing, clicking and dragging, and the same by keyboard.

const BESIDE = 225; // cells looked at around a fast hand, in search of one that can be shown at once
const COARSE = 4; // px: a moving hand stops at cells that are so far apart, and only at rest at each single one

class Hands {
  constructor(live) {
    this.live = live;
    this.grip = null; // what the pointer holds: {what: "handle" | "value" | "cell", name, ...}
    this.pointed = null; // the cell under the pointer or the keyboard: [panel, row, column]
    this.handles = new Map();
    const { canvas } = live;
    const { signal } = live.stop;
    canvas.addEventListener("pointermove", (event) => this.move(event), { signal });
    // Browsers keep "pointermove" back for the next frame; what is held follows the hand at once, where they tell of it.
    canvas.addEventListener("pointerrawupdate", (event) => { if (this.grip) this.move(event); }, { signal });
    canvas.addEventListener("pointerdown", (event) => this.take(event), { signal });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(name, (event) => this.release(event), { signal });
    // A finger that holds a point or a number may go up and down with it: the page does not scroll.
    canvas.addEventListener("touchstart", (event) => { if (this.grip && this.grip.what !== "cell") event.preventDefault(); }, { signal, passive: false });
    canvas.addEventListener("pointerleave", () => { if (!this.grip) this.point(null); }, { signal });
  }

  where(event) {
    const rectangle = this.live.canvas.getBoundingClientRect();
    return [event.clientX - rectangle.left, event.clientY - rectangle.top];
  }

  point(at) {
    if (JSON.stringify(at) === JSON.stringify(this.pointed)) return;
    this.pointed = at;
    this.live.schedule();
  }

  off(name) { return !name || this.live.frame.disabled.includes(name); }

  move(event) {
    if (!this.live.layout || (this.grip && event.pointerId !== this.grip.pointer)) return;
    if (this.grip && !event.buttons) this.release(event); // it was let go where we did not hear of it
    const [x, y] = this.where(event);
    if (this.grip) { this.pull(x, y); return; }
    const hit = whatIsAt(this.live.frame.scene, this.live.layout, x, y);
    this.point(hit && hit.cell ? [hit.panel.name, ...hit.cell] : null);
    let cursor = "default";
    if (hit && hit.drag && !this.off(hit.drag)) cursor = "grab";
    else if (hit && hit.panel.edit && !this.off(hit.panel.edit)) cursor = "ns-resize";
    else if (hit && hit.panel.click && !this.off(hit.panel.click)) cursor = "pointer";
    this.live.canvas.style.cursor = cursor;
    if (hit && hit.cell && hit.panel.click && !hit.panel.edit && !this.off(hit.panel.click)) {
      const control = this.live.controls.find((c) => c.name === hit.panel.click);
      if (this.live.store.name !== hit.panel.click) this.live.touch(hit.panel.click, hit.cell[0] * control.columns + hit.cell[1]);
    }
    if (hit && hit.drag && !this.off(hit.drag) && this.live.store.name !== hit.drag) this.live.touch(hit.drag, this.crossing(hit.drag, this.live.values[hit.drag]));
  }

  take(event) {
    if (!this.live.layout || this.grip || event.button !== 0) return;
    const [x, y] = this.where(event);
    const hit = whatIsAt(this.live.frame.scene, this.live.layout, x, y);
    if (!hit) return;
    const { panel } = hit;
    if (hit.drag && !this.off(hit.drag)) {
      const g = axesGeometry(panel, hit.body);
      this.live.touch(hit.drag, this.crossing(hit.drag, this.live.values[hit.drag]));
      this.grip = { what: "handle", name: hit.drag, panel: panel.name, dx: x - g.px(hit.item.x.data[0]), dy: y - g.py(hit.item.y.data[0]) };
    } else if (hit.cell && !this.off(panel.edit)) {
      if (!this.off(panel.click)) this.choose(panel.click, hit.cell);
      this.grip = { what: "value", name: panel.edit, at: hit.cell, y, from: this.valueAt(panel.edit, hit.cell) };
      this.live.touch(panel.edit, this.indexOfCell(panel.edit, hit.cell), hit.cell);
    } else if (hit.cell && !this.off(panel.click)) {
      this.grip = { what: "cell", name: panel.click, panel: panel.name, cell: hit.cell };
      this.live.grain = Math.max(1, Math.round(COARSE / cellsGeometry(panel, hit.body).side));
      this.choose(panel.click, hit.cell);
    }
    const key = hit.drag ? `handle ${hit.drag}` : `cells ${panel.name}`;
    const handle = this.handles.get(key);
    if (handle) { if (hit.cell) handle.cursor = hit.cell; handle.element.focus({ preventScroll: true }); }
    if (!this.grip) return;
    this.grip.pointer = event.pointerId;
    event.preventDefault();
    this.live.canvas.setPointerCapture(event.pointerId);
  }

  pull(x, y) {
    const { grip } = this;
    if (grip.what === "value") {
      const control = this.live.controls.find((c) => c.name === grip.name);
      const steps = Math.round((grip.y - y) / 7);
      if (!steps && !grip.moved) return; // a click changes nothing
      grip.moved = true;
      this.edit(grip.name, grip.at, grip.from + control.step * steps);
      this.point(null);
      return;
    }
    const { panel, body } = boxOf(this.live.layout, grip.panel) || {};
    if (!panel) return;
    if (grip.what === "handle") {
      const [vx, vy] = axesGeometry(panel, body).data(x - grip.dx, y - grip.dy);
      this.drag(grip.name, vx, vy);
    } else {
      const g = cellsGeometry(panel, body), cell = g.cellAt(x, y);
      if (!cell) return;
      const asked = this.live.number, before = this.pointed, { grain } = this.live;
      this.pointed = [grip.panel, ...cell]; // to be painted with the frame of the cell, where there is a new one
      const ends = [g.rows - 1, g.columns - 1];
      const coarse = cell.map((v, k) => Math.min(ends[k], grain * Math.round(v / grain)));
      this.choose(grip.name, grain > 1 ? this.nearby(grip.name, coarse) : coarse, coarse);
      if (asked === this.live.number && !same(before, this.pointed)) this.live.schedule();
      grip.cell = cell;
      clearTimeout(this.resting);
      if (grain > 1) this.resting = setTimeout(() => this.choose(grip.name, cell), REST); // a hand at rest means this very cell
    }
  }

  release(event) {
    const { grip } = this;
    if (!grip || event.pointerId !== grip.pointer) return;
    this.grip = null;
    clearTimeout(this.resting);
    if (grip.what === "cell") {
      this.live.grain = 1;
      this.choose(grip.name, grip.cell);
    }
  }

  // The cell under a fast hand, or one beside it that can be shown at once.
  nearby(name, [r, c]) {
    const { control, store, grain } = this.live;
    if (store.name !== name) return [r, c];
    let tried = 0, found = [r, c], least = Infinity;
    for (const i of nearest(control, r * control.columns + c, [0, 0], grain)) {
      const cell = [Math.floor(i / control.columns), i % control.columns];
      const away = Math.hypot(cell[0] - r, cell[1] - c);
      if (away < least && store.frames.has(i)) [found, least] = [cell, away];
      if (++tried >= BESIDE) break;
    }
    return found;
  }

  // Set a cell; `hand` is the one where the hand is, by which Python computes ahead.
  choose(name, [r, c], hand = [r, c]) {
    const control = this.live.controls.find((k) => k.name === name);
    const index = hand[0] * control.columns + hand[1];
    if (r >= control.rows || c >= control.columns || r < 0 || c < 0) return;
    if (same(this.live.lastValue(name), [r, c])) this.live.touch(name, index);
    else this.live.change(name, [r, c], r * control.columns + c, null, index);
  }

  drag(name, x, y) {
    const control = this.live.controls.find((c) => c.name === name);
    const raster = (v, [lo, hi]) => Math.min(hi, Math.max(lo, Number((Math.round(v / control.step) * control.step).toFixed(6))));
    const value = [raster(x, control.x), raster(y, control.y)];
    if (!same(this.live.lastValue(name), value)) this.live.change(name, value, this.crossing(name, value));
  }

  // Where a value of a handle is among its positions (see Handle.at); one between the crossings of the raster counts as
  // the nearest.
  crossing(name, [x, y]) {
    const control = this.live.controls.find((c) => c.name === name);
    const steps = (v, [lo]) => Math.round(v / control.step) - Math.round(lo / control.step);
    return steps(y, control.y) * control.columns + steps(x, control.x);
  }

  edit(name, at, value) {
    const control = this.live.controls.find((c) => c.name === name);
    const index = Math.round((Math.min(control.hi, Math.max(control.lo, value)) - control.lo) / control.step);
    const kept = Math.min(control.hi, Number((control.lo + index * control.step).toFixed(6)));
    const asked = [...this.live.queue, this.live.asking].filter((q) => q && q.do === "set" && q.name === name && same(q.at, at)).pop();
    const present = asked ? asked.value : this.valueAt(name, at); // as float32, where Python has it
    if (Math.abs(kept - present) > 1e-3 * control.step) this.live.change(name, kept, index, at);
  }

  valueAt(name, [r, c]) {
    const array = this.live.values[name];
    return array.data[r * array.shape[1] + c];
  }

  indexOfCell(name, at) {
    const control = this.live.controls.find((c) => c.name === name);
    return Math.round((this.valueAt(name, at) - control.lo) / control.step);
  }

  // ---- the same by keyboard: an invisible, focusable element over every panel or point that can be touched ----

  placeHandles() {
    const { scene } = this.live.frame;
    const wanted = new Map();
    for (const { panel, body } of this.live.layout.boxes) {
      if (hasCells(panel)) {
        const linked = scene.links.some((link) => link.panel === panel.name || link.other === panel.name);
        if (panel.click || panel.edit || linked) wanted.set(`cells ${panel.name}`, { panel, body, box: [body.x, body.y, body.w, body.h] });
      } else {
        const g = axesGeometry(panel, body);
        for (const item of panel.items) {
          if (item.kind === "Points" && item.drag) wanted.set(`handle ${item.drag}`, { panel, drag: item.drag, box: [g.px(item.x.data[0]) - 14, g.py(item.y.data[0]) - 14, 28, 28] });
        }
      }
    }
    for (const [key, handle] of this.handles) if (!wanted.has(key)) { handle.element.remove(); this.handles.delete(key); }
    for (const [key, spec] of wanted) {
      if (!this.handles.has(key)) this.handles.set(key, this.makeHandle(key));
      const handle = this.handles.get(key);
      handle.spec = spec;
      const { style } = handle.element;
      [style.left, style.top, style.width, style.height] = spec.box.map((v) => `${v}px`);
      const control = this.live.controls.find((c) => c.name === (spec.drag || spec.panel.edit || spec.panel.click));
      const how = spec.drag ? "arrow keys move it" : spec.panel.edit ? "arrow keys choose a cell, plus and minus change it" : "arrow keys choose a cell";
      const label = `${control ? control.label : spec.panel.title}: ${how}`;
      if (handle.element.getAttribute("aria-label") !== label) handle.element.setAttribute("aria-label", label);
    }
  }

  makeHandle(key) {
    const element = make("div", { class: "cnnlab-handle", tabindex: "0", role: "application" });
    const handle = { element, cursor: null, spec: null };
    const { signal } = this.live.stop;
    element.addEventListener("keydown", (event) => this.key(event, handle), { signal });
    element.addEventListener("blur", () => this.point(null), { signal });
    if (key.startsWith("handle")) element.classList.add("cnnlab-handle-point");
    this.live.picture.append(element);
    return handle;
  }

  key(event, handle) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const { panel, body, drag } = handle.spec;
    if (drag) {
      if (!step || this.off(drag)) return;
      event.preventDefault();
      const control = this.live.controls.find((c) => c.name === drag);
      const [x, y] = this.live.lastValue(drag), size = control.step * (event.shiftKey ? 10 : 1);
      this.drag(drag, x + size * step[1], y - size * step[0]);
      return;
    }
    const g = cellsGeometry(panel, body);
    const chosen = panel.click && this.live.lastValue(panel.click); // it may lie beside this panel
    const at = chosen && chosen[0] < g.rows && chosen[1] < g.columns ? chosen : handle.cursor || [0, 0];
    if (step) {
      event.preventDefault();
      const clamp = (v, count) => Math.max(0, Math.min(count - 1, v));
      handle.cursor = [clamp(at[0] + step[0], g.rows), clamp(at[1] + step[1], g.columns)];
      this.point([panel.name, ...handle.cursor]);
      this.live.say(nameOfCell(this.live.frame.scene, this.live.layout, this.pointed));
      if (panel.click && !this.off(panel.click)) this.choose(panel.click, handle.cursor);
    } else if (panel.edit && !this.off(panel.edit)) {
      const control = this.live.controls.find((c) => c.name === panel.edit);
      const value = this.valueAt(panel.edit, at);
      const next = { "+": value + control.step, "=": value + control.step, PageUp: value + control.step, "-": value - control.step, PageDown: value - control.step }[event.key];
      const typed = /^[0-9]$/.test(event.key) ? Number(event.key) : undefined;
      if (next === undefined && typed === undefined) return;
      event.preventDefault();
      handle.cursor = at;
      this.edit(panel.edit, at, next === undefined ? typed : next);
    }
  }
}
