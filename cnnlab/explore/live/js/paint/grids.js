// @ts-check
// Grid and Image: where their cells lie, and painting them; as still/cells.py.

import style from "../../../../style.json" with { type: "json" };
import { cellText, formatNumber } from "../numbers.js";
import { rasterOf } from "./brush.js";
import { legendOf, legendTexts, paintMarks, paintTints, pairsOf } from "./marks.js";
import { cut, roomOf } from "./ruler.js";
import { shrunk, textAt } from "./texts.js";
import { inkOn, mapColour, rgb } from "./theme.js";

/** @import { Box, Cells, Context, Panel, Part, Printed, Text, Theme } from "../types.d.ts" */

/**
 * Of the longest number of a row.
 * @param {Panel} panel
 */
function indexWidth(panel) {
  const ends = [panel.row_offset, panel.row_offset + panel.capacity[0] - 1];
  return Math.max(...ends.map((end) => roomOf(formatNumber(end, 0), style.words.indices)));
}

/**
 * Of the meanings of the marks.
 * @param {Panel} panel
 * @param {number} width
 */
function legendHeight(panel, width) {
  return style.cells.legend * Math.max(legendOf(panel, width).lines, panel.kind === "Grid" ? 1 : 0);
}

/**
 * What stands above the cells: the numbers of the columns, here or in a panel beside it.
 * @param {Panel} panel
 */
export function headRoom(panel) {
  if (panel.kind !== "Grid") return panel.heads?.length ? style.cells.heads : style.cells.bare;
  return Math.max(panel.head || 0, panel.indices ? style.cells.top : style.cells.bare);
}

/**
 * How high the body of a panel is that its cells fill, where it may have so much.
 * @param {Panel} panel
 * @param {number} width
 * @param {number} most
 */
