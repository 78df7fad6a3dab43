// @ts-check
// What lies in a panel with axes: lines, points, marks, bars, borders, vectors, labels; as still/items.py.

import style from "../../../../style.json" with { type: "json" };
import { formatNumber } from "../numbers.js";
import { arrowHead, line, paintPoint, write } from "./brush.js";
import { colourOf } from "./theme.js";

/** @import { Axes, Context, Item, Panel, Theme } from "../types.d.ts" */

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
    const { held, words_x, words_y } = style.items.point;
    const colour = colourOf(theme, item.colour);
    for (let i = 0; i < item.x.data.length; i++) {
      const [x, y] = [g.px(item.x.data[i]), g.py(item.y.data[i])];
      paintPoint(context, theme, item.shape, x, y, item.size + (item.drag ? held : 0), colour, Boolean(item.drag));
    }
    if (item.text && item.x.data.length) {
      const [x, y] = [g.px(item.x.data[0]) + item.size + words_x, g.py(item.y.data[0]) - words_y];
      write(context, theme, item.text, x, y, { halo: true, colour });
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
    const { least, words_up, words_down, top, bottom } = style.items.bar;
    for (let i = 0; i < item.x.data.length; i++) {
      const x = item.x.data[i], y = item.y.data[i];
      const [a, b] = [g.px(x - item.width / 2), g.px(x + item.width / 2)];
      const [from, to] = [g.py(0), g.py(y)];
      context.fillStyle = colourOf(theme, item.colour);
      context.fillRect(a, Math.min(from, to), b - a, Math.max(least, Math.abs(to - from)));
      if (!item.values) continue;
      const at = Math.max(g.top + top, Math.min(g.top + g.height - bottom, y < 0 ? to + words_down : to - words_up));
      const how = { size: style.words.ticks, align: /** @type {const} */ ("center"), halo: true };
      write(context, theme, formatNumber(y, item.digits), (a + b) / 2, at, how);
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
    line(context, at.foot[0], at.foot[1], at.shaft[0], at.shaft[1]);
    arrowHead(context, at.tip[0], at.tip[1], at.angle, head);
    if (item.label) {
      const how = { align: /** @type {const} */ ("center"), base: /** @type {const} */ ("middle"), colour, halo: true };
      write(context, theme, item.label, at.words[0], at.words[1], { ...how, weight: "600" });
    }
  },

  Vector(context, theme, item, g) {
    const at = vectorGeometry(item, g);
    if (!at) return;
    const colour = colourOf(theme, item.colour);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = item.width;
    line(context, at.start[0], at.start[1], at.shaft[0], at.shaft[1]);
    arrowHead(context, at.tip[0], at.tip[1], at.angle, at.head);
    if (item.label) {
      const how = { align: /** @type {const} */ ("center"), base: /** @type {const} */ ("middle"), colour, halo: true };
      write(context, theme, item.label, at.words[0], at.words[1], how);
    }
  },

  Label(context, theme, item, g) {
    const how = { align: /** @type {const} */ ("center"), base: /** @type {const} */ ("middle"), halo: true };
    const colour = colourOf(theme, item.colour);
    write(context, theme, item.text, g.px(item.x), g.py(item.y), { ...how, size: item.size, colour });
  },
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

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Item} item
 * @param {Axes} g
 */
export function paintMarkLabel(context, theme, item, g) {
  const at = markGeometry(item, g);
  if (!at) return;
  const colour = colourOf(theme, item.colour);
  const align = /** @type {CanvasTextAlign} */ (at.left ? "right" : "left");
  write(context, theme, item.label, at.x, at.y, { size: style.words.ticks, align, colour, halo: true });
}
