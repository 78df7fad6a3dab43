// @ts-check
// What lies in a panel with axes: lines, points, marks, bars, borders, vectors, labels; as still/items.py.

import style from "../../../../style.json" with { type: "json" };
import { formatNumber } from "../numbers.js";
import { arrowHead, line, paintPoint } from "./brush.js";
import { roomOf } from "./ruler.js";
import { moved, placed, textAt } from "./texts.js";
import { colourOf } from "./theme.js";

/** @import { Axes, Context, Item, Panel, Rect, Text, Theme } from "../types.d.ts" */

const FAR = 20000; // a canvas draws nothing at all when a coordinate is beyond its range

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Item} item
 * @param {Axes} g
 * @param {Panel} panel
 */
export function paintItem(context, theme, item, g, panel) {
  PAINTERS[item.kind](context, theme, item, g, panel);
}

/** @type {Record<string, (context: Context, theme: Theme, item: Item, g: Axes, panel: Panel) => void>} */
const PAINTERS = {
  Line(context, theme, item, g) {
    context.strokeStyle = colourOf(theme, item.colour);
    context.lineWidth = item.width;
    context.lineJoin = "round";
    context.setLineDash(item.dash ? style.items.dash : []);
    context.beginPath();
    let down = false;
    for (let i = 0; i < item.x.data.length; i++) {
      const x = g.px(item.x.data[i]);
      const y = Math.max(-FAR, Math.min(FAR, g.py(item.y.data[i])));
      const there = !(Number.isNaN(x) || Number.isNaN(y));
      if (there && down) context.lineTo(x, y);
      else if (there) context.moveTo(x, y);
      down = there;
    }
    context.stroke();
    context.setLineDash([]);
  },

  Points(context, theme, item, g) {
    const { held } = style.items.point;
    const colour = colourOf(theme, item.colour);
    for (let i = 0; i < item.x.data.length; i++) {
      const [x, y] = [g.px(item.x.data[i]), g.py(item.y.data[i])];
      paintPoint(context, theme, item.shape, x, y, item.size + (item.drag ? held : 0), colour, Boolean(item.drag));
    }
  },

  Mark(context, theme, item, g) {
    context.strokeStyle = colourOf(theme, item.colour);
    context.lineWidth = style.items.mark.line;
    context.setLineDash(style.items.mark.dash);
    if (item.x !== null) line(context, g.px(item.x), g.top, g.px(item.x), g.top + g.height);
    else line(context, g.left, g.py(item.y), g.left + g.width, g.py(item.y));
    context.setLineDash([]);
  },

  Bars(context, theme, item, g) {
    const { least } = style.items.bar;
    for (let i = 0; i < item.x.data.length; i++) {
      const x = item.x.data[i], y = item.y.data[i];
      const [a, b] = [g.px(x - item.width / 2), g.px(x + item.width / 2)];
      const [from, to] = [g.py(0), g.py(y)];
      context.fillStyle = colourOf(theme, item.colour);
      context.fillRect(a, Math.min(from, to), b - a, Math.max(least, Math.abs(to - from)));
    }
  },

  Border(context, theme, item, g, panel) {
    const at = borderGeometry(item, g, panel);
    if (!at) return;
    const { shade, head } = style.items.border;
    const colour = colourOf(theme, item.colour);
    if (item.shade) {
      context.fillStyle = colour;
      context.globalAlpha = shade;
      context.beginPath();
      for (const [x, y] of at.side) context.lineTo(x, y);
      context.closePath();
      context.fill();
      context.globalAlpha = 1;
    }
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = item.width;
    line(context, at.side[0][0], at.side[0][1], at.side[1][0], at.side[1][1]);
    if (!item.arrow) return;
    line(context, at.foot[0], at.foot[1], at.shaft[0], at.shaft[1]);
    arrowHead(context, at.tip[0], at.tip[1], at.angle, head);
  },

  Vector(context, theme, item, g) {
    const at = vectorGeometry(item, g);
    if (!at) return;
    const colour = colourOf(theme, item.colour);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = item.width;
    line(context, at.start[0], at.start[1], at.shaft[0], at.shaft[1]);
    arrowHead(context, at.tip[0], at.tip[1], at.angle, at.head);
  },

  Label() {}, // nothing but words
};

/**
 * Where a Border lies, in pixels: its arrow, its words, and its positive side as a polygon that begins with the line
 * itself; null if it has no direction.
 * @param {Item} item
 * @param {Axes} g
 * @param {Panel} panel
 */
