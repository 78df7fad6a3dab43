// @ts-check
// Panels with axes: Curves and Plane. Where the axes and their ticks lie, and painting them; as still/axes.py.

import style from "../../../../style.json" with { type: "json" };
import { formatNumber, powerText } from "../numbers.js";
import { line, paintPoint, rasterOf, widthOf, write } from "./brush.js";
import { paintItem, paintMarkLabel } from "./items.js";
import { colourOf } from "./theme.js";

/** @import { Axes, Box, Context, Panel, Theme, Tick } from "../types.d.ts" */

const KEYS = ["Line", "Points", "Bars"]; // what a legend explains

/**
 * [place, words] of the ticks of an axis that has so many pixels of room.
 * @param {number} lo
 * @param {number} hi
 * @param {boolean} log
 * @param {number} room
 * @returns {Tick[]}
 */
export function ticksOf(lo, hi, log, room) {
  const { each, fewest, most, steps, each_power, plain_from, plain_to } = style.ticks;
  /** @type {Tick[]} */
  const ticks = [];
  if (log) {
    const first = Math.ceil(Math.log10(lo) - 1e-9), last = Math.floor(Math.log10(hi) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first) / Math.max(1, room / each_power)));
    const plain = first >= plain_from && last <= plain_to;
    for (let k = first; k <= last; k += every) {
      ticks.push([10 ** k, plain ? formatNumber(10 ** k, Math.max(0, -k)) : powerText(k)]);
    }
    return ticks;
  }
  const raw = (hi - lo) / Math.max(fewest, Math.min(most, room / each));
  const power = 10 ** Math.floor(Math.log10(raw));
  const times = steps.find((m) => m * power >= raw * (1 - 1e-12)) || 10;
  const step = times * power;
  const finer = Math.abs(times - 2.5) < 1e-9 ? 1 : 0;
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9) + finer));
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) {
    ticks.push([k * step, formatNumber(k * step, digits)]);
  }
  return ticks;
}

/**
 * @param {Panel} panel
 * @param {Axes} g
 * @returns {{ x: Tick[], y: Tick[] }}
 */
export function axesTicks(panel, g) {
  return {
    x: panel.x_ticks || ticksOf(panel.x[0], panel.x[1], panel.x_log, g.width),
    y: panel.y_ticks || ticksOf(panel.y[0], panel.y[1], panel.y_log, g.height),
  };
}

/** @param {Panel} panel */
export function legendItems(panel) {
  return panel.legend ? panel.items.filter((item) => item.label && KEYS.includes(item.kind)) : [];
}

/**
 * Where the axes lie, and data <-> pixels.
 * @param {Panel} panel
 * @param {Box} box
 * @returns {Axes}
 */
export function axesGeometry(panel, box) {
  const { axes } = style;
  let left = box.x + axes.left + (panel.y_label ? axes.label : 0);
  const top = box.y + axes.top + (legendItems(panel).length ? axes.legend : 0);
  let width = box.x + box.w - axes.right - left;
  let height = box.y + box.h - top - axes.bottom - (panel.x_label ? axes.label : 0);
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
    px: (v) => left + ((place(v, panel.x_log) - x0) / (x1 - x0)) * width,
    py: (v) => top + height - ((place(v, panel.y_log) - y0) / (y1 - y0)) * height,
    data: (px, py) => [x0 + ((px - left) / width) * (x1 - x0), y0 + ((top + height - py) / height) * (y1 - y0)],
  };
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
    const { values, colours, scale, strength } = panel.background;
    context.globalAlpha = strength;
    context.imageSmoothingEnabled = false;
    context.drawImage(rasterOf(values, theme.stops[colours], scale, true), g.left, g.top, g.width, g.height);
    context.globalAlpha = 1;
  }
  paintTicks(context, theme, panel, g);
  paintLabels(context, theme, panel, g);
  context.save();
  context.beginPath();
  context.rect(g.left, g.top, g.width, g.height);
  context.clip();
  for (const item of panel.items) paintItem(context, theme, item, g, panel);
  context.restore();
  for (const item of panel.items) if (item.kind === "Mark" && item.label) paintMarkLabel(context, theme, item, g);
  if (legendItems(panel).length) paintLegend(context, theme, panel, g);
}

/**
 * Lines of the grid, and numbers or words beside them.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Axes} g
 */
function paintTicks(context, theme, panel, g) {
  const { tick_x, tick_y, grid_over_map } = style.axes;
  const ticks = axesTicks(panel, g);
  const how = { size: style.words.ticks, colour: theme.muted };
  const stroke = (
    /** @type {number} */ value,
    /** @type {boolean} */ log,
    /** @type {number[]} */ [x0, y0, x1, y1],
  ) => {
    context.strokeStyle = Math.abs(value) < 1e-12 && !log ? theme.muted : theme.faint;
    context.globalAlpha = panel.background ? grid_over_map : 1;
    line(context, x0, y0, x1, y1);
    context.globalAlpha = 1;
  };
  context.lineWidth = 1;
  for (const [value, text] of ticks.x) {
    const x = Math.round(g.px(value)) + 0.5;
    stroke(value, panel.x_log, [x, g.top, x, g.top + g.height]);
    write(context, theme, text, x, g.top + g.height + tick_x, { ...how, align: "center" });
  }
  for (const [value, text] of ticks.y) {
    const y = Math.round(g.py(value)) + 0.5;
    stroke(value, panel.y_log, [g.left, y, g.left + g.width, y]);
    write(context, theme, text, g.left - tick_y, y, { ...how, align: "right", base: "middle" });
  }
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Axes} g
 */
function paintLabels(context, theme, panel, g) {
  const { x_label, y_label } = style.axes;
  if (panel.x_label) {
    const [x, y] = [g.left + g.width / 2, g.top + g.height + x_label];
    write(context, theme, panel.x_label, x, y, { align: "center", colour: theme.muted });
  }
  if (!panel.y_label) return;
  context.save();
  context.translate(g.left - y_label, g.top + g.height / 2);
  context.rotate(-Math.PI / 2);
  write(context, theme, panel.y_label, 0, 0, { align: "center", base: "middle", colour: theme.muted });
  context.restore();
}

/**
 * One line above the axes, so that it never hides a curve.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Axes} g
 */
function paintLegend(context, theme, panel, g) {
  const { up, key, words, each, bar, point, dash } = style.legend;
  const items = legendItems(panel);
  const wanted = items.map((item) => widthOf(theme, item.label, style.words.plain) + each);
  const squeeze = Math.min(1, g.width / wanted.reduce((a, b) => a + b, 0));
  const y = g.top - up;
  let x = g.left;
  items.forEach((item, i) => {
    const colour = colourOf(theme, item.colour);
    if (item.kind === "Points") {
      paintPoint(context, theme, item.shape, x + key / 2, y, Math.min(point, item.size), colour);
    } else if (item.kind === "Bars") {
      context.fillStyle = colour;
      context.fillRect(x + (key - bar[0]) / 2, y - bar[1] / 2, bar[0], bar[1]);
    } else {
      context.strokeStyle = colour;
      context.lineWidth = item.width;
      context.setLineDash(item.dash ? dash : []);
      line(context, x, y, x + key * squeeze, y);
      context.setLineDash([]);
    }
    const size = Math.max(style.words.smallest, style.words.plain * squeeze);
    write(context, theme, item.label, x + words * squeeze, y, { size, base: "middle" });
    x += wanted[i] * squeeze;
  });
}
