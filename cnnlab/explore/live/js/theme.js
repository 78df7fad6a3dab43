// Colours and numbers. These files are joined to one (see SCRIPTS in view.py).

const LIGHT = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#1A1A1A", "#B8A800"];
const DARK = ["#4BA3E3", "#F5824A", "#2FCB9E", "#E0A3C6", "#9AD7F7", "#F5B942", "#F2F2F2", "#F0E442"];
const STOPS = {
  // blue is negative, orange positive; zero is the colour of the paper in either theme
  light: [[5, 48, 97], [67, 147, 195], [247, 247, 247], [244, 160, 90], [179, 88, 6]],
  dark: [[143, 199, 245], [43, 110, 168], [32, 35, 40], [176, 92, 28], [255, 178, 107]],
  ink: [[255, 255, 255], [34, 34, 34]],
  grey: [[0, 0, 0], [255, 255, 255]],
};

function parseColour(text) {
  const found = /rgba?\(([^)]+)\)/.exec(text);
  if (!found) return null;
  const [r, g, b, a = 1] = found[1].split(/[ ,/]+/).filter(Boolean).map(Number);
  return { r, g, b, a };
}

// The theme around an element, read from what is really behind it, so that it is right in any host.
function themeOf(element) {
  let paper = null;
  for (let node = element; node && !paper; node = node.parentElement) {
    const colour = parseColour(getComputedStyle(node).backgroundColor);
    if (colour && colour.a > 0.5) paper = colour;
  }
  const [darkPaper, lightPaper] = [{ r: 24, g: 24, b: 24 }, { r: 255, g: 255, b: 255 }];
  const words = parseColour(getComputedStyle(element).color); // nothing opaque behind it: light words mean a dark host
  if (!paper) paper = words && 0.299 * words.r + 0.587 * words.g + 0.114 * words.b > 128 ? darkPaper : lightPaper;
  const dark = 0.299 * paper.r + 0.587 * paper.g + 0.114 * paper.b < 128;
  return {
    dark,
    paper: `rgb(${paper.r}, ${paper.g}, ${paper.b})`,
    ink: dark ? "#ECECEC" : "#1F1F1F",
    muted: dark ? "#A0A4AA" : "#6A6E73",
    faint: dark ? "#3A3E44" : "#DADDE1",
    halo: dark ? "rgba(20, 22, 26, 0.85)" : "rgba(255, 255, 255, 0.85)",
    colours: dark ? DARK : LIGHT,
    stops: { ...STOPS, diverging: dark ? STOPS.dark : STOPS.light },
    font: getComputedStyle(element).fontFamily || "system-ui, sans-serif",
  };
}

function colourOf(theme, colour) {
  if (colour === "ink") return theme.ink;
  if (colour === "muted") return theme.muted;
  if (colour === "positive") return theme.colours[1];
  if (colour === "negative") return theme.colours[0];
  return theme.colours[colour % 8];
}

// [r, g, b] of a value on a colour map.
function mapColour(stops, scale, value) {
  const t = Math.min(1, Math.max(0, (value - scale[0]) / (scale[1] - scale[0]))) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(t));
  const f = t - i;
  return [0, 1, 2].map((k) => Math.round(stops[i][k] + f * (stops[i + 1][k] - stops[i][k])));
}

const rgb = (c) => `rgb(${c[0]}, ${c[1]}, ${c[2]})`;
const inkOn = (c) => (0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2] < 140 ? "#FFFFFF" : "#1A1A1A");

// As numbers.py prints it: fixed decimals, a true minus sign, no minus zero, nothing for "nothing here".
function formatNumber(value, digits) {
  if (value === null || Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (Math.abs(value) >= 1e15) return value.toExponential(1).replace("+", "").replace("-", "−");
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && /[1-9]/.test(text) ? "−" + text : text;
}

// In a cell, exactly zero is a plain 0.
const cellText = (value, digits) => (value === 0 ? "0" : formatNumber(value, digits));

const RASTERS = new WeakMap(); // of arrays that are shown again: the same photograph under another rectangle

// An off-screen canvas of the values, one pixel each; `flip` puts row 0 at the bottom.
function rasterOf(array, stops, scale, flip) {
  const key = `${stops} ${scale} ${flip}`;
  const known = RASTERS.get(array);
  if (known && known.key === key) return known.canvas;
  const canvas = paintRaster(array, stops, scale, flip);
  RASTERS.set(array, { key, canvas });
  return canvas;
}

function paintRaster(array, stops, scale, flip) {
  const [rows, columns] = array.shape;
  const colour = array.shape.length === 3;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const to = 4 * ((flip ? rows - 1 - r : r) * columns + c);
      const from = r * columns + c;
      if (colour) {
        for (let k = 0; k < 3; k++) image.data[to + k] = array.data[3 * from + k];
        image.data[to + 3] = 255;
      } else if (!Number.isNaN(array.data[from])) {
        const [red, green, blue] = mapColour(stops, scale, array.data[from]);
        image.data[to] = red; image.data[to + 1] = green; image.data[to + 2] = blue; image.data[to + 3] = 255;
      }
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function write(context, theme, text, x, y, { size = 12, align = "left", base = "alphabetic", colour = null, weight = "", halo = false } = {}) {
  context.font = `${weight} ${size}px ${theme.font}`;
  context.textAlign = align;
  context.textBaseline = base;
  if (halo) {
    context.strokeStyle = theme.halo;
    context.lineWidth = 3.5;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
  }
  context.fillStyle = colour || theme.ink;
  context.fillText(text, x, y);
}

function arrowHead(context, x, y, angle, size) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size * Math.cos(angle - 0.45), y - size * Math.sin(angle - 0.45));
  context.lineTo(x - size * Math.cos(angle + 0.45), y - size * Math.sin(angle + 0.45));
  context.closePath();
  context.fill();
}
