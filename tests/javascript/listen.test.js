// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Listen } from "../../cnnlab/explore/live/js/sound/listen.js";

/** @typedef {import("../../cnnlab/explore/live/js/types.d.ts").Sound} Sound */

/** An element that knows no more than the buttons need. */
class Element extends EventTarget {
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

/** A browser's audio, whose state after resume() is what the page is allowed. */
function audio(allowed = "running") {
  /** @type {any[]} */
  const started = [];
  class AudioContext {
    state = "suspended";
    destination = {};
    resume() {
      this.state = allowed;
      return Promise.resolve();
    }
    close() {
      this.state = "closed";
      return Promise.resolve();
    }
    createBuffer(/** @type {number} */ _, /** @type {number} */ length, /** @type {number} */ rate) {
      const data = new Float32Array(length);
      return { rate, data, getChannelData: () => data };
    }
    createBufferSource() {
      const source = {
        running: false,
        connect: () => {},
        start: () => void (source.running = true),
        stop: () => void (source.running = false),
      };
      started.push(source);
      return source;
    }
  }
  return { AudioContext, started };
}

/** @param {any} AudioContext */
function open(AudioContext) {
  Object.assign(globalThis, { document: { createElement: () => new Element() }, AudioContext });
  const stop = new AbortController();
  const sound = (/** @type {string} */ label, /** @type {number[]} */ numbers) => ({
    label,
    rate: 12_000,
    samples: { data: new Float32Array(numbers), shape: [numbers.length] },
  });
  const shown = { sounds: /** @type {Sound[]} */ ([sound("all", [0, 0.5, 0.25]), sound("window", [0.5])]) };
  const controls = new Element();
  const listen = new Listen(/** @type {any} */ (controls), () => shown.sounds, stop.signal);
  return { controls, listen, shown, sound, stop };
}

const soon = () => new Promise((done) => setTimeout(done, 5));

test("a button plays the samples of the frame that is shown, until the end", async () => {
  const { AudioContext, started } = audio();
  const { listen, shown, sound } = open(AudioContext);
  assert.deepEqual(listen.buttons.map((b) => b.textContent), ["♪ all", "♪ window"]);
  listen.buttons[0].click();
  await soon();
  assert.deepEqual([...started[0].buffer.data], [0, 0.5, 0.25]);
  assert.equal(started[0].buffer.rate, 12_000);
  assert.equal(listen.buttons[0].textContent, "■ all");
  started[0].onended();
  assert.equal(listen.buttons[0].textContent, "♪ all");
  shown.sounds = [sound("all", [0.125]), sound("window", [0.5])];
  listen.buttons[0].click();
  await soon();
  assert.deepEqual([...started[1].buffer.data], [0.125], "the frame is another one");
});

test("a second press stops it, and so does another sound; a closed view is silent", () => {
  const { AudioContext, started } = audio();
  const { listen, stop } = open(AudioContext);
  listen.buttons[0].click();
  listen.buttons[0].click();
  assert.equal(started[0].running, false);
  listen.buttons[0].click();
  listen.buttons[1].click();
  assert.deepEqual(started.map((s) => s.running), [false, false, true]);
  stop.abort();
  assert.equal(started[2].running, false);
  assert.equal(listen.context, null);
});

test("where the page may not play, the buttons are greyed and a sentence says so", async () => {
  class Refused {
    constructor() {
      throw new Error("not here");
    }
  }
  for (const context of [undefined, Refused, audio("suspended").AudioContext]) {
    const { listen } = open(context);
    listen.buttons[0].click();
    await soon();
    assert.ok(listen.buttons.every((button) => button.disabled));
    assert.equal(listen.words.hidden, false);
    assert.match(String(listen.words.textContent), /may not play/);
  }
});

test("a frame without sounds greys them", () => {
  const { listen, shown } = open(audio().AudioContext);
  shown.sounds = [];
  listen.look();
  assert.ok(listen.buttons.every((button) => button.disabled));
  listen.buttons[0].click();
  assert.equal(listen.source, null);
});

test("where Python is gone, so are the buttons", () => {
  const { AudioContext, started } = audio();
  const { controls, listen } = open(AudioContext);
  assert.deepEqual(controls.children, [listen.element]);
  listen.buttons[0].click();
  listen.leave();
  assert.equal(started[0].running, false);
  assert.deepEqual(controls.children, []);
});
