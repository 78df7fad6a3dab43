// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { between } from "../../cnnlab/explore/live/js/glide.js";
import { Play } from "../../cnnlab/explore/live/js/play.js";
import { indexOf, isOrdered, valueAt } from "../../cnnlab/explore/live/js/positions.js";
import { control } from "./support.js";

/** @import { TestContext } from "node:test" */
/** @import { Scene } from "../../cnnlab/explore/live/js/types.d.ts" */

const WHOLE = control({ kind: "slider", name: "steps", all: [0, 1, 2, 3], glide: false });
const REAL = control({ kind: "slider", name: "eta", all: Array.from({ length: 31 }, (_, i) => i / 10), glide: true });
const WORDS = control({ kind: "choice", name: "step", options: ["one", "two", "three"], ordered: true });
const CELL = control({ kind: "cell", name: "where", rows: 2, columns: 3 });

/** @param {TestContext} t */
function open(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const controls = [WHOLE, REAL, WORDS, CELL];
  /** @type {Record<string, any>} */
  const values = { steps: 1, eta: 0, step: "one", where: [0, 1] };
  /** @type {[string, any, number][]} */
  const gone = [];
  /** @type {[string, boolean][]} */
  const shown = [];
  const stage = { waits: false, can: true, most: Infinity };
  const play = new Play({
    control: (name) => controls.find((c) => c.name === name),
    value: (name) => values[name],
    waits: () => stage.waits,
    can: () => stage.can,
    go: ({ name }, index, glide) => {
      const to = Math.min(index, stage.most);
      values[name] = valueAt(/** @type {any} */ (controls.find((c) => c.name === name)), to);
      gone.push([name, values[name], glide]);
    },
    show: (name, on) => shown.push([name, on]),
  });
  const places = () => gone.map(([, value]) => value);
  const later = (/** @type {number} */ ms) => t.mock.timers.tick(ms);
  return { play, values, gone, shown, stage, places, later };
}

test("controls are ordered or not, and know their places", () => {
  assert.deepEqual([WHOLE, WORDS, CELL].map(isOrdered), [true, true, true]);
  const unordered = { ...WORDS, ordered: false }, single = { ...CELL, rows: 1, columns: 1 };
  const others = [unordered, single, control({ kind: "toggle" }), control({ kind: "handle", rows: 9, columns: 9 })];
  assert.deepEqual(others.map(isOrdered), [false, false, false, false]);
  assert.deepEqual([indexOf(CELL, [1, 2]), indexOf(WORDS, "three"), indexOf(REAL, 0.52)], [5, 2, 5]);
  assert.deepEqual([valueAt(CELL, 5), valueAt(WORDS, 2), valueAt(WHOLE, 3)], [[1, 2], "three", 3]);
});

test("it goes from place to place, stops at its end, and begins again from there", (t) => {
  const { play, places, shown, later } = open(t);
  play.toggle("steps");
  assert.deepEqual(places(), [2], "the first step at once");
  later(701);
  assert.deepEqual(places(), [2, 3]);
  later(701);
  assert.deepEqual(shown, [["steps", true], ["steps", false]]);
  play.toggle("steps");
  assert.deepEqual(places(), [2, 3, 0], "from the beginning");
});

test("what its explorer holds back has come to its end there", (t) => {
  const { play, places, shown, stage, values, later } = open(t);
  stage.most = 2;
  play.toggle("steps");
  later(701);
  assert.deepEqual(places(), [2, 2], "one step on is tried");
  later(701);
  assert.deepEqual(shown, [["steps", true], ["steps", false]], "and then it stops");
  play.toggle("steps");
  assert.deepEqual(places(), [2, 2, 0], "from the beginning");
  later(701);
  assert.deepEqual(places(), [2, 2, 0, 1]);
  play.halt();
  Object.assign(values, { steps: 1 });
  stage.most = 3;
  play.toggle("steps");
  later(701);
  assert.deepEqual(places().slice(-2), [2, 3], "as soon as it may, it goes on");
  play.halt();
  Object.assign(values, { steps: 1 });
  stage.most = 1;
  play.repeat = true;
  play.toggle("steps");
  later(701);
  later(701);
  assert.deepEqual(places().slice(-3), [1, 0, 1]);
});

test("in a loop the end is followed by the beginning, in one leap", (t) => {
  const { play, values, gone, later } = open(t);
  play.repeat = true;
  values.eta = 2.9;
  play.toggle("eta");
  later(400);
  assert.deepEqual(gone.map(([, value]) => value), [3, 0]);
  assert.ok(gone[0][2] > 0 && gone[1][2] === 0, "no value lies between the end and the beginning");
});

test("cells are read like words, row by row, and words in their order", (t) => {
  const { play, places, later } = open(t);
  play.toggle("where");
  for (let k = 0; k < 5; k++) later(701);
  assert.deepEqual(places(), [[0, 2], [1, 0], [1, 1], [1, 2]]);
  play.toggle("step");
  assert.equal(places().at(-1), "two");
});

test("no place is left out while Python works", (t) => {
  const { play, places, stage, later } = open(t);
  play.toggle("steps");
  stage.waits = true;
  later(3000);
  assert.deepEqual(places(), [2]);
  stage.waits = false;
  later(20);
  assert.deepEqual(places(), [2, 3]);
});

