// @ts-check
// Grid and Image: where their cells lie, and painting them; as still/cells.py.

import style from "../../../../style.json" with { type: "json" };
import { cellText, formatNumber } from "../numbers.js";
import { rasterOf, write } from "./brush.js";
import { paintMarks, pairsOf } from "./marks.js";
import { inkOn, mapColour, rgb } from "./theme.js";

/** @import { Box, Cells, Context, Panel, Printed, Theme } from "../types.d.ts" */

/** @param {Panel} panel */
function hasLegend(panel) {
  return panel.kind === "Grid" || (panel.highlights || []).length + (panel.rectangles || []).length > 0;
}

/**
 * @param {Panel} panel
 * @param {Box} box
 * @returns {Cells}
 */
export function gridGeometry(panel, box) {
  const { cells } = style;
  const grid = panel.kind === "Grid", indices = grid && panel.indices;
  const [rows, columns] = grid ? panel.values.shape : panel.whole || panel.pixels.shape;
  const [roomRows, roomColumns] = panel.capacity;
  const left = indices ? cells.left : cells.bare;
  const right = indices && panel.column_label ? cells.right : cells.bare;
  const top = indices ? cells.top : cells.bare;
  const bottom = (indices && panel.row_label ? cells.bottom : cells.bare) + (hasLegend(panel) ? cells.legend : 0);
  let side = Math.min((box.w - left - right) / roomColumns, (box.h - top - bottom) / roomRows, grid ? panel.cell : 1e9);
  if (side >= cells.whole_from) side = Math.floor(side);
  const x0 = box.x + left + Math.max(0, (box.w - left - right - side * columns) / 2);
  const y0 = box.y + top + Math.max(0, (side * (roomRows - rows)) / 2);
  return {
    rows,
    columns,
    side,
    x0,
    y0,
    legendY: box.y + top + side * roomRows + bottom - cells.legend_up,
    cellBox: (r, c) => [x0 + c * side, y0 + r * side, side, side],
    cellAt: (x, y) => {
      const r = Math.floor((y - y0) / side), c = Math.floor((x - x0) / side);
      return r >= 0 && r < rows && c >= 0 && c < columns ? [r, c] : null;
    },
  };
}

/**
 * How large the numbers in the cells are; 0 if there is no room for them.
 * @param {Panel} panel
 * @param {Cells} g
 */
export function lettersOf({ texts, values, digits }, g) {
  const { largest, smallest, of_side, of_length } = style.cells.words;
  const longest = texts
    ? Math.max(1, ...texts.flat().map((t) => t.length))
    : Math.max(1, ...Array.from(values.data, (v) => cellText(v, digits).length));
  const size = Math.min(largest, of_side * g.side, (of_length * g.side) / longest);
  return size >= smallest ? size : 0;
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 * @param {Printed} printed
 */
export function paintGrid(context, theme, panel, box, printed) {
  const g = gridGeometry(panel, box);
  const { values, texts, digits, colours, scale } = panel;
  const { fade, fade_words, lines_from } = style.cells;
  const size = lettersOf(panel, g);
  const faded = new Set();
  for (const mark of panel.highlights) {
    if (mark.style === "fade") { for (const [r, c] of pairsOf(mark.cells)) faded.add(r * g.columns + c); }
  }
  for (let r = 0; r < g.rows; r++) {
    for (let c = 0; c < g.columns; c++) {
      const value = values.data[r * g.columns + c];
      const [x, y] = [g.x0 + c * g.side, g.y0 + r * g.side];
      const colour = colours === "none" || Number.isNaN(value) ? null : mapColour(theme.stops[colours], scale, value);
      const pale = faded.has(r * g.columns + c);
      if (colour) {
        context.globalAlpha = pale ? fade : 1;
        context.fillStyle = rgb(colour);
        context.fillRect(x, y, g.side, g.side);
      }
      if (size) {
        const text = texts ? texts[r][c] : cellText(value, digits);
        context.globalAlpha = pale ? fade_words : 1;
        const ink = colour && !pale ? inkOn(colour) : theme.ink;
        const how = {
          size,
          align: /** @type {const} */ ("center"),
          base: /** @type {const} */ ("middle"),
          colour: ink,
        };
        write(context, theme, text, x + g.side / 2, y + g.side / 2 + 0.5, how);
        printed.push([panel.name, r, c, text]);
      }
      context.globalAlpha = 1;
    }
  }
  if (g.side >= lines_from) paintLines(context, theme, g);
  else paintFrame(context, theme, g);
  if (panel.indices) paintIndices(context, theme, panel, g);
  paintMarks(context, theme, panel, g);
}

/**
 * Between all cells.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Cells} g
 */
function paintLines(context, theme, g) {
  const [x1, y1] = [g.x0 + g.columns * g.side, g.y0 + g.rows * g.side];
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let r = 0; r <= g.rows; r++) {
    context.moveTo(g.x0, g.y0 + r * g.side);
    context.lineTo(x1, g.y0 + r * g.side);
  }
  for (let c = 0; c <= g.columns; c++) {
    context.moveTo(g.x0 + c * g.side, g.y0);
    context.lineTo(g.x0 + c * g.side, y1);
  }
  context.stroke();
}

