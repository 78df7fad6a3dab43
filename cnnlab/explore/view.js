// The live view: listens to the hand, asks Python, paints. The questions and answers are described in view.py.

const STORE_FRAMES = 400, STORE_BYTES = 24e6, CHUNK_BYTES = 1e6;
const NEAR = 7; // positions from the hand that stay in a full store, at least
const AHEAD = 1500, REST = 150; // ms of Python's time for computing ahead, before the hand must move; of a rest
const TELL = 60; // ms between two tellings of what is drawn already
const OUTRUN = 60; // ms of rest, once the hand is where nothing was computed ahead

// Whether a question only tells what the view has drawn already.
const casual = (question) => question.do === "set" && Boolean(question.drawn) && !question.follows;

class Live {
  constructor(model, el) {
    this.model = model;
    this.id = Math.random().toString(36).slice(2);
    this.controls = model.get("controls");
    this.number = 0; // of our last question
    this.seen = 0; // the last of our questions that Python has worked on
    this.drawnAt = 0; // the last question whose answer we drew from the store ourselves
    this.queue = [];
    this.asking = null; // the question whose answer the hand waits for
    this.told = 0; // the last question that was sent of those that nobody waits for
    this.due = 0; // when the next of those is to be sent
    this.grain = 1; // of the cells under a moving hand, every which one is stopped at
    this.token = 0;
    this.playing = null;
    this.painted = 0;
    this.printed = [];
    this.tallest = 0;
    this.stop = new AbortController();
    this.build(el);
    this.kept = new Map(); // large arrays by their keys
    const first = unpack(model.get("first_text"), model.get("first_numbers"), this.kept).frames[0];
    this.values = first.values;
    this.picture.style.height = `${layoutOf(first.scene || { rows: [] }, 850).height}px`; // until it is measured: no jump
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
    this.busy = make("div", { class: "cnnlab-busy", hidden: "", text: "waiting for Python ..." });
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
    this.hands = new Hands(this);
    this.watch = new ResizeObserver(() => this.schedule());
    this.watch.observe(this.root);
    const look = () => { this.theme = null; this.schedule(); };
    this.themes = new MutationObserver(() => { // some hosts name the theme first and load its colours later
      look();
      clearTimeout(this.later);
      this.later = setTimeout(look, 400);
    });
    for (const node of [document.body, document.documentElement]) this.themes.observe(node, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look, { signal });
  }

  dispose() {
    this.halt();
    this.stop.abort();
    this.watch.disconnect();
    this.themes.disconnect();
    this.model.off("msg:custom", this.heard);
    cancelAnimationFrame(this.waiting);
    for (const timer of [this.saying, this.slow, this.next, this.later, this.resting, this.telling]) clearTimeout(timer);
    try { for (const question of this.queue.splice(0)) this.send(question); this.model.send({ do: "bye", view: this.id }); } catch { /* the kernel is gone already */ }
  }

  // ---- asking Python ----