test("one plays at a time, and the hand, a second press or a refusal stops it", (t) => {
  const { play, places, stage, shown, later } = open(t);
  play.toggle("steps");
  play.toggle("where");
  assert.deepEqual(shown, [["steps", true], ["steps", false], ["where", true]]);
  play.touched("steps");
  assert.equal(play.playing, "where", "another control may be touched");
  play.touched("where");
  assert.equal(play.playing, null);
  play.toggle("where");
  play.toggle("where");
  const so_far = places().length;
  later(5000);
  assert.equal(places().length, so_far);
  play.toggle("eta");
  stage.can = false;
  later(5000);
  assert.equal(play.playing, null, "greyed, or an error is shown");
  play.toggle("eta");
  assert.equal(play.playing, null);
});

test("a step goes one place, stays inside, and stops what plays", (t) => {
  const { play, places, later } = open(t);
  play.toggle("where");
  for (const by of [1, 1, 1]) play.stepBy("steps", by);
  play.stepBy("steps", -1);
  assert.equal(play.playing, null);
  later(2000);
  assert.deepEqual(places(), [[0, 2], 2, 3, 3, 2]);
});

test("the pace is that of the eye: many places go by faster, and each can be slow or fast", (t) => {
  const { play } = open(t);
  const stays = () => [WHOLE, REAL].map((one) => Math.round(play.stay(one)));
  assert.deepEqual(stays(), [700, 290]);
  play.change();
  assert.deepEqual([play.pace, ...stays()], ["fast", 280, 116]);
  play.change();
  assert.deepEqual([play.pace, ...stays()], ["slow", 1400, 581]);
  assert.ok(play.stay(control({ kind: "slider", all: new Array(1000) })) >= 70);
});

test("only what has values between its places glides, and only as long as an eye can see", (t) => {
  const { play, gone, later } = open(t);
  play.toggle("steps");
  play.halt();
  play.toggle("eta");
  later(291);
  play.pace = "fast";
  later(291);
  play.stepBy("eta", 1);
  assert.deepEqual(gone.map(([, , glide]) => Math.round(glide)), [0, 203, 203, 81, 260]);
});

const numbers = (/** @type {number[]} */ ...data) => ({ data: Float32Array.from(data), shape: [data.length] });

/**
 * @param {any[]} items
 * @param {object} [more]
 * @returns {Scene}
 */
function axes(items, more = {}) {
  const panel = { kind: "Curves", name: "c", x: [0, 1], y: [0, 1], items, ...more };
  return /** @type {any} */ ({ rows: [[panel]], description: "", arrows: [], links: [] });
}

test("lines, points, bars and marks glide; the numbers at bars are those that were computed", () => {
  const from = axes([
    { kind: "Line", x: numbers(0, 1), y: numbers(0, NaN) },
    { kind: "Mark", x: 0, y: null },
    { kind: "Bars", x: numbers(0), y: numbers(4), width: 0.8 },
    { kind: "Border", w: [1, 0], b: 0 },
  ]);
  const to = axes([
    { kind: "Line", x: numbers(0, 1), y: numbers(2, 2) },
    { kind: "Mark", x: 1, y: null },
    { kind: "Bars", x: numbers(0), y: numbers(8), width: 0.8 },
    { kind: "Border", w: [0, 1], b: 2 },
  ]);
  const [line, mark, bars, border] = between(from, to, 0.5).rows[0][0].items;
  assert.deepEqual([...line.y.data], [1, NaN]);
  assert.deepEqual([mark.x, mark.y], [0.5, null]);
  assert.deepEqual([bars.y.data[0], bars.shown?.data[0], bars.width], [6, 8, 0.8]);
  assert.deepEqual([border.w, border.b], [[0.5, 0.5], 1]);
  assert.equal(between(from, to, 1), to);
  assert.deepEqual([...to.rows[0][0].items[0].y.data], [2, 2], "what was computed stays as it is");
});

test("on a logarithmic axis the way is that of the eye", () => {
  const [from, to] = [1, 100].map((x) => axes([{ kind: "Mark", x, y: null }], { x: [1, 1000], x_log: true }));
  assert.equal(between(from, to, 0.5).rows[0][0].items[0].x.toFixed(6), "10.000000");
});

test("nothing glides between pictures of another make", () => {
  const from = axes([{ kind: "Line", x: numbers(0, 1), y: numbers(0, 0) }]);
  const longer = axes([{ kind: "Line", x: numbers(0, 1, 2), y: numbers(2, 2, 2) }]);
  assert.equal(between(from, longer, 0.5).rows[0][0].items[0].y, longer.rows[0][0].items[0].y);
  const others = [axes([]), axes([{ kind: "Points", x: numbers(0), y: numbers(1) }]), axes([], { kind: "Image" })];
  others.push(axes([{ kind: "Line", x: numbers(0, 1), y: numbers(2, 2) }], { y: [0, 9] }));
  for (const to of others) assert.equal(between(from, to, 0.5).rows[0][0], to.rows[0][0]);
});
