// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Channel } from "../../cnnlab/explore/live/js/channel.js";
import { Store } from "../../cnnlab/explore/live/js/store.js";
import { control, deafModel, frameOf, packed } from "./support.js";

/** @import { TestContext } from "node:test" */

const A = control({ kind: "slider", name: "a", all: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], carries: ["follower"] });
const B = control({ kind: "slider", name: "b", all: [0, 1] });
const W = control({ kind: "matrix", name: "w", lo: -9, hi: 9, step: 1, carries: ["kernel"] });

/** @param {TestContext} t */
function open(t) {
  const model = deafModel();
  const channel = new Channel(model, { waiting: () => {}, gone: () => {} });
  const hand = { frame: frameOf({ a: 4, b: 0, follower: 8 }), near: true, playing: false };
  const view = { frame: () => hand.frame, near: () => hand.near, playing: () => hand.playing };
  const store = new Store(channel, [A, B, W], view);
  t.after(() => {
    store.close();
    channel.close();
  });
  return { model, channel, hand, store };
}

/**
 * Answer the last question for frames.
 * @param {ReturnType<typeof open>} parts
 * @param {number} [most]
 */
function answer({ model, store, hand }, most = Infinity) {
  const { token, wanted } = model.sent.findLast((q) => q.do === "sweep");
  const done = wanted.slice(0, most);
  const frames = done.map((/** @type {number} */ a) => frameOf({ ...hand.frame.values, a, follower: 2 * a }));
  store.fill({ token, done }, packed(frames));
}

test("a hand that comes near has the frames around it computed, nearest first", (t) => {
  const parts = open(t), { model, store } = parts;
  store.touch("a", 4);
  assert.deepEqual(model.sent.map((q) => q.do), ["sweep"]);
  assert.deepEqual(model.sent[0].wanted.slice(0, 3), [4, 3, 5]);
  answer(parts, 2);
  assert.deepEqual([...store.frames.keys()], [4, 3]);
  assert.deepEqual(model.sent[1].wanted.slice(0, 2), [5, 2], "and then the rest");
  answer(parts);
  assert.equal(store.frames.size, 10);
  assert.equal(model.sent.length, 2, "all is here");
  assert.equal(store.turnTo(7, 7)?.values.a, 7);
});

test("nothing is computed ahead while the hand waits, is away, or it plays", (t) => {
  const { model, channel, hand, store } = open(t);
  hand.near = false;
  store.touch("a", 4);
  hand.near = true;
  hand.playing = true;
  store.touch("a", 4);
  hand.playing = false;
  channel.ask({ do: "hello" });
  store.touch("a", 4);
  assert.deepEqual(model.sent.map((q) => q.do), ["hello"]);
});

test("the store holds as long as only its control, and what that carries, is another", (t) => {
  const { hand, store } = open(t);
  store.touch("a", 4);
  assert.ok(store.agrees(frameOf({ a: 9, b: 0, follower: 18 })));
  assert.ok(!store.agrees(frameOf({ a: 9, b: 1, follower: 18 })), "another control");
  assert.ok(!store.agrees(frameOf(hand.frame.values, 1)), "another state of the explorer");
});

test("where Python says on what the frames rest, that is compared", (t) => {
  const { hand, store } = open(t);
  hand.frame = { ...hand.frame, rests: { a: "one" } };
  store.touch("a", 4);
  const values = { a: 9, b: 0, follower: 18 };
  assert.ok(store.agrees({ ...frameOf(values), rests: { a: "one" } }));
  assert.ok(!store.agrees({ ...frameOf(values), rests: { a: "two" } }), "what it carries along has changed otherwise");
  assert.ok(!store.agrees(frameOf(values)), "Python cannot say it");
  store.touch("b", 1);
  assert.ok(store.agrees(frameOf({ ...hand.frame.values, b: 0 })), "a control that carries nothing");
});

test("of a matrix, another cell that has changed ends the store; what the matrix moves along does not", (t) => {
  const { hand, store } = open(t);
  const w = (/** @type {number[]} */ ...data) => ({ data: new Float32Array(data), shape: [2, 2] });
  hand.frame = frameOf({ w: w(1, 2, 3, 4), kernel: "blur", b: 0 });
  store.touch("w", 3, [0, 1]);
  assert.ok(store.agrees(frameOf({ w: w(1, 9, 3, 4), kernel: "your own", b: 0 })));
  assert.ok(!store.agrees(frameOf({ w: w(1, 9, 3, 5), kernel: "your own", b: 0 })), "another cell");
  assert.ok(!store.agrees(frameOf({ w: w(1, 9, 3, 4), kernel: "your own", b: 1 })), "another control");
});

test("frames that were asked for before it began again are dropped", (t) => {
  const parts = open(t), { model, store } = parts;
  store.touch("a", 4);
  const { token } = model.sent[0];
  store.renew();
  store.fill({ token, done: [4] }, packed([frameOf({ a: 4 })]));
  assert.equal(store.frames.size, 0);
  assert.equal(store.index, 4, "the hand is where it was");
});

test("another control begins with no position and no course of the hand", (t) => {
  const { store } = open(t);
  store.touch("a", 4);
  store.turnTo(6, 6);
  store.touch("b", 1);
  assert.deepEqual([store.name, store.index, store.course], ["b", 1, [0, 0]]);
});

test("a full store lets go of what is far from the hand, once the hand has left it", (t) => {
  const parts = open(t), { store } = parts;
  const wide = control({ kind: "slider", name: "wide", all: Array.from({ length: 100 }, (_, i) => i) });
  store.controls.push(wide);
  store.touch("wide", 0);
  for (let i = 0; i < 40; i++) store.frames.set(i, frameOf({ wide: i }));
  store.bytes = 24e6;
  store.touch("wide", 20);
  assert.equal(store.frames.size, 40);
  store.touch("wide", 42);
  assert.deepEqual([...store.frames.keys()], [35, 36, 37, 38, 39]);
  assert.equal(store.bytes, 24e6 * 5 / 40);
});

test("where nothing is there the hand's picture comes first; of many, what is ahead comes between", async (t) => {
  const { model, channel, store } = open(t), sweeps = () => model.sent.filter((q) => q.do === "sweep").length;
  store.empty("a");
  for (const value of [5, 6]) {
    channel.ask({ do: "set", name: "a", value, at: null });
    store.meets(false);
    store.touch("a", value);
    assert.equal(sweeps(), 0);
  }
  await new Promise((done) => setTimeout(done, 90));
  assert.ok(channel.asking);
  store.meets(false);
  store.touch("a", 7);
  assert.equal(sweeps(), 1, "it has waited for pictures since the first that was not there");
  store.asked = 0;
  store.meets(true);
  store.touch("a", 8);
  assert.equal(sweeps(), 1, "here it need not wait, but the answer is under way");
  store.meets(false);
  store.empty("b");
  assert.equal(store.outrun, 0, "of another control it has not waited for anything");
});

test("after a rest it goes on where the hand is", async (t) => {
  const { model, store } = open(t);
  store.empty("a");
  store.index = 2;
  store.pause(20);
  store.prefetch();
  assert.equal(model.sent.length, 0);
  await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual(model.sent.map((q) => q.do), ["sweep"]);
});
