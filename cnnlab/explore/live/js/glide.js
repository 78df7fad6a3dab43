// @ts-check
// From one picture to the next: lines, points, bars and marks glide on the axes that stay; all else is there at once.
//
// What lies between two pictures was not computed. So nothing glides that is read as a number or a picture: cells,
// pixels, words; the numbers at bars are those of the picture that comes.

/** @import { Item, Numbers, Panel, Scene } from "./types.d.ts" */

const MOVING = /** @type {const} */ (["x", "y", "dx", "dy", "w", "b"]); // of the items on axes: places, lengths, borders

/** What the eye sees: the present picture, or one on the way to it. */
export class Glide {
  constructor() {
    /** @type {Scene | null} */
    this.from = null;
    this.began = this.lasts = 0;
    this.coming = 0; // ms of the way to the picture that comes next
  }

  /**
   * The way to the picture that comes next takes so many ms; none where motion is not wanted.
   * @param {number} ms
   */
  next(ms) {
    this.coming = ms && !matchMedia("(prefers-reduced-motion: reduce)").matches ? ms : 0;
  }

  /**
   * Now it comes, in the place of this scene.
   * @param {Scene | null} scene
   */
  begin(scene) {
    this.from = this.coming ? this.seen(scene) : null;
    [this.began, this.lasts, this.coming] = [performance.now(), this.coming, 0];
  }

  /**
   * What is seen on the way to a scene.
   * @param {Scene | null} scene
   */
  seen(scene) {
    const part = (performance.now() - this.began) / this.lasts;
    if (this.from && scene && part < 1) return between(this.from, scene, part);
    this.from = null;
    return scene;
  }
}

/**
 * The scene a part t (0 to 1) of the way from one to another.
 * @param {Scene} from
 * @param {Scene} to
 * @param {number} t
 * @returns {Scene}
 */
export function between(from, to, t) {
  if (t >= 1) return to;
  const eased = t * t * (3 - 2 * t);
  const before = new Map(from.rows.flat().map((panel) => [panel.name, panel]));
  return { ...to, rows: to.rows.map((row) => row.map((panel) => panelBetween(before.get(panel.name), panel, eased))) };
}

/**
 * @param {Panel | undefined} from
 * @param {Panel} to
 * @param {number} t
 * @returns {Panel}
 */
function panelBetween(from, to, t) {
  const { items } = to;
  const alike = from && items?.length && from.kind === to.kind && from.items.length === items.length &&
    String([from.x, from.y]) === String([to.x, to.y]) && items.every((item, i) => item.kind === from.items[i].kind);
  if (!alike) return to;
  return { ...to, items: items.map((item, i) => itemBetween(from.items[i], item, t, to)) };
}

/**
 * @param {Item} from
 * @param {Item} to
 * @param {number} t
 * @param {Panel} panel
 */
function itemBetween(from, to, t, panel) {
  /** @type {Item & Record<string, any>} */
  const item = { ...to };
  if (to.kind === "Bars") item.shown = to.y;
  for (const key of MOVING) {
    const log = (key === "x" && panel.x_log) || (key === "y" && panel.y_log);
    if (key in to) item[key] = mixed(from[key], to[key], t, log);
  }
  return item;
}

/**
 * @param {any} a
 * @param {any} b
 * @param {number} t
 * @param {boolean} log
 * @returns {any}
 */
function mixed(a, b, t, log) {
  if (typeof a === "number" && typeof b === "number") {
    return log && a > 0 && b > 0 ? a * Math.pow(b / a, t) : a + t * (b - a);
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return b.map((v, i) => mixed(a[i], v, t, log));
  if (!a?.data || !b?.data || a.data.length !== b.data.length) return b;
  const data = new Float32Array(b.data.length);
  for (let i = 0; i < data.length; i++) data[i] = mixed(a.data[i], b.data[i], t, log);
  return { ...b, data };
}
