// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { same, unpack } from "../../cnnlab/explore/live/js/frames.js";

/** @param {object} message */
function textOf(message) {
  return new TextEncoder().encode(JSON.stringify(message));
}

const ARRAYS = [["f", 0, [2, 2], "key"], ["b", 16, [3]]];
const NUMBERS = new Uint8Array([...new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer), 7, 8, 9, 0]);

test("arrays come to their places, and equal ones are one object", () => {
  const kept = new Map();
  const frames = [{ values: { a: { $: 0 }, deep: [{ $: 1 }, null, "x"] } }, { values: { a: { $: 0 } } }];
  const message = unpack(textOf({ arrays: ARRAYS, frames }), NUMBERS, kept);
  assert.ok(message);
  const [first, second] = message.frames;
  assert.deepEqual([...first.values.a.data], [1, 2, 3, 4]);
  assert.deepEqual([...first.values.deep[0].data], [7, 8, 9]);
  assert.deepEqual(first.values.deep.slice(1), [null, "x"]);
  assert.equal(first.values.a, second.values.a);
  assert.equal(kept.get("key"), first.values.a);
});

test("a buffer that begins at an odd place is read all the same", () => {
  const odd = new Uint8Array(NUMBERS.length + 1);
  odd.set(NUMBERS, 1);
  const message = unpack(textOf({ arrays: ARRAYS, frames: [{ values: { a: { $: 0 } } }] }), odd.subarray(1), new Map());
  assert.deepEqual([...(message?.frames[0].values.a.data || [])], [1, 2, 3, 4]);
});

test("an array that is known is not sent, and without it the message is worth nothing", () => {
  const photo = { data: Float32Array.of(5), shape: [1] };
  const text = textOf({ arrays: [["f", null, [1], "photo"]], frames: [{ values: { p: { $: 0 } } }] });
  assert.equal(unpack(text, new Uint8Array(), new Map([["photo", photo]]))?.frames[0].values.p, photo);
  assert.equal(unpack(text, new Uint8Array(), new Map()), null);
});

test("what was longest unused goes first, and never what is in use", () => {
  const large = () => ({ data: new Float32Array(1e6), shape: [1e6] });
  const kept = new Map([["old", large()], ["older", large()], ["new", large()]]);
  kept.delete("older");
  kept.set("older", large());
  unpack(textOf({ arrays: [["f", null, [1e6], "old"]], frames: [] }), new Uint8Array(), kept);
  assert.deepEqual([...kept.keys()], ["older", "old"]);
});

test("values are compared by what is in them", () => {
  const matrix = (/** @type {number} */ v) => ({ data: Float32Array.of(v, 0), shape: [1, 2] });
  assert.ok(same(matrix(1), matrix(1)) && same([1, 2], [1, 2]) && same("a", "a") && same(null, null));
  assert.ok(!same(matrix(1), matrix(2)) && !same([1, 2], [1]) && !same(0, false) && !same([0, 1], null));
});