  ask(question) {
    const last = this.queue[this.queue.length - 1];
    question = { ...question, view: this.id, number: ++this.number };
    // Of a fast hand only the newest position counts, unless other values follow from the one before.
    const replaces = last && question.do === "set" && last.do === "set" && last.name === question.name && same(last.at, question.at);
    if (replaces && !last.follows) this.queue.pop();
    else if (casual(question)) {
      this.due = performance.now() + TELL;
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.sendNext(), TELL + 1);
    }
    this.queue.push(question);
    this.sendNext();
    return question.number;
  }

  // Send what is due, in order. What the view has drawn already is told to Python now and then, when it has time.
  sendNext() {
    while (this.queue.length && !this.asking) {
      const [question] = this.queue;
      const early = performance.now() < this.due || this.seen < this.told;
      if (casual(question) && this.queue.length === 1 && early) return;
      this.queue.shift();
      this.send(question);
      if (casual(question)) { this.told = question.number; continue; }
      this.asking = question;
      clearTimeout(this.slow);
      this.slow = setTimeout(() => { this.busy.hidden = false; }, 1500);
    }
  }

  // Jupyter's server leaves Nagle's algorithm on: the kernel's "busy" goes out at once, but the answer behind it waits
  // until the browser acknowledges that, which it puts off for 40 ms unless it has something to send. So it gets something.
  send(question) {
    const status = (message) => {
      if (message.content.execution_state === "busy") setTimeout(() => this.nudge(), 2);
    };
    this.model.send({ ...question, has: [...this.kept.keys()] }, { iopub: { status } });
  }

  nudge() {
    if (this.asking || this.store.asked) this.model.send({ do: "nudge", view: this.id });
  }

  hear(content, buffers) {
    if (content.kind === "sweep") { if (content.view === this.id) this.fill(content, buffers); return; }
    this.seen = Math.max(this.seen, content.seen[this.id] || 0);
    if (content.kind === "frame") {
      const [frame] = (unpack(buffers[0], buffers[1], this.kept) || { frames: [null] }).frames;
      if (frame && content.refused) frame.error = content.refused;
      if (!frame) this.ask({ do: "hello" }); // it was meant for another view, which has more than this one
      else if (this.seen >= this.drawnAt) this.accept(frame);
      else if (!this.agrees(frame)) this.ask({ do: "hello" }); // what we drew rested on older values
    }
    const { asking } = this;
    if (asking && this.seen >= asking.number) {
      clearTimeout(this.slow);
      this.busy.hidden = true;
      this.asking = null;
      if (asking.do === "press" && this.playing === asking.name) this.playOn(content.refused);
    }
    this.sendNext();
    this.prefetch();
  }

  // ---- the store: frames of the other positions of the control that the hand is on ----

  emptyStore(name, at = null) {
    const { index, course } = this.store && this.store.name === name && same(this.store.at, at) ? this.store : { index: -1, course: [0, 0] };
    this.control = this.controls.find((c) => c.name === name);
    this.store = { name, at, frames: new Map(), bytes: 0, values: this.values, version: this.frame.version, token: ++this.token, rest: 0, asked: 0, spent: 0, index, count: 0, course };
  }

  // Whether the store still holds for a frame: nothing has changed but the control itself, and what it carries.
  agrees({ values, version }) { return version === this.store.version && !this.differs(values); }

  // Whether values differ in more than the control that the store is for, and what that carries.
  differs(values) {
    return Object.keys(values).some((name) => !carried(this.control, name) && !same(values[name], this.store.values[name]));
  }

  touch(name, index, at = null) {
    const control = this.controls.find((c) => c.name === name);
    const count = control && !this.playing ? positionsOf(control) : 0;
    if (!count) return;
    if (this.store.name !== name || !same(this.store.at, at)) this.emptyStore(name, at);
    if (this.store.index !== index) this.store.spent = Math.min(this.store.spent, AHEAD / 2);
    this.forget(control, index);
    Object.assign(this.store, { index, count });
    this.prefetch();
  }

  prefetch() {
    const { store } = this;
    if (store.asked || !store.name || store.frames.size >= STORE_FRAMES || store.bytes >= STORE_BYTES) return;
    if (performance.now() < store.rest || store.spent > AHEAD || !this.root.matches(":hover, :focus-within")) return;
    if (this.asking) return; // the picture that the hand waits for comes first
    if (this.queue.some((q) => q.name !== store.name || !same(q.at, store.at))) { // Python must know of another control
      this.due = 0;
      this.sendNext();
      return;
    }
    const each = store.frames.size ? store.bytes / store.frames.size : 2e4;
    const most = Math.max(2, Math.min(48, Math.floor(CHUNK_BYTES / each)));
    const wanted = [];
    for (const i of nearest(this.control, store.index, store.course, this.grain)) {
      if (!store.frames.has(i)) wanted.push(i);
      if (wanted.length >= most) break;
    }
    if (!wanted.length) return;
    store.asked = performance.now();
    this.send({ do: "sweep", view: this.id, token: store.token, name: store.name, at: store.at, wanted });
  }

  fill(content, buffers) {
    const { store } = this;
    if (content.token !== store.token) return;
    const { frames, weight } = unpack(buffers[0], buffers[1], this.kept) || { frames: [], weight: 0 };
    frames.forEach((frame, i) => store.frames.set(content.done[i], frame));
    store.bytes += weight;
    store.spent += performance.now() - store.asked;
    store.asked = 0;
    this.prefetch();
  }

  // When the store is full and the hand has left it: drop the frames that are far from the hand.
  forget(control, index) {
    const { store } = this;
    if ((store.frames.size < STORE_FRAMES && store.bytes < STORE_BYTES) || store.frames.has(index)) return;
    const before = store.frames.size;
    for (const i of store.frames.keys()) if (apart(control, i, index) > NEAR) store.frames.delete(i);
    store.bytes *= store.frames.size / before;
  }

  cellOnScreen(panel, r, c) { return cellOnScreen(this.layout, panel, r, c); }

  // ---- what the hand does ----

  change(name, value, index, at = null) {
    if (this.playing && this.playing !== name) this.halt();
    if (this.store.name !== name || !same(this.store.at, at)) this.emptyStore(name, at);
    this.store.course = courseOf(this.control, this.store.index, index, this.store.course);
    this.store.index = index;
    const ready = this.store.frames.get(index);
    const follows = Boolean(ready) && this.differs(ready.values);
    const drawn = ready && !ready.error ? Object.fromEntries((this.control.carries || []).map((other) => [other, ready.values[other]])) : null;
    const number = this.ask({ do: "set", name, value, at, drawn, follows });
    if (!ready && inPlane(this.control)) { // the hand is faster than we compute ahead: let it have its picture first
      this.pause(OUTRUN, name, index, at);
    }
    if (ready) {
      this.drawnAt = number;
      this.show(ready);
      if (follows) this.emptyStore(name, at); // the other values are new too: what is stored no longer holds
    }
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

  // The newest value that the hand has given to a control, answered or not.
  lastValue(name) {
    const asked = [...(this.asking ? [this.asking] : []), ...this.queue].filter((q) => q.do === "set" && q.name === name).pop();
    return asked ? asked.value : this.values[name];
  }

  // ---- showing ----

  // A frame from Python. Controls that the hand has moved since are left alone.
  accept(frame) {
    const agreed = this.store && this.agrees(frame);
    this.show(frame);
    if (this.store && !agreed) {
      const { name, at, index } = this.store;
      this.emptyStore(name, at); // after every move, where other values follow from it: compute ahead once the hand rests
      this.pause(REST, name, index, at);
    }
  }

  // Compute nothing ahead for so many ms.
  pause(ms, name, index, at) {
    this.store.rest = performance.now() + ms;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { if (name && this.root.matches(":hover, :focus-within")) this.touch(name, index, at); }, ms + 1);
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
    if (!this.theme) {
      this.theme = themeOf(this.root);
      this.root.style.colorScheme = this.theme.dark ? "dark" : "light"; // for the browser's own inputs
    }
    if (width !== this.width) { // the height never shrinks under the hand, only with the window
      this.tallest = 0;
      this.words.style.minHeight = "";
    }
    this.width = width;
    const words = this.words.offsetHeight;
    if (words > parseFloat(this.words.style.minHeight || 0)) this.words.style.minHeight = `${words}px`;
    this.layout = { ...layoutOf(scene, width), width };
    this.tallest = Math.max(this.tallest, Math.ceil(this.layout.height));
    const context = cleanSheet(this.canvas, this.picture, width, this.tallest);
    this.printed = paintScene(context, this.theme, scene, this.layout, this.hands.pointed);
    this.hands.placeHandles();
    this.painted += 1;
    this.root.dispatchEvent(new CustomEvent("cnnlab-painted", { detail: { number: Math.max(this.seen, this.drawnAt), last: this.number } }));
  }
}

export default {
  render({ model, el }) {
    const live = new Live(model, el);
    return () => live.dispose();
  },
};
