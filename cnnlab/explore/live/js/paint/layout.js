// @ts-check
// Where everything lies: panels, cells, arrows between them, and what is at a point; as still/layout.py.

import style from "../../../../style.json" with { type: "json" };
import { axesGeometry, axesTexts, legendLines, planeHeight } from "./axes.js";
import { diagramGeometry, diagramTexts } from "./diagrams.js";
import { gridGeometry, gridHeight, gridTexts, headRoom, partTexts } from "./grids.js";
import { legendTexts } from "./marks.js";
import { roomOf, wrapped } from "./ruler.js";
import { tableGeometry, tableTexts } from "./tables.js";
import { textAt } from "./texts.js";

/** @typedef {{ panel: Panel, x: number, y: number, w: number, head: number, body: number, last: boolean }} Slot */
/** @import { Box, Cells, Item, Layout, Panel, PanelBox, Printed, Rect, Scene, Text, Theme } from "../types.d.ts" */

/**
 * Rows of panels that do not fit break into equal lines; the bodies of a line begin at one height, and no line is higher
 * than its panels can fill.
 * @param {Pick<Scene, "rows">} scene
 * @param {number} width
 * @returns {Layout}
 */
export function layoutOf(scene, width) {
  const { gap, narrowest } = style.layout;
  /** @type {PanelBox[]} */
  const boxes = [];
  let y = 0;
  for (const row of scene.rows) {
    const columns = columnsOf(row);
    const least = Math.max(...columns.map(([panel]) => panel.narrowest || narrowest));
    const fit = Math.max(1, Math.floor((width + gap) / (least + gap)));
    const each = Math.ceil(columns.length / Math.ceil(columns.length / fit));
    for (let i = 0; i < columns.length; i += each) {
      const line = columns.slice(i, i + each);
      const weight = line.reduce((sum, [panel]) => sum + panel.width, 0);
      const wide = line.map(([panel]) => ((width - gap * (line.length - 1)) * panel.width) / weight);
      const first = headOf(line.map(([panel], k) => [panel, wide[k]]));
      /** @type {Slot[]} */
      const slots = [];
      let x = 0;
      line.forEach((column, k) => {
        const w = wide[k];
        let down = y;
        column.forEach((panel, place) => {
          const [least, head] = place ? headOf([[panel, w]]) : first;
          const body = panel.steady ? panel.height - head : bodyHeight(panel, w, panel.height - least);
          slots.push({ panel, x, y: down, w, head, body, last: place === column.length - 1 });
          down += head + body + gap;
        });
        x += w + gap;
      });
      const bottom = Math.max(...slots.map((slot) => slot.y + slot.head + slot.body));
      for (const slot of slots) if (slot.last) slot.body = bottom - slot.y - slot.head;
      withCellsAlike(slots).forEach((panel, k) => {
        const { x, y, w, head, body: h } = slots[k], [titles, size] = titlesOf(panel.title, w);
        boxes.push({ panel, x, y, w, h: head + h, body: { x, y: y + head, w, h }, titles, size });
      });
      y = bottom + gap;
    }
  }
  return { boxes, width, height: Math.max(0, y - gap) };
}

/**
 * The panels of a row, one below the other where they ask for it.
 * @param {Panel[]} row
 */
function columnsOf(row) {
  /** @type {Panel[][]} */
  const columns = [];
  for (const panel of row) {
    if (panel.below && columns.length) columns[columns.length - 1].push(panel);
    else columns.push([panel]);
  }
  return columns;
}

/**
 * How high the heads of panels side by side are with titles of one line, and with theirs.
 * @param {[Panel, number][]} line panels and their widths
 * @returns {[number, number]}
 */
function headOf(line) {
  const { title, untitled } = style.layout;
  const least = line.some(([panel]) => panel.title) ? title : untitled;
  const more = Math.max(0, ...line.map(([panel, w]) => titlesOf(panel.title, w)[0].length - 1));
  return [least, least + style.words.title_line * more];
}

/**
 * The lines of a title, and their size.
 * @param {string} words
 * @param {number} width
 * @returns {[string[], number]}
 */
function titlesOf(words, width) {
  const { title, title_x, title_small: small, smallest } = style.words;
  if (!words) return [[], title];
  const room = width - title_x, size = Math.min(title, room / roomOf(words, 1, true));
  if (size >= small) return [[words], size];
  const lines = wrapped(words, room, small, true);
  return [lines, Math.max(smallest, Math.min(small, room / Math.max(...lines.map((line) => roomOf(line, 1, true)))))];
}

/**
 * How high the body of a panel should be, no higher than what it can fill at this width.
 * @param {Panel} panel
 * @param {number} width
 * @param {number} most
 */
