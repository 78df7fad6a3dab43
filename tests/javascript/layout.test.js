// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import style from "../../cnnlab/style.json" with { type: "json" };
import { Hands } from "../../cnnlab/explore/live/js/hands.js";
import { axesGeometry } from "../../cnnlab/explore/live/js/paint/axes.js";
import { diagramGeometry } from "../../cnnlab/explore/live/js/paint/diagrams.js";
import { gridGeometry, lettersOf } from "../../cnnlab/explore/live/js/paint/grids.js";
import { layoutOf, whatIsAt } from "../../cnnlab/explore/live/js/paint/layout.js";
import { cellBeside, linkedCells, nameOfCell } from "../../cnnlab/explore/live/js/paint/scene.js";
import { ticksOf } from "../../cnnlab/explore/live/js/paint/ticks.js";
import { inkOn, mapColour, themeOn } from "../../cnnlab/explore/live/js/paint/theme.js";
import { Store } from "../../cnnlab/explore/live/js/store.js";

/** @import { Panel } from "../../cnnlab/explore/live/js/types.d.ts" */

/**
 * @param {object} parts
 * @returns {Panel}
 */
function panel(parts) {
  return /** @type {any} */ ({
    name: "p",
    title: "",
    width: 1,
    height: 200,
    items: [],
    highlights: [],
    rectangles: [],
    ...parts,
  });
}

const THEME = themeOn({ r: 255, g: 255, b: 255 }, "sans-serif");
const VALUES = { data: Float32Array.of(0, 0.5, -1.25, NaN, 2, 3), shape: [2, 3] };
const GRID = panel({
  kind: "Grid",
  name: "e",
  symbol: "e",
  values: VALUES,
  digits: 2,
  capacity: [2, 3],
  cell: 44,
  click: "at",
});

test("panels share a row by their widths, and rows that are too narrow break", () => {
  const row = [panel({ name: "a", width: 2, title: "a" }), panel({ name: "b", height: 300 })];
  const { boxes, height } = layoutOf({ rows: [row, [panel({ name: "c" })]] }, 1000);
  const { gap, title, untitled } = style.layout;
  assert.equal(boxes[0].w, 2 * boxes[1].w);
  assert.equal(boxes[0].w + gap + boxes[1].w, 1000);
  assert.deepEqual(boxes.map((box) => box.h), [300, 300, 200]);
  assert.deepEqual(boxes.map((box) => box.body.y - box.y), [title, title, untitled]);
  assert.equal(height, 500 + gap);
  assert.deepEqual(layoutOf({ rows: [row] }, 300).boxes.map((box) => box.x), [0, 0]);
});

test("a steady panel keeps its height where its picture cannot fill it, and its title may take lines of it", () => {
  const flat = { kind: "Image", pixels: { data: new Float32Array(40), shape: [2, 20] }, capacity: [2, 20], title: "a" };
  const heights = (/** @type {object} */ parts) => layoutOf({ rows: [[panel({ ...flat, ...parts })]] }, 300).height;
  assert.ok(heights({}) < 200);
  assert.equal(heights({ steady: true }), 200);
  assert.equal(heights({ steady: true, title: "more words than there is room for above three hundred pixels" }), 200);
});

test("a grid that stands alone has cells of its own size, and leaves the others theirs", () => {
  const two = (/** @type {boolean} */ alone) => {
    const small = panel({ ...GRID, name: "x", cell: 30, alone });
    return layoutOf({ rows: [[small, panel({ ...GRID, name: "y" })]] }, 600).boxes.map(({ panel }) => panel.cell);
  };
  assert.deepEqual(two(false), [30, 30]);
  assert.deepEqual(two(true), [30, 44]);
});

