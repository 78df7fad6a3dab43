// @ts-check
// Arrows between cells of a scene: where they run, what they say, and painting them; as still/arrows.py.

import style from "../../../../style.json" with { type: "json" };
import { arrowHead } from "./brush.js";
import { cellOnScreen } from "./layout.js";
import { overlap } from "./ruler.js";
import { moved, placed, textAt } from "./texts.js";
import { colourOf } from "./theme.js";

/** @import { Arrow, Context, Layout, Rect, Scene, Text, Theme } from "../types.d.ts" */
/** @typedef {{ start: number[], middle: number[], end: number[], shaft: number[], words: number[], angle: number,
 *   head: number }} Run */

/**
 * An arrow between two cells: a slight curve keeps arrows apart that share a row. Null if a cell is not there.
 * @param {Arrow} arrow
 * @param {Layout} layout
 * @returns {Run | null}
 */
export function arrowGeometry(arrow, layout) {
  const a = cellOnScreen(layout, ...arrow.start), b = cellOnScreen(layout, ...arrow.end);
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
 * A point of the curve of an arrow, from its start (0) to where its head begins (1).
 * @param {Run} at
 * @param {number} share
 * @returns {[number, number]}
 */
function curveAt({ start, middle, shaft }, share) {
  const rest = 1 - share;
  const along = (/** @type {number} */ k) =>
    rest * rest * start[k] + 2 * rest * share * middle[k] + share * share * shaft[k];
  return [along(0), along(1)];
}

/**
 * An arrow whose head lies on no word: as it would be, or a little further, shorter, or smaller.
 * @param {Run} at
 * @param {Rect[]} boxes of all words
 * @returns {Run}
 */
export function landed(at, boxes) {
  const { landings, landing_clear: clear, half_angle, shaft } = style.arrow;
  const [cos, sin] = [Math.cos(at.angle), Math.sin(at.angle)], room = 2 * at.head;
  const near = boxes.filter((box) => overlap(box, [at.end[0] - room, at.end[1] - room, 2 * room, 2 * room]));
  /** @type {Run} */
  let found = at;
  for (const [share, further] of landings) {
    const end = [at.end[0] + further * cos, at.end[1] + further * sin], head = share * at.head;
    const wings = [-half_angle, half_angle].map((
      half,
    ) => [end[0] - head * Math.cos(at.angle + half), end[1] - head * Math.sin(at.angle + half)]);
    found = { ...at, end, head, shaft: [end[0] - shaft * head * cos, end[1] - shaft * head * sin] };
    const points = near.length ? pointsOf(end, wings[0], wings[1]) : [];
    const struck = points.some(([x, y]) =>
      near.some(([left, top, w, h]) =>
        left - clear <= x && x <= left + w + clear && top - clear <= y && y <= top + h + clear
      )
    );
    if (!struck) break;
  }
  return found;
}

/**
 * Points all over a triangle.
 * @param {number[]} a
 * @param {number[]} b
 * @param {number[]} c
 */
function pointsOf(a, b, c) {
  const count = style.arrow.landing_points, points = [];
  for (let i = 0; i <= count; i++) {
    for (let j = 0; j <= count - i; j++) {
      const [u, v] = [i / count, j / count];
      points.push([0, 1].map((k) => (1 - u - v) * a[k] + u * b[k] + v * c[k]));
    }
  }
  return points;
}

/**
 * The parts of an arrow's curve that are painted: behind words it is left out, so that it strikes none through.
 * @param {Run} at
 * @param {Rect[]} boxes
 */
export function strokesOf(at, boxes) {
  const { pieces, clear } = style.arrow;
  const [xs, ys] = [0, 1].map((k) => [at.start[k], at.middle[k], at.shaft[k]]);
  const [x0, y0] = [Math.min(...xs) - 1, Math.min(...ys) - 1];
  const near = boxes.filter((box) => overlap(box, [x0, y0, Math.max(...xs) + 1 - x0, Math.max(...ys) + 1 - y0]));
  /** @type {[number, number][][]} */
  const parts = [[]];
  for (let k = 0; k <= pieces; k++) {
    const point = curveAt(at, k / pieces), [x, y] = point;
    const hidden = near.some(([left, top, w, h]) =>
      left - clear <= x && x <= left + w + clear && top - clear <= y && y <= top + h + clear
    );
    if (!hidden) parts[parts.length - 1].push(point);
    else if (parts[parts.length - 1].length) parts.push([]);
  }
  return parts.filter((part) => part.length > 1);
}

/**
 * What the arrows say, near their middle, where it meets no other words.
 * @param {Scene} scene
 * @param {Layout} layout
 * @param {Rect[]} taken
 * @returns {Text[]}
 */
export function arrowTexts(scene, layout, taken) {
  /** @type {Text[][]} */
  const wanted = [];
  for (const arrow of scene.arrows) {
    const at = arrow.label ? arrowGeometry(arrow, layout) : null;
    if (!at) continue;
    const first = textAt(arrow.label, 0, 0, "arrow", { colour: arrow.colour, bold: true, halo: true });
    wanted.push(style.arrow.places.map((share) => moved(first, ...curveAt(at, share))));
  }
  return wanted.length ? placed(wanted, [0, 0, layout.width, layout.height], taken) : [];
}

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {Arrow} arrow
 * @param {Layout} layout
 * @param {Rect[]} boxes of all words
 */
export function paintArrow(context, theme, arrow, layout, boxes) {
  const straight = arrowGeometry(arrow, layout);
  if (!straight) return;
  const at = landed(straight, boxes);
  const { halo, halo_from } = style.arrow;
  const colour = colourOf(theme, arrow.colour);
  const strokes = /** @type {[string, number][]} */ ([[colour, arrow.width]]);
  if (arrow.width >= halo_from) strokes.unshift([theme.halo, arrow.width + halo]); // thin ones let more through
  for (const part of strokesOf(at, boxes)) {
    for (const [stroke, width] of strokes) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      for (const [x, y] of part) context.lineTo(x, y);
      context.stroke();
    }
  }
  context.fillStyle = colour;
  arrowHead(context, at.end[0], at.end[1], at.angle, at.head);
}
