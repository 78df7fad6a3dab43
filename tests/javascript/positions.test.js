// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import {
  apart,
  bound,
  carried,
  courseOf,
  isOrdered,
  nearest,
  positionsOf,
} from "../../cnnlab/explore/live/js/positions.js";

/** @import { Control } from "../../cnnlab/explore/live/js/types.d.ts" */

/**
 * @param {Partial<Control>} parts
 * @returns {Control}
 */
function control(parts) {
  return /** @type {Control} */ ({ name: "a", ...parts });
}

const SLIDER = control({ kind: "slider", all: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
const CELL = control({ kind: "cell", rows: 5, columns: 7, carries: ["b"] });

test("every kind of control has its positions", () => {
  assert.equal(positionsOf(SLIDER), 10);
  assert.equal(positionsOf(control({ kind: "choice", options: ["x", "y", "z"] })), 3);
  assert.equal(positionsOf(control({ kind: "toggle" })), 2);
  assert.equal(positionsOf(CELL), 35);
  assert.equal(positionsOf(control({ kind: "matrix", lo: -2, hi: 2, step: 0.1 })), 41);
  assert.equal(positionsOf(control({ kind: "button" })), 0);
});

test("positions come nearest first, each once, and all of them", () => {
  const line = [...nearest(SLIDER, 6, [0, 0], 1)];
  assert.deepEqual(line.slice(0, 5).map((i) => Math.abs(i - 6)), [0, 1, 1, 2, 2]);
  assert.deepEqual([...line].sort((a, b) => a - b), SLIDER.all);
  const plane = [...nearest(CELL, 17, [0, 0], 1)];
  assert.equal(new Set(plane).size, 35);
  const away = plane.map((i) => apart(CELL, i, 17));
  assert.deepEqual(away, [...away].sort((a, b) => a - b));
});

test("a hand that moves is met where it is going", () => {
  const ahead = [...nearest(SLIDER, 2, [0, 2], 1)];
  assert.ok(ahead.indexOf(8) < ahead.indexOf(0));
  assert.deepEqual(ahead.slice(0, 4), [2, 4, 6, 8]);
});

test("along its way it is met far ahead before it is looked for far beside", () => {
  const wide = control({ kind: "cell", rows: 40, columns: 40 });
  const order = [...nearest(wide, 5 * 40 + 5, [1, 1], 1)],
    place = (/** @type {number} */ k) => order.indexOf(k * 40 + k);
  const beside = order.indexOf(7 * 40 + 2);
  for (let k = 5; k <= 17; k++) assert.ok(place(k) < beside, `${k - 5} moves on`);
  assert.ok(order.indexOf(11 * 40 + 12) < beside, "beside its way, too");
  assert.equal(new Set(order).size, 1600);
});

test("under a fast hand only every so many-th cell is wanted, and those of the edges", () => {
  const coarse = new Set(nearest(CELL, 0, [0, 0], 3));
  const rows = new Set([...coarse].map((i) => Math.floor(i / 7))), columns = new Set([...coarse].map((i) => i % 7));
  assert.deepEqual([...rows].sort(), [0, 3]);
  assert.deepEqual([...columns].sort(), [0, 3, 6]);
});

test("the course of the hand is smoothed, and begins with nothing", () => {
  assert.deepEqual(courseOf(CELL, -1, 8, [3, 3]), [0, 0]);
  assert.deepEqual(courseOf(CELL, 0, 15, [0, 3]), [1, 2]);
  let course = courseOf(CELL, 0, 8, [0, 0]); // once across, and straight on from there
  for (let i = 8; i < 29; i += 7) course = courseOf(CELL, i, i + 7, course);
  assert.ok(course[0] > 0.9 && course[1] < 0.1, "what was once is soon forgotten");
});

test("of a grid no more is wanted than the picture has now", () => {
  const cell = { ...CELL, name: "where" };
  const frame = (/** @type {number[][]} */ ...shapes) => {
    const panels = shapes.map((shape) => ({ click: "where", values: { shape } }));
    return /** @type {any} */ ({ scene: { rows: [panels, [{ click: "another", values: { shape: [5, 7] } }]] } });
  };
  bound(cell, frame([2, 3]));
  assert.deepEqual([...nearest(cell, 8, [0, 0], 1)].sort((a, b) => a - b), [0, 1, 2, 7, 8, 9]);
  bound(cell, frame([2, 3], [4, 1]));
  assert.deepEqual(cell.now, [4, 3]);
  bound(cell, frame());
  assert.equal(new Set(nearest(cell, 8, [0, 0], 1)).size, 35, "where no picture says it, all");
});

test("a control carries itself and what it says", () => {
  assert.ok(carried(CELL, "a") && carried(CELL, "b") && !carried(CELL, "c") && !carried(undefined, "a"));
});

test("a slider ends where other controls let it end", () => {
  const ended = { ...SLIDER, last: SLIDER.all[3] };
  assert.equal(positionsOf(ended), 4);
  assert.deepEqual([...nearest(ended, 0, [0, 0], 1)].sort(), [0, 1, 2, 3]);
  assert.equal(positionsOf({ ...SLIDER, last: undefined }), SLIDER.all.length);
  assert.ok(!isOrdered({ ...SLIDER, last: SLIDER.all[0] }), "of a single position there is nothing to be played");
});