test("ticks stand at round places, with as many digits as they need", () => {
  assert.deepEqual(ticksOf(-1, 1, false, 200).map(([, words]) => words), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
  assert.deepEqual(ticksOf(0, 10, false, 200).map(([, words]) => words), ["0.0", "2.5", "5.0", "7.5", "10.0"]);
  assert.deepEqual(ticksOf(0.01, 100, true, 400).map(([, words]) => words), ["0.01", "0.1", "1", "10", "100"]);
  assert.deepEqual(ticksOf(1e-6, 1e3, true, 150).map(([, words]) => words), ["10⁻⁶", "10⁻³", "10⁰", "10³"]);
});

test("a plane has the same unit on both axes, and pixels lead back to data", () => {
  const plane = panel({ kind: "Plane", x: [-2, 2], y: [-1, 3] });
  const g = axesGeometry(plane, { x: 0, y: 0, w: 400, h: 300 });
  assert.equal(g.width, g.height);
  assert.deepEqual(g.data(g.px(0.5), g.py(2)).map((v) => Math.round(1e9 * v) / 1e9), [0.5, 2]);
  assert.ok(
    Number.isNaN(
      axesGeometry(panel({ kind: "Curves", x: [1, 10], y: [0, 1], x_log: true }), { x: 0, y: 0, w: 9, h: 9 }).px(-1),
    ),
  );
});

test("cells keep their size where there is room for more of them", () => {
  const box = { x: 0, y: 0, w: 300, h: 200 };
  const [small, large] = [[2, 3], [4, 6]].map((capacity) =>
    gridGeometry({ ...GRID, capacity: /** @type {any} */ (capacity) }, box)
  );
  assert.ok(large.side < small.side && Number.isInteger(large.side));
  assert.deepEqual(small.cellAt(small.x0 + 1.5 * small.side, small.y0 + 0.5 * small.side), [0, 1]);
  assert.equal(small.cellAt(small.x0 - 1, small.y0), null);
  assert.equal(lettersOf(GRID, { ...small, side: 8 }), 0, "no room for numbers");
});

test("what is pointed at is found and named", () => {
  const layout = layoutOf({ rows: [[GRID]] }, 300);
  const { body } = layout.boxes[0], g = gridGeometry(GRID, body);
  assert.deepEqual(whatIsAt(layout, g.x0 + 1, g.y0 + 1)?.cell, [0, 0]);
  assert.equal(whatIsAt(layout, g.x0 - 20, g.y0 + 1), null);
  assert.equal(nameOfCell(layout, ["e", 0, 2]), "e[0, 2] = −1.250");
  assert.equal(nameOfCell(layout, ["e", 1, 0]), "e[1, 0]: nothing here");
  const pairs = { data: Float32Array.of(0, 0, 1, 2), shape: [1, 4] };
  const scene = { rows: [[GRID]], description: "", arrows: [], links: [{ panel: "h", other: "e", pairs }] };
  assert.deepEqual(linkedCells(scene, ["e", 1, 2]), [["h", 0, 0]]);
  assert.deepEqual(linkedCells(scene, ["h", 0, 0]), [["e", 1, 2]]);
});

test("a number of a part of an image has a name and a scale of its own", () => {
  const parts = [
    { row: 0, column: 0, rows: 1, columns: 2, each: 2, name: "h[{r}, {c}, 3] of pool1", top: 10, words: [] },
    { row: 0, column: 5, rows: 2, columns: 2, each: 1, name: "e[{i}]", top: 1, words: [] },
  ];
  const data = Float32Array.from({ length: 14 }, (_, k) => k / 4);
  const image = panel({ kind: "Image", name: "s", pixels: { data, shape: [2, 7] }, capacity: [2, 7], parts });
  const layout = layoutOf(/** @type {any} */ ({ rows: [[image]], links: [] }), 500);
  assert.equal(nameOfCell(layout, ["s", 1, 3]), "h[0, 1, 3] of pool1 = 25.00");
  assert.equal(nameOfCell(layout, ["s", 1, 6]), "e[3] = 3.25");
  assert.equal(nameOfCell(layout, ["s", 0, 4]), "", "between the parts nothing is called anything");
  const cells = { rows: 2, columns: 7 };
  assert.deepEqual(cellBeside(image, [0, 0], [0, 1], cells), [0, 2], "the next number, not the next pixel");
  assert.deepEqual(cellBeside(image, [0, 2], [0, 1], cells), [0, 5], "over the gap");
  assert.deepEqual(cellBeside(image, [1, 5], [0, -1], cells), [1, 3]);
  assert.deepEqual(cellBeside(image, [0, 2], [1, 0], cells), [0, 2], "there is none below");
  assert.deepEqual(cellBeside(GRID, [0, 2], [0, 1], { rows: 2, columns: 3 }), [0, 2]);
  assert.deepEqual(cellBeside(GRID, [0, 1], [1, 0], { rows: 2, columns: 3 }), [1, 1]);
});

test("where a panel follows the pointer, a click holds its cell, and the next one lets go", () => {
  /** @type {number[][]} */
  const chosen = [];
  const pixels = { data: new Float32Array(81), shape: [9, 9] };
  const image = panel({ kind: "Image", name: "s", click: "at", follow: true, pixels, capacity: [9, 9] });
  const canvas = { style: {}, setPointerCapture() {} };
  const store = { name: "at", touch() {}, grain: 1 };
  const view = { layout: {}, canvas, store, values: {}, frame: { disabled: [] } };
  const body = { x: 0, y: 0, w: 90, h: 90 };
  const hands = Object.assign(Object.create(Hands.prototype), { view, held: "", grip: null, keys: { focus() {} } });
  Object.assign(hands, {
    where: (/** @type {any} */ event) => event.at,
    hit: (/** @type {number} */ x, /** @type {number} */ y) => ({ panel: image, body, cell: [y, x] }),
    point() {},
    control: () => ({}),
    choose: (/** @type {string} */ _, /** @type {number[]} */ cell) => chosen.push(cell),
  });
  const at = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {any} */ ({
    at: [x, y],
    button: 0,
    buttons: 0,
    pointerId: 1,
    preventDefault() {},
  });
  hands.move(at(1, 2));
  hands.take(at(1, 2));
  hands.grip = null;
  hands.move(at(5, 5));
  assert.deepEqual(chosen, [[2, 1], [2, 1]], "it stays where the click was");
  hands.take(at(6, 6));
  hands.grip = null;
  hands.move(at(7, 7));
  assert.deepEqual(chosen.slice(2), [[6, 6], [7, 7]]);
});

test("a hand that passes over small cells is shown one beside that is there; over large ones its own", () => {
  /** @type {number[][]} */
  const picked = [];
  const control = { kind: "cell", rows: 60, columns: 60 };
  const frames = new Map([[20 * 60 + 25, {}], [20 * 60 + 40, {}]]);
  const store = Object.assign(Object.create(Store.prototype), { name: "at", control, grain: 1, frames });
  const view = { store, channel: { number: 0 }, schedule() {}, values: {} };
  const cells = {
    side: 6,
    rows: 60,
    columns: 60,
    cellAt: (/** @type {number} */ x, /** @type {number} */ y) => [y, x],
  };
  const hands = Object.assign(Object.create(Hands.prototype), { view, pointed: null });
  hands.pick = (/** @type {string} */ _, /** @type {number[]} */ cell) => picked.push(cell);
  let now = 0;
  const clock = performance.now.bind(performance);
  performance.now = () => now;
  try {
    const grip = { name: "at", panel: "s", grain: 1, pace: 0, passed: { at: 0, cell: [20, 20] } };
    const pull = (/** @type {number} */ ms, /** @type {number} */ x) => {
      now += ms;
      hands.pullCell(grip, cells, x, 20);
      clearTimeout(hands.resting);
    };
    pull(16, 21);
    assert.deepEqual([picked.pop(), store.grain], [[20, 21], 1], "a cell in a frame: none is passed over");
    pull(16, 24);
    assert.deepEqual([picked.pop(), store.grain], [[20, 25], 2], "three in a frame: the one beside is there at once");
    pull(4, 26);
    assert.deepEqual([picked.pop(), grip.pace], [[20, 25], 3], "between two frames it is as fast as it was");
    pull(12, 34);
    assert.deepEqual(picked.pop(), [20, 40], "of a fast one, the nearest");
    pull(16, 34);
    assert.deepEqual([picked.pop(), store.grain], [[20, 34], 1], "of a slow one, none that is farther off than one");
    pull(16, 35);
    pull(16, 39);
    pull(16, 39);
    assert.deepEqual(picked.pop(), [20, 40]);
    cells.side = 9;
    pull(16, 44);
    assert.deepEqual([picked.pop(), store.grain], [[20, 44], 1], "cells that are easily hit are shown themselves");
  } finally {
    performance.now = clock;
  }
});

test("a node of a diagram says what it was given to say", () => {
  const nodes = [{ x: 5, y: 2, width: 4, height: 4, shape: "box", text: "h", says: "h = tanh(e)" }];
  const layout = layoutOf(
    /** @type {any} */ ({
      rows: [[panel({ kind: "Diagram", name: "d", x: [0, 10], y: [0, 4], nodes, edges: [] })]],
      links: [],
    }),
    500,
  );
  assert.equal(nameOfCell(layout, ["d", 0, 0]), "h = tanh(e)");
  assert.equal(nameOfCell(layout, ["d", 0, 1]), "");
});

test("only the first nodes of a diagram hold values that can be changed", () => {
  const view = { values: { w: { shape: [1, 2] } }, frame: { disabled: [] } };
  const edits = (/** @type {string | null} */ edit, /** @type {[number, number]} */ cell) =>
    Hands.prototype.edits.call(Object.assign(Object.create(Hands.prototype), { view }), panel({ edit }), cell);
  assert.deepEqual([edits("w", [0, 0]), edits("w", [0, 1]), edits("w", [0, 2]), edits(null, [0, 0])], [
    true,
    true,
    false,
    false,
  ]);
});

test("the node on top is the one that is taken", () => {
  const node = { x: 5, y: 2, width: 4, height: 4, shape: "box" };
  const g = diagramGeometry(panel({ kind: "Diagram", x: [0, 10], y: [0, 4], nodes: [node, node] }), {
    x: 0,
    y: 0,
    w: 100,
    h: 40,
  });
  assert.deepEqual(g.cellAt(50, 20), [0, 1]);
  assert.equal(g.cellAt(5, 5), null);
});

test("colours of values end where the scale ends, and words on them can be read", () => {
  const { diverging } = THEME.stops;
  assert.deepEqual(mapColour(diverging, [-1, 1], 0), [247, 247, 247]);
  assert.deepEqual(mapColour(diverging, [-1, 1], 9), mapColour(diverging, [-1, 1], 1));
  assert.equal(inkOn([0, 0, 0]), style.on_colour.light);
  assert.equal(themeOn({ r: 20, g: 20, b: 20 }, "").dark, true);
});
