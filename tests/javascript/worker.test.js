// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { cut, plain, Port } from "../../cnnlab/explore/live/js/worker/model.js";

/** A worker that keeps what it is told, and a port to it. */
function port() {
  /** @type {any} */
  const worker = { told: [], postMessage: (/** @type {string} */ text) => worker.told.push(JSON.parse(text)) };
  /** @type {string[]} */
  const said = [];
  return { worker, said, port: new Port(worker, (words) => said.push(words)) };
}

/**
 * What comes from Python.
 * @param {any} worker
 * @param {object} told
 * @param {number[]} [bytes]
 */
function come(worker, told, bytes = []) {
  worker.onmessage({ data: { text: JSON.stringify({ sizes: [], ...told }), bytes: Uint8Array.from(bytes) } });
}

test("an explorer is opened with its past and its values, and is a model of the view", async () => {
  const { worker, said, port: to } = port();
  const e = { data: Float32Array.from([1, 2, 3, 4, 5, 6]), shape: [2, 3] };
  const opened = to.open({
    name: "one",
    past: [{ do: "set", name: "e", value: e }, { do: "press", name: "go" }],
    values: { a: 1, e },
  });
  const [{ place, ...told }] = worker.told;
  const rows = [[1, 2, 3], [4, 5, 6]];
  assert.deepEqual(told.values, { a: 1, e: rows });
  assert.deepEqual(told.past, [{ do: "set", name: "e", value: rows }, { do: "press", name: "go" }]);
  worker.onmessage({ data: { stage: "soon" } });
  assert.deepEqual(said, ["soon"]);
  come(worker, { place, kind: "open", title: "One", controls: [], sizes: [2, 1] }, [7, 8, 9]);
  const model = await opened;
  assert.equal(model.get("title"), "One");
  assert.deepEqual([model.get("first_text").byteLength, model.get("first_numbers").getUint8(0)], [2, 9]);
  /** @type {any[]} */
  const heard = [];
  const listener = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) =>
    heard.push([content, buffers.length]);
  model.on("msg:custom", listener);
  model.send({ do: "hello", value: null });
  assert.deepEqual(worker.told[1], { do: "ask", place, question: { do: "hello", value: null } });
  come(worker, { place, kind: "message", content: { kind: "seen" }, sizes: [1] }, [5]);
  come(worker, { place: "another", kind: "message", content: { kind: "seen" } });
  come(worker, { place, kind: "fault", words: "no" });
  model.off("msg:custom", listener);
  come(worker, { place, kind: "message", content: { kind: "seen" } });
  assert.deepEqual(heard, [[{ kind: "seen" }, 1]]);
});

test("two explorers have places of their own", () => {
  const { worker, port: to } = port();
  to.open({ name: "one", past: [], values: {} });
  to.open({ name: "one", past: [], values: {} });
  assert.notEqual(worker.told[0].place, worker.told[1].place);
});

test("what cannot be opened, and a worker that ends, are told in words", async () => {
  const { worker, port: to } = port();
  const first = to.open({ name: "one", past: [], values: {} });
  come(worker, { place: worker.told[0].place, kind: "fault", words: "there is none" });
  await assert.rejects(first, /there is none/);
  const second = to.open({ name: "one", past: [], values: {} });
  come(worker, { place: worker.told[1].place, kind: "open", title: "", controls: [] });
  const model = await second;
  let lost = 0;
  model.on("comm_live_update", () => lost += 1);
  const third = to.open({ name: "one", past: [], values: {} });
  worker.onmessage({ data: { failed: "out of memory" } });
  await assert.rejects(third, /out of memory/);
  assert.equal(lost, 1);
  assert.throws(() => model.send({ do: "hello" }), /out of memory/);
  await assert.rejects(to.open({ name: "one", past: [], values: {} }), /out of memory/);
});

test("bytes are cut where the sizes say, wherever they lie", () => {
  const bytes = new Uint8Array([0, 0, 1, 2, 3, 4]).subarray(2);
  assert.deepEqual(cut([1, 3], bytes).map((view) => view.getUint8(0)), [1, 2]);
  assert.equal(plain("x"), "x");
});
