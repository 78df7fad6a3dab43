// @ts-check
// The live view: has a channel to Python, a store of frames, a player, hands, and a page that it paints on.

import { Channel } from "./channel.js";
import { framesOf, unpack } from "./frames.js";
import { Glide } from "./glide.js";
import { Hands } from "./hands.js";
import { buildInputs } from "./inputs.js";
import { takeDropped } from "./pad/dropped.js";
import { make, Page } from "./page.js";
import { cleanSheet } from "./paint/brush.js";
import { cellOnScreen, layoutOf } from "./paint/layout.js";
import { measure } from "./paint/measure.js";
import { paintScene } from "./paint/scene.js";
import { themeOf } from "./paint/theme.js";
import { actOn, paceButtons, playOn } from "./playing.js";
import { Player } from "./player.js";
import { bound, inPlane, isOrdered } from "./positions.js";
import { Listen } from "./sound/listen.js";
import { REST, Store } from "./store.js";

/** @import { Control, Frame, Layout, Model, Printed, Theme } from "./types.d.ts" */

const UNMEASURED = 850; // pixels that a picture is taken to be wide until it is measured, so that nothing jumps

export class View {
  /**
   * @param {Model} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    /** @type {Control[]} */
    this.controls = model.get("controls").map((/** @type {Control} */ control) => ({ ...control }));
    this.drawnAt = 0; // the last question whose answer we drew from the store ourselves
    /** @type {Printed} */
    this.printed = [];
    /** @type {Theme | null} */
    this.theme = null;
    /** @type {Layout | null} */
    this.layout = null;
    this.tallest = this.waiting = this.painted = 0;
    this.stop = new AbortController();

    this.channel = new Channel(model, { waiting: (long) => this.wait(long), gone: () => this.gone() });
    const first = () => unpack(model.get("first_text"), model.get("first_numbers"), this.channel.kept);
    /** @type {Frame} */
    this.frame = model.get("first") || /** @type {any} */ (first()).frames[0];
    this.store = new Store(this.channel, this.controls, {
      frame: () => this.frame,
      near: () => this.page.near() || this.play.playing !== null,
      playing: () => this.player.playing !== null,
    });
    this.player = new Player(this.channel, this.controls, (name, on) => this.inputs[name].playing?.(on));
    this.play = playOn(this);
    this.glide = new Glide();
    const act = actOn(this);
    const { root, inputs } = buildInputs(this.controls, act, this.stop.signal);
    this.inputs = inputs;
    if (this.controls.length) root.append(this.resetButton());
    if (this.controls.some(isOrdered)) root.append(paceButtons(this.play, this.stop.signal));
    this.listen = new Listen(root, () => this.frame.scene?.sounds || [], this.stop.signal);
    this.page = new Page(model.get("title"), model.get("longest"), root, this.stop.signal);
    this.hands = new Hands(this);
    takeDropped(this.page.root, inputs, this.stop.signal);
    this.root = this.page.root;
    this.root.cnnlab = this; // for the tests, which compare what is shown with the engine
    el.append(this.root);
    this.page.picture.style.height = `${layoutOf(this.frame.scene || { rows: [] }, UNMEASURED).height}px`;
    this.page.watch({ size: () => this.schedule(), theme: () => this.look() }, this.stop.signal);

