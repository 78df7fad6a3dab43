// @ts-check
// Colours: of the theme around the picture, and of values.

import style from "../../../../style.json" with { type: "json" };

/** @import { Colour, Theme } from "../types.d.ts" */

/**
 * [r, g, b] of "#RRGGBB".
 * @param {string} hex
 */
export function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/**
 * @param {string} hex
 * @param {number} strength
 */
function sheer(hex, strength) {
  return `rgba(${channels(hex).join(", ")}, ${strength})`;
}

const MAPS = {
  light: style.maps.light.map(channels),
  dark: style.maps.dark.map(channels),
  ink: { light: style.maps.ink.map(channels), dark: [style.themes.dark.paper, style.themes.dark.ink].map(channels) },
  grey: style.maps.grey.map(channels),
};

/** @param {string} text a colour as the browser computes it */
function parseColour(text) {
  const found = /rgba?\(([^)]+)\)/.exec(text);
  if (!found) return null;
  const [r, g, b, a = 1] = found[1].split(/[ ,/]+/).filter(Boolean).map(Number);
  return { r, g, b, a };
}

/** @param {{ r: number, g: number, b: number }} colour */
function brightness({ r, g, b }) {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/**
 * The theme around an element, read from what is really behind it, so that it is right in any host.
 * @param {HTMLElement} element
 * @returns {Theme}
 */
export function themeOf(element) {
  let paper = null;
  for (let node = /** @type {HTMLElement | null} */ (element); node && !paper; node = node.parentElement) {
    const colour = parseColour(getComputedStyle(node).backgroundColor);
    if (colour && colour.a > 0.5) paper = colour;
  }
  const words = parseColour(getComputedStyle(element).color); // nothing opaque behind it: light words mean a dark host
  if (!paper) {
    const [r, g, b] = channels(style.themes[words && brightness(words) > 128 ? "dark" : "light"].paper);
    paper = { r, g, b };
  }
  return themeOn(paper, getComputedStyle(element).fontFamily || "system-ui, sans-serif");
}

/**
 * The theme on paper of a colour.
 * @param {{ r: number, g: number, b: number }} paper
 * @param {string} font
 * @returns {Theme}
 */
export function themeOn(paper, font) {
  const name = brightness(paper) < 128 ? "dark" : "light";
  const { ink, muted, faint, halo, halo_strength, grid, grid_strength } = style.themes[name];
  return {
    dark: name === "dark",
    paper: `rgb(${paper.r}, ${paper.g}, ${paper.b})`,
    ink,
    muted,
    faint,
    halo: sheer(halo, halo_strength),
    grid: sheer(grid, grid_strength),
    colours: style.colours[name],
    stops: { diverging: MAPS[name], ink: MAPS.ink[name], grey: MAPS.grey },
    font,
  };
}

/**
 * A colour of items.py.
 * @param {Theme} theme
 * @param {Colour} colour
 */
export function colourOf(theme, colour) {
  if (colour === "ink") return theme.ink;
  if (colour === "muted") return theme.muted;
  if (colour === "positive") return theme.colours[1];
  if (colour === "negative") return theme.colours[0];
  return theme.colours[Number(colour) % theme.colours.length];
}

/**
 * [r, g, b] of a value on a colour map.
 * @param {number[][]} stops
 * @param {[number, number]} scale
 * @param {number} value
 */
export function mapColour(stops, scale, value) {
  const t = Math.min(1, Math.max(0, (value - scale[0]) / (scale[1] - scale[0]))) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(t));
  const f = t - i;
  return [0, 1, 2].map((k) => Math.round(stops[i][k] + f * (stops[i + 1][k] - stops[i][k])));
}

/** @param {number[]} c */
export function rgb(c) {
  return `rgb(${c[0]}, ${c[1]}, ${c[2]})`;
}

/**
 * Black or white, whichever is read more easily on a colour.
 * @param {number[]} c
 */
export function inkOn([r, g, b]) {
  return brightness({ r, g, b }) < style.on_colour.from ? style.on_colour.light : style.on_colour.dark;
}