export function borderGeometry(item, g, panel) {
  const [w0, w1] = item.w, norm = Math.hypot(w0, w1);
  if (!(norm > 1e-12)) return null;
  const { shaft, tip, words } = style.items.border;
  const reach = 2 * Math.hypot(panel.x[1] - panel.x[0], panel.y[1] - panel.y[0]);
  const cx = (panel.x[0] + panel.x[1]) / 2, cy = (panel.y[0] + panel.y[1]) / 2;
  const off = (w0 * cx + w1 * cy + item.b) / norm; // distance of the panel's centre from the line
  const [nx, ny] = [w0 / norm, w1 / norm];
  const [fx, fy] = [cx - off * nx, cy - off * ny];
  const at = (/** @type {number} */ along, /** @type {number} */ across) => [
    g.px(fx + reach * (across * nx - along * ny)),
    g.py(fy + reach * (across * ny + along * nx)),
  ];
  const foot = at(0, 0);
  const angle = Math.atan2(g.py(fy + ny) - foot[1], g.px(fx + nx) - foot[0]);
  const from = (/** @type {number} */ d) => [foot[0] + d * Math.cos(angle), foot[1] + d * Math.sin(angle)];
  const side = [at(1, 0), at(-1, 0), at(-1, 1), at(1, 1)];
  return { side, foot, angle, shaft: from(shaft), tip: from(tip), words: from(words) };
}

/**
 * Where a Vector lies, in pixels; null if it is too short to be seen.
 * @param {Item} item
 * @param {Axes} g
 */
export function vectorGeometry(item, g) {
  const { least, head, shaft, words } = style.items.vector;
  const start = [g.px(item.x), g.py(item.y)], tip = [g.px(item.x + item.dx), g.py(item.y + item.dy)];
  const length = Math.hypot(tip[0] - start[0], tip[1] - start[1]);
  if (length < least) return null;
  const angle = Math.atan2(tip[1] - start[1], tip[0] - start[0]), size = Math.min(head, length);
  const from = (/** @type {number} */ d) => [tip[0] + d * Math.cos(angle), tip[1] + d * Math.sin(angle)];
  return { start, tip, angle, head: size, shaft: from(-shaft * size), words: from(words) };
}

/**
 * Where the words of a Mark stand: beside the line, where there is more room; null outside of the axes.
 * @param {Item} item
 * @param {Axes} g
 */
export function markGeometry(item, g) {
  const { words_x, words_down, beside, words_end, words_up } = style.items.mark;
  if (item.x !== null) {
    const x = g.px(item.x), left = x > g.left + beside * g.width;
    if (!(x >= g.left - 1 && x <= g.left + g.width + 1)) return null;
    return { x: left ? x - words_x : x + words_x, y: g.top + words_down, left };
  }
  const y = g.py(item.y);
  if (!(y >= g.top - 1 && y <= g.top + g.height + 1)) return null;
  return { x: g.left + g.width - words_end, y: y - words_up, left: true };
}

// ---- words ----

/**
 * What the items say, each at the first of its places that is free; words without a place are left out.
 * @param {Panel} panel
 * @param {Axes} g
 * @returns {Text[]}
 */
export function itemTexts(panel, g) {
  const { rim } = style.placing;
  /** @type {Rect[]} */
  const taken = panel.items.filter((item) => item.kind === "Points" && item.drag).map(({ x, y, size }) => [
    g.px(x.data[0]) - size,
    g.py(y.data[0]) - size,
    2 * size,
    2 * size,
  ]);
  const wanted = Object.entries(PLACES).flatMap(([kind, places]) =>
    panel.items.filter((item) => item.kind === kind).flatMap((item) => places(item, g, panel))
  );
  return placed(wanted, [g.left + rim, g.top + rim, g.width - 2 * rim, g.height - 2 * rim], taken);
}

const { step: STEP, steps: MANY } = style.placing;
const STEPS = [0, ...Array.from({ length: 2 * MANY }, (_, k) => (k % 2 ? -1 : 1) * (1 + (k >> 1)) * STEP)];
const LINE = /** @type {const} */ ({ base: "alphabetic", halo: true });

/**
 * @param {number} x
 * @param {number} y
 * @param {Axes} g
 */
