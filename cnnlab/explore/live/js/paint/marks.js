// @ts-check
// Highlighted cells, rectangles and their meanings, on any panel made of cells; as still/marks.py.

import style from "../../../../style.json" with { type: "json" };
import { line } from "./brush.js";
import { cut, roomOf } from "./ruler.js";
import { textAt } from "./texts.js";
import { colourOf } from "./theme.js";

/** @import { Cells, Colour, Context, Highlight, Meaning, Numbers, Panel, Text, Theme } from "../types.d.ts" */

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
 * Highlights and rectangles, then the keys of their meanings below.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Cells} g
 */
export function paintMarks(context, theme, panel, g) {
  for (const mark of panel.highlights || []) paintHighlight(context, theme, mark, g);
  for (const { row, column, rows, columns, colour } of panel.rectangles || []) {
    const { rectangle: width, halo } = style.marks; // paper on both sides: it is seen on a picture of its own colour
    for (const inner of [false, true]) {
      context.strokeStyle = inner ? colourOf(theme, colour) : theme.paper;
      context.lineWidth = inner ? width : width + 2 * halo;
      context.strokeRect(g.x0 + column * g.side, g.y0 + row * g.side, columns * g.side, rows * g.side);
    }
  }
  for (const { x, y, style: form, colour } of g.keys || []) {
    swatch(context, form, (g.legendX || 0) + x, (g.legendY || 0) + y - style.marks.legend_up, colourOf(theme, colour));
  }
}

/**
 * The meanings of the marks of a panel, each once, in as many lines as they need.
 * @param {Panel} panel
 * @param {number} width
 * @returns {{ keys: Meaning[], lines: number }}
 */
export function legendOf(panel, width) {
  const { legend_each, legend_words: before } = style.marks, line = style.cells.legend, each = legend_each - before;
  const seen = meanings(panel), plain = style.words.plain;
  const wanted = seen.reduce((sum, { meaning }) => sum + before + roomOf(meaning, plain), each * (seen.length - 1));
  const size = plain * Math.min(1, Math.max(style.placing.squeeze, width / Math.max(1, wanted)));
  let x = 0, y = 0;
  const keys = seen.map(({ meaning, colour, style: form }) => {
    const words = cut(meaning, width - before, size);
    let end = x + before + roomOf(words, size);
    if (x && end > width) [x, y, end] = [0, y + line, end - x];
    const key = { colour, style: form, words, x, y, size, end };
    x = end + each;
    return key;
  });
  return { keys, lines: keys.length ? 1 + Math.round(y / line) : 0 };
}

/**
 * The words of the legend.
 * @param {Cells} g
 * @returns {Text[]}
 */
export function legendTexts(g) {
  return (g.keys || []).map(({ words, x, y, size }) => {
    const how = { size, align: /** @type {const} */ ("left") };
    return textAt(words, (g.legendX || 0) + x + style.marks.legend_words, (g.legendY || 0) + y, "legend", how);
  });
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
  } else if (form === "fade" || form === "tint") {
    context.globalAlpha = style.cells[form];
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
  } else if (form === "cross") {
    line(context, x + 1, y + 1, x + end, y + end);
    line(context, x + end, y + 1, x + 1, y + end);
  } else context.strokeRect(x + 1, y + 1, side - 2, side - 2);
}

/**
 * The cells that are filled, under their numbers.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Cells} g
 */
export function paintTints(context, theme, panel, g) {
  context.globalAlpha = style.cells.tint;
  for (const mark of panel.highlights.filter((one) => one.style === "tint")) {
    context.fillStyle = colourOf(theme, mark.colour);
    for (const [r, c] of pairsOf(mark.cells)) context.fillRect(g.x0 + c * g.side, g.y0 + r * g.side, g.side, g.side);
  }
  context.globalAlpha = 1;
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Highlight} mark
 * @param {Cells} g
 */
export function paintHighlight(context, theme, mark, g) {
  const { thinnest, thickest, share, inset, inset_from, cross, dot_at, dot, dot_least } = style.marks;
  if (mark.style === "tint" || mark.style === "fade") return; // they lie under the numbers
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
