// The live view: listens to the hand, asks Python, paints. The questions and answers are described in view.py.

class Live extends Store {
  constructor(model, el) {
    super(model);
    this.controls = model.get("controls");
    this.drawnAt = 0; // the last question whose answer we drew from the store ourselves
    this.playing = null;
    this.painted = 0;
    this.printed = [];
    this.tallest = 0;
    this.stop = new AbortController();
    this.build(el);
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
    window.addEventListener("resize", () => this.schedule(), { signal }); // zoomed: as wide as before, but finer
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
    for (const timer of [this.saying, this.slow, this.next, this.later, this.resting, this.telling, this.hands.resting]) clearTimeout(timer);
    try { for (const question of this.queue.splice(0)) this.send(question); this.model.send({ do: "bye", view: this.id }); } catch { /* the kernel is gone already */ }
  }

  hear(content, buffers) {
    if (content.kind === "sweep") { if (content.view === this.id) this.fill(content, buffers); return; }
    this.seen = Math.max(this.seen, content.seen[this.id] || 0);
    if (content.otherwise === this.id) this.emptyStore(this.store.name, this.store.at); // nor does the rest of it hold
    if (content.kind === "frame") {
      const [frame] = (unpack(buffers[0], buffers[1], this.kept) || { frames: [null] }).frames;
      if (frame && content.refused) frame.error = content.refused;
      if (!frame) this.ask({ do: "hello" }); // it was meant for another view, which has more than this one
      else if (this.seen >= this.drawnAt) this.accept(frame);
      else if (!this.agrees(frame)) { // what we drew, and what is stored, rests on older values
        this.emptyStore(this.store.name, this.store.at);
        this.ask({ do: "hello" });
      }
    } else if (content.by !== this.id && !this.queue.some((q) => q.do === "hello")) this.ask({ do: "hello" }); // another view drew it
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

  // No question reaches Python any more.
  gone() {
    this.halt();
    this.busy.textContent = "Python has been restarted or stopped: run this cell again";
    this.busy.hidden = false;
  }

  cellOnScreen(panel, r, c) { return cellOnScreen(this.layout, panel, r, c); }

  // ---- what the hand does ----

  // Set a control to its index-th value; `hand` : the position of the hand, if that is another.
  change(name, value, index, at = null, hand = index) {
    if (this.playing && this.playing !== name) this.halt();
    if (this.store.name !== name || !same(this.store.at, at)) this.emptyStore(name, at);
    this.store.course = courseOf(this.control, this.store.index, hand, this.store.course);
    this.store.index = hand;
    const ready = this.store.frames.get(index);
    const follows = Boolean(ready) && this.differs(ready.values);
    const drawn = ready && !ready.error ? Object.fromEntries((this.control.carries || []).map((other) => [other, ready.values[other]])) : null;
    const number = this.ask({ do: "set", name, value, at, drawn, follows });
    if (!ready && inPlane(this.control)) { // the hand is faster than we compute ahead: let it have its picture first
      this.pause(OUTRUN);
    }
    if (ready) {
      this.drawnAt = number;
      this.show(ready);
      if (follows) this.emptyStore(name, at); // the other values are new too: what is stored no longer holds
    }
    this.touch(name, hand, at);
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
      this.emptyStore(this.store.name, this.store.at); // after every move, where other values follow from it: compute ahead once the hand rests
      this.pause(REST);
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