function inFrame(x, y, g) {
  return g.left - STEP <= x && x <= g.left + g.width + STEP && g.top - STEP <= y && y <= g.top + g.height + STEP;
}

/**
 * At the tip of an arrow, then about it.
 * @param {Item} item
 * @param {{ tip: number[], words: number[] } | null} at
 * @param {Axes} g
 * @returns {Text[][]}
 */
function tipPlaces(item, at, g) {
  if (!item.label || !at || !inFrame(at.tip[0], at.tip[1], g)) return [];
  const how = { colour: item.colour, bold: item.kind === "Border", halo: true };
  const first = textAt(item.label, at.words[0], at.words[1], "item", how);
  return [STEPS.slice(0, 5).flatMap((right) => STEPS.map((down) => moved(first, right, down)))];
}

/** @type {Record<string, (item: Item, g: Axes, panel: Panel) => Text[][]>} whose words come first, and where */
const PLACES = {
  Bars(item, g) { // all heights in one size, or none
    if (!item.values || !item.x.data.length) return [];
    const { words_up, words_down, top, bottom } = style.items.bar, { ticks, smallest } = style.words;
    const ys = /** @type {number[]} */ (Array.from(item.y.data));
    const shown = /** @type {number[]} */ (Array.from((item.shown || item.y).data));
    const words = shown.map((y) => formatNumber(y, item.digits));
    const at = /** @type {number[]} */ (Array.from(item.x.data)).map((x) => g.px(x));
    const gaps = at.slice(1).map((x, k) => Math.abs(x - at[k]));
    const room = (gaps.length ? Math.min(...gaps) : g.width) - style.placing.rim;
    const size = Math.min(ticks, room / Math.max(...words.map((one) => roomOf(one, 1))));
    if (size < smallest) return [];
    return ys.map((y, k) => {
      const to = g.py(y), wanted = y < 0 ? to + words_down : to - words_up;
      const down = Math.max(g.top + top, Math.min(g.top + g.height - bottom, wanted));
      return [textAt(words[k], at[k], down, "item", { ...LINE, size })];
    });
  },

  Points(item, g) { // beside the first point, to the right of it or to the left
    if (!item.text || !item.x.data.length) return [];
    const { words_x, words_y } = style.items.point;
    const [x, y] = [g.px(item.x.data[0]), g.py(item.y.data[0])];
    if (!inFrame(x, y, g)) return [];
    const right = item.size + words_x, low = 2 * words_y + style.items.mark.words_down / 2;
    const first = textAt(item.text, x + right, y - words_y, "item", { ...LINE, align: "left", colour: item.colour });
    const other = moved(first, -2 * right, 0, { align: "right" });
    return [STEPS.flatMap((k) => [k, low + k].flatMap((down) => [first, other].map((one) => moved(one, 0, down))))];
  },

  Vector: (item, g) => tipPlaces(item, vectorGeometry(item, g), g),

  Border: (item, g, panel) => tipPlaces(item, borderGeometry(item, g, panel), g),

  Mark(item, g) { // beside its line, where there is more room; then on the other side, and lower
    const at = item.label ? markGeometry(item, g) : null;
    if (!at) return [];
    const { words_x, words_end, words_up } = style.items.mark, { ticks: size } = style.words;
    const align = /** @type {CanvasTextAlign} */ (at.left ? "right" : "left");
    const first = textAt(item.label, at.x, at.y, "item", { ...LINE, size, align, colour: item.colour });
    const both = (/** @type {number} */ right, /** @type {CanvasTextAlign} */ turn, /** @type {number[]} */ downs) => {
      const other = moved(first, right, 0, { align: turn });
      return [downs.flatMap((down) => [first, other].map((one) => moved(one, 0, down)))];
    };
    if (item.x === null) return both(2 * words_end - g.width, "left", [0, 2 * words_up + size]);
    const downs = Array.from({ length: 2 * MANY }, (_, k) => k * STEP);
    return both(2 * words_x * (at.left ? 1 : -1), at.left ? "left" : "right", downs);
  },

  Label(item, g) { // where it is wanted, or hardly beside
    const [x, y] = [g.px(item.x), g.py(item.y)];
    if (!inFrame(x, y, g)) return [];
    const first = textAt(item.text, x, y, "item", { size: item.size, colour: item.colour, halo: true });
    const near = [0, STEP / 2, -STEP / 2];
    return [near.flatMap((right) => near.map((down) => moved(first, right, down)))];
  },
};
