// @ts-check
// Words in columns; as still/words.py.

import style from "../../../../style.json" with { type: "json" };
import { line, widthOf, write } from "./brush.js";
import { paintMarks } from "./marks.js";
import { colourOf } from "./theme.js";

/** @import { Box, Cells, Context, Panel, Printed, Theme } from "../types.d.ts" */
/** @typedef {Cells & { size: number, line: number, widths: number[], starts: number[] }} Columns */

/**
 * Where the cells lie. Columns are as wide as their words in the letters of the theme.
 * @param {Panel} panel
 * @param {Box} box
 * @param {Theme} theme
 * @returns {Columns}
 */
export function tableGeometry(panel, box, theme) {
  const all = [...(panel.header.length ? [panel.header] : []), ...panel.rows];
  const columns = all.length ? all[0].length : 0, rows = panel.rows.length;
  const bold = new Set(panel.colours.map((/** @type {[number, number]} */ [r, c]) => `${r},${c}`));
  const weight = (/** @type {number} */ r, /** @type {number} */ c) => (bold.has(`${r},${c}`) ? "600" : "");
  const measure = (/** @type {number} */ size) =>
    Array.from({ length: columns }, (_, c) =>
      2 * style.table.pad * size + Math.max(
        panel.header.length ? widthOf(theme, panel.header[c], size, "600") : 0,
        ...panel.rows.map((row, r) => widthOf(theme, row[c], size, weight(r, c))),
      ));
  let size = panel.size, widths = measure(size);
  const total = widths.reduce((a, b) => a + b, 0);
  if (total > box.w) {
    size = Math.max(style.words.smallest, (size * box.w) / total);
    widths = measure(size);
  }
  const high = Math.min(style.table.line * panel.size, box.h / Math.max(1, all.length));
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
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 * @param {Printed} printed
 */
export function paintTable(context, theme, panel, box, printed) {
  const g = tableGeometry(panel, box, theme);
  /** @type {Map<string, any>} */
  const special = new Map(
    panel.colours.map((/** @type {[number, number, any]} */ [r, c, colour]) => [`${r},${c}`, colour]),
  );
  const pad = style.table.pad * g.size;
  const put = (
    /** @type {string} */ text,
    /** @type {number} */ r,
    /** @type {number} */ c,
    /** @type {object} */ how,
  ) => {
    const [x, w] = [g.starts[c], g.widths[c]], y = g.y0 + (r + 0.5) * g.line;
    const at = { size: g.size, base: /** @type {const} */ ("middle"), ...how };
    if (panel.align[c] === "r") write(context, theme, text, x + w - pad, y, { ...at, align: "right" });
    else if (panel.align[c] === "c") write(context, theme, text, x + w / 2, y, { ...at, align: "center" });
    else write(context, theme, text, x + pad, y, at);
  };
  panel.header.forEach((text, c) => put(text, -1, c, { colour: theme.muted, weight: "600" }));
  if (panel.header.length) {
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    line(context, g.x0, g.y0, g.x0 + g.widths.reduce((a, b) => a + b, 0), g.y0);
  }
  panel.rows.forEach((row, r) =>
    row.forEach((text, c) => {
      const colour = special.get(`${r},${c}`);
      put(text, r, c, colour === undefined ? {} : { colour: colourOf(theme, colour), weight: "600" });
      printed.push([panel.name, r, c, text]);
    })
  );
  paintMarks(context, theme, panel, g);
}