    this.show(this.frame);
    this.heard = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => this.hear(content, buffers);
    model.on("msg:custom", this.heard);
    this.lost = () => this.channel.check();
    model.on("comm_live_update", this.lost);
    this.channel.ask({ do: "hello" });
  }

  get values() {
    return this.frame.values;
  }

  get canvas() {
    return this.page.canvas;
  }

  /** @param {string | null} name */
  control(name) {
    return this.controls.find((control) => control.name === name);
  }

  /** Where everything lies, for the tests. */
  measure() {
    return this.frame.scene && this.layout && this.theme && measure(this.frame.scene, this.layout, this.theme);
  }

  /**
   * @param {string} panel
   * @param {number} r
   * @param {number} c
   */
  cellOnScreen(panel, r, c) {
    return this.layout && cellOnScreen(this.layout, panel, r, c);
  }

  resetButton() {
    const reset = make("button", { type: "button", class: "cnnlab-button", text: "↺ reset", "aria-label": "reset" });
    const press = () => {
      this.halt();
      this.channel.ask({ do: "reset" });
    };
    reset.addEventListener("click", press, { signal: this.stop.signal });
    return reset;
  }

  dispose() {
    this.halt();
    this.stop.abort();
    this.model.off("msg:custom", this.heard);
    this.model.off("comm_live_update", this.lost);
    cancelAnimationFrame(this.waiting);
    for (const part of [this.page, this.store, this.hands, this.channel]) part.close();
  }

  // ---- what Python says ----

  /**
   * @param {any} content
   * @param {DataView[]} buffers
   */
  hear(content, buffers) {
    const { channel, store } = this;
    if (content.kind === "refused") return; // nothing that a view of ours has asked
    if (content.kind === "sweep") {
      if (content.view === channel.id) store.fill(content, buffers);
      return;
    }
    channel.seen = Math.max(channel.seen, content.seen[channel.id] || 0);
    if (content.otherwise === channel.id) store.renew(); // nor does the rest of it hold
    if (content.kind === "frame") {
      const [frame] = (framesOf(content, buffers, channel.kept) || { frames: [null] }).frames;
      if (frame && content.refused) frame.error = content.refused;
      if (!frame) channel.ask({ do: "hello" }); // it was meant for another view, which has more than this one
      else if (channel.seen >= this.drawnAt) this.accept(frame);
      else if (!store.agrees(frame)) { // what we drew, and what is stored, rests on older values
        store.renew();
        channel.ask({ do: "hello" });
      }
    } else if (content.by !== channel.id && !channel.queue.some((q) => q.do === "hello")) {
      channel.ask({ do: "hello" }); // another view drew it
    }
    const answered = channel.heard(channel.seen);
    if (answered && answered.do === "press" && answered.name) {
      const { error, disabled } = this.frame;
      this.player.playOn(answered.name, Boolean(content.refused || error) || disabled.includes(answered.name));
    }
    channel.sendNext();
    store.prefetch();
  }

  /** Stop whatever plays. */
  halt() {
    this.play.halt();
    this.player.halt();
  }

  /** @param {boolean} long whether an answer is long in coming */
  wait(long) {
    this.page.busy.hidden = !long;
  }

  /** No question reaches Python any more. */
  gone() {
    this.halt();
    this.listen.leave();
    for (const input of Object.values(this.inputs)) input.leave?.();
    this.page.stay("Python has been restarted or stopped: run this cell again");
  }

  // ---- what the hand does ----

  /**
   * The newest value that the hand has given to a control, answered or not.
   * @param {string} name
   */
  lastValue(name) {
    const asked = this.channel.lastSet(name);
    return asked ? asked.value : this.values[name];
  }

  /**
   * The hand sets a control to its index-th value: if it plays, it stops.
   * @param {string} name
   * @param {any} value
   * @param {number} index
   * @param {number[] | null} [at]
   * @param {number} [hand]
   */
  change(name, value, index, at = null, hand = index) {
    this.play.touched(name);
    this.glide.next(0);
    this.turn(name, value, index, at, hand);
  }

  /**
   * Set a control to its index-th value.
   * @param {string} name
   * @param {any} value
   * @param {number} index
   * @param {number[] | null} [at] one cell of a matrix
   * @param {number} [hand] the position of the hand, if that is another
   */
  turn(name, value, index, at = null, hand = index) {
    const { channel, store } = this;
    if (this.player.playing !== name) this.player.halt();
    if (!store.isOf(name, at)) store.empty(name, at);
    const { control } = store;
    if (!control) return;
    const ready = store.turnTo(index, hand);
    const follows = ready !== undefined && store.differs(ready);
    const isSaid = (/** @type {string} */ other) => !ready?.values[other]?.data; // matrices: see _is_drawn in Python
    const drawn = ready && !ready.error
      ? Object.fromEntries(control.carries.filter(isSaid).map((other) => [other, ready.values[other]]))
      : null;
    const number = channel.ask({ do: "set", name, value, at, drawn, follows });
    if (inPlane(control)) store.meets(ready !== undefined);
    if (ready) {
      this.drawnAt = number;
      this.show(ready);
      if (follows) store.empty(name, at); // the other values are new too: what is stored no longer holds
    }
    if (this.inputs[name].pad) this.schedule(); // what is drawn is seen at once
    store.touch(name, hand, at);
  }

  // ---- showing ----

  /**
   * A frame from Python. Controls that the hand has moved since are left alone.
   * @param {Frame} frame
   */
  accept(frame) {
    const agreed = this.store.agrees(frame);
    this.show(frame);
    if (agreed) return;
    this.store.renew(); // after every move, where other values follow from it: compute ahead once the hand rests
    this.store.pause(REST);
  }

  /** @param {Frame} frame */
  show(frame) {
    const { page, channel: { asking, queue, seen } } = this;
    const open = [...queue, ...(asking ? [asking] : [])];
    const known = Math.max(seen, this.drawnAt);
    const moving = new Set(open.filter((q) => q.do === "set" && q.number > known).map((q) => q.name));
    const scene = frame.scene || this.frame.scene;
    this.glide.begin(this.frame.scene);
    this.frame = { ...frame, scene };
    for (const control of this.controls) {
      const { name } = control, input = this.inputs[name];
      bound(control, this.frame);
      input.enable(!frame.disabled.includes(name));
      if (!moving.has(name)) input.show(frame.values[name]);
    }
    this.listen.look();
    page.complain(frame.error);
    if (scene) {
      page.words.textContent = scene.description;
      page.say(scene.description);
    }
    this.schedule();
  }

  /** Where there is a pad, its drawing is painted as the hand has it, without waiting for Python. */
  drawn() {
    for (const panel of this.frame.scene?.rows.flat() || []) {
      const pad = panel.draw && this.inputs[panel.draw]?.pad;
      if (pad) panel.pixels = pad.shown;
    }
  }

  /** The theme may be another one; the one that is seen counts until the next paint reads it. */
  look() {
    if (this.theme) this.theme.aged = true;
    this.schedule();
  }

  schedule() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  paint() {
    const { page, channel } = this;
    this.drawn();
    const scene = this.glide.seen(this.frame.scene);
    const width = Math.floor(page.picture.clientWidth);
    if (!scene || width < 40) return;
    if (!this.theme || this.theme.aged) {
      this.theme = themeOf(this.root);
      this.root.style.colorScheme = this.theme.dark ? "dark" : "light"; // for the browser's own inputs
    }
    if (width !== this.layout?.width) { // the height never shrinks under the hand, only with the window
      this.tallest = 0;
      page.widthChanged();
    }
    page.keepHeight();
    this.layout = layoutOf(scene, width);
    this.tallest = Math.max(this.tallest, Math.ceil(this.layout.height));
    const context = cleanSheet(page.canvas, page.picture, width, this.tallest);
    this.printed = paintScene(context, this.theme, scene, this.layout, this.hands.pointed);
    this.hands.keys.place(this.layout);
    this.painted += 1;
    if (this.glide.from) this.schedule();
    const detail = { number: Math.max(channel.seen, this.drawnAt), last: channel.number };
    this.root.dispatchEvent(new CustomEvent("cnnlab-painted", { detail }));
  }
}

export default {
  /** @param {{ model: Model, el: HTMLElement }} where */
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.dispose();
  },
};
