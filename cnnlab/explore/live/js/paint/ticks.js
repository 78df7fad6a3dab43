// @ts-check
// Ticks of axes: round places with as many digits as they need, and room between their words; as still/ticks.py.

import style from "../../../../style.json" with { type: "json" };
import { formatNumber, powerText } from "../numbers.js";
import { cut, roomOf } from "./ruler.js";

/** @import { Tick } from "../types.d.ts" */

/**
 * [place, words] of the ticks of an axis that has so many pixels of room.
 * @param {number} lo
 * @param {number} hi
 * @param {boolean} log
 * @param {number} room
 * @returns {Tick[]}
 */
export function ticksOf(lo, hi, log, room) {
  const { each, fewest, most, steps, each_power, plain_from, plain_to } = style.ticks;
  /** @type {Tick[]} */
  const ticks = [];
  if (log) {
    const first = Math.ceil(Math.log10(lo) - 1e-9), last = Math.floor(Math.log10(hi) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first) / Math.max(1, room / each_power)));
    const plain = first >= plain_from && last <= plain_to;
    for (let k = first; k <= last; k += every) {
      ticks.push([10 ** k, plain ? formatNumber(10 ** k, Math.max(0, -k)) : powerText(k)]);
    }
    return ticks;
  }
  const raw = (hi - lo) / Math.max(fewest, Math.min(most, room / each));
  const power = 10 ** Math.floor(Math.log10(raw));
  const times = steps.find((m) => m * power >= raw * (1 - 1e-12)) || 10;
  const step = times * power;
  const finer = Math.abs(times - 2.5) < 1e-9 ? 1 : 0;
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9) + finer));
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) {
    ticks.push([k * step, formatNumber(k * step, digits)]);
  }
  return ticks;
}

/**
 * The ticks of an axis from left to right: fewer of them, as long as their words would meet.
 * @param {Tick[] | null} ticks
 * @param {[number, number]} ends
 * @param {boolean} log
 * @param {number} room
 * @returns {Tick[]}
 */
export function across(ticks, [lo, hi], log, room) {
  if (ticks) return ticks;
  let found = ticksOf(lo, hi, log, room), shorter = room;
  for (let k = 0; k < style.placing.steps; k++) {
    const widest = Math.max(0, ...found.map(([, words]) => roomOf(words, style.words.ticks)));
    if (found.length < 2) break;
    const [[a], [b]] = found;
    const step = log ? Math.log10(b / a) / Math.log10(hi / lo) : (b - a) / (hi - lo);
    if (widest + style.ticks.apart <= room * step) break;
    shorter *= style.placing.shorter;
    found = ticksOf(lo, hi, log, shorter);
  }
  return found;
}

/**
 * The ticks, and how large their words are, so that none meets its neighbour.
 * @param {Tick[]} ticks
 * @param {(value: number) => number} at
 * @param {boolean} turned one above the other
 * @returns {[Tick[], number]}
 */
export function fitted(ticks, at, turned) {
  const { shrunk } = style.placing, { between } = style.ticks, SIZE = style.words.ticks;
  if (ticks.length < 2) return [ticks, SIZE];
  const places = ticks.map(([place]) => at(place));
  const gaps = places.slice(1).map((place, k) => Math.abs(place - places[k]));
  const least = Math.min(...gaps);
  const thinned = (/** @type {number} */ every) => ticks.filter((_, k) => k % every === 0);
  if (turned) {
    const size = Math.max(shrunk, Math.min(SIZE, least));
    return [thinned(Math.max(1, Math.ceil(size / Math.max(1e-9, least)))), size];
  }
  const widths = ticks.map(([, words]) => roomOf(words, SIZE));
  const needed = widths.slice(1).map((width, k) => (width + widths[k]) / 2);
  const share = Math.min(...gaps.map((gap, k) => Math.max(1, gap - between) / Math.max(1e-9, needed[k])));
  const size = Math.max(shrunk, SIZE * Math.min(1, share));
  if (share * SIZE >= shrunk) return [ticks, size];
  const room = least - between;
  if (room < roomOf("000", size)) {
    return [thinned(Math.ceil((Math.max(...needed) * size) / SIZE / Math.max(1e-9, room))), size];
  }
  return [ticks.map(([place, words]) => [place, cut(words, room, size)]), size];
}
