// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { RecordedModel } from "../../cnnlab/explore/live/js/recorded/model.js";
import { Paths, stopOf } from "../../cnnlab/explore/live/js/recorded/paths.js";
import { readRecording } from "../../cnnlab/explore/live/js/recorded/recording.js";
import { control } from "./support.js";

/** @import { Told } from "../../cnnlab/explore/live/js/recorded/model.js" */

const CONTROLS = [
  control({ kind: "slider", name: "a", label: "slope", all: [0, 1, 2] }),
  control({ kind: "toggle", name: "on", label: "on" }),
  control({ kind: "button", name: "go", label: "train" }),
  control({ kind: "pad", name: "drawing", label: "draw" }),
];

/** Values of six spots: a sweep of a, and of on, from spot 0; two presses from it. */
const SPOTS = [[1, false], [0, false], [2, false], [1, true], [1, false], [1, false]];

/** @param {object} [changes] of the head */
function recordingOf(changes = {}) {
  const parts = [null, { kind: "Grid", name: "e", values: { $: 0 } }, { kind: "Grid", name: "e", values: { $: 1 } }];
  const frames = SPOTS.map(([a, on], spot) => {
    const scene = { rows: [[{ "#": spot === 2 ? 2 : 1 }]], description: `a is ${a}` };
    parts.push(/** @type {any} */ ({ scene, error: null, values: { a, on }, disabled: [] }));
    return parts.length - 1;
  });
  const head = {
    version: 1,
    title: "t",
    controls: CONTROLS,
    needs: ["drawing"],
    frames,
    presses: { 4: ["go", 1], 5: ["go", 2] },
    lines: [["a", null, 0, [1, 0, 2]], ["on", null, 0, [0, 3]]],
    steps: [["go", [0, 4, 4, 5]]],
    shapes: [["f", [2], false], ["f", [2], true]],
    arrays: [0, 1],
    ...changes,
  };
  const first = new Uint8Array(Float32Array.of(1.5, -2).buffer),
    second = new Uint8Array(Float32Array.of(1.5, 3).buffer);
  const apart = (/** @type {Uint8Array} */ bytes) => [0, 1, 2, 3].flatMap((p) => [bytes[p], bytes[4 + p]]);
  const numbers = [...apart(first), ...apart(second.map((v, i) => v ^ first[i]))];
  const squeezed = (/** @type {Uint8Array | string} */ data) => gzipSync(data).toString("base64");
  return `${squeezed(JSON.stringify([...parts, head]))}.${squeezed(Uint8Array.from(numbers))}\n`;
}

/** @param {object} [changes] */
async function open(changes) {
  const recording = await readRecording(recordingOf(changes));
  /** @type {Told[]} */
  const told = [];
  /** @type {any[]} */
  const heard = [];
  const model = new RecordedModel(recording, (words) => told.push(words));
  model.on("msg:custom", (content) => heard.push(content));
  let number = 0;
  /** @param {object} question */
  const ask = async (question) => {
    model.send({ ...question, view: "me", number: ++number });
    assert.equal(heard.length, number - 1, "the view is done with what it does before it hears the answer");
    await Promise.resolve();
    return heard[number - 1].frames[0];
  };
  return { recording, model, told, heard, ask };
}

test("numbers whose bytes lie apart, and differences, become the arrays again", async () => {
  const { recording } = await open();
  assert.deepEqual(recording.arrays.map(({ data }) => [...data]), [[1.5, -2], [1.5, 3]]);
  assert.deepEqual(recording.arrays[1].shape, [2]);
});

test("what frames have in common is one object, in all of them", async () => {
  const { recording } = await open();
  const panels = [0, 1, 2].map((spot) => recording.frame(spot).scene?.rows[0][0]);
  assert.equal(panels[0], panels[1]);
  assert.notEqual(panels[0], panels[2]);
  assert.equal(panels[2]?.values, recording.arrays[1]);
});

test("a recording of another form is refused in words", async () => {
  await assert.rejects(readRecording(recordingOf({ version: 2 })), /shows recordings of form 1; this one has form 2/);
});

