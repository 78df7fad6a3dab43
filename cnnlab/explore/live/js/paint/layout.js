// @ts-check
// Where everything lies: panels, cells, arrows between them, and what is at a point; as still/layout.py.

import style from "../../../../style.json" with { type: "json" };
import { axesGeometry } from "./axes.js";
import { diagramGeometry } from "./diagrams.js";
import { gridGeometry } from "./grids.js";
import { tableGeometry } from "./tables.js";

/** @import { Arrow, Box, Cells, Item, Layout, Panel, PanelBox, Rect, Scene, Theme } from "../types.d.ts" */

/**
 * Rows of panels that do not fit break into equal lines.
 * @param {Pick<Scene, "rows">} scene
 * @param {number} width
 * @returns {Layout}
 */
export function layoutOf(scene, width) {
  const { gap, title, untitled, narrowest } = style.layout;
  /** @type {PanelBox[]} */
  const boxes = [];
  let y = 0;
  for (const row of scene.rows) {
    const fit = Math.max(1, Math.floor((width + gap) / (narrowest + gap)));
    const lines = Math.ceil(row.length / fit), each = Math.ceil(row.length / lines);
    for (let i = 0; i < row.length; i += each) {
      const line = row.slice(i, i + each);
      const weight = line.reduce((sum, panel) => sum + panel.width, 0);
      const h = Math.max(...line.map((panel) => panel.height));
      let x = 0;
      for (const panel of line) {
        const w = ((width - gap * (line.length - 1)) * panel.width) / weight;
        const head = panel.title ? title : untitled;
        boxes.push({ panel, x, y, w, h, body: { x, y: y + head, w, h: h - head } });
        x += w + gap;
      }
      y += h + gap;
    }
  }
  return { boxes, width, height: Math.max(0, y - gap) };
}

/** @param {Panel} panel */
export function hasCells(panel) {
  return !["Curves", "Plane"].includes(panel.kind);
}

/**
 * Where the cells of a panel lie within its body.
 * @param {Panel} panel
 * @param {Box} body
 * @param {Theme} theme
 * @returns {Cells}
 */
export function cellsGeometry(panel, body, theme) {
  if (panel.kind === "Table") return tableGeometry(panel, body, theme);
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
 * @param {Theme} theme
 * @param {string} name
 * @param {number} r
 * @param {number} c
 * @returns {Rect | null}
 */
export function cellOnScreen(layout, theme, name, r, c) {
  const box = boxOf(layout, name);
  return box && hasCells(box.panel) ? cellsGeometry(box.panel, box.body, theme).cellBox(r, c) : null;
}

/**
 * An arrow between two cells: a slight curve keeps arrows apart that share a row. Null if a cell is not there.
 * @param {Arrow} arrow
 * @param {Layout} layout
 * @param {Theme} theme
 */
export function arrowGeometry(arrow, layout, theme) {
  const a = cellOnScreen(layout, theme, ...arrow.start), b = cellOnScreen(layout, theme, ...arrow.end);
  if (!a || !b) return null;
  const { bend, start: leaves, end: arrives, head: least, shaft } = style.arrow;
  const [x0, y0, x1, y1] = [a[0] + a[2] / 2, a[1] + a[3] / 2, b[0] + b[2] / 2, b[1] + b[3] / 2];
  const middle = [(x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)];
  const from = Math.atan2(middle[1] - y0, middle[0] - x0), angle = Math.atan2(y1 - middle[1], x1 - middle[0]);
  const r0 = leaves * Math.min(a[2], a[3]), r1 = arrives * Math.min(b[2], b[3]), head = least + arrow.width;
  const end = [x1 - r1 * Math.cos(angle), y1 - r1 * Math.sin(angle)];
  return {
    start: [x0 + r0 * Math.cos(from), y0 + r0 * Math.sin(from)],
    middle,
    end,
    shaft: [end[0] - shaft * head * Math.cos(angle), end[1] - shaft * head * Math.sin(angle)],
    words: [0.25 * x0 + 0.5 * middle[0] + 0.25 * x1, 0.25 * y0 + 0.5 * middle[1] + 0.25 * y1],
    angle,
    head,
  };
}

/**
 * What is at a point of the picture: a cell, or an item that can be dragged; null for neither.
 * @param {Layout} layout
 * @param {Theme} theme
 * @param {number} x
 * @param {number} y
 * @returns {{ panel: Panel, body: Box, cell?: [number, number], drag?: string, item?: Item } | null}
 */
export function whatIsAt(layout, theme, x, y) {
  for (const { panel, body } of layout.boxes) {
    if (x < body.x - 8 || x > body.x + body.w + 8 || y < body.y - 8 || y > body.y + body.h + 8) continue;
    if (hasCells(panel)) {
      const cell = cellsGeometry(panel, body, theme).cellAt(x, y);
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
