// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Drawing } from "../../cnnlab/explore/live/js/pad/drawing.js";
import { control } from "./support.js";

const grey = () => new Drawing(control({ shape: [4, 5, 1], paper: -1, ink: 1 }));
const colour = () => new Drawing(control({ shape: [2, 2, 3], paper: 1, ink: 0 }));

/**
 * A stroke from one place to another.
 * @param {Drawing} drawing
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {number} [size]
 * @param {number[]} [ink]
 */
function stroke(drawing, from, to, size = 1, ink = [1]) {
  drawing.begin();
  const changed = drawing.line(from, to, size, ink);
  drawing.end();
  return changed;
}

test("a stroke inks the pixels that it goes over, and softly those beside it", () => {
  const drawing = grey();
  assert.ok(stroke(drawing, [0.5, 1.5], [3.5, 1.5]));
  assert.deepEqual(drawing.rows()[1].flat(), [1, 1, 1, 1, -1]);
  assert.deepEqual(drawing.rows()[0].flat(), [-1, -1, -1, -1, -1]);
  const wide = grey();
  stroke(wide, [2.5, 2], [2.5, 2], 1);
  assert.deepEqual([1, 2].map((r) => wide.rows()[r][2][0]), [0, 0], "between two pixels, half on each");
  assert.ok(!stroke(drawing, [-9, -9], [-8, -8]), "beside the pad nothing happens");
});

test("going over a place twice in one stroke does not make it darker, and a rubber leaves paper", () => {
  const drawing = grey();
  drawing.begin();
  for (let k = 0; k < 5; k++) drawing.line([2.5, 2], [2.5, 2], 1, [1]);
  drawing.end();
  assert.equal(drawing.rows()[1][2][0], 0);
  assert.equal(drawing.past.length, 1, "one stroke is one step back");
  stroke(drawing, [2.5, 0], [2.5, 4], 3, [-1]);
  assert.ok(drawing.pixels.every((v) => v === -1));
});

test("there is a way back and forth, and what is drawn then begins another", () => {
  const drawing = grey();
  stroke(drawing, [0.5, 0.5], [0.5, 0.5]);
  stroke(drawing, [1.5, 0.5], [1.5, 0.5]);
  const inked = () => drawing.rows()[0].flat().filter((v) => v === 1).length;
  assert.ok(drawing.undo() && drawing.undo() && !drawing.undo());
  assert.equal(inked(), 0);
  assert.ok(drawing.redo() && drawing.redo() && !drawing.redo());
  assert.equal(inked(), 2);
  drawing.undo();
  assert.ok(drawing.clear());
  assert.ok(!drawing.redo() && drawing.undo());
  assert.equal(inked(), 1);
});

test("all of it moves by a pixel, and paper comes in", () => {
  const drawing = grey();
  stroke(drawing, [1.5, 1.5], [1.5, 1.5]);
  drawing.shift(1, -1);
  assert.equal(drawing.rows()[2][0][0], 1);
  drawing.shift(0, -1);
  assert.ok(drawing.pixels.every((v) => v === -1));
  assert.ok(!drawing.shift(0, 1), "nothing moves on empty paper");
});

test("what Python sets takes the place of the drawing, which undo brings back; the same changes nothing", () => {
  const drawing = grey();
  stroke(drawing, [1.5, 1.5], [1.5, 1.5]);
  const mine = drawing.pixels.slice();
  assert.ok(!drawing.become(mine));
  assert.ok(drawing.become(new Float32Array(20).fill(0.5)));
  drawing.undo();
  assert.deepEqual(drawing.pixels, mine);
});

test("values travel with four decimals, and are those that Python makes of them", () => {
  const drawing = grey();
  stroke(drawing, [2.3, 1.7], [2.9, 2.1], 1.5);
  const sent = drawing.rows().flat(2);
  assert.ok(sent.every((v) => String(v).length <= 7));
  assert.deepEqual([...Float32Array.from(sent)], [...drawing.pixels]);
  const theirs = Float32Array.from({ length: 20 }, (_, j) => Math.sin(j));
  drawing.become(theirs);
  assert.deepEqual(Float32Array.from(drawing.rows().flat(2)), theirs, "and what Python has set goes back as it came");
});

test("colours are painted as the screen has them, and a drawing is a picture of ink on white paper", () => {
  const drawing = colour();
  stroke(drawing, [0.5, 0.5], [0.5, 0.5], 1, [1, 0, 0.5]);
  const { data, shape } = drawing.shown();
  assert.deepEqual([shape, [...data.slice(0, 6)]], [[2, 2, 3], [255, 0, 128, 255, 255, 255]]);
  assert.deepEqual(drawing.picture().levels.slice(0, 6), [255, 0, 128, 255, 255, 255]);
  const digit = grey();
  stroke(digit, [0.5, 0.5], [0.5, 0.5]);
  assert.deepEqual(digit.shown().shape, [4, 5]);
  assert.deepEqual(digit.picture().levels.slice(0, 6), [0, 0, 0, 255, 255, 255]);
});