function bodyHeight(panel, width, most) {
  if (panel.kind === "Grid" || panel.kind === "Image") return Math.min(most, gridHeight(panel, width, most));
  return panel.kind === "Plane" ? Math.min(most, planeHeight(panel, width)) : most;
}

/**
 * The panels of a line, rows beside rows, axes beside axes, cells of about one size made the same.
 * @param {Slot[]} slots
 */
function withCellsAlike(slots) {
  const head = Math.max(0, ...slots.map(({ panel }) => (panel.kind === "Grid" ? headRoom(panel) : 0)));
  const axes = slots.map(({ panel, y }) => !hasCells(panel) && y === slots[0].y);
  const lines = Math.max(0, ...slots.map(({ panel, w }, k) => (axes[k] ? legendLines(panel, w) : 0)));
  const panels = slots.map(({ panel }, k) => {
    if (axes[k]) return { ...panel, lines };
    return panel.kind === "Grid" ? { ...panel, head } : panel;
  });
  const sides = slots.map(({ w, body: h }, k) =>
    panels[k].kind === "Grid" && !panels[k].alone ? gridGeometry(panels[k], { x: 0, y: 0, w, h }).side : 0
  );
  return panels.map((panel, k) => {
    if (panel.kind !== "Grid" || panel.alone) return panel;
    const least = Math.min(...sides.filter((side) => side >= style.layout.alike * sides[k]));
    return { ...panel, cell: Math.min(panel.cell, least) };
  });
}

/**
 * All words of a panel, its title first.
 * @param {PanelBox} at
 * @param {Theme} theme
 * @param {Printed} [printed] the texts of all cells, which the tests compare with the engine
 * @returns {Text[]}
 */
export function textsOf({ panel, x, y, body, titles, size }, theme, printed) {
  const { title_x, title_y, title_line } = style.words;
  const how = { size, align: /** @type {const} */ ("left"), base: /** @type {const} */ ("alphabetic"), bold: true };
  const head = titles.map((words, k) => textAt(words, x + title_x, y + title_y + k * title_line, "title", how));
  if (!hasCells(panel)) return [...head, ...axesTexts(panel, axesGeometry(panel, body))];
  if (panel.kind === "Table") return [...head, ...tableTexts(panel, tableGeometry(panel, body), printed)];
  if (panel.kind === "Diagram") {
    return [...head, ...diagramTexts(panel, diagramGeometry(panel, body), body, theme, printed)];
  }
  const g = gridGeometry(panel, body);
  if (panel.kind === "Grid") return [...head, ...gridTexts(panel, g, theme, printed)];
  return [...head, ...partTexts(panel, g), ...legendTexts(g)];
}

/** @param {Panel} panel */
export function hasCells(panel) {
  return !["Curves", "Plane"].includes(panel.kind);
}

/**
 * Where the cells of a panel lie within its body.
 * @param {Panel} panel
 * @param {Box} body
 * @returns {Cells}
 */
export function cellsGeometry(panel, body) {
  if (panel.kind === "Table") return tableGeometry(panel, body);
  return panel.kind === "Diagram" ? diagramGeometry(panel, body) : gridGeometry(panel, body);
}

/**
 * @param {Layout} layout
 * @param {string} name
 * @returns {PanelBox | undefined}
 */
export function boxOf(layout, name) {
  return layout.boxes.find(({ panel }) => panel.name === name);
}

/**
 * @param {Layout} layout
 * @param {string} name
 * @param {number} r
 * @param {number} c
 * @returns {Rect | null}
 */
export function cellOnScreen(layout, name, r, c) {
  const box = boxOf(layout, name);
  return box && hasCells(box.panel) ? cellsGeometry(box.panel, box.body).cellBox(r, c) : null;
}

/**
 * What is at a point of the picture: a cell, or an item that can be dragged; null for neither.
 * @param {Layout} layout
 * @param {number} x
 * @param {number} y
 * @returns {{ panel: Panel, body: Box, cell?: [number, number], drag?: string, item?: Item } | null}
 */
export function whatIsAt(layout, x, y) {
  for (const { panel, body } of layout.boxes) {
    if (x < body.x - 8 || x > body.x + body.w + 8 || y < body.y - 8 || y > body.y + body.h + 8) continue;
    if (hasCells(panel)) {
      const cell = cellsGeometry(panel, body).cellAt(x, y);
      if (cell) return { panel, body, cell };
      continue;
    }
    const g = axesGeometry(panel, body);
    let best = null, near = 18;
    for (const item of panel.items) {
      if (item.kind !== "Points" || !item.drag) continue;
      const distance = Math.hypot(g.px(item.x.data[0]) - x, g.py(item.y.data[0]) - y);
      if (distance <= near) {
        near = distance;
        best = item;
      }
    }
    if (best && best.drag) return { panel, body, drag: best.drag, item: best };
  }
  return null;
}
