// @ts-check
// Panels with axes: Curves and Plane. Where the axes and their ticks lie, and painting them; as still/axes.py.

import style from "../../../../style.json" with { type: "json" };
import { lightOf, line, paintPoint, rasterOf } from "./brush.js";
import { itemTexts, paintItem } from "./items.js";
import { cut, roomOf } from "./ruler.js";
import { inside, shrunk, textAt } from "./texts.js";
import { colourOf } from "./theme.js";
import { across, fitted, ticksOf } from "./ticks.js";

/** @import { Axes, Box, Context, Key, Panel, Text, Theme, Tick } from "../types.d.ts" */

const KEYS = ["Line", "Points", "Bars"]; // what a legend explains

/**
 * @param {Panel} panel
 * @param {Axes} g
 * @returns {{ x: Tick[], y: Tick[] }}
 */
export function axesTicks(panel, g) {
  return {
    x: across(panel.x_ticks, panel.x, panel.x_log, g.width),
    y: panel.y_ticks || ticksOf(panel.y[0], panel.y[1], panel.y_log, g.height),
  };
}

/** @param {Panel} panel */
export function legendItems(panel) {
  return panel.legend ? panel.items.filter((item) => item.label && KEYS.includes(item.kind)) : [];
}

/**
 * Where the keys of the legend begin, y from the top of its first line, and how many lines it has.
 * @param {Panel} panel
 * @param {number} left
 * @param {number} width
 * @returns {{ keys: Key[], lines: number }}
 */
function legendKeys(panel, left, width) {
  const { words: before, each } = style.legend;
  const items = legendItems(panel), plain = style.words.plain;
  const wanted = items.reduce((sum, item) => sum + roomOf(item.label, plain) + each, 0);
  const squeeze = Math.min(1, Math.max(style.placing.squeeze, width / Math.max(1, wanted)));
  const size = plain * squeeze;
  /** @type {Key[]} */
  const keys = [];
  let x = left, y = 0, lines = 1;
  for (const item of items) {
    const words = cut(item.label, width - before, size);
    const long = roomOf(words, size) + before;
    if (x > left && x + long > left + width) {
      [x, y, lines] = [left, y + style.axes.legend, lines + 1];
    }
    keys.push({ item, x, y, size, words });
    x += long + (each - before) * squeeze;
  }
  return { keys, lines: items.length ? lines : 0 };
}

/**
 * Where the axes lie, and data <-> pixels.
 * @param {Panel} panel
 * @param {Box} box
 * @returns {Axes}
 */
export function axesGeometry(panel, box) {
  const { axes } = style;
  const label = panel.y_label ? axes.label : 0;
  const most = axes.widest * box.w, below = axes.bottom + (panel.x_label ? axes.label : 0);
  const high = box.h - axes.top - below - (legendItems(panel).length ? axes.legend : 0);
  const ticks = panel.y_ticks || ticksOf(panel.y[0], panel.y[1], panel.y_log, high);
  const widest = Math.min(most, Math.max(0, ...ticks.map(([, words]) => roomOf(words, style.words.ticks))));
  let left = box.x + label + Math.max(axes.left, widest + axes.tick_y + axes.beyond);
  let width = box.x + box.w - axes.right - left;
  const { keys, lines } = legendKeys(panel, left, width);
  const top = box.y + axes.top + axes.legend * Math.max(lines, panel.lines || 0);
  let height = box.y + box.h - top - below;
  const [x0, x1] = panel.x.map((v) => (panel.x_log ? Math.log10(v) : v));
  const [y0, y1] = panel.y.map((v) => (panel.y_log ? Math.log10(v) : v));
  if (panel.kind === "Plane") {
    const unit = Math.min(width / (x1 - x0), height / (y1 - y0));
    left += (width - unit * (x1 - x0)) / 2;
    width = unit * (x1 - x0);
    height = unit * (y1 - y0);
  }
  const place = (/** @type {number | null} */ v, /** @type {boolean} */ log) =>
    // null: NaN on its way here
    v === null || (log && v <= 0) ? NaN : log ? Math.log10(v) : v;
  return {
    left,
    top,
    width,
    height,
    body: [box.x, box.y, box.w, box.h],
    keys,
    px: (v) => left + ((place(v, panel.x_log) - x0) / (x1 - x0)) * width,
    py: (v) => top + height - ((place(v, panel.y_log) - y0) / (y1 - y0)) * height,
    data: (px, py) => [x0 + ((px - left) / width) * (x1 - x0), y0 + ((top + height - py) / height) * (y1 - y0)],
  };
}

/**
 * How many lines the legend has in a panel of this width.
 * @param {Panel} panel
 * @param {number} width
 */
export function legendLines(panel, width) {
  const { keys } = axesGeometry(panel, { x: 0, y: 0, w: width, h: panel.height });
  return keys.length ? 1 + Math.round(keys[keys.length - 1].y / style.axes.legend) : 0;
}

/**
 * How high the body of a Plane is that its axes fill.
 * @param {Panel} panel
 * @param {number} width
 */
