// What travels from Python (scene.py, items.py, controls.py, frames.py), and what the painters make of it.

/** An array of Python: float32 or uint8. */
export interface Numbers {
  data: Float32Array | Uint8Array;
  shape: number[];
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** x, y, width, height. */
export type Rect = [number, number, number, number];
export type Colour = number | string;
export type Place = [panel: string, row: number, column: number];

export interface Item {
  kind: string;
  x: any;
  y: any;
  dx: number;
  dy: number;
  w: number[];
  b: number;
  label: string;
  text: string;
  colour: Colour;
  width: number;
  size: number;
  shape: string;
  drag: string | null;
  dash: boolean;
  shade: boolean;
  arrow: boolean;
  values: boolean;
  digits: number;
  shown?: Numbers; // of bars that glide: the heights that are printed
}

export interface Highlight {
  cells: Numbers;
  meaning: string;
  colour: Colour;
  style: string;
}

export interface Rectangle {
  row: number;
  column: number;
  rows: number;
  columns: number;
  meaning: string;
  colour: Colour;
}

export interface Node {
  x: number;
  y: number;
  text: string;
  under: string;
  shape: string;
  width: number;
  height: number;
  value: number | null;
  colour: Colour;
  depth: number;
  says: string;
}

/** One of the maps of an image. */
export interface Part {
  row: number;
  column: number;
  rows: number;
  columns: number;
  each: number;
  name: string;
  top: number;
  words: string[];
}

export interface Edge {
  start: number;
  end: number;
  label: string;
  colour: Colour;
  width: number;
}

/** A panel of any kind: what the other kinds have is missing. */
export interface Panel {
  kind: string;
  name: string;
  title: string;
  width: number;
  height: number;
  below: boolean;
  narrowest: number | null;
  steady?: boolean;
  head: number;
  lines: number;
  items: Item[];
  x: [number, number];
  y: [number, number];
  x_label: string;
  y_label: string;
  x_ticks: Tick[] | null;
  y_ticks: Tick[] | null;
  x_log: boolean;
  y_log: boolean;
  legend: boolean;
  background:
    | { values: Numbers; colours: string; scale: [number, number]; strength: number; light: Numbers | null }
    | null;
  values: Numbers;
  pixels: Numbers;
  whole: [number, number];
  symbol: string;
  digits: number;
  texts: string[][] | null;
  colours: any;
  scale: [number, number];
  highlights: Highlight[];
  rectangles: Rectangle[];
  row_label: string;
  column_label: string;
  indices: boolean;
  row_offset: number;
  column_offset: number;
  capacity: [number, number];
  cell: number;
  alone?: boolean;
  click: string | null;
  edit: string | null;
  draw?: string | null;
  parts?: Part[];
  heads?: { column: number; columns: number; text: string; under: string }[];
  follow?: boolean;
  rows: string[][];
  header: string[];
  align: string;
  size: number;
  nodes: Node[];
  edges: Edge[];
  top: number;
}

export interface Arrow {
  start: Place;
  end: Place;
  colour: Colour;
  label: string;
  width: number;
}

export interface Link {
  panel: string;
  other: string;
  pairs: Numbers;
}

/** Something to listen to: samples -1..1, and how many there are a second. */
export interface Sound {
  label: string;
  samples: Numbers;
  rate: number;
}

export interface Scene {
  rows: Panel[][];
  description: string;
  arrows: Arrow[];
  links: Link[];
  sounds?: Sound[];
}

export type Values = Record<string, any>;

export interface Frame {
  scene: Scene | null;
  error: string | null;
  values: Values;
  version: number;
  disabled: string[];
  lasts?: { [control: string]: number }; // the largest values of sliders that have fewer now than at other times
  rests?: { [control: string]: string };
}

export interface Control {
  kind: string;
  name: string;
  label: string;
  group: string;
  carries: string[];
  all: number[];
  last?: number; // of them, the largest that there is now (see lasts)
  now?: [rows: number, columns: number]; // of a cell: those that the picture has now
  digits: number;
  said: string[] | null;
  options: string[];
  rows: number;
  columns: number;
  row_offset: number;
  column_offset: number;
  bare?: boolean;
  stops?: [rows: number[], columns: number[]]; // of a cell in a recording: those that are recorded, if not all are
  x: [number, number];
  y: [number, number];
  lo: number;
  hi: number;
  step: number;
  play: boolean;
  every: number;
  ordered?: boolean;
  glide?: boolean;
  shape: number[];
  paper: number;
  ink: number;
  takes: boolean;
  seconds: number; // of the longest sound
}

export interface Question {
  do: string;
  view?: string;
  number?: number;
  name?: string;
  value?: any;
  at?: number[] | null;
  drawn?: Values | null;
  follows?: boolean;
  token?: number;
  wanted?: number[];
}

/**
 * What carries questions and answers; anywidget's model is one. It may have its first frame ready (`get("first")`), and
 * put frames into its answers (`content.frames`) in the place of buffers.
 */
export interface Model {
  get(name: string): any;
  send(question: object, callbacks?: object): void;
  on(event: string, listener: (content: any, buffers: DataView[]) => void): void;
  off(event: string, listener: (content: any, buffers: DataView[]) => void): void;
}

/** Where each value of a control (of a matrix: of one cell, `at`) leads to from a spot of a recording. */
export type Line = [name: string, at: number[] | null, start: number, spots: (number | null)[]];

/** What a recording says of itself (recording.py). */
export interface Head {
  version: number;
  title: string;
  controls: Control[];
  needs: string[]; // controls that are not recorded
  frames: number[]; // of each spot, the number of its part
  presses: Record<number, [button: string, times: number]>; // that led to a spot
  lines: Line[];
  steps: [button: string, ends: number[]][]; // from which spot to which, in pairs
  shapes: [kind: string, shape: number[], differs: boolean][];
  arrays: number[]; // of each array, which of the shapes
}

/** What can take over from a recording: a button with a label, words beside it, and what gives a model when it is pressed. */
export interface Live {
  label: string;
  words: string;
  connect(mounted: any, name: string, say: (words: string) => void): Promise<Model>;
}

/** Of a recorded explorer on a page: how to get Python, in a sentence; what can take over. */
export interface Options {
  how?: string;
  live?: Live;
}

export type Tick = [place: number, words: string];

export interface Theme {
  dark: boolean;
  paper: string;
  ink: string;
  muted: string;
  faint: string;
  halo: string;
  grid: string;
  colours: string[];
  stops: Record<string, number[][]>;
  font: string;
  aged?: boolean; // something around the picture changed after the theme was read
}

export interface PanelBox extends Box {
  panel: Panel;
  body: Box;
  titles: string[];
  size: number;
}

/** Words before they are painted; turned: upwards; on: the ink for the colour they stand on, where that is not paper. */
export interface Text {
  words: string;
  x: number;
  y: number;
  part: string;
  size: number;
  align: CanvasTextAlign;
  base: CanvasTextBaseline;
  colour: Colour;
  bold: boolean;
  halo: boolean;
  alpha: number;
  turned: boolean;
  on: string | null;
}

/** Of the legend of axes: what it explains, where it begins, from the top of the first line, and its words. */
export interface Key {
  item: Item;
  x: number;
  y: number;
  size: number;
  words: string;
}

/** Of the legend of cells: from the left of the first line. */
export interface Meaning {
  colour: Colour;
  style: string;
  words: string;
  x: number;
  y: number;
  size: number;
  end: number;
}

export interface Layout {
  boxes: PanelBox[];
  height: number;
  width: number;
}

/** Where the cells of a panel lie. */
export interface Cells {
  rows: number;
  columns: number;
  side: number;
  x0: number;
  y0: number;
  legendY?: number;
  legendX?: number;
  keys?: Meaning[];
  cellBox(r: number, c: number): Rect | null;
  cellAt(x: number, y: number): [number, number] | null;
}

/** Where the axes of a panel lie, and data <-> pixels. */
export interface Axes {
  left: number;
  top: number;
  width: number;
  height: number;
  body: Rect;
  keys: Key[];
  px(value: number | null): number;
  py(value: number | null): number;
  data(px: number, py: number): [number, number];
}

export type Printed = [panel: string, row: number, column: number, text: string][];
export type Context = CanvasRenderingContext2D;

/** What setTimeout gives, in a browser or in Node. */
export type Timer = ReturnType<typeof setTimeout> | number | undefined;
