// @ts-check
// How wide words are taken to be, and the boxes that they fill: one rule for both painters, as toolkit/ruler.py has it.

import style from "../../../../style.json" with { type: "json" };

/** @import { Rect } from "../types.d.ts" */

const RULE = style.letters;
/** @type {Map<string, number>} */
const WIDTHS = new Map(
  Object.entries(RULE.widths).flatMap(([width, letters]) => Array.from(letters, (letter) => [letter, Number(width)])),
);
const WIDE_FROM = 0x1100; // Korean, Chinese and Japanese letters, and signs
const MARKS = /\p{Mn}/u;
/** @type {Map<string, number>} */
const LENGTHS = new Map(); // of words, in parts of their size
const MOST = 8192; // words that are known
const ROUNDING = 0.01; // px: words that were shrunk to their room fill it

/** @param {string} letter */
function ems(letter) {
  const known = WIDTHS.get(letter);
  if (known !== undefined) return known;
  if (MARKS.test(letter)) return 0;
  const code = letter.codePointAt(0) || 0;
  return code >= WIDE_FROM && !(code >= 0x1E00 && code < 0x2E80) ? RULE.wide : RULE.other;
}

/** @param {string} words */
function lengthOf(words) {
  let length = LENGTHS.get(words);
  if (length === undefined) {
    length = 0;
    for (const letter of words) length += ems(letter);
    if (LENGTHS.size >= MOST) LENGTHS.clear();
    LENGTHS.set(words, length);
  }
  return length;
}

/**
 * Pixels that words of this size take.
 * @param {string} words
 * @param {number} size
 * @param {boolean} [bold]
 */
export function roomOf(words, size, bold = false) {
  return lengthOf(words) * size * (bold ? RULE.bold : 1);
}

/**
 * The box of words at (x, y).
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} align left, center, right
 * @param {string} base alphabetic, middle
 * @param {boolean} [bold]
 * @returns {Rect}
 */
export function wordBox(words, x, y, size, align, base, bold = false) {
  const width = roomOf(words, size, bold);
  const left = x - width * (align === "left" ? 0 : align === "center" ? 0.5 : 1);
  const line = y + (base === "middle" ? RULE.middle * size : 0);
  let low = false;
  for (const letter of words) low ||= RULE.low.includes(letter);
  return [left, line - RULE.up * size, width, RULE.up * size + (low ? RULE.down * size : 0)];
}

/**
 * Whether two boxes share more than a rim.
 * @param {Rect} a
 * @param {Rect} b
 * @param {number} [slack]
 */
export function overlap(a, b, slack = 0) {
  const across = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const down = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return across > slack && down > slack;
}

/**
 * Words in as many lines as they need; a word that is too long has a line of its own.
 * @param {string} words
 * @param {number} room
 * @param {number} size
 * @param {boolean} [bold]
 */
export function wrapped(words, room, size, bold = false) {
  /** @type {string[]} */
  const lines = [];
  for (const word of words.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && roomOf(longer, size, bold) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Words, or as much of their beginning as there is room for, with … behind it.
 * @param {string} words
 * @param {number} room
 * @param {number} size
 * @param {boolean} [bold]
 */
export function cut(words, room, size, bold = false) {
  if (roomOf(words, size, bold) <= room + ROUNDING) return words;
  const letters = Array.from(words);
  const shown = (/** @type {number} */ count) => letters.slice(0, count).join("").trimEnd() + "…";
  let count = letters.length - 1;
  while (count > 0 && roomOf(shown(count), size, bold) > room) count--;
  return shown(count);
}
