// @ts-check
// Painting a whole scene, what joins its panels, and what is pointed at.

import style from "../../../../style.json" with { type: "json" };
import { formatNumber } from "../numbers.js";
import { paintAxes } from "./axes.js";
import { arrowTexts, paintArrow } from "./arrows.js";
import { widthOf, write } from "./brush.js";
import { paintDiagram } from "./diagrams.js";
import { paintGrid, paintImage } from "./grids.js";
import { boxOf, cellOnScreen, cellsGeometry, hasCells, textsOf } from "./layout.js";
import { paintTable } from "./tables.js";
import { wrapped } from "./ruler.js";
import { boxOfText, put } from "./texts.js";

/** @import { Box, Cells, Context, Layout, Panel, Part, Place, Printed, Rect, Scene, Theme } from "../types.d.ts" */

/** @type {Record<string, (context: Context, theme: Theme, panel: Panel, body: Box) => void>} */
const PAINTERS = {
  Curves: paintAxes,
  Plane: paintAxes,
  Grid: paintGrid,
  Image: paintImage,
  Table: paintTable,
  Diagram: paintDiagram,
};

/**
 * Paints all, words over everything else; returns the texts of all cells, which the tests compare with the engine.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Scene} scene
 * @param {Layout} layout
 * @param {Place | null} pointed
 */
export function paintScene(context, theme, scene, layout, pointed) {
  /** @type {Printed} */
  const printed = [];
  const texts = layout.boxes.flatMap((at) => textsOf(at, theme, printed));
  for (const { panel, body } of layout.boxes) PAINTERS[panel.kind](context, theme, panel, body);
  if (scene.arrows.length) {
    const boxes = texts.map(boxOfText);
    for (const arrow of scene.arrows) paintArrow(context, theme, arrow, layout, boxes);
    texts.push(...arrowTexts(scene, layout, boxes));
  }
  for (const text of texts) put(context, theme, text);
  if (pointed) paintPointed(context, theme, scene, layout, pointed);
  return printed;
}

/**
 * The cells that belong to a cell.
 * @param {Scene} scene
 * @param {Place} place
 * @returns {Place[]}
 */
export function linkedCells(scene, [name, r, c]) {
  /** @type {Place[]} */
  const found = [];
  for (const { panel, other, pairs } of scene.links) {
    const d = pairs.data;
    for (let i = 0; i < d.length; i += 4) {
      if (panel === name && d[i] === r && d[i + 1] === c) found.push([other, d[i + 2], d[i + 3]]);
      if (other === name && d[i + 2] === r && d[i + 3] === c) found.push([panel, d[i], d[i + 1]]);
    }
  }
  return found;
}

/**
 * A ring around the cell that is pointed at and those that belong to it, and its name.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Scene} scene
 * @param {Layout} layout
 * @param {Place} pointed
 */
function paintPointed(context, theme, scene, layout, pointed) {
  const box = boxOf(layout, pointed[0]);
  const grid = box && hasCells(box.panel) && cellsGeometry(box.panel, box.body);
  if (!grid || pointed[1] >= grid.rows || pointed[2] >= grid.columns) return; // it has shrunk under the hand
  const ring = (/** @type {Place} */ at, /** @type {number} */ width) => {
    const cell = numberOnScreen(layout, ...at);
    if (!cell) return;
    const [x, y, w, h] = cell;
    for (
      const [colour, line] of /** @type {[string, number][]} */ ([[theme.paper, width + 2], [theme.colours[3], width]])
    ) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    }
  };
  for (const at of linkedCells(scene, pointed)) ring(at, 2);
  ring(pointed, 2.5);
  const text = nameOfCell(layout, pointed);
  const cell = cellOnScreen(layout, ...pointed);
  if (!text || !cell) return;
  const lines = wrapped(text, layout.width - 18, style.words.plain);
  const width = Math.max(...lines.map((words) => widthOf(theme, words, style.words.plain))) + 14;
  const height = 22 + style.words.title_line * (lines.length - 1);
  const x = Math.max(2, Math.min(cell[0] + cell[2] / 2 - width / 2, layout.width - width - 2));
  const y = cell[1] > height + 8 ? cell[1] - height - 5 : cell[1] + cell[3] + 5;
  context.fillStyle = theme.ink;
  context.beginPath();
  context.roundRect(x, y, width, height, 4);
  context.fill();
  lines.forEach((words, k) => {
    const down = y + 11.5 + style.words.title_line * k;
    write(context, theme, words, x + 7, down, { base: "middle", colour: theme.paper });
  });
}

