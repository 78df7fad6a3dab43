// @ts-check
// Words of a picture as data, before they are painted: what they are, where they stand, which box they fill; as
// still/texts.py.

import style from "../../../../style.json" with { type: "json" };
import { write } from "./brush.js";
import { overlap, roomOf, wordBox } from "./ruler.js";
import { colourOf } from "./theme.js";

/** @import { Context, Rect, Text, Theme } from "../types.d.ts" */

/**
 * Words at (x, y) in pixels; `part` says what they are.
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {string} part
 * @param {Partial<Text>} [more]
 * @returns {Text}
 */
export function textAt(words, x, y, part, more = {}) {
  return {
    words,
    x,
    y,
    part,
    size: style.words.plain,
    align: "center",
    base: "middle",
    colour: "ink",
    bold: false,
    halo: false,
    alpha: 1,
    turned: false,
    on: null,
    ...more,
  };
}

/**
 * What they fill.
 * @param {Text} text
 * @returns {Rect}
 */
export function boxOfText({ words, x, y, size, align, base, bold, turned }) {
  const [left, top, w, h] = wordBox(words, 0, 0, size, align, base, bold);
  return turned ? [x + top, y - left - w, h, w] : [x + left, y + top, w, h];
}

/**
 * The same words elsewhere.
 * @param {Text} text
 * @param {number} right
 * @param {number} down
 * @param {Partial<Text>} [changes]
 * @returns {Text}
 */
export function moved(text, right, down, changes = {}) {
  return { ...text, x: text.x + right, y: text.y + down, ...changes };
}

/**
 * The same words, moved into a frame as far as they fit in.
 * @param {Text} text
 * @param {Rect} frame
 */
export function inside(text, [left, top, width, height]) {
  const [x, y, w, h] = boxOfText(text);
  const right = w <= width ? Math.max(left - x, 0) + Math.min(left + width - x - w, 0) : 0;
  const down = h <= height ? Math.max(top - y, 0) + Math.min(top + height - y - h, 0) : 0;
  return right || down ? moved(text, right, down) : text;
}

/**
 * The size at which words fit into their room, if that is not too small to be read.
 * @param {string} words
 * @param {number} room
 * @param {number} size
 * @param {boolean} [bold]
 */
export function shrunk(words, room, size, bold = false) {
  return Math.max(style.placing.shrunk, Math.min(size, (size * room) / Math.max(1, roomOf(words, size, bold))));
}

/**
 * Whether a box lies in a frame.
 * @param {Rect} box
 * @param {Rect} frame
 */
function within(box, frame, slack = 0.01) {
  return box[0] >= frame[0] - slack && box[1] >= frame[1] - slack &&
    box[0] + box[2] <= frame[0] + frame[2] + slack && box[1] + box[3] <= frame[1] + frame[3] + slack;
}

/**
 * Of every words the first of their places that is free and within the frame; words that have none are left out.
 * @param {Text[][]} wanted
 * @param {Rect} frame
 * @param {Rect[]} taken
 */
export function placed(wanted, frame, taken) {
  /** @type {Text[]} */
  const found = [];
  const boxes = [...taken];
  for (const places of wanted) {
    for (const place of places) {
      const text = inside(place, frame), box = boxOfText(text);
      if (!within(box, frame) || boxes.some((other) => overlap(box, other))) continue;
      found.push(text);
      boxes.push(box);
      break;
    }
  }
  return found;
}

/**
 * Paint words.
 * @param {Context} context
 * @param {Theme} theme
 * @param {Text} text
 */
export function put(context, theme, text) {
  const { words, x, y, size, align, base, bold, halo, alpha, turned, on } = text;
  const how = { size, align, base, weight: bold ? "600" : "", halo, colour: on || colourOf(theme, text.colour) };
  context.globalAlpha = alpha;
  if (turned) {
    context.save();
    context.translate(x, y);
    context.rotate(-Math.PI / 2);
    write(context, theme, words, 0, 0, how);
    context.restore();
  } else write(context, theme, words, x, y, how);
  context.globalAlpha = 1;
}
