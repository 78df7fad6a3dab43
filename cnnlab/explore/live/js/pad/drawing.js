// @ts-check
// What is drawn on a pad: its pixels, the hand's stroke over them, and the way back.

/** @import { Control, Numbers } from "../types.d.ts" */

const KEPT = 200; // states to go back to
const ROUND = 1e4; // values have four decimals, so that few letters travel

/** @param {number} value */
const rounded = (value) => Math.fround(Math.round(ROUND * value) / ROUND);

export class Drawing {
  /** @param {Control} control */
  constructor({ shape, paper, ink }) {
    this.height = shape[0];
    this.width = shape[1];
    this.channels = shape[2];
    this.paper = paper;
    this.ink = ink;
    /** @type {Float32Array} */
    this.pixels = new Float32Array(this.height * this.width * this.channels).fill(paper);
    /** @type {Float32Array[]} */
    this.past = [];
    /** @type {Float32Array[]} */
    this.future = [];
    /** @type {Float32Array | null} */
    this.base = null; // before the stroke that the hand is at
    this.cover = new Float32Array(0); // how far that covers each pixel
  }

  /**
   * Other pixels, to which there is a way back; false if they are the same.
   * @param {ArrayLike<number>} pixels
   */
  become(pixels) {
    if (this.pixels.every((v, i) => v === pixels[i])) return false;
    this.past.push(this.base || this.pixels);
    if (this.past.length > KEPT) this.past.shift();
    this.future = [];
    this.base = null;
    this.pixels = Float32Array.from(pixels);
    return true;
  }

  /** The hand goes down. */
  begin() {
    this.base = this.pixels;
    this.cover = new Float32Array(this.height * this.width);
  }

  /**
   * The hand goes from one place to another, in pixels from the top left corner; true if that changes anything.
   * @param {[x: number, y: number]} from
   * @param {[x: number, y: number]} to
   * @param {number} size of the brush, in pixels
   * @param {number[]} colour as many values as there are channels
   */
  line([x0, y0], [x1, y1], size, colour) {
    const { height, width, channels, cover } = this, { base } = this;
    if (!base) return false;
    const reach = size / 2 + 0.5, long = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const pixels = this.pixels === base ? base.slice() : this.pixels;
    let changed = false;
    const [top, bottom] = [Math.min(y0, y1) - reach, Math.max(y0, y1) + reach];
    for (let r = Math.max(0, Math.floor(top)); r < Math.min(height, Math.ceil(bottom)); r++) {
      for (let c = 0; c < width; c++) {
        const along = long ? ((c + 0.5 - x0) * (x1 - x0) + (r + 0.5 - y0) * (y1 - y0)) / long : 0;
        const t = Math.max(0, Math.min(1, along));
        const away = Math.hypot(c + 0.5 - x0 - t * (x1 - x0), r + 0.5 - y0 - t * (y1 - y0));
        const part = Math.min(1, reach - away), i = r * width + c;
        if (part <= cover[i]) continue;
        cover[i] = part;
        for (let k = 0; k < channels; k++) {
          const j = i * channels + k, value = rounded(base[j] + part * (colour[k] - base[j]));
          changed ||= value !== pixels[j];
          pixels[j] = value;
        }
      }
    }
    this.pixels = pixels;
    return changed;
  }

  /** The hand goes up. */
  end() {
    const { base, pixels } = this;
    if (!base) return;
    this.pixels = base;
    this.base = null;
    this.become(pixels);
  }

  undo() {
    return this.back(this.past, this.future);
  }

  redo() {
    return this.back(this.future, this.past);
  }

  /**
   * @param {Float32Array[]} from
   * @param {Float32Array[]} to
   */
  back(from, to) {
    this.end();
    const pixels = from.pop();
    if (!pixels) return false;
    to.push(this.pixels);
    this.pixels = pixels;
    return true;
  }

  clear() {
    return this.become(new Float32Array(this.pixels.length).fill(this.paper));
  }

  /**
   * All of it so many rows down and columns to the right; paper comes in.
   * @param {number} down
   * @param {number} right
   */
  shift(down, right) {
    const { height, width, channels, pixels, paper } = this;
    return this.become(pixels.map((_, j) => {
      const k = j % channels, c = Math.floor(j / channels) % width - right;
      const r = Math.floor(j / channels / width) - down;
      return r < 0 || r >= height || c < 0 || c >= width ? paper : pixels[(r * width + c) * channels + k];
    }));
  }

  /** As Python takes it: lists of rows, of pixels, of channels. */
  rows() {
    const { height, width, channels, pixels } = this;
    const value = (/** @type {number} */ j) => { // few letters, where they say the same
      const short = Math.round(ROUND * pixels[j]) / ROUND;
      return Math.fround(short) === pixels[j] ? short : pixels[j];
    };
    const pixel = (/** @type {number} */ i) => Array.from({ length: channels }, (_, k) => value(i * channels + k));
    return Array.from({ length: height }, (_, r) => Array.from({ length: width }, (_, c) => pixel(r * width + c)));
  }

  /**
   * As it is painted: grey as it is, colours in 0..255.
   * @returns {Numbers}
   */
  shown() {
    const { height, width, channels, pixels } = this;
    if (channels === 1) return { data: pixels.slice(), shape: [height, width] };
    const low = Math.min(this.paper, this.ink), span = Math.abs(this.ink - this.paper);
    return { data: Uint8Array.from(pixels, (v) => Math.round(255 * (v - low) / span)), shape: [height, width, 3] };
  }

  /** As a picture of dark ink on white paper, see photo.js. */
  picture() {
    const { height, width, channels, pixels } = this, low = Math.min(this.paper, this.ink);
    const level = (/** @type {number} */ v) => (v - low) / Math.abs(this.ink - this.paper);
    const dark = (/** @type {number} */ v) => 1 - (v - this.paper) / (this.ink - this.paper);
    const levels = Array.from({ length: height * width * 3 }, (_, j) => {
      const v = channels === 3 ? level(pixels[j]) : dark(pixels[Math.floor(j / 3)]);
      return Math.round(255 * Math.max(0, Math.min(1, v)));
    });
    return { height, width, levels };
  }
}
