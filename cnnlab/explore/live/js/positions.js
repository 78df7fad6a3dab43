// @ts-check
// The positions that a control can take, counted from 0.

/** @import { Control, Frame } from "./types.d.ts" */

const LEAD = 4; // moves of the hand that pass until an answer is there
const FAR = 12, NARROW = 2; // moves that it may go on before it turns; so near to its way they are looked ahead

/**
 * How many there are; 0 for a control without positions. Of a matrix: those of one cell.
 * @param {Control} control
 */
export function positionsOf(control) {
  switch (control.kind) {
    case "slider":
      return control.last === undefined ? control.all.length : nearestTo(control.all, control.last) + 1;
    case "choice":
      return control.options.length;
    case "toggle":
      return 2;
    case "cell":
    case "handle":
      return control.rows * control.columns;
    case "matrix":
      return Math.round((control.hi - control.lo) / control.step) + 1;
    default:
      return 0;
  }
}

/**
 * Other controls may leave it fewer positions than it has, and more again: how many there are in a frame.
 * @param {Control} control
 * @param {Frame} frame
 */
export function bound(control, { lasts, scene }) {
  const { kind, name } = control;
  const shapes = (scene && kind === "cell" ? scene.rows.flat() : []).filter(({ click }) => click === name)
    .map(({ whole, values, pixels }) => whole || (values || pixels)?.shape);
  control.last = lasts?.[name];
  control.now = shapes.length && shapes.every(Boolean)
    ? [Math.max(...shapes.map(([rows]) => rows)), Math.max(...shapes.map(([, columns]) => columns))]
    : undefined;
}

/**
 * The index-th value.
 * @param {Control} control
 * @param {number} index
 */
export function valueAt(control, index) {
  if (control.kind === "slider") return control.all[index];
  if (control.kind === "choice") return control.options[index];
  if (control.kind === "handle") return pointAt(control, Math.floor(index / control.columns), index % control.columns);
  return [Math.floor(index / control.columns), index % control.columns];
}

/**
 * Where a value is among the positions; one that lies between two counts as the nearest. Of a matrix: that of a cell.
 * @param {Control} control
 * @param {any} value
 */
export function indexOf(control, value) {
  if (control.kind === "choice") return control.options.indexOf(value);
  if (control.kind === "toggle") return Number(value);
  if (control.kind === "cell") return value[0] * control.columns + value[1];
  if (control.kind === "matrix") return Math.round((value - control.lo) / control.step);
  if (control.kind === "handle") return crossingOf(control, value);
  return nearestTo(control.all, value);
}

/**
 * The crossing of the raster of a handle that is nearest to a point (see Handle.at).
 * @param {Control} control
 * @param {number[]} point
 */
function crossingOf(control, [x, y]) {
  const steps = (/** @type {number} */ v, /** @type {[number, number]} */ [lo]) =>
    Math.round(v / control.step) - Math.round(lo / control.step);
  return steps(y, control.y) * control.columns + steps(x, control.x);
}

/**
 * A crossing of the raster of a handle, as Handle.at has it.
 * @param {Control} control
 * @param {number} row
 * @param {number} column
 */
function pointAt({ step, x, y }, row, column) {
  const tick = (/** @type {[number, number]} */ [lo, hi], /** @type {number} */ k) =>
    Math.min(hi, Math.max(lo, Number(((Math.round(lo / step) + k) * step).toFixed(6))));
  return [tick(x, column), tick(y, row)];
}

/**
 * The recorded cell that is nearest to one, where not all are recorded.
 * @param {Control} control
 * @param {number[]} cell
 * @returns {[number, number]}
 */
export function onStop({ stops }, [r, c]) {
  if (!stops) return [r, c];
  return [stops[0][nearestTo(stops[0], r)], stops[1][nearestTo(stops[1], c)]];
}

/**
 * Which of ascending numbers is nearest to a value.
 * @param {number[]} sorted
 * @param {number} value
 */
