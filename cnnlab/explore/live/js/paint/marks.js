// @ts-check
// Highlighted cells, rectangles and their meanings, on any panel made of cells; as still/marks.py.

import style from "../../../../style.json" with { type: "json" };
import { line, widthOf, write } from "./brush.js";
import { colourOf } from "./theme.js";

/** @import { Cells, Colour, Context, Highlight, Numbers, Panel, Theme } from "../types.d.ts" */

/**
 * @param {Numbers} array (n, 2)
 * @returns {[number, number][]}
 */
export function pairsOf(array) {
  /** @type {[number, number][]} */
  const pairs = [];
  for (let i = 0; i < array.shape[0]; i++) pairs.push([array.data[2 * i], array.data[2 * i + 1]]);
  return pairs;
}

/**
 * Highlights and rectangles, then their meanings in a line below.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Cells} g
 */
export function paintMarks(context, theme, panel, g) {
  for (const mark of panel.highlights || []) paintHighlight(context, theme, mark, g);
  for (const { row, column, rows, columns, colour } of panel.rectangles || []) {
    context.strokeStyle = colourOf(theme, colour);
    context.lineWidth = style.marks.rectangle;
    context.strokeRect(g.x0 + column * g.side, g.y0 + row * g.side, columns * g.side, rows * g.side);
  }
  if (g.legendY === undefined) return;
  const { legend_left, legend_up, legend_words, legend_each } = style.marks;
  let x = Math.max(g.x0 - legend_left, 0);
  for (const { meaning, colour, style: form } of meanings(panel)) {
    swatch(context, form, x, g.legendY - legend_up, colourOf(theme, colour));
    write(context, theme, meaning, x + legend_words, g.legendY, { base: "middle" });
    x += widthOf(theme, meaning, style.words.plain) + legend_each;
  }
}

/**
 * What the legend explains, each meaning once.
 * @param {Panel} panel
 * @returns {{ meaning: string, colour: Colour, style: string }[]}
 */
function meanings(panel) {
  const seen = new Set();
  const boxes = (panel.rectangles || []).map((rectangle) => ({ ...rectangle, style: "box" }));
  return [...(panel.highlights || []), ...boxes].filter((m) =>
    m.meaning && !seen.has(m.meaning) && seen.add(m.meaning)
  );
}

/**
 * The key of a legend.
 * @param {Context} context
 * @param {string} form
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
function swatch(context, form, x, y, colour) {
  const { swatch: side, swatch_dot, swatch_line } = style.marks;
  const end = side - 1;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = swatch_line;
  if (form === "dot") {
    context.beginPath();
    context.arc(x + side / 2, y + side / 2, swatch_dot, 0, 7);
    context.fill();
  } else if (form === "fade") {
    context.globalAlpha = style.cells.fade;
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
  } else if (form === "cross") {
    line(context, x + 1, y + 1, x + end, y + end);
    line(context, x + end, y + 1, x + 1, y + end);
  } else context.strokeRect(x + 1, y + 1, side - 2, side - 2);
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Highlight} mark
 * @param {Cells} g
 */
export function paintHighlight(context, theme, mark, g) {
  const { thinnest, thickest, share, inset, inset_from, cross, dot_at, dot, dot_least } = style.marks;
  const cells = pairsOf(mark.cells);
  const inside = new Set(cells.map(([r, c]) => `${r},${c}`));
  context.strokeStyle = context.fillStyle = colourOf(theme, mark.colour);
  for (const [r, c] of cells) {
    const at = g.cellBox(r, c);
    if (!at) continue;
    const [x, y, w, h] = at;
    const short = Math.min(w, h);
    context.lineWidth = Math.max(thinnest, Math.min(thickest, short / share));
    context.beginPath();
    if (mark.style === "dot") {
      context.arc(x + w - dot_at * short - 1, y + dot_at * short + 1, Math.max(dot_least, dot * short), 0, 7);
      context.fill();
      continue;
    }
    const in_ = Math.min(inset, (short - inset_from) / 2); // the ring of a small pixel lies around it, to be seen
    if (mark.style === "ring") context.rect(x + in_, y + in_, w - 2 * in_, h - 2 * in_);
    else if (mark.style === "cross") {
      context.moveTo(x + cross, y + cross);
      context.lineTo(x + w - cross, y + h - cross);
      context.moveTo(x + w - cross, y + cross);
      context.lineTo(x + cross, y + h - cross);
    } else if (mark.style === "box") { // only the sides that no other cell of the set shares
      for (
        const [r1, c1, x0, y0, x1, y1] of [
          [r - 1, c, x, y, x + w, y],
          [r + 1, c, x, y + h, x + w, y + h],
          [r, c - 1, x, y, x, y + h],
          [r, c + 1, x + w, y, x + w, y + h],
        ]
      ) {
        if (inside.has(`${r1},${c1}`)) continue;
        context.moveTo(x0, y0);
        context.lineTo(x1, y1);
      }
    }
    context.lineCap = "square";
    context.stroke();
    context.lineCap = "butt";
  }
}