/**
 * Around all cells.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Cells} g
 */
function paintFrame(context, theme, g) {
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.strokeRect(g.x0 - 0.5, g.y0 - 0.5, g.columns * g.side + 1, g.rows * g.side + 1);
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Cells} g
 */
function paintIndices(context, theme, panel, g) {
  const { index_each, index_up, index_left, column_label, row_label_x, row_label_y } = style.cells;
  const every = Math.max(1, Math.ceil(index_each / g.side));
  const number = { size: style.words.indices, colour: theme.muted };
  const word = { size: style.words.ticks, colour: theme.muted };
  for (let c = 0; c < g.columns; c += every) {
    const text = formatNumber(c + panel.column_offset, 0);
    write(context, theme, text, g.x0 + (c + 0.5) * g.side, g.y0 - index_up, { ...number, align: "center" });
  }
  for (let r = 0; r < g.rows; r += every) {
    const text = formatNumber(r + panel.row_offset, 0), y = g.y0 + (r + 0.5) * g.side;
    write(context, theme, text, g.x0 - index_left, y, { ...number, align: "right", base: "middle" });
  }
  if (panel.column_label) {
    const x = g.x0 + g.columns * g.side + column_label;
    write(context, theme, `${panel.column_label} →`, x, g.y0 - index_up, word);
  }
  if (panel.row_label) {
    const y = g.y0 + g.rows * g.side + row_label_y;
    write(context, theme, `${panel.row_label} ↓`, g.x0 - row_label_x, y, { ...word, align: "right" });
  }
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 */
export function paintImage(context, theme, panel, box) {
  const g = gridGeometry(panel, box);
  const { overhang, fade_image } = style.cells;
  const stops = panel.pixels.shape.length === 3 ? null : theme.stops[panel.colours];
  context.imageSmoothingEnabled = false;
  context.drawImage(rasterOf(panel.pixels, stops, panel.scale, false), g.x0, g.y0, g.columns * g.side, g.rows * g.side);
  context.fillStyle = theme.paper;
  context.globalAlpha = fade_image;
  for (const mark of panel.highlights) {
    if (mark.style !== "fade") continue;
    for (const [r, c] of pairsOf(mark.cells)) context.fillRect(g.x0 + c * g.side, g.y0 + r * g.side, g.side, g.side);
  }
  context.globalAlpha = 1;
  paintFrame(context, theme, g);
  context.save();
  context.beginPath(); // windows may hang over the edge
  context.rect(g.x0 - overhang, g.y0 - overhang, g.columns * g.side + 2 * overhang, g.rows * g.side + 2 * overhang);
  if (g.legendY !== undefined) context.rect(0, g.legendY - 9, context.canvas.width, 18);
  context.clip();
  paintMarks(context, theme, panel, g);
  context.restore();
}
