// The live view: listens to the hand, asks Python, paints. The questions and answers are described in view.py.

function bytesOf(buffer) {
  const bytes = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return bytes.byteOffset % 4 ? bytes.slice() : bytes;
}

// The frames of a message (see frames.py), arrays as {data, shape}.
function unpack(text, numbers) {
  const { arrays, frames } = JSON.parse(new TextDecoder().decode(bytesOf(text)));
  const bytes = bytesOf(numbers);
  const made = arrays.map(([kind, offset, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const Type = kind === "f" ? Float32Array : Uint8Array;
    return { data: new Type(bytes.buffer, bytes.byteOffset + offset, count), shape };
  });
  const revive = (value) => {
    if (value === null || typeof value !== "object") return value;
    if ("$" in value) return made[value.$];
    for (const key in value) value[key] = revive(value[key]);
    return value;
  };
  const weight = numbers.byteLength + text.byteLength;
  return { frames: frames.map(revive), weight };
}

// Equal control values; matrices come as {data, shape}.
function same(a, b) {
  if (a && a.data && b && b.data) return a.data.length === b.data.length && a.data.every((v, i) => v === b.data[i]);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => v === b[i]);
  return a === b;
}

const STORE_FRAMES = 400, STORE_BYTES = 24e6, CHUNK_BYTES = 1e6;

class Live {
  constructor(model, el) {
    this.model = model;
    this.id = Math.random().toString(36).slice(2);
    this.controls = model.get("controls");
    this.number = 0; // of our last question
    this.seen = 0; // the last of our questions that Python has worked on
    this.drawnAt = 0; // the last question whose answer we drew from the store ourselves
    this.queue = [];
    this.asking = null;
    this.token = 0;
    this.playing = null;
    this.pointed = null;
    this.grip = null;
    this.painted = 0;
    this.printed = [];
    this.tallest = 0;
    this.stop = new AbortController();
    this.build(el);
    const first = unpack(model.get("first_text"), model.get("first_numbers")).frames[0];
    this.values = first.values;
    this.accept(first);
    this.emptyStore(null);
    this.heard = (content, buffers) => this.hear(content, buffers);
    model.on("msg:custom", this.heard);
    this.ask({ do: "hello" });
  }