export function nearestTo(sorted, value) {
  let best = 0;
  for (let i = 1; i < sorted.length; i++) {
    if (Math.abs(sorted[i] - value) < Math.abs(sorted[best] - value)) best = i;
  }
  return best;
}

/**
 * Whether it can be stepped through, from one position to the next.
 * @param {Control} control
 */
export function isOrdered(control) {
  const { kind, ordered } = control;
  return (kind === "slider" || kind === "cell" || Boolean(ordered)) && positionsOf(control) > 1;
}

/**
 * Whether the hand moves it in two directions.
 * @param {Control} control
 */
export function inPlane({ kind }) {
  return kind === "cell" || kind === "handle";
}

/**
 * [rows, columns] in which the positions lie; those of a line in one row.
 * @param {Control} control
 */
export function gridOf(control) {
  return inPlane(control) ? [control.rows, control.columns] : [1, positionsOf(control)];
}

/**
 * Whether a value changes with a control in a way that does not depend on what was before.
 * @param {Control | undefined} control
 * @param {string} name
 */
export function carried(control, name) {
  return control !== undefined && (control.name === name || control.carries.includes(name));
}

/**
 * The positions in the order in which the hand may want them, nearest to `index` first. The hand is thought to go on as
 * it went, and among cells to stop at every grain-th only.
 * @param {Control} control
 * @param {number} index
 * @param {number[]} course [rows, columns] in a move
 * @param {number} grain
 * @returns {Generator<number>}
 */
export function* nearest(control, index, course, grain) {
  const [, columns] = gridOf(control), [most, across] = control.now || gridOf(control);
  const coarse = (/** @type {number} */ v) => Math.round(v / grain);
  const [high, wide] = [coarse(most - 1) + 1, coarse(across - 1) + 1];
  const given = new Set();
  const ways = course[0] || course[1] ? LEAD : 0;
  for (let d = 0; d < Math.max(high, wide); d++) { // around where it is, and where it will be after a move more, ...
    for (let k = 0; k <= (ways && d < NARROW ? FAR : ways); k++) {
      const on = course.map((v) => Math.round(k * v));
      const [r0, c0] = [coarse(Math.floor(index / columns) + on[0]), coarse((index % columns) + on[1])];
      for (const [r, c] of square(r0, c0, d, high, wide)) {
        const i = Math.min(most - 1, grain * r) * columns + Math.min(across - 1, grain * c);
        if (!given.has(i)) {
          given.add(i);
          yield i;
        }
      }
    }
  }
}

/**
 * [row, column] on the border of a square, d steps from its middle.
 * @param {number} r0
 * @param {number} c0
 * @param {number} d
 * @param {number} rows
 * @param {number} columns
 */
function* square(r0, c0, d, rows, columns) {
  for (let r = Math.max(0, r0 - d); r <= Math.min(rows - 1, r0 + d); r++) {
    const step = Math.abs(r - r0) === d ? 1 : 2 * d;
    for (let c = c0 - d; c <= c0 + d; c += step) if (c >= 0 && c < columns) yield [r, c];
  }
}

/**
 * Rows and columns of a move from one position to the next, smoothed with those of the moves before.
 * @param {Control} control
 * @param {number} from
 * @param {number} to
 * @param {number[]} course
 */
export function courseOf(control, from, to, course) {
  if (from < 0) return [0, 0];
  return between(control, from, to).map((v, k) => (v + course[k]) / 2);
}

/**
 * How far one position is from another, in steps of the hand.
 * @param {Control} control
 * @param {number} i
 * @param {number} j
 */
export function apart(control, i, j) {
  return Math.max(...between(control, i, j).map(Math.abs));
}

/**
 * Rows and columns from one position to another.
 * @param {Control} control
 * @param {number} i
 * @param {number} j
 */
function between(control, i, j) {
  const [, columns] = gridOf(control);
  return [Math.floor(j / columns) - Math.floor(i / columns), (j % columns) - (i % columns)];
}
