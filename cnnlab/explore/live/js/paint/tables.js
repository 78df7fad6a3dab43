// @ts-check
// Words in columns; as still/words.py.

import style from "../../../../style.json" with { type: "json" };
import { line } from "./brush.js";
import { paintMarks } from "./marks.js";
import { cut, roomOf } from "./ruler.js";
import { textAt } from "./texts.js";

/** @import { Box, Cells, Context, Panel, Printed, Text, Theme } from "../types.d.ts" */
/** @typedef {Cells & { size: number, line: number, widths: number[], starts: number[] }} Columns */

/**
 * Where the cells lie. Columns are as wide as their words.
 * @param {Panel} panel
 * @param {Box} box
 * @returns {Columns}
 */
export function tableGeometry(panel, box) {
  const all = [...(panel.header.length ? [panel.header] : []), ...panel.rows];
  const columns = all.length ? all[0].length : 0, rows = panel.rows.length;
  const bold = new Set(panel.colours.map((/** @type {[number, number]} */ [r, c]) => `${r},${c}`));
  const measure = (/** @type {number} */ size) =>
    Array.from({ length: columns }, (_, c) =>
      2 * style.table.pad * size + Math.max(
        panel.header.length ? roomOf(panel.header[c], size, true) : 0,
        ...panel.rows.map((row, r) => roomOf(row[c], size, bold.has(`${r},${c}`))),
      ));
  const high = Math.min(style.table.line * panel.size, (box.h - style.table.top) / Math.max(1, all.length));
  let size = Math.max(style.words.smallest, Math.min(panel.size, high)), widths = measure(size);
  const total = widths.reduce((a, b) => a + b, 0);
  if (total > box.w) {
    size = Math.max(style.words.smallest, (size * box.w) / total);
    widths = measure(size);
    let room = box.w; // narrow columns stay as they are, those that are too wide get an equal share of the rest
    widths.map((_, c) => c).sort((a, b) => widths[a] - widths[b]).forEach((c, k) => {
      widths[c] = Math.min(widths[c], room / (columns - k));
      room -= widths[c];
    });
  }
  const starts = widths.map((_, c) => box.x + widths.slice(0, c).reduce((a, b) => a + b, 0));
  const y0 = box.y + style.table.top + (panel.header.length ? high : 0);
  return {
    rows,
    columns,
    size,
    line: high,
    widths,
    starts,
    side: high,
    y0,
    x0: box.x,
    cellBox: (r, c) => (r < rows && c < columns ? [starts[c], y0 + r * high, widths[c], high] : null),
    cellAt: (x, y) => {
      const r = Math.floor((y - y0) / high), c = starts.findIndex((s, i) => x >= s && x < s + widths[i]);
      return r >= 0 && r < rows && c >= 0 ? [r, c] : null;
    },
  };
}

/**
 * The words of a Table.
 * @param {Panel} panel
 * @param {Columns} g
 * @param {Printed} [printed]
 * @returns {Text[]}
 */
export function tableTexts(panel, g, printed) {
  /** @type {Map<string, any>} */
  const special = new Map(
    panel.colours.map((/** @type {[number, number, any]} */ [r, c, colour]) => [`${r},${c}`, colour]),
  );
  const pad = style.table.pad * g.size;
  /** @type {Text[]} */
  const texts = [];
  const put = (/** @type {string} */ full, /** @type {number} */ r, /** @type {number} */ c) => {
    const [x, w, align] = [g.starts[c], g.widths[c], panel.align[c]];
    const [turn, shift] = align === "r" ? ["right", w - pad] : align === "c" ? ["center", w / 2] : ["left", pad];
    const colour = r < 0 ? "muted" : special.get(`${r},${c}`) ?? "ink", bold = r < 0 || special.has(`${r},${c}`);
    const words = cut(full, w - 2 * pad + 0.01, g.size, bold);
    const how = { size: g.size, align: /** @type {CanvasTextAlign} */ (turn), colour, bold };
    if (words) texts.push(textAt(words, x + Number(shift), g.y0 + (r + 0.5) * g.side, "cell", how));
  };
  panel.header.forEach((text, c) => put(text, -1, c));
  panel.rows.forEach((row, r) =>
    row.forEach((text, c) => {
      put(text, r, c);
      printed?.push([panel.name, r, c, text]);
    })
  );
  return texts;
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 */
export function paintTable(context, theme, panel, box) {
  const g = tableGeometry(panel, box);
  if (panel.header.length) {
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    line(context, g.x0, g.y0, g.x0 + g.widths.reduce((a, b) => a + b, 0), g.y0);
  }
  paintMarks(context, theme, panel, g);
}
