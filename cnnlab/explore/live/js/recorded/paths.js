// @ts-check
// Where a hand comes to on the recorded lines: from spot to spot, a spot being a position of all controls.

import { same } from "../frames.js";
import { indexOf, nearestTo } from "../positions.js";

/** @import { Recording } from "./recording.js" */
/** @import { Control, Line, Values } from "../types.d.ts" */

/**
 * Where one comes to: the spot (null: it is not recorded), and the controls that had to go back to get there.
 * @typedef {{ spot: number | null, back: string[] }} Move
 */

/**
 * Which of the recorded cells is meant by one: the nearest; and who goes one cell on comes to the next of them.
 * @param {Control} control
 * @param {number[]} now
 * @param {number[]} wanted
 */
export function stopOf({ stops, columns }, now, wanted) {
  const [rows, across] = /** @type {number[][]} */ (stops);
  const at = [nearestTo(rows, wanted[0]), nearestTo(across, wanted[1])];
  const by = wanted.map((v, k) => v - now[k]), on = by[0] * columns + by[1];
  const here = [nearestTo(rows, now[0]), nearestTo(across, now[1])];
  const place = (/** @type {number[]} */ [r, c]) => r * across.length + c;
  const unit = Math.abs(by[0]) + Math.abs(by[1]) === 1;
  if (unit) {
    const to = here.map((v, k) => Math.max(0, Math.min((k ? across : rows).length - 1, v + by[k])));
    return place(to);
  }
  if (Math.abs(on) === 1) return Math.max(0, Math.min(rows.length * across.length - 1, place(here) + on));
  return place(at);
}

export class Paths {
  /** @param {Recording} recording */
  constructor(recording) {
    this.recording = recording;
    const { controls, lines, steps } = recording.head;
    this.controls = new Map(controls.map((control) => [control.name, control]));
    /** @type {Map<string, { lines: Line[], through: Map<number, Line> }>} */
    this.lines = new Map();
    for (const line of lines) {
      const [name, at, start, spots] = line, key = `${name} ${at}`;
      let known = this.lines.get(key);
      if (!known) this.lines.set(key, known = { lines: [], through: new Map() });
      known.lines.push(line);
      for (const spot of [start, ...spots]) {
        if (spot !== null && !known.through.has(spot)) known.through.set(spot, line);
      }
    }
    /** @type {Map<string, Map<number, number>>} button -> from which spot to which */
    this.steps = new Map();
    for (const [name, ends] of steps) {
      const leads = new Map();
      for (let i = 0; i < ends.length; i += 2) leads.set(ends[i], ends[i + 1]);
      this.steps.set(name, leads);
    }
    this.ends = new Map([...this.steps].map(([name, leads]) => {
      return [name, new Set([...leads.values()].filter((spot) => !leads.has(spot)))];
    }));
  }

  /**
   * The values of a spot.
   * @param {number} spot
   * @returns {Values}
   */
  values(spot) {
    return this.recording.frame(spot).values;
  }

  /**
   * A control (or one cell of a matrix) is set to a value.
   * @param {number} spot where one is
   * @param {string} name
   * @param {any} value
   * @param {number[] | null} [at]
   * @returns {Move}
   */
  set(spot, name, value, at = null) {
    const known = this.lines.get(`${name} ${at}`), control = this.controls.get(name);
    if (!known || !control) return { spot: null, back: [] };
    const { stops } = control, now = this.values(spot)[name];
    const index = stops ? stopOf(control, now, value) : indexOf(control, value);
    const line = known.through.get(spot);
    if (line) return { spot: line[3][index] ?? null, back: [] };
    const leading = known.lines.filter(([, , , spots]) => typeof spots[index] === "number");
    const best = this.likest(spot, leading, ([, , start]) => start, name);
    return best ? { spot: best[3][index], back: this.changed(spot, best[2], name) } : { spot: null, back: [] };
  }

  /**
   * A button is pressed.
   * @param {number} spot
   * @param {string} name
   * @returns {Move}
   */
  press(spot, name) {
    const leads = this.steps.get(name), next = leads?.get(spot);
    if (!leads) return { spot: null, back: [] };
    if (next !== undefined) return { spot: next, back: [] };
    const ends = new Set(leads.values());
    const beginnings = [...leads.keys()].filter((from) => !ends.has(from));
    const best = this.likest(spot, beginnings.length ? beginnings : [...leads.keys()], (from) => from, name);
    if (best === null) return { spot: null, back: [] };
    return { spot: leads.get(best) ?? null, back: this.changed(spot, best, name) };
  }

  /**
   * Of several ways the one that begins where most is as it is at a spot.
   * @template Way
   * @param {number} spot
   * @param {Way[]} ways
   * @param {(way: Way) => number} startOf
   * @param {string} but the control that moves
   * @returns {Way | null}
   */
  likest(spot, ways, startOf, but) {
    let best = null, least = Infinity;
    for (const way of ways) {
      const differs = this.changed(spot, startOf(way), but).length;
      if (differs < least) [best, least] = [way, differs];
    }
    return best;
  }

  /**
   * The controls (but one) that are different at two spots; "" among them stands for presses of buttons.
   * @param {number} one
   * @param {number} other
   * @param {string} but
   */
  changed(one, other, but) {
    const [a, b] = [this.values(one), this.values(other)], { presses } = this.recording.head;
    const names = Object.keys(a).filter((name) => name !== but && !same(a[name], b[name]));
    return String(presses[one]) === String(presses[other]) ? names : [...names, ""];
  }
}
