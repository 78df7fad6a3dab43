// @ts-check
// A recording, unpacked: its parts, arrays, lines and steps (see pool.py and recording.py of cnnlab/explore/recorded).

/** @import { Frame, Numbers, Head } from "../types.d.ts" */

const FORM = 1; // that this script reads

/**
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(base64) {
  const letters = atob(base64), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** @param {string} base64 a gzip stream */
async function inflated(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} text as Python has written it
 * @returns {Promise<Recording>}
 */
export function readRecording(text) {
  return Promise.all(text.trim().split(".").map(inflated)).then(([texts, numbers]) => {
    return new Recording(JSON.parse(new TextDecoder().decode(texts)), numbers);
  });
}

/**
 * The arrays, one after the other: the four bytes of the numbers lie apart, and some are differences from the one
 * before them of the same kind and shape.
 * @param {Head} head
 * @param {Uint8Array} bytes
 * @returns {Numbers[]}
 */
function arraysOf({ shapes, arrays }, bytes) {
  /** @type {Map<string, Uint8Array | Uint32Array>} */
  const before = new Map();
  let offset = 0;
  return arrays.map((which) => {
    const [kind, shape, differs] = shapes[which], group = `${kind} ${shape}`;
    const count = shape.reduce((a, b) => a * b, 1), last = differs ? before.get(group) : undefined;
    const now = kind === "f" ? joined(bytes, offset, count) : bytes.slice(offset, offset + count);
    if (last) { for (let i = 0; i < count; i++) now[i] ^= last[i]; }
    before.set(group, now);
    offset += now.byteLength;
    return { data: now instanceof Uint32Array ? new Float32Array(now.buffer) : now, shape };
  });
}

/**
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} count
 */
function joined(bytes, offset, count) {
  const numbers = new Uint32Array(count);
  for (let i = 0, k = offset; i < count; i++, k++) {
    numbers[i] = bytes[k] | (bytes[k + count] << 8) | (bytes[k + 2 * count] << 16) | (bytes[k + 3 * count] << 24);
  }
  return numbers;
}

export class Recording {
  /**
   * @param {any[]} parts the last one is the head
   * @param {Uint8Array} numbers
   */
  constructor(parts, numbers) {
    /** @type {Head} */
    this.head = parts[parts.length - 1];
    if (this.head.version !== FORM) {
      throw new Error(`This page shows recordings of form ${FORM}; this one has form ${this.head.version}`);
    }
    this.parts = parts;
    this.arrays = arraysOf(this.head, numbers);
    this.whole = new Uint8Array(parts.length); // which parts have their parts in their places
  }

  /** How many spots there are. */
  get count() {
    return this.head.frames.length;
  }

  /**
   * The frame of a spot; what frames have in common is the same object.
   * @param {number} spot
   * @returns {Frame}
   */
  frame(spot) {
    return { ...this.part(this.head.frames[spot]), version: 0 };
  }

  /** @param {number} number */
  part(number) {
    if (!this.whole[number]) {
      this.whole[number] = 1;
      this.parts[number] = this.filled(this.parts[number]);
    }
    return this.parts[number];
  }

  /**
   * A value with its parts and arrays in their places.
   * @param {any} value
   * @returns {any}
   */
  filled(value) {
    if (value === null || typeof value !== "object") return value;
    if ("$" in value) return this.arrays[value.$];
    if ("#" in value) return this.part(value["#"]);
    for (const key in value) value[key] = this.filled(value[key]);
    return value;
  }
}
