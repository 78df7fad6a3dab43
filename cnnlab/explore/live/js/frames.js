// @ts-check
// Messages from Python, unpacked (see frames.py).

/** @import { Frame, Numbers } from "./types.d.ts" */

const KEPT_BYTES = 8e6; // of large arrays from earlier messages

/** @param {ArrayBuffer | DataView | Uint8Array} buffer */
function bytesOf(buffer) {
  const bytes = buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer)
    : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return bytes.byteOffset % 4 ? bytes.slice() : bytes;
}

/**
 * The frames of a message, and how many bytes they came in; null if an array is missing that Python took for known.
 * @param {ArrayBuffer | DataView | Uint8Array} text
 * @param {ArrayBuffer | DataView | Uint8Array} numbers
 * @param {Map<string, Numbers>} kept the large arrays of earlier messages by their keys, those longest unused first
 * @returns {{ frames: Frame[], weight: number } | null}
 */
export function unpack(text, numbers, kept) {
  const { arrays, frames } = JSON.parse(new TextDecoder().decode(bytesOf(text)));
  const bytes = bytesOf(numbers);
  /** @type {[kind: string, offset: number | null, shape: number[], key: string | undefined][]} */
  const described = arrays;
  if (described.some(([, offset, , key]) => offset === null && !kept.has(key || ""))) return null;
  const made = described.map(([kind, offset, shape, key]) => {
    const known = kept.get(key || "");
    if (known) return known; // the same object: what was painted of it is still good
    const count = shape.reduce((a, b) => a * b, 1);
    const at = bytes.byteOffset + (offset || 0);
    const data = kind === "f" ? new Float32Array(bytes.buffer, at, count) : new Uint8Array(bytes.buffer, at, count);
    return { data: data.slice(), shape }; // a slice, lest the whole message is kept for it
  });
  described.forEach(([, , , key], i) => {
    if (!key) return;
    kept.delete(key);
    kept.set(key, made[i]);
  });
  shorten(kept, new Set(made));
  return {
    frames: frames.map((/** @type {any} */ frame) => revive(frame, made)),
    weight: numbers.byteLength + text.byteLength,
  };
}

/**
 * The frames of an answer: a model within the page has them ready (content.frames), one far away sends bytes.
 * @param {{ frames?: Frame[] }} content
 * @param {DataView[]} buffers
 * @param {Map<string, Numbers>} kept
 * @returns {{ frames: Frame[], weight: number } | null}
 */
export function framesOf({ frames }, buffers, kept) {
  return frames ? { frames, weight: 0 } : unpack(buffers[0], buffers[1], kept);
}

/**
 * Let go of what was longest unused, as far as there is too much.
 * @param {Map<string, Numbers>} kept
 * @param {Set<Numbers>} used
 */
function shorten(kept, used) {
  let held = 0;
  for (const { data } of kept.values()) held += data.byteLength;
  for (const [key, array] of kept) {
    if (held <= KEPT_BYTES || used.has(array)) break;
    kept.delete(key);
    held -= array.data.byteLength;
  }
}

/**
 * A value with its arrays in their places.
 * @param {any} value
 * @param {Numbers[]} made
 * @returns {any}
 */
function revive(value, made) {
  if (value === null || typeof value !== "object") return value;
  if ("$" in value) return made[value.$];
  for (const key in value) value[key] = revive(value[key], made);
  return value;
}

/**
 * Equal control values; matrices come as {data, shape}.
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
export function same(a, b) {
  if (a && a.data && b && b.data) {
    return a.data.length === b.data.length &&
      a.data.every((/** @type {number} */ v, /** @type {number} */ i) => v === b.data[i]);
  }
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => v === b[i]);
  return a === b;
}
