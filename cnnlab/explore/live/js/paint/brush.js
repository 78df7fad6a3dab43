// @ts-check
// What every painter needs: words, lines, heads of arrows, rasters of values.

import style from "../../../../style.json" with { type: "json" };
import { mapColour } from "./theme.js";

/** @import { Context, Numbers, Theme } from "../types.d.ts" */

/**
 * @param {Context} context
 * @param {Theme} theme
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ size?: number, align?: CanvasTextAlign, base?: CanvasTextBaseline, colour?: string | null, weight?: string,
 *   halo?: boolean }} [how]
 */
export function write(context, theme, text, x, y, how = {}) {
  context.font = `${how.weight || ""} ${how.size || style.words.plain}px ${theme.font}`;
  context.textAlign = how.align || "left";
  context.textBaseline = how.base || "alphabetic";
  if (how.halo) {
    context.strokeStyle = theme.halo;
    context.lineWidth = style.words.halo;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
  }
  context.fillStyle = how.colour || theme.ink;
  context.fillText(text, x, y);
}

/** @type {Context | null} */
let ruler = null;

/**
 * How wide words are, in the letters that are painted.
 * @param {Theme} theme
 * @param {string} text
 * @param {number} size
 * @param {string} [weight]
 */
export function widthOf(theme, text, size, weight = "") {
  if (!ruler) ruler = /** @type {Context} */ (document.createElement("canvas").getContext("2d"));
  ruler.font = `${weight} ${size}px ${theme.font}`;
  return ruler.measureText(text).width;
}

/**
 * A straight line.
 * @param {Context} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/**
 * The head of an arrow, whose tip is at (x, y).
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} angle
 * @param {number} size
 */
export function arrowHead(context, x, y, angle, size) {
  const half = style.arrow.half_angle;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size * Math.cos(angle - half), y - size * Math.sin(angle - half));
  context.lineTo(x - size * Math.cos(angle + half), y - size * Math.sin(angle + half));
  context.closePath();
  context.fill();
}

/**
 * A point of Points, or its key in a legend.
 * @param {Context} context
 * @param {Theme} theme
 * @param {string} shape
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} colour
 * @param {boolean} [held] by a hand: a ring around it says "take me"
 */
export function paintPoint(context, theme, shape, x, y, size, colour, held = false) {
  const { edge, rim, ring, ring_line } = style.items.point;
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = edge;
  context.beginPath();
  if (shape === "square") context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (shape === "cross") {
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x - size, y + size);
    context.lineTo(x + size, y - size);
  } else context.arc(x, y, size, 0, 2 * Math.PI);
  if (shape === "ring") {
    context.fillStyle = theme.paper;
    context.fill();
  } else if (shape !== "cross") {
    context.fill();
    context.strokeStyle = theme.paper;
    context.lineWidth = held ? edge : rim;
  }
  context.stroke();
  if (!held) return;
  context.strokeStyle = colour;
  context.lineWidth = ring_line;
  context.beginPath();
  context.arc(x, y, size + ring, 0, 2 * Math.PI);
  context.stroke();
}

/** @type {WeakMap<Numbers, { key: string, canvas: HTMLCanvasElement }>} */
const RASTERS = new WeakMap(); // of arrays that are shown again: the same photograph under another rectangle

/**
 * An off-screen canvas of the values, one pixel each.
 * @param {Numbers} array
 * @param {number[][] | null} stops of the colour map; null for an array of colours
 * @param {[number, number]} scale
 * @param {boolean} flip row 0 at the bottom
 */
export function rasterOf(array, stops, scale, flip) {
  const key = `${stops} ${scale} ${flip}`;
  const known = RASTERS.get(array);
  if (known && known.key === key) return known.canvas;
  const canvas = paintRaster(array, stops, scale, flip);
  RASTERS.set(array, { key, canvas });
  return canvas;
}

/**
 * An off-screen canvas of light and shade, row 0 at the bottom: white over what lies in the sun (1), black over what
 * lies in the shade (-1).
 * @param {Numbers} array
 */
export function lightOf(array) {
  const known = RASTERS.get(array);
  if (known && known.key === "light") return known.canvas;
  const { sun, shade } = style.lighting;
  const [rows, columns] = array.shape;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = /** @type {Context} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const to = 4 * ((rows - 1 - r) * columns + c), light = array.data[r * columns + c];
      image.data.fill(light > 0 ? 255 : 0, to, to + 3);
      image.data[to + 3] = Math.round(255 * (light > 0 ? sun * light : -shade * light));
    }
  }
  context.putImageData(image, 0, 0);
  RASTERS.set(array, { key: "light", canvas });
  return canvas;
}

/**
 * @param {Numbers} array
 * @param {number[][] | null} stops
 * @param {[number, number]} scale
 * @param {boolean} flip
 */
function paintRaster(array, stops, scale, flip) {
  const [rows, columns] = array.shape;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = /** @type {Context} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const to = 4 * ((flip ? rows - 1 - r : r) * columns + c);
      const from = r * columns + c;
      if (!stops) {
        for (let k = 0; k < 3; k++) image.data[to + k] = array.data[3 * from + k];
        image.data[to + 3] = 255;
      } else if (!Number.isNaN(array.data[from])) {
        const [red, green, blue] = mapColour(stops, scale, array.data[from]);
        image.data[to] = red;
        image.data[to + 1] = green;
        image.data[to + 2] = blue;
        image.data[to + 3] = 255;
      }
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * The context of an empty canvas, sharp on this screen, in a holder of the same height.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} holder
 * @param {number} width
 * @param {number} height
 */
export function cleanSheet(canvas, holder, width, height) {
  const sharp = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * sharp), Math.round(height * sharp)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    holder.style.height = canvas.style.height = `${height}px`;
  }
  const context = /** @type {Context} */ (canvas.getContext("2d"));
  context.setTransform(sharp, 0, 0, sharp, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