export function planeHeight(panel, width) {
  const g = axesGeometry(panel, { x: 0, y: 0, w: width, h: 1e6 });
  return g.top + g.height + style.axes.bottom + (panel.x_label ? style.axes.label : 0);
}

/**
 * Where the first line of a legend lies.
 * @param {Axes} g
 */
function legendY(g) {
  return g.body[1] + style.axes.top + style.axes.legend - style.legend.up;
}

/**
 * All words of a panel with axes: at the ticks, at the axes, in the legend, and what the items say.
 * @param {Panel} panel
 * @param {Axes} g
 * @returns {Text[]}
 */
export function axesTexts(panel, g) {
  const { tick_x, tick_y, x_label, y_label, widest } = style.axes, plain = style.words.plain;
  const ticks = axesTicks(panel, g), down = g.top + g.height;
  const [xs, x_size] = fitted(ticks.x, g.px, false), [ys, y_size] = fitted(ticks.y, g.py, true);
  /** @type {Text[]} */
  const texts = [];
  const colour = "muted";
  for (const [at, words] of xs) {
    const how = { base: /** @type {const} */ ("alphabetic"), size: x_size, colour };
    texts.push(inside(textAt(words, g.px(at), down + tick_x, "tick", how), g.body));
  }
  let far = 0;
  for (const [at, full] of ys) {
    const words = cut(full, widest * g.body[2], y_size);
    far = Math.max(far, roomOf(words, y_size));
    const how = { align: /** @type {const} */ ("right"), size: y_size, colour };
    texts.push(textAt(words, g.left - tick_y, g.py(at), "tick", how));
  }
  if (panel.x_label) {
    const size = shrunk(panel.x_label, g.body[2], plain), base = /** @type {const} */ ("alphabetic");
    const [x, y] = [g.left + g.width / 2, down + x_label];
    texts.push(inside(textAt(panel.x_label, x, y, "axis", { size, base, colour }), g.body));
  }
  if (panel.y_label) {
    const size = shrunk(panel.y_label, g.body[3], plain);
    const [x, y] = [g.left - far - tick_y - y_label, g.top + g.height / 2];
    texts.push(inside(textAt(panel.y_label, x, y, "axis", { size, turned: true, colour }), g.body));
  }
  for (const { x, y, size, words } of g.keys) {
    const how = { size, align: /** @type {const} */ ("left") };
    texts.push(textAt(words, x + style.legend.words, legendY(g) + y, "legend", how));
  }
  return [...texts, ...itemTexts(panel, g)];
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 */
export function paintAxes(context, theme, panel, box) {
  const g = axesGeometry(panel, box);
  if (panel.background) {
    const { values, colours, scale, strength, light } = panel.background;
    context.globalAlpha = strength;
    context.imageSmoothingEnabled = false;
    context.drawImage(rasterOf(values, theme.stops[colours], scale, true), g.left, g.top, g.width, g.height);
    context.globalAlpha = 1;
    if (light) context.drawImage(lightOf(light), g.left, g.top, g.width, g.height);
  }
  paintGrid(context, theme, panel, g);
  context.save();
  context.beginPath();
  context.rect(g.left, g.top, g.width, g.height);
  context.clip();
  for (const item of panel.items) paintItem(context, theme, item, g, panel);
  context.restore();
  paintKeys(context, theme, g);
}

/**
 * Lines at the ticks; their words are painted with all others.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Axes} g
 */
function paintGrid(context, theme, panel, g) {
  const ticks = axesTicks(panel, g);
  const stroke = (
    /** @type {number} */ value,
    /** @type {boolean} */ alike,
    /** @type {number[]} */ [x0, y0, x1, y1],
  ) => {
    context.strokeStyle = Math.abs(value) < 1e-12 && !alike ? theme.muted : theme.faint;
    context.globalAlpha = panel.background ? style.axes.grid_over_map : 1;
    line(context, x0, y0, x1, y1);
    context.globalAlpha = 1;
  };
  context.lineWidth = 1;
  for (const [value] of ticks.x) {
    const x = Math.round(g.px(value)) + 0.5;
    stroke(value, panel.x_log || !!panel.x_ticks, [x, g.top, x, g.top + g.height]);
  }
  for (const [value] of ticks.y) {
    const y = Math.round(g.py(value)) + 0.5;
    stroke(value, panel.y_log, [g.left, y, g.left + g.width, y]);
  }
}

/**
 * Of the legend, above the axes, so that it never hides a curve.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Axes} g
 */
function paintKeys(context, theme, g) {
  const { key, bar, point, dash } = style.legend;
  for (const { item, x, y: down } of g.keys) {
    const colour = colourOf(theme, item.colour), y = legendY(g) + down;
    if (item.kind === "Points") {
      paintPoint(context, theme, item.shape, x + key / 2, y, Math.min(point, item.size), colour);
    } else if (item.kind === "Bars") {
      context.fillStyle = colour;
      context.fillRect(x + (key - bar[0]) / 2, y - bar[1] / 2, bar[0], bar[1]);
    } else {
      context.strokeStyle = colour;
      context.lineWidth = item.width;
      context.setLineDash(item.dash ? dash : []);
      line(context, x, y, x + key, y);
      context.setLineDash([]);
    }
  }
}