export function gridHeight(panel, width, most) {
  const { legendY = 0 } = gridGeometry(panel, { x: 0, y: 0, w: width, h: most });
  return legendY + style.cells.legend_up - style.cells.legend + legendHeight(panel, width);
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
  let left = cells.bare, right = cells.bare, low = cells.bare;
  const top = headRoom(panel);
  if (indices) {
    left = Math.max(cells.left, indexWidth(panel) + cells.index_left + cells.index_rim);
    if (panel.column_label) {
      right = Math.max(cells.right, cells.column_label + roomOf(`${panel.column_label} →`, style.words.ticks));
    }
    if (panel.row_label) {
      low = cells.bottom;
      left = Math.max(left, cells.row_label_x + roomOf(`${panel.row_label} ↓`, style.words.ticks));
    }
  }
  const { keys } = legendOf(panel, box.w), bottom = low + legendHeight(panel, box.w);
  let side = Math.min((box.w - left - right) / roomColumns, (box.h - top - bottom) / roomRows, grid ? panel.cell : 1e9);
  if (side >= cells.whole_from) side = Math.floor(side + 1e-6);
  const x0 = box.x + left + Math.max(0, (box.w - left - right - side * columns) / 2);
  const y0 = box.y + top + Math.max(0, (side * (roomRows - rows)) / 2);
  return {
    rows,
    columns,
    side,
    x0,
    y0,
    legendY: box.y + top + side * roomRows + low + cells.legend - cells.legend_up,
    legendX: Math.max(
      box.x,
      Math.min(x0 - style.marks.legend_left, box.x + box.w - Math.max(0, ...keys.map(({ end }) => end))),
    ),
    keys,
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
  const { largest, smallest, of_side, clear } = style.cells.words;
  const words = texts ? texts.flat() : Array.from(values.data, (v) => cellText(v, digits));
  let longest = 0;
  for (const one of words) longest = Math.max(longest, roomOf(one, 1));
  const size = Math.min(largest, of_side * g.side, (g.side - 2 * clear) / (longest || 1));
  return size >= smallest ? size : 0;
}

/**
 * The cells that are pale, as numbers.
 * @param {Panel} panel
 * @param {Cells} g
 */
function fadedCells(panel, g) {
  const faded = new Set();
  for (const mark of panel.highlights) {
    if (mark.style === "fade") { for (const [r, c] of pairsOf(mark.cells)) faded.add(r * g.columns + c); }
  }
  return faded;
}

/**
 * The numbers in the cells, those of rows and columns, what these are called, and the meanings of the marks.
 * @param {Panel} panel
 * @param {Cells} g
 * @param {Theme} theme
 * @param {Printed} [printed]
 * @returns {Text[]}
 */
export function gridTexts(panel, g, theme, printed) {
  const { values, texts, digits, colours, scale } = panel, size = lettersOf(panel, g), faded = fadedCells(panel, g);
  /** @type {Text[]} */
  const found = [];
  for (let r = 0; size && r < g.rows; r++) {
    for (let c = 0; c < g.columns; c++) {
      const value = values.data[r * g.columns + c], pale = faded.has(r * g.columns + c);
      const text = texts ? texts[r][c] : cellText(value, digits);
      const plain = colours === "none" || Number.isNaN(value) || pale;
      const on = plain ? null : inkOn(mapColour(theme.stops[colours], scale, value));
      printed?.push([panel.name, r, c, text]);
      if (!text) continue;
      const how = { size, on, alpha: pale ? style.cells.fade_words : 1 };
      found.push(textAt(text, g.x0 + (c + 0.5) * g.side, g.y0 + (r + 0.5) * g.side, "cell", how));
    }
  }
  return [...found, ...(panel.indices ? indexTexts(panel, g) : []), ...legendTexts(g)];
}

/**
 * Where the numbers of a part of an image lie.
 * @param {Part} part
 * @param {Cells} g
 * @returns {Cells}
 */
function partCells({ row, column, rows, columns, each }, g) {
  const side = each * g.side, x0 = g.x0 + column * g.side, y0 = g.y0 + row * g.side;
  return {
    rows,
    columns,
    side,
    x0,
    y0,
    cellBox: (r, c) => [x0 + c * side, y0 + r * side, side, side],
    cellAt: () => null,
  };
}

/**
 * What stands above the parts of an image, and beside their rows.
 * @param {Panel} panel
 * @param {Cells} g
 * @returns {Text[]}
 */
export function partTexts(panel, g) {
  const { head_up, under_up, part_words, part_of_side, words: { smallest } } = style.cells,
    { ticks, indices } = style.words;
  /** @type {Text[]} */
  const texts = [];
  for (const { column, columns, text, under } of panel.heads || []) {
    const x = g.x0 + (column + columns / 2) * g.side, room = columns * g.side;
    for (
      const [words, largest, up, colour] of /** @type {[string, number, number, string][]} */ ([
        [text, ticks, head_up, "ink"],
        [under, indices, under_up, "muted"],
      ])
    ) {
      const size = shrunk(words, room, largest), said = cut(words, room, size);
      if (!words || (said.length <= 1 && said !== words)) continue;
      texts.push(textAt(said, x, g.y0 - up, "head", { size, base: "alphabetic", colour }));
    }
  }
  for (const part of panel.parts || []) {
    const cells = partCells(part, g), size = Math.min(ticks, part_of_side * cells.side);
    if (size < smallest) continue;
    const x = cells.x0 + part.columns * cells.side + part_words;
    part.words.forEach((words, r) => {
      texts.push(textAt(words, x, cells.y0 + (r + 0.5) * cells.side, "part", { size, align: "left" }));
    });
  }
  return texts;
}

/**
 * The numbers of rows and columns, and what they are called.
 * @param {Panel} panel
 * @param {Cells} g
 * @returns {Text[]}
 */
function indexTexts(panel, g) {
  const { index_each, index_apart, index_up, index_left, column_label, row_label_x, row_label_y } = style.cells;
  const colour = "muted", size = style.words.indices, up = g.y0 - index_up;
  const base = /** @type {const} */ ("alphabetic"), right = /** @type {const} */ ("right");
  const numbers = Array.from({ length: g.columns }, (_, c) => formatNumber(c + panel.column_offset, 0));
  const wide = Math.max(index_each, Math.max(0, ...numbers.map((one) => roomOf(one, size))) + index_apart);
  /** @type {Text[]} */
  const texts = [];
  for (let c = 0; c < g.columns; c += Math.max(1, Math.ceil(wide / g.side))) {
    texts.push(textAt(numbers[c], g.x0 + (c + 0.5) * g.side, up, "index", { size, base, colour }));
  }
  for (let r = 0; r < g.rows; r += Math.max(1, Math.ceil(index_each / g.side))) {
    const text = formatNumber(r + panel.row_offset, 0), y = g.y0 + (r + 0.5) * g.side;
    texts.push(textAt(text, g.x0 - index_left, y, "index", { size, align: right, colour }));
  }
  const word = { size: style.words.ticks, base, colour };
  if (panel.column_label) {
    const x = g.x0 + g.columns * g.side + column_label;
    texts.push(textAt(`${panel.column_label} →`, x, up, "axis", { ...word, align: "left" }));
  }
  if (panel.row_label) {
    const y = g.y0 + g.rows * g.side + row_label_y;
    texts.push(textAt(`${panel.row_label} ↓`, g.x0 - row_label_x, y, "axis", { ...word, align: right }));
  }
  return texts;
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 */
export function paintGrid(context, theme, panel, box) {
  const g = gridGeometry(panel, box), faded = fadedCells(panel, g);
  const { values, colours, scale } = panel;
  for (let r = 0; colours !== "none" && r < g.rows; r++) {
    for (let c = 0; c < g.columns; c++) {
      const value = values.data[r * g.columns + c];
      if (Number.isNaN(value)) continue;
      context.globalAlpha = faded.has(r * g.columns + c) ? style.cells.fade : 1;
      context.fillStyle = rgb(mapColour(theme.stops[colours], scale, value));
      context.fillRect(g.x0 + c * g.side, g.y0 + r * g.side, g.side, g.side);
    }
  }
  context.globalAlpha = 1;
  paintTints(context, theme, panel, g);
  if (g.side >= style.cells.lines_from) paintLines(context, theme, g);
  paintFrame(context, theme, g);
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
  const parts = panel.parts || [];
  for (const part of parts) paintFrame(context, theme, partCells(part, g));
  if (!parts.length) paintFrame(context, theme, g);
  context.save();
  context.beginPath(); // windows may hang over the edge
  context.rect(g.x0 - overhang, g.y0 - overhang, g.columns * g.side + 2 * overhang, g.rows * g.side + 2 * overhang);
  if (g.legendY !== undefined) context.rect(box.x, g.legendY - 9, box.w, box.y + box.h - g.legendY + 9);
  context.clip();
  paintMarks(context, theme, panel, g);
  context.restore();
}