/**
 * "e[3, 4] = 1.25": what a cell is called, for the hint beside the pointer and for screen readers.
 * @param {Layout} layout
 * @param {Place} place
 */
export function nameOfCell(layout, [name, r, c]) {
  const panel = boxOf(layout, name)?.panel;
  if (!panel || panel.kind === "Table") return "";
  if (panel.kind === "Diagram") return panel.nodes[c]?.says || "";
  if (panel.parts?.length) return nameInPart(panel, r, c);
  const index = `[${formatNumber(r + (panel.row_offset || 0), 0)}, ${formatNumber(c + (panel.column_offset || 0), 0)}]`;
  const { data, shape } = panel.kind === "Grid" ? panel.values : panel.pixels;
  const symbol = panel.symbol || panel.title;
  const [rows, columns] = panel.whole || shape;
  const smaller = rows > shape[0] || columns > shape[1]; // then a pixel is the mean of several
  const at = Math.floor((r * shape[0]) / rows) * shape[1] + Math.floor((c * shape[1]) / columns);
  const is = smaller ? "≈" : "=";
  if (shape.length === 3) {
    return `${symbol}${index} ${is} (${[0, 1, 2].map((k) => formatNumber(data[3 * at + k] / 255, 2)).join(", ")})`;
  }
  const value = data[at];
  if (Number.isNaN(value)) return `${symbol}${index}: nothing here`;
  const digits = panel.digits === undefined ? 2 : panel.digits && panel.digits + 1;
  return `${symbol}${index} ${is} ${panel.texts ? panel.texts[r][c] : formatNumber(value, digits)}`;
}

/**
 * The part of an image in which a pixel lies, and the number of the part there: its row and column.
 * @param {Panel} panel
 * @param {number} r
 * @param {number} c
 * @returns {[Part, number, number] | null}
 */
function partAt({ parts = [] }, r, c) {
  for (const part of parts) {
    const m = Math.floor((r - part.row) / part.each), n = Math.floor((c - part.column) / part.each);
    if (m >= 0 && m < part.rows && n >= 0 && n < part.columns) return [part, m, n];
  }
  return null;
}

/**
 * Where an arrow key leads from a cell: to the next one, and on an image of several parts to the next number, over
 * whatever lies between two parts.
 * @param {Panel} panel
 * @param {[number, number]} at
 * @param {[number, number]} step
 * @param {Pick<Cells, "rows" | "columns">} cells
 * @returns {[number, number]}
 */
export function cellBeside(panel, [r, c], [down, right], { rows, columns }) {
  let far = partAt(panel, r, c)?.[0].each || 1;
  const to = (/** @type {number} */ k) => /** @type {[number, number]} */ ([r + k * down, c + k * right]);
  const inside = ([m, n] = to(far)) => m >= 0 && m < rows && n >= 0 && n < columns;
  while (panel.parts?.length && inside() && !partAt(panel, ...to(far))) far += 1;
  if (inside()) return to(far);
  return panel.parts?.length
    ? [r, c]
    : [Math.max(0, Math.min(rows - 1, r + down)), Math.max(0, Math.min(columns - 1, c + right))];
}

/**
 * The box of a cell; of the whole number, where one fills several pixels of an image.
 * @param {Layout} layout
 * @param {string} name
 * @param {number} r
 * @param {number} c
 * @returns {Rect | null}
 */
function numberOnScreen(layout, name, r, c) {
  const box = boxOf(layout, name), found = box && partAt(box.panel, r, c);
  if (!found) return cellOnScreen(layout, name, r, c);
  const [{ row, column, each }, m, n] = found;
  const first = cellOnScreen(layout, name, row + m * each, column + n * each);
  return first && [first[0], first[1], each * first[2], each * first[3]];
}

/**
 * What a cell of an image of several parts is called, each of which calls its numbers in its own way.
 * @param {Panel} panel
 * @param {number} r
 * @param {number} c
 */
function nameInPart(panel, r, c) {
  const found = partAt(panel, r, c);
  if (!found) return "";
  const [{ rows, name, top }, m, n] = found, { pixels } = panel;
  const value = pixels.data[r * pixels.shape[1] + c] * top;
  if (Number.isNaN(value)) return "";
  const called = name.replace("{r}", String(m)).replace("{c}", String(n)).replace("{i}", String(n * rows + m));
  return `${called} = ${formatNumber(value, 2)}`;
}
