// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Listen } from "../../cnnlab/explore/live/js/sound/listen.js";
import { Microphone } from "../../cnnlab/explore/live/js/sound/microphone.js";
import { encoded, rateOf, soundOf } from "../../cnnlab/explore/live/js/sound/taken.js";
import { control, Element, until } from "./support.js";

/** @typedef {import("../../cnnlab/explore/live/js/types.d.ts").Sound} Sound */

/** A browser's audio, whose state after resume() is what the page is allowed. */
function audio(allowed = "running") {
  /** @type {any[]} */
  const started = [];
  class AudioContext {
    state = "suspended";
    destination = {};
    resume() {
      return Promise.resolve().then(() => void (this.state = allowed));
    }
    suspend() {
      return Promise.resolve().then(() => void (this.state = "suspended")); // later, as in a browser
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

test("nothing goes on at work when nothing is heard, and another press is heard at once", async () => {
  const { AudioContext, started } = audio();
  const { listen } = open(AudioContext);
  listen.buttons[0].click();
  await soon();
  assert.equal(listen.context?.state, "running");
  started[0].onended();
  listen.buttons[1].click(); // before the context has come to rest
  await soon();
  assert.equal(listen.context?.state, "running");
  listen.buttons[1].click();
  await soon();
  assert.equal(listen.context?.state, "suspended");
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

// ---- a sound of one's own

/**
 * What the browser makes of any file: a sound of two channels, so many samples long.
 * @param {number} length
 * @param {number} [level]
 */
function decoding(length, level = 0.25) {
  /** @type {number[]} */
  const rates = [];
  class OfflineAudioContext {
    /** @param {number} _ @param {number} __ @param {number} rate */
    constructor(_, __, rate) {
      this.rate = rate;
      rates.push(rate);
    }
    /** @param {ArrayBuffer} bytes */
    decodeAudioData(bytes) {
      if (!bytes.byteLength) return Promise.reject(new Error("no sound"));
      const channels = [level, 3 * level].map((v) => new Float32Array(length).fill(v));
      const getChannelData = (/** @type {number} */ k) => channels[k];
      return Promise.resolve({ length, sampleRate: this.rate, numberOfChannels: 2, getChannelData });
    }
  }
  Object.assign(globalThis, { OfflineAudioContext });
  return rates;
}

/** The numbers behind samples in base64. @param {string} samples */
function numbers(samples) {
  const bytes = Uint8Array.from(atob(samples), (c) => c.charCodeAt(0));
  return Array.from(new Int16Array(bytes.buffer), (v) => v / 32768);
}

/** The head of a .wav file of so many samples a second. @param {number} rate */
function head(rate) {
  const view = new DataView(new ArrayBuffer(44));
  const letters = (/** @type {number} */ at, /** @type {string} */ word) => {
    for (let k = 0; k < 4; k++) view.setUint8(at + k, word.charCodeAt(k));
  };
  letters(0, "RIFF");
  letters(8, "WAVE");
  letters(12, "fmt ");
  view.setUint32(24, rate, true);
  return view.buffer;
}

test("samples travel as 16 bits, and what is too loud is cut off", () => {
  const wide = Float32Array.from({ length: 40_000 }, (_, i) => Math.round(32768 * Math.sin(i)) / 32768);
  assert.deepEqual(numbers(encoded(wide)), Array.from(wide, (v) => Math.min(v, 32767 / 32768)));
  assert.deepEqual(numbers(encoded(new Float32Array([2, -2]))), [32767 / 32768, -1]);
});

test("a .wav file is decoded at its own rate, anything else at the usual one", () => {
  assert.deepEqual([12_000, 44_100, 96_000].map((rate) => rateOf(head(rate))), [12_000, 44_100, 96_000]);
  assert.deepEqual([0, 1_000, 192_000].map((rate) => rateOf(head(rate))), [48_000, 48_000, 48_000]);
  assert.equal(rateOf(new ArrayBuffer(3)), 48_000);
  assert.equal(rateOf(new TextEncoder().encode("these are only words, and none of sound").buffer), 48_000);
});

test("channels are averaged; what is too long is refused, or cut where it was recorded", async () => {
  const rates = decoding(24_000);
  const sound = await soundOf(new Blob([head(12_000)]), 3);
  assert.deepEqual(rates, [12_000]);
  assert.equal(sound.rate, 12_000);
  assert.deepEqual(numbers(sound.samples), Array(24_000).fill(0.5));
  await assert.rejects(soundOf(new Blob([head(12_000)]), 1.5), /2\.0 seconds long: at most 1\.5 are taken/);
  assert.equal(numbers((await soundOf(new Blob([head(12_000)]), 1.5, true)).samples).length, 18_000);
});

test("a file that is no sound, an empty, an endless and a broken one are refused in words", async () => {
  decoding(0);
  await assert.rejects(soundOf(new Blob([]), 3), /no sound that the browser can read/);
  await assert.rejects(soundOf(new Blob(["x"]), 3), /no sound in this file/);
  await assert.rejects(soundOf(/** @type {any} */ ({ size: 17e6 }), 3), /at most 16 MB/);
  decoding(100, NaN);
  await assert.rejects(soundOf(new Blob(["x"]), 3), /samples that are no numbers/);
});

/**
 * A microphone of the browser; `grant` is what its promise comes to.
 * @param {() => Promise<any>} grant
 */
function microphone(grant) {
  /** @type {any} */
  const seen = { asked: 0, stopped: 0, recorders: [], changes: [], complaints: [] };
  const track = { stop: () => void (seen.stopped += 1) };
  class MediaRecorder {
    state = "inactive";
    mimeType = "audio/webm";
    constructor() {
      seen.recorders.push(this);
    }
    start() {
      this.state = "recording";
    }
    stop() {
      this.state = "inactive";
      const own = /** @type {any} */ (this);
      queueMicrotask(() => {
        own.ondataavailable({ data: new Blob(["sound"]) });
        own.onstop();
      });
    }
  }
  const getUserMedia = () => {
    seen.asked += 1;
    return grant().then(() => ({ getTracks: () => [track] }));
  };
  Object.assign(globalThis, { MediaRecorder, document: { createElement: () => new Element() } });
  Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: { getUserMedia } }, configurable: true });
  const act = {
    change: (/** @type {string} */ name, /** @type {any} */ value) => void seen.changes.push([name, value]),
    complain: (/** @type {string} */ words) => void seen.complaints.push(words),
  };
  const stop = new AbortController();
  const made = new Microphone(
    control({ kind: "microphone", name: "sound", label: "your syllable", seconds: 3 }),
    /** @type {any} */ (act),
    stop.signal,
  );
  return { made, seen, stop };
}

const granted = () => Promise.resolve();

test("the microphone is asked for when the button is pressed, and let go when the recording ends", async () => {
  decoding(24_000);
  const { made, seen } = microphone(granted);
  assert.equal(seen.asked, 0);
  assert.equal(made.button.textContent, "● record");
  made.button.click();
  assert.equal(seen.asked, 1);
  await until(() => seen.recorders.length);
  assert.equal(made.words.textContent, "speak now …");
  assert.equal(seen.stopped, 0);
  made.button.click();
  await until(() => seen.changes.length);
  assert.deepEqual(seen.changes[0][0], "sound");
  assert.equal(numbers(seen.changes[0][1].samples).length, 24_000);
  assert.equal(seen.stopped, 1);
  assert.equal(made.button.textContent, "● record");
});

test("what nobody waits for any more is let go: a second press, a view that is closed, a control that is greyed", async () => {
  /** @type {() => void} */
  let grant = () => {};
  const { made, seen, stop } = microphone(() => new Promise((done) => void (grant = () => done(undefined))));
  made.button.click();
  made.button.click();
  grant();
  await until(() => seen.stopped);
  assert.deepEqual([seen.asked, seen.stopped, seen.recorders.length], [1, 1, 0]);
  for (const end of [() => made.input().enable(false), () => made.input().leave?.(), () => stop.abort()]) {
    const before = seen.recorders.length;
    made.button.click();
    grant();
    await until(() => seen.recorders.length > before);
    const { stopped } = seen;
    end();
    assert.equal(seen.stopped, stopped + 1);
    await soon();
  }
  assert.deepEqual(seen.changes, []);
});

test("where there is no microphone a sentence says so, and what to do", async () => {
  for (
    const [name, words] of [
      ["NotAllowedError", /does not lend this page the microphone.*open a sound file/],
      ["NotFoundError", /No microphone was found.*open a sound file/],
      ["SecurityError", /could not be used: open a sound file/],
    ]
  ) {
    const { made, seen } = microphone(() => Promise.reject(Object.assign(new Error("x"), { name })));
    made.button.click();
    await until(() => seen.complaints.length > 1);
    assert.match(seen.complaints.at(-1), /** @type {RegExp} */ (words));
    assert.equal(made.button.textContent, "● record");
  }
  const { made, seen } = microphone(granted);
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  made.button.click();
  await until(() => seen.complaints.length > 1);
  assert.match(seen.complaints.at(-1), /cannot use a microphone .*localhost.*open a sound file/);
});
