// The store: frames of the other positions of the control that the hand is on, computed ahead by Python.

const STORE_FRAMES = 400, STORE_BYTES = 24e6, CHUNK_BYTES = 1e6;
const NEAR = 7; // positions from the hand that stay in a full store, at least
const AHEAD = 1500, REST = 150; // ms of Python's time for computing ahead, before the hand must move; of a rest
const OUTRUN = 60; // ms of rest, once the hand is where nothing was computed ahead

class Store extends Asking {
  constructor(model) {
    super(model);
    this.token = 0;
    this.grain = 1; // of the cells under a moving hand, every which one is stopped at
  }

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

  // Compute nothing ahead for so many ms, then go on, if the hand is still on the same control.
  pause(ms) {
    const { name, at } = this.store;
    this.store.rest = performance.now() + ms;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const { store } = this;
      if (name && store.name === name && same(store.at, at) && this.root.matches(":hover, :focus-within")) this.touch(name, store.index, at);
    }, ms + 1);
  }
}