test("a control that is moved leads along its line, and back", async () => {
  const { ask, told } = await open();
  assert.equal((await ask({ do: "set", name: "a", value: 2 })).values.a, 2);
  assert.equal((await ask({ do: "set", name: "a", value: 0 })).values.a, 0);
  assert.deepEqual(told.map(({ recorded, back }) => [recorded, back]), [[true, []], [true, []]]);
});

test("what was not recorded together goes back, and is named", async () => {
  const { ask, told } = await open();
  await ask({ do: "set", name: "a", value: 2 });
  assert.deepEqual((await ask({ do: "set", name: "on", value: true })).values, { a: 1, on: true });
  assert.deepEqual(told[1], { name: "on", recorded: true, back: ["a"], end: false });
});

test("where nothing is recorded the picture stays, and that is said", async () => {
  const { ask, told } = await open({ lines: [["a", null, 0, [1, 0, null]]] });
  assert.deepEqual((await ask({ do: "set", name: "a", value: 2 })).values, { a: 1, on: false });
  assert.deepEqual((await ask({ do: "set", name: "on", value: true })).values, { a: 1, on: false });
  assert.deepEqual(told.map(({ recorded }) => recorded), [false, false]);
});

test("what needs Python is grey everywhere, and so is a button at the end of what is recorded of it", async () => {
  const { ask, told, model } = await open();
  assert.deepEqual(model.frame().disabled, ["drawing"]);
  assert.deepEqual((await ask({ do: "press", name: "go" })).disabled, ["drawing"]);
  assert.deepEqual(model.presses, [["go", 1]]);
  assert.deepEqual((await ask({ do: "press", name: "go" })).disabled, ["drawing", "go"]);
  assert.deepEqual(told.map(({ end }) => end), [false, true]);
  assert.deepEqual((await ask({ do: "reset" })).disabled, ["drawing"]);
  assert.deepEqual(model.presses, []);
});

test("presses go back, too, where a control was not recorded after them", async () => {
  const { ask, told } = await open();
  await ask({ do: "press", name: "go" });
  assert.equal((await ask({ do: "set", name: "a", value: 0 })).values.a, 0);
  assert.deepEqual(told[1].back, [""]);
});

test("a question that nobody waits for is not answered", async () => {
  const { model, heard } = await open();
  model.send({ do: "nudge", view: "me" });
  model.send({ do: "sweep", view: "me", name: "a", wanted: [0], token: 1 });
  await Promise.resolve();
  assert.equal(heard.length, 0);
});

test("where not all cells are recorded, the nearest is meant, and one step leads to the next", () => {
  const cell = control({ kind: "cell", name: "at", rows: 11, columns: 11, stops: [[0, 5, 10], [0, 4, 8, 10]] });
  assert.equal(stopOf(cell, [5, 4], [8, 9]), 2 * 4 + 2);
  assert.equal(stopOf(cell, [5, 4], [5, 5]), 1 * 4 + 2, "one column on");
  assert.equal(stopOf(cell, [5, 4], [4, 4]), 0 * 4 + 1, "one row up");
  assert.equal(stopOf(cell, [5, 10], [6, 0]), 2 * 4 + 0, "from the end of a row to the next row");
  assert.equal(stopOf(cell, [10, 10], [10, 11]), 2 * 4 + 3, "the end is the end");
});

test("of several lines the one is taken that begins where most is as it is", () => {
  const spots = [[0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]].map(([a, b, c]) => ({ a, b, c }));
  const sliders = ["a", "b", "c"].map((name) => control({ kind: "slider", name, label: name, all: [0, 1] }));
  const lines = [["a", null, 1, [1, 3]], ["a", null, 2, [2, 4]]];
  const head = { controls: sliders, lines, steps: [], presses: {} };
  const paths = new Paths(
    /** @type {any} */ ({ head, frame: (/** @type {number} */ spot) => ({ values: spots[spot] }) }),
  );
  assert.deepEqual(paths.set(0, "a", 1), { spot: 3, back: ["b"] }, "the first of two that are as like");
  assert.deepEqual(paths.set(4, "a", 0), { spot: 2, back: [] });
  assert.deepEqual(paths.set(5, "a", 1), { spot: 3, back: ["c"] });
});
