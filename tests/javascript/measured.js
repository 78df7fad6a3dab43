// @ts-check
// Where the browser's painter puts everything of scenes from Python: reads [[text, numbers], ...] (base64) from the
// standard input, writes a list of measures for each of the widths that are given on the command line.
import { readFileSync } from "node:fs";

import { unpack } from "../../cnnlab/explore/live/js/frames.js";
import { layoutOf } from "../../cnnlab/explore/live/js/paint/layout.js";
import { measure } from "../../cnnlab/explore/live/js/paint/measure.js";
import { themeOn } from "../../cnnlab/explore/live/js/paint/theme.js";
import { rulerOnly } from "./support.js";

rulerOnly();
const theme = themeOn({ r: 255, g: 255, b: 255 }, "sans-serif");
/** @type {[string, string][]} */
const messages = JSON.parse(readFileSync(0, "utf-8"));
const frames = messages.map(
  ([text, numbers]) =>
    (unpack(Buffer.from(text, "base64"), Buffer.from(numbers, "base64"), new Map())?.frames || [])[0],
);
const measures = process.argv.slice(2).map((width) =>
  frames.map((frame) => frame.scene && measure(frame.scene, layoutOf(frame.scene, Number(width)), theme))
);
console.log(JSON.stringify(measures));