  build(el) {
    const { signal } = this.stop;
    const act = {
      change: (name, value, index) => this.change(name, value, index),
      press: (name) => this.press(name),
      touch: (name, index) => this.touch(name, index),
    };
    const { root: inputs, inputs: byName } = buildInputs(this.controls, act, signal);
    this.inputs = byName;
    if (this.controls.length) {
      const reset = make("button", { type: "button", class: "cnnlab-button", text: "↺ reset" });
      reset.setAttribute("aria-label", "reset");
      reset.addEventListener("click", () => { this.halt(); this.ask({ do: "reset" }); }, { signal });
      inputs.append(reset);
    }
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.error = make("div", { class: "cnnlab-error", role: "alert", hidden: "" });
    this.busy = make("div", { class: "cnnlab-busy", hidden: "", text: "Python is busy ..." });
    this.picture = make("div", { class: "cnnlab-picture" }, this.canvas, this.busy, this.error);
    this.words = make("div", { class: "cnnlab-words" });
    this.live = make("div", { class: "cnnlab-live", "aria-live": "polite" });
    this.root = make("div", { class: "cnnlab", role: "group", "aria-label": this.model.get("title"), "data-lm-suppress-shortcuts": "true" },
      inputs, this.picture, this.words, this.live);
    this.root.cnnlab = this; // for the tests, which compare what is shown with the engine
    el.append(this.root);
    // The host's shortcuts must not take our keys (ArrowLeft would fold the heading above); its chords still may.
    this.root.addEventListener("keydown", (event) => {
      const running = event.key === "Enter" && event.shiftKey;
      if (!(event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || running)) event.stopPropagation();
    }, { signal });
    this.canvas.addEventListener("pointermove", (event) => this.move(event), { signal });
    this.canvas.addEventListener("pointerdown", (event) => this.take(event), { signal });
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => { this.grip = null; }, { signal });
    this.canvas.addEventListener("pointerleave", () => { if (!this.grip) this.point(null); }, { signal });
    this.handles = new Map();
    this.watch = new ResizeObserver(() => { this.tallest = 0; this.schedule(); });
    this.watch.observe(this.root);
    this.themes = new MutationObserver(() => { this.theme = null; this.schedule(); });
    for (const node of [document.body, document.documentElement]) this.themes.observe(node, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.theme = null; this.schedule(); }, { signal });
  }

  dispose() {
    this.halt();
    this.stop.abort();
    this.watch.disconnect();
    this.themes.disconnect();
    this.model.off("msg:custom", this.heard);
    cancelAnimationFrame(this.waiting);
    for (const timer of [this.saying, this.slow, this.next]) clearTimeout(timer);
    try { this.model.send({ do: "bye", view: this.id }); } catch { /* the kernel is gone already */ }
  }

  // ---- asking Python ----

  ask(question) {
    const last = this.queue[this.queue.length - 1];
    question = { ...question, view: this.id, number: ++this.number };
    // Of a fast hand only the newest position counts.
    if (last && question.do === "set" && last.do === "set" && last.name === question.name && same(last.at, question.at)) this.queue.pop();
    this.queue.push(question);
    this.sendNext();
    return question.number;
  }

  sendNext() {
    if (this.asking || !this.queue.length) return;
    this.asking = this.queue.shift();
    this.model.send(this.asking);
    clearTimeout(this.slow);
    this.slow = setTimeout(() => { this.busy.hidden = false; }, 1500);
  }

  hear(content, buffers) {
    if (content.kind === "sweep") { if (content.view === this.id) this.fill(content, buffers); return; }
    this.seen = Math.max(this.seen, content.seen[this.id] || 0);
    if (content.kind === "frame") {
      const frame = unpack(buffers[0], buffers[1]).frames[0];
      if (content.refused) frame.error = content.refused;
      if (this.seen >= this.drawnAt) this.accept(frame);
      else if (!this.agrees(frame)) this.ask({ do: "hello" }); // what we drew ourselves rested on older values
    }
    const { asking } = this;
    if (asking && this.seen >= asking.number) {
      clearTimeout(this.slow);
      this.busy.hidden = true;
      this.asking = null;
      if (asking.do === "press" && this.playing === asking.name) this.playOn(content.refused);
    }
    this.sendNext();
  }

  // ---- the store: frames of the other positions of the control that the hand is on ----

  emptyStore(name, at = null) {
    this.store = { name, at, frames: new Map(), bytes: 0, values: this.values, version: this.frame.version, token: ++this.token, asked: false, index: 0, count: 0 };
  }

  // Whether the store still holds for a frame: nothing has changed but the control itself (and what follows from it).
  agrees(frame) {
    const { store } = this;
    if (frame.version !== store.version) return false;
    const mine = store.frames.get(this.indexOf(store.name, frame.values));
    const expected = mine ? mine.values : store.values;
    return Object.keys(frame.values).every((name) => name === store.name || same(frame.values[name], expected[name]));
  }

  indexOf(name, values) {
    const control = this.controls.find((c) => c.name === name);
    if (!control) return -1;
    const value = values[name];
    if (control.kind === "slider") return control.all.indexOf(value);
    if (control.kind === "choice") return control.options.indexOf(value);
    if (control.kind === "toggle") return Number(value);
    if (control.kind === "cell") return value[0] * control.columns + value[1];
    if (control.kind === "matrix" && this.store.at) {
      const [r, c] = this.store.at;
      return Math.round((value.data[r * value.shape[1] + c] - control.lo) / control.step);
    }
    return -1;
  }

  touch(name, index, at = null) {
    const control = this.controls.find((c) => c.name === name);
    if (!control || this.playing) return;
    const count = { slider: () => control.all.length, choice: () => control.options.length, toggle: () => 2, cell: () => control.rows * control.columns,
      matrix: () => Math.round((control.hi - control.lo) / control.step) + 1 }[control.kind];
    if (!count) return;
    if (this.store.name !== name || !same(this.store.at, at)) this.emptyStore(name, at);
    this.store.index = index;
    this.store.count = count();
    this.prefetch();
  }

  prefetch() {
    const { store } = this;
    if (store.asked || !store.name || store.frames.size >= STORE_FRAMES || store.bytes >= STORE_BYTES) return;
    const each = store.frames.size ? store.bytes / store.frames.size : 2e4;
    const most = Math.max(2, Math.min(48, Math.floor(CHUNK_BYTES / each)));
    const wanted = [];
    for (let d = 0; d < store.count && wanted.length < most; d++) {
      for (const i of d ? [store.index + d, store.index - d] : [store.index]) {
        if (i >= 0 && i < store.count && !store.frames.has(i)) wanted.push(i);
      }
    }
    if (!wanted.length) return;
    store.asked = true;
    this.model.send({ do: "sweep", view: this.id, token: store.token, name: store.name, at: store.at, wanted });
  }

  fill(content, buffers) {
    const { store } = this;
    if (content.token !== store.token) return;
    const { frames, weight } = unpack(buffers[0], buffers[1]);
    content.done.forEach((index, i) => store.frames.set(index, frames[i]));
    store.bytes += weight;
    store.asked = false;
    this.prefetch();
  }

  // ---- what the hand does ----

  change(name, value, index, at = null) {
    if (this.playing && this.playing !== name) this.halt();
    if (this.store.name !== name || !same(this.store.at, at)) this.emptyStore(name, at);
    this.store.index = index;
    const ready = this.store.frames.get(index);
    const number = this.ask({ do: "set", name, value, at, drawn: Boolean(ready) });
    if (ready) { this.drawnAt = number; this.show(ready); }
    this.touch(name, index, at);
  }

  press(name) {
    const control = this.controls.find((c) => c.name === name);
    if (!control.play) { this.halt(); this.ask({ do: "press", name }); return; }
    if (this.playing === name) { this.halt(); return; }
    this.halt();
    this.playing = name;
    this.inputs[name].playing(true);
    this.began = performance.now();
    this.ask({ do: "press", name });
  }

  playOn(refused) {
    const name = this.playing;
    const control = this.controls.find((c) => c.name === name);
    if (refused || this.frame.error || this.frame.disabled.includes(name)) { this.halt(); return; }
    requestAnimationFrame(() => { // paint first, then the next step
      const rest = Math.max(0, 1000 * control.every - (performance.now() - this.began));
      this.next = setTimeout(() => {
        if (this.playing !== name) return;
        this.began = performance.now();
        this.ask({ do: "press", name });
      }, rest);
    });
  }

  halt() {
    if (!this.playing) return;
    clearTimeout(this.next);
    const name = this.playing;
    this.playing = null;
    this.inputs[name].playing(false);
  }

  // ---- showing ----

  // A frame from Python. Controls that the hand has moved since are left alone.
  accept(frame) {
    const agreed = this.store && this.agrees(frame);
    this.show(frame);
    if (this.store && !agreed) {
      const { name, at, index } = this.store;
      this.emptyStore(name, at);
      if (name && this.root.matches(":hover, :focus-within")) this.touch(name, index, at);
    }
  }

  show(frame) {
    const moving = new Set([...this.queue, this.asking].filter((q) => q && q.do === "set" && q.number > this.seen && q.number > this.drawnAt).map((q) => q.name));
    const scene = frame.scene || (this.frame && this.frame.scene);
    this.frame = { ...frame, scene };
    this.values = frame.values;
    for (const [name, input] of Object.entries(this.inputs)) {
      if (!moving.has(name)) input.show(frame.values[name]);
      input.enable(!frame.disabled.includes(name));
    }
    this.error.hidden = !frame.error;
    if (frame.error) this.error.textContent = frame.error;
    if (scene) {
      this.words.textContent = scene.description;
      this.say(scene.description);
    }
    this.schedule();
  }

  // Said to screen readers once the hand rests, not sixty times a second.
  say(text) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { if (this.live.textContent !== text) this.live.textContent = text; }, 500);
  }

  schedule() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.paint(); });
  }

  paint() {
    const { scene } = this.frame;
    const width = Math.floor(this.picture.clientWidth);
    if (!scene || width < 40) return;
    this.theme = this.theme || themeOf(this.root);
    this.layout = { ...layoutOf(scene, width), width };
    this.tallest = Math.max(this.tallest, Math.ceil(this.layout.height));
    const sharp = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * sharp), Math.round(this.tallest * sharp)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
      this.canvas.style.width = `${width}px`;
      this.picture.style.height = this.canvas.style.height = `${this.tallest}px`;
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, width, this.tallest);
    this.printed = paintScene(context, this.theme, scene, this.layout, this.pointed);
    this.placeHandles();
    this.painted += 1;
    this.root.dispatchEvent(new CustomEvent("cnnlab-painted", { detail: { number: Math.max(this.seen, this.drawnAt), last: this.number } }));
  }

  // ---- pointing, clicking, dragging on the picture ----

  where(event) {
    const rectangle = this.canvas.getBoundingClientRect();
    return [event.clientX - rectangle.left, event.clientY - rectangle.top];
  }

  point(at) {
    if (JSON.stringify(at) === JSON.stringify(this.pointed)) return;
    this.pointed = at;
    this.schedule();
  }

  off(name) { return !name || this.frame.disabled.includes(name); }

  move(event) {
    if (!this.layout) return;
    const [x, y] = this.where(event);
    if (this.grip) { this.pull(x, y); return; }
    const hit = whatIsAt(this.frame.scene, this.layout, x, y);
    this.point(hit && hit.cell ? [hit.panel.name, ...hit.cell] : null);
    let cursor = "default";
    if (hit && hit.drag && !this.off(hit.drag)) cursor = "grab";
    else if (hit && hit.panel.edit && !this.off(hit.panel.edit)) cursor = "ns-resize";
    else if (hit && hit.panel.click && !this.off(hit.panel.click)) cursor = "pointer";
    this.canvas.style.cursor = cursor;
    if (hit && hit.cell && hit.panel.click && !hit.panel.edit && !this.off(hit.panel.click)) {
      const control = this.controls.find((c) => c.name === hit.panel.click);
      if (this.store.name !== hit.panel.click) this.touch(hit.panel.click, hit.cell[0] * control.columns + hit.cell[1]);
    }
  }

  take(event) {
    if (!this.layout || event.button !== 0) return;
    const [x, y] = this.where(event);
    const hit = whatIsAt(this.frame.scene, this.layout, x, y);
    if (!hit) return;
    const { panel } = hit;
    if (hit.drag && !this.off(hit.drag)) {
      const g = axesGeometry(panel, hit.body);
      this.grip = { what: "handle", name: hit.drag, panel: panel.name, dx: x - g.px(hit.item.x.data[0]), dy: y - g.py(hit.item.y.data[0]) };
    } else if (hit.cell && !this.off(panel.edit)) {
      if (!this.off(panel.click)) this.choose(panel.click, hit.cell);
      this.grip = { what: "value", name: panel.edit, at: hit.cell, y, from: this.valueAt(panel.edit, hit.cell) };
      this.touch(panel.edit, this.indexOfCell(panel.edit, hit.cell), hit.cell);
    } else if (hit.cell && !this.off(panel.click)) {
      this.grip = { what: "cell", name: panel.click, panel: panel.name };
      this.choose(panel.click, hit.cell);
    }
    const key = hit.drag ? `handle ${hit.drag}` : `cells ${panel.name}`;
    const handle = this.handles.get(key);
    if (handle) { if (hit.cell) handle.cursor = hit.cell; handle.element.focus({ preventScroll: true }); }
    if (this.grip) { event.preventDefault(); this.canvas.setPointerCapture(event.pointerId); }
  }

  pull(x, y) {
    const { grip } = this;
    if (grip.what === "value") {
      const control = this.controls.find((c) => c.name === grip.name);
      this.edit(grip.name, grip.at, grip.from + control.step * Math.round((grip.y - y) / 7));
      this.point(null);
      return;
    }
    const { panel, body } = boxOf(this.layout, grip.panel) || {};
    if (!panel) return;
    if (grip.what === "handle") {
      const [vx, vy] = axesGeometry(panel, body).data(x - grip.dx, y - grip.dy);
      this.drag(grip.name, vx, vy);
    } else {
      const cell = cellsGeometry(panel, body).cellAt(x, y);
      if (cell) { this.point([grip.panel, ...cell]); this.choose(grip.name, cell); }
    }
  }

  choose(name, [r, c]) {
    const control = this.controls.find((k) => k.name === name);
    if (r >= control.rows || c >= control.columns || r < 0 || c < 0 || same(this.lastValue(name), [r, c])) return;
    this.change(name, [r, c], r * control.columns + c);
  }

  drag(name, x, y) {
    const control = this.controls.find((c) => c.name === name);
    const raster = (v, [lo, hi]) => Math.min(hi, Math.max(lo, Number((Math.round(v / control.step) * control.step).toFixed(6))));
    const value = [raster(x, control.x), raster(y, control.y)];
    if (!same(this.lastValue(name), value)) this.change(name, value, -1);
  }

  edit(name, at, value) {
    const control = this.controls.find((c) => c.name === name);
    const index = Math.round((Math.min(control.hi, Math.max(control.lo, value)) - control.lo) / control.step);
    const kept = Math.min(control.hi, Number((control.lo + index * control.step).toFixed(6)));
    const asked = [...this.queue, this.asking].filter((q) => q && q.do === "set" && q.name === name && same(q.at, at)).pop();
    if (kept !== (asked ? asked.value : this.valueAt(name, at))) this.change(name, kept, index, at);
  }

  // The newest value that the hand has given to a control, answered or not.
  lastValue(name) {
    const asked = [...(this.asking ? [this.asking] : []), ...this.queue].filter((q) => q.do === "set" && q.name === name).pop();
    return asked ? asked.value : this.values[name];
  }

  valueAt(name, [r, c]) {
    const array = this.values[name];
    return array.data[r * array.shape[1] + c];
  }

  indexOfCell(name, at) {
    const control = this.controls.find((c) => c.name === name);
    return Math.round((this.valueAt(name, at) - control.lo) / control.step);
  }

  // ---- the same by keyboard: an invisible, focusable element over every panel or point that can be touched ----

  placeHandles() {
    const { scene } = this.frame;
    const wanted = new Map();
    for (const { panel, body } of this.layout.boxes) {
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
      const control = this.controls.find((c) => c.name === (spec.drag || spec.panel.edit || spec.panel.click));
      const how = spec.drag ? "arrow keys move it" : spec.panel.edit ? "arrow keys choose a cell, plus and minus change it" : "arrow keys choose a cell";
      const label = `${control ? control.label : spec.panel.title}: ${how}`;
      if (handle.element.getAttribute("aria-label") !== label) handle.element.setAttribute("aria-label", label);
    }
  }

  makeHandle(key) {
    const element = make("div", { class: "cnnlab-handle", tabindex: "0", role: "application" });
    const handle = { element, cursor: null, spec: null };
    const { signal } = this.stop;
    element.addEventListener("keydown", (event) => this.key(event, handle), { signal });
    element.addEventListener("blur", () => this.point(null), { signal });
    if (key.startsWith("handle")) element.classList.add("cnnlab-handle-point");
    this.picture.append(element);
    return handle;
  }

  key(event, handle) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const { panel, body, drag } = handle.spec;
    if (drag) {
      if (!step || this.off(drag)) return;
      event.preventDefault();
      const control = this.controls.find((c) => c.name === drag);
      const [x, y] = this.lastValue(drag), size = control.step * (event.shiftKey ? 10 : 1);
      this.drag(drag, x + size * step[1], y - size * step[0]);
      return;
    }
    const g = cellsGeometry(panel, body);
    const at = handle.cursor || (panel.click ? this.values[panel.click] : [0, 0]);
    if (step) {
      event.preventDefault();
      const clamp = (v, count) => Math.max(0, Math.min(count - 1, v));
      handle.cursor = [clamp(at[0] + step[0], g.rows), clamp(at[1] + step[1], g.columns)];
      this.point([panel.name, ...handle.cursor]);
      this.say(nameOfCell(this.frame.scene, this.layout, this.pointed));
      if (panel.click && !this.off(panel.click)) this.choose(panel.click, handle.cursor);
    } else if (panel.edit && !this.off(panel.edit)) {
      const control = this.controls.find((c) => c.name === panel.edit);
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

export default {
  render({ model, el }) {
    const live = new Live(model, el);
    return () => live.dispose();
  },
};
