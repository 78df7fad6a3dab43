// @ts-check
// Boxes and circles joined by arrows; as still/words.py.

import style from "../../../../style.json" with { type: "json" };
import { arrowHead, line } from "./brush.js";
import { paintHighlight, pairsOf } from "./marks.js";
import { cut } from "./ruler.js";
import { moved, placed, shrunk, textAt } from "./texts.js";
import { colourOf, inkOn, mapColour, rgb } from "./theme.js";

/** @import { Box, Cells, Context, Edge, Node, Panel, Printed, Rect, Text, Theme } from "../types.d.ts" */

/**
 * @param {Panel} panel
 * @param {Box} box
 * @returns {Cells}
 */
export function diagramGeometry(panel, box) {
  const ux = box.w / (panel.x[1] - panel.x[0]), uy = box.h / (panel.y[1] - panel.y[0]);
  /** @type {Rect[]} */
  const places = panel.nodes.map((node) => {
    let w = node.width * ux, h = node.height * uy;
    if (node.shape === "circle") w = h = Math.min(w, h);
    return [box.x + (node.x - panel.x[0]) * ux - w / 2, box.y + (node.y - panel.y[0]) * uy - h / 2, w, h];
  });
  return {
    rows: 1,
    columns: places.length,
    x0: box.x,
    y0: box.y,
    side: 1,
    cellBox: (_, c) => places[c] || null,
    cellAt: (x, y) => {
      const c = places.findLastIndex(([bx, by, w, h]) => x >= bx && x <= bx + w && y >= by && y <= by + h);
      return c < 0 ? null : [0, c];
    },
  };
}

/**
 * The point where the ray from the middle of a node towards (x, y) leaves it.
 * @param {Node} node
 * @param {Rect} place
 * @param {number} x
 * @param {number} y
 */
function rimOf(node, [bx, by, w, h], x, y) {
  const { rim } = style.diagram;
  const [cx, cy] = [bx + w / 2, by + h / 2];
  const [dx, dy] = [x - cx, y - cy];
  const t = node.shape === "circle"
    ? (w / 2 + rim) / (Math.hypot(dx, dy) || 1)
    : Math.min(1, (w / 2 + rim) / Math.abs(dx || 1e-9), (h / 2 + rim) / Math.abs(dy || 1e-9));
  return [cx + t * dx, cy + t * dy];
}

/**
 * Where an edge begins and ends, and where its words stand.
 * @param {Panel} panel
 * @param {Cells} g
 * @param {Edge} edge
 */
export function edgeGeometry(panel, g, edge) {
  const a = /** @type {Rect} */ (g.cellBox(0, edge.start)), b = /** @type {Rect} */ (g.cellBox(0, edge.end));
  const start = rimOf(panel.nodes[edge.start], a, b[0] + b[2] / 2, b[1] + b[3] / 2);
  const end = rimOf(panel.nodes[edge.end], b, a[0] + a[2] / 2, a[1] + a[3] / 2);
  const words = start.map((v, k) => v + style.diagram.edge_words * (end[k] - v));
  return { start, end, words, head: style.diagram.edge_head + edge.width };
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Box} box
 */
export function paintDiagram(context, theme, panel, box) {
  const g = diagramGeometry(panel, box);
  for (const edge of panel.edges) {
    const { start, end, head } = edgeGeometry(panel, g, edge);
    const angle = Math.atan2(end[1] - start[1], end[0] - start[0]), back = style.arrow.shaft * head;
    context.strokeStyle = context.fillStyle = colourOf(theme, edge.colour);
    context.lineWidth = edge.width;
    line(context, start[0], start[1], end[0] - back * Math.cos(angle), end[1] - back * Math.sin(angle));
    arrowHead(context, end[0], end[1], angle, head);
  }
  panel.nodes.forEach((node, i) => paintNode(context, theme, panel, node, i, g));
  for (const mark of panel.highlights) {
    const round = (/** @type {number} */ c) =>
      panel.nodes[c].shape === "circle" && ["box", "ring"].includes(mark.style);
    context.strokeStyle = colourOf(theme, mark.colour);
    context.lineWidth = style.diagram.ring;
    const others = [];
    for (const [r, c] of pairsOf(mark.cells)) {
      if (!panel.nodes[c] || !round(c)) {
        others.push(r, c);
        continue;
      }
      const [x, y, w, h] = /** @type {Rect} */ (g.cellBox(0, c));
      context.beginPath();
      context.arc(x + w / 2, y + h / 2, w / 2, 0, 2 * Math.PI);
      context.stroke();
    }
    const cells = { data: Float32Array.from(others), shape: [others.length / 2, 2] };
    paintHighlight(context, theme, { ...mark, cells }, g);
  }
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Panel} panel
 * @param {Node} node
 * @param {number} i
 * @param {Cells} g
 */
