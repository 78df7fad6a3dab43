// @ts-check
// Where everything of a scene lies, as plain numbers: the tests compare them with those of still/measure.py.

import { axesGeometry, axesTicks } from "./axes.js";
import { diagramGeometry, edgeGeometry } from "./diagrams.js";
import { gridGeometry, lettersOf } from "./grids.js";
import { borderGeometry, markGeometry, vectorGeometry } from "./items.js";
import { arrowGeometry, arrowTexts, landed, strokesOf } from "./arrows.js";
import { cellsGeometry, textsOf } from "./layout.js";
import { boxOfText } from "./texts.js";

/** @import { Axes, Layout, Panel, PanelBox, Scene, Text, Theme } from "../types.d.ts" */

/**
 * @param {Scene} scene
 * @param {Layout} layout
 * @param {Theme} theme
 */
export function measure(scene, layout, theme) {
  const texts = layout.boxes.flatMap((at) => textsOf(at, theme)), said = texts.map(boxOfText);
  return {
    height: layout.height,
    panels: Object.fromEntries(layout.boxes.map((box) => [box.panel.name, measurePanel(box, theme)])),
    arrows: scene.arrows.map((arrow) => {
      const straight = arrowGeometry(arrow, layout);
      if (!straight) return null;
      const at = landed(straight, said);
      const strokes = strokesOf(at, said).map((part) => [part[0], part[part.length - 1]]);
      return { start: at.start, middle: at.middle, end: at.end, words: at.words, head: at.head, strokes };
    }),
    texts: arrowTexts(scene, layout, said).map(measureText),
  };
}

/**
 * What is written, and the box that it fills.
 * @param {Text} text
 */
function measureText(text) {
  return { words: text.words, part: text.part, size: text.size, box: boxOfText(text) };
}

/**
 * @param {PanelBox} at
 * @param {Theme} theme
 */
function measurePanel(at, theme) {
  const { panel, body, x, y, w, h } = at, texts = textsOf(at, theme).map(measureText);
  const whole = { box: [x, y, w, h], body: [body.x, body.y, body.w, body.h], texts };
  if (panel.kind === "Curves" || panel.kind === "Plane") {
    return { ...whole, ...measureAxes(panel, axesGeometry(panel, body)) };
  }
  const g = cellsGeometry(panel, body);
  const cells = [g.cellBox(0, 0), g.cellBox(g.rows - 1, g.columns - 1)];
  if (panel.kind === "Grid") {
    return { ...whole, cells, legend: g.legendY, letters: lettersOf(panel, gridGeometry(panel, body)) };
  }
  if (panel.kind === "Image") return { ...whole, cells, legend: g.legendY };
  if (panel.kind === "Table") return { ...whole, lines: cells.map((cell) => cell && [cell[1], cell[3]]) };
  const nodes = panel.nodes.map((_, i) => g.cellBox(0, i));
  const edges = panel.edges.map((edge) => {
    const { start, end, words, head } = edgeGeometry(panel, diagramGeometry(panel, body), edge);
    return { start, end, words, head };
  });
  return { ...whole, nodes, edges };
}

/**
 * @param {Panel} panel
 * @param {Axes} g
 */
function measureAxes(panel, g) {
  const ticks = axesTicks(panel, g);
  const items = panel.items.map((item) => {
    if (item.kind === "Border") return points(borderGeometry(item, g, panel), ["foot", "tip", "words"]);
    if (item.kind === "Vector") return points(vectorGeometry(item, g), ["start", "tip", "words"]);
    if (item.kind !== "Mark") return null;
    const at = markGeometry(item, g);
    return at && [[at.x, at.y]];
  });
  return {
    axes: [g.left, g.top, g.width, g.height],
    x_ticks: ticks.x.map(([value, words]) => [g.px(value), words]),
    y_ticks: ticks.y.map(([value, words]) => [g.py(value), words]),
    items,
  };
}

/**
 * @param {Record<string, any> | null} geometry
 * @param {string[]} names
 */
function points(geometry, names) {
  return geometry && names.map((name) => geometry[name]);
}