function paintNode(context, theme, panel, node, i, g) {
  const { sheet, corner } = style.diagram;
  const [x, y, w, h] = /** @type {Rect} */ (g.cellBox(0, i));
  const fill = node.value === null ? null : mapColour(theme.stops.diverging, [-panel.top, panel.top], node.value);
  context.strokeStyle = colourOf(theme, node.colour);
  context.lineWidth = style.diagram.line;
  for (let k = node.depth; k >= 0; k--) {
    context.beginPath();
    if (node.shape === "circle") context.arc(x + w / 2, y + h / 2, w / 2, 0, 2 * Math.PI);
    else context.roundRect(x + sheet * k, y - sheet * k, w, h, corner);
    context.fillStyle = fill ? rgb(fill) : theme.paper;
    context.fill();
    context.stroke();
  }
}

/**
 * The lines of a node, and whether they are bold: those too long for its width become two, where its height allows it.
 * @param {Node} node
 * @param {number} w
 * @param {number} h
 */
function linesOf(node, w, h) {
  const { words_pad, rim } = style.diagram, smallest = style.placing.shrunk;
  /** @type {[string, boolean][]} */
  const given = [node.text, node.under].filter(Boolean).map((text, k) => [text, k === 0]);
  const parts = given.flatMap(([text, bold]) => {
    const at = text.lastIndexOf(" "), fits = cut(text, w - words_pad, smallest, bold) === text;
    const pieces = fits || at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
    return pieces.map((piece) => /** @type {[string, boolean]} */ ([piece, bold]));
  });
  return (h - rim) / Math.max(1, parts.length) >= smallest ? parts : given;
}

/**
 * What nodes say, and along the edges what these say, where it meets nothing else.
 * @param {Panel} panel
 * @param {Cells} g
 * @param {Box} body
 * @param {Theme} theme
 * @param {Printed} [printed]
 * @returns {Text[]}
 */
export function diagramTexts(panel, g, body, theme, printed) {
  const { words, under, words_pad, words_line, rim, edge_places } = style.diagram, { plain, indices } = style.words;
  /** @type {Text[]} */
  const texts = [];
  /** @type {Rect[]} */
  const taken = [];
  panel.nodes.forEach((node, i) => {
    const place = /** @type {Rect} */ (g.cellBox(0, i)), [x, y, w, h] = place;
    taken.push(place);
    const scale = /** @type {[number, number]} */ ([-panel.top, panel.top]);
    const on = node.value === null ? null : inkOn(mapColour(theme.stops.diverging, scale, node.value));
    const lines = linesOf(node, w, h), apart = Math.min(words_line, (h - rim) / Math.max(1, lines.length));
    lines.forEach(([text, bold], k) => {
      const room = w - words_pad, size = shrunk(text, room, Math.min(bold ? words : under, apart), bold);
      const down = y + h / 2 + (k - (lines.length - 1) / 2) * apart;
      texts.push(textAt(cut(text, room, size, bold), x + w / 2, down, "node", { size, bold, on }));
    });
    for (const text of [node.text, node.under]) if (text) printed?.push([panel.name, 0, i, text]);
  });
  /** @type {Text[][]} */
  const wanted = panel.edges.filter(({ label }) => label).map((edge) => {
    const { start, end } = edgeGeometry(panel, g, edge);
    const first = textAt(edge.label, 0, 0, "edge", { halo: true });
    const along = edge_places.map((share) => start.map((v, k) => v + share * (end[k] - v)));
    return [plain, indices].flatMap((size) => along.map(([x, y]) => moved(first, x, y, { size })));
  });
  return [...texts, ...placed(wanted, [body.x, body.y, body.w, body.h], taken)];
}
