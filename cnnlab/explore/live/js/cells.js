// Panels made of cells: Grid, Image, Table, Diagram. Each has a geometry (where its cells lie) and a painter.

// cellBox(r, c) -> [x, y, w, h]; cellAt(x, y) -> [r, c] or null.
function cellsGeometry(panel, box) {
  if (panel.kind === "Table") return tableGeometry(panel, box);
  if (panel.kind === "Diagram") return diagramGeometry(panel, box);
  const grid = panel.kind === "Grid";
  const [rows, columns] = (grid ? panel.values : panel.pixels).shape;
  const [roomRows, roomColumns] = panel.capacity;
  const left = grid && panel.indices ? 26 : 2;
  const right = grid && panel.indices && panel.column_label ? 22 : 2;
  const top = grid && panel.indices ? 18 : 2;
  const bottom = (grid && panel.indices && panel.row_label ? 18 : 2) + (hasLegend(panel) ? 22 : 0);
  let side = Math.min((box.w - left - right) / roomColumns, (box.h - top - bottom) / roomRows, grid ? panel.cell : 1e9);
  if (side >= 3) side = Math.floor(side);
  const x0 = box.x + left + Math.max(0, (box.w - left - right - side * columns) / 2);
  const y0 = box.y + top + Math.max(0, (side * (roomRows - rows)) / 2);
  return {
    rows, columns, side, x0, y0, legendY: box.y + top + side * roomRows + bottom - 12,
    cellBox: (r, c) => [x0 + c * side, y0 + r * side, side, side],
    cellAt: (x, y) => {
      const r = Math.floor((y - y0) / side), c = Math.floor((x - x0) / side);
      return r >= 0 && r < rows && c >= 0 && c < columns ? [r, c] : null;
    },
  };
}

function hasLegend(panel) {
  return panel.kind === "Grid" || (panel.highlights || []).length + (panel.rectangles || []).length > 0;
}

function paintGrid(context, theme, panel, box, printed) {
  const g = cellsGeometry(panel, box);
  const { values, texts, digits, colours, scale } = panel;
  const longest = texts
    ? Math.max(1, ...texts.flat().map((t) => t.length))
    : Math.max(1, ...Array.from(values.data, (v) => cellText(v, digits).length));
  const size = Math.min(15, 0.47 * g.side, (1.6 * g.side) / longest);
  const print = size >= 6.5;
  const faded = new Set();
  for (const mark of panel.highlights) if (mark.style === "fade") for (const [r, c] of pairsOf(mark.cells)) faded.add(r * g.columns + c);
  for (let r = 0; r < g.rows; r++) {
    for (let c = 0; c < g.columns; c++) {
      const value = values.data[r * g.columns + c];
      const [x, y, w, h] = g.cellBox(r, c);
      const empty = Number.isNaN(value);
      const colour = colours === "none" || empty ? null : mapColour(theme.stops[colours], scale, value);
      context.globalAlpha = faded.has(r * g.columns + c) ? 0.3 : 1;
      if (colour) { context.fillStyle = rgb(colour); context.fillRect(x, y, w, h); }
      if (print) {
        const text = texts ? texts[r][c] : cellText(value, digits);
        write(context, theme, text, x + w / 2, y + h / 2 + 0.5, { size, align: "center", base: "middle", colour: colour ? inkOn(colour) : theme.ink });
        printed.push([panel.name, r, c, text]);
      }
      context.globalAlpha = 1;
    }
  }
  if (g.side >= 6) {
    context.strokeStyle = theme.dark ? "rgba(255,255,255,0.16)" : "rgba(0,0,0,0.14)";
    context.lineWidth = 1;
    context.beginPath();
    for (let r = 0; r <= g.rows; r++) { context.moveTo(g.x0, g.y0 + r * g.side); context.lineTo(g.x0 + g.columns * g.side, g.y0 + r * g.side); }
    for (let c = 0; c <= g.columns; c++) { context.moveTo(g.x0 + c * g.side, g.y0); context.lineTo(g.x0 + c * g.side, g.y0 + g.rows * g.side); }
    context.stroke();
  } else frame(context, theme, g);
  if (panel.indices) paintIndices(context, theme, panel, g);
  paintMarks(context, theme, panel, g);
}

function frame(context, theme, g) {
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.strokeRect(g.x0 - 0.5, g.y0 - 0.5, g.columns * g.side + 1, g.rows * g.side + 1);
}

function paintIndices(context, theme, panel, g) {
  const every = Math.max(1, Math.ceil(15 / g.side));
  for (let c = 0; c < g.columns; c += every) {
    write(context, theme, formatNumber(c + panel.column_offset, 0), g.x0 + (c + 0.5) * g.side, g.y0 - 5, { size: 10, align: "center", colour: theme.muted });
  }
  for (let r = 0; r < g.rows; r += every) {
    write(context, theme, formatNumber(r + panel.row_offset, 0), g.x0 - 6, g.y0 + (r + 0.5) * g.side, { size: 10, align: "right", base: "middle", colour: theme.muted });
  }
  if (panel.column_label) write(context, theme, panel.column_label + " →", g.x0 + g.columns * g.side + 4, g.y0 - 5, { size: 11, colour: theme.muted });
  if (panel.row_label) write(context, theme, panel.row_label + " ↓", g.x0 - 4, g.y0 + g.rows * g.side + 13, { size: 11, align: "right", colour: theme.muted });
}

function pairsOf(array) {
  const pairs = [];
  for (let i = 0; i < array.shape[0]; i++) pairs.push([array.data[2 * i], array.data[2 * i + 1]]);
  return pairs;
}

// Highlights and rectangles, then their meanings in a line below.
function paintMarks(context, theme, panel, g) {
  for (const mark of panel.highlights || []) paintHighlight(context, theme, mark, g);
  for (const rectangle of panel.rectangles || []) {
    context.strokeStyle = colourOf(theme, rectangle.colour);
    context.lineWidth = 2.5;
    context.strokeRect(g.x0 + rectangle.column * g.side, g.y0 + rectangle.row * g.side, rectangle.columns * g.side, rectangle.rows * g.side);
  }
  if (g.legendY === undefined) return;
  const seen = new Set();
  const items = [...(panel.highlights || []), ...(panel.rectangles || [])].filter((m) => m.meaning && !seen.has(m.meaning) && seen.add(m.meaning));
  let x = Math.max(g.x0 - 20, 0);
  for (const item of items) {
    const colour = colourOf(theme, item.colour);
    swatch(context, theme, item.style || "box", x, g.legendY - 6, colour);
    write(context, theme, item.meaning, x + 17, g.legendY, { size: 12, base: "middle" });
    x += context.measureText(item.meaning).width + 31;
  }
}

function swatch(context, theme, style, x, y, colour) {
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = style === "box" ? 2.5 : 2;
  if (style === "dot") { context.beginPath(); context.arc(x + 6, y + 6, 3.5, 0, 7); context.fill(); return; }
  if (style === "fade") { context.globalAlpha = 0.3; context.fillRect(x, y, 12, 12); context.globalAlpha = 1; return; }
  if (style === "cross") { context.beginPath(); context.moveTo(x + 1, y + 1); context.lineTo(x + 11, y + 11); context.moveTo(x + 11, y + 1); context.lineTo(x + 1, y + 11); context.stroke(); return; }
  context.strokeRect(x + 1, y + 1, 10, 10);
}

function paintHighlight(context, theme, mark, g) {
  const colour = colourOf(theme, mark.colour);
  const cells = pairsOf(mark.cells);
  const inside = new Set(cells.map(([r, c]) => `${r},${c}`));
  context.strokeStyle = context.fillStyle = colour;
  for (const [r, c] of cells) {
    const at = g.cellBox(r, c);
    if (!at) continue;
    const [x, y, w, h] = at;
    const short = Math.min(w, h);
    context.lineWidth = Math.max(1.5, Math.min(3, short / 9));
    context.beginPath();
    const inset = Math.min(2, (short - 9) / 2); // the ring around a pixel of an image lies outside of it, to be seen
    if (mark.style === "ring") context.rect(x + inset, y + inset, w - 2 * inset, h - 2 * inset);
    else if (mark.style === "cross") { context.moveTo(x + 3, y + 3); context.lineTo(x + w - 3, y + h - 3); context.moveTo(x + w - 3, y + 3); context.lineTo(x + 3, y + h - 3); }
    else if (mark.style === "dot") { context.arc(x + w - 0.17 * short - 1, y + 0.17 * short + 1, Math.max(2, 0.11 * short), 0, 7); context.fill(); }
    else if (mark.style === "box") { // only the sides that no other cell of the set shares
      if (!inside.has(`${r - 1},${c}`)) { context.moveTo(x, y); context.lineTo(x + w, y); }
      if (!inside.has(`${r + 1},${c}`)) { context.moveTo(x, y + h); context.lineTo(x + w, y + h); }
      if (!inside.has(`${r},${c - 1}`)) { context.moveTo(x, y); context.lineTo(x, y + h); }
      if (!inside.has(`${r},${c + 1}`)) { context.moveTo(x + w, y); context.lineTo(x + w, y + h); }
    }
    if (mark.style !== "dot") { context.lineCap = "square"; context.stroke(); context.lineCap = "butt"; }
  }
}

function paintImage(context, theme, panel, box) {
  const g = cellsGeometry(panel, box);
  context.imageSmoothingEnabled = false;
  const raster = rasterOf(panel.pixels, panel.pixels.shape.length === 3 ? null : theme.stops[panel.colours], panel.scale, false);
  context.drawImage(raster, g.x0, g.y0, g.columns * g.side, g.rows * g.side);
  context.fillStyle = theme.paper;
  context.globalAlpha = 0.7;
  for (const mark of panel.highlights) if (mark.style === "fade") for (const [r, c] of pairsOf(mark.cells)) context.fillRect(...g.cellBox(r, c));
  context.globalAlpha = 1;
  frame(context, theme, g);
  context.save();
  context.beginPath();
  context.rect(g.x0 - 3, g.y0 - 3, g.columns * g.side + 6, g.rows * g.side + 6); // windows may hang over the edge
  if (g.legendY !== undefined) context.rect(0, g.legendY - 9, context.canvas.width, 18);
  context.clip();
  paintMarks(context, theme, panel, g);
  context.restore();
}

// ---- words in columns ----

const ruler = document.createElement("canvas").getContext("2d");

function tableGeometry(panel, box) {
  const all = [...(panel.header.length ? [panel.header] : []), ...panel.rows];
  const columns = all.length ? all[0].length : 0;
  let size = panel.size;
  const bold = new Set(panel.colours.map(([r, c]) => `${r},${c}`));
  const wide = (text, weight) => { ruler.font = `${weight} ${size}px ${panelFont}`; return ruler.measureText(text).width; };
  const measure = () => Array.from({ length: columns }, (_, c) => 1.4 * size + Math.max(
    panel.header.length ? wide(panel.header[c], "600") : 0,
    ...panel.rows.map((row, r) => wide(row[c], bold.has(`${r},${c}`) ? "600" : "")),
  ));
  let widths = measure();
  const total = widths.reduce((a, b) => a + b, 0);
  if (total > box.w) { size = Math.max(8, (size * box.w) / total); widths = measure(); }
  const line = Math.min(1.75 * size, box.h / Math.max(1, all.length));
  const starts = widths.map((_, c) => box.x + widths.slice(0, c).reduce((a, b) => a + b, 0));
  const y0 = box.y + 2 + (panel.header.length ? line : 0);
  return {
    rows: panel.rows.length, columns, size, line, widths, starts, y0, x0: box.x,
    cellBox: (r, c) => (r < panel.rows.length && c < columns ? [starts[c], y0 + r * line, widths[c], line] : null),
    cellAt: (x, y) => {
      const r = Math.floor((y - y0) / line), c = starts.findIndex((s, i) => x >= s && x < s + widths[i]);
      return r >= 0 && r < panel.rows.length && c >= 0 ? [r, c] : null;
    },
  };
}

let panelFont = "system-ui, sans-serif"; // set by the painter: the ruler must measure with the letters that are painted

function paintTable(context, theme, panel, box, printed) {
  const g = tableGeometry(panel, box);
  const special = new Map(panel.colours.map(([r, c, colour]) => [`${r},${c}`, colour]));
  const pad = 0.7 * g.size;
  const put = (text, r, c, style) => {
    const [x, w] = [g.starts[c], g.widths[c]];
    const align = { l: "left", r: "right", c: "center" }[panel.align[c]];
    write(context, theme, text, align === "left" ? x + pad : align === "right" ? x + w - pad : x + w / 2, g.y0 + (r + 0.5) * g.line, { size: g.size, align, base: "middle", ...style });
  };
  panel.header.forEach((text, c) => put(text, -1, c, { colour: theme.muted, weight: "600" }));
  if (panel.header.length) {
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    context.beginPath(); context.moveTo(g.x0, g.y0); context.lineTo(g.x0 + g.widths.reduce((a, b) => a + b, 0), g.y0); context.stroke();
  }
  panel.rows.forEach((row, r) => row.forEach((text, c) => {
    const colour = special.get(`${r},${c}`);
    put(text, r, c, colour === undefined ? {} : { colour: colourOf(theme, colour), weight: "600" });
    printed.push([panel.name, r, c, text]);
  }));
  paintMarks(context, theme, panel, g);
}

// ---- boxes and arrows ----

function diagramGeometry(panel, box) {
  const ux = box.w / (panel.x[1] - panel.x[0]), uy = box.h / (panel.y[1] - panel.y[0]);
  const place = (node) => {
    let w = node.width * ux, h = node.height * uy;
    if (node.shape === "circle") w = h = Math.min(w, h);
    return [box.x + (node.x - panel.x[0]) * ux - w / 2, box.y + (node.y - panel.y[0]) * uy - h / 2, w, h];
  };
  return {
    rows: 1, columns: panel.nodes.length, x0: box.x, side: 1, place,
    cellBox: (r, c) => (panel.nodes[c] ? place(panel.nodes[c]) : null),
    cellAt: (x, y) => {
      for (let c = panel.nodes.length - 1; c >= 0; c--) {
        const [bx, by, w, h] = place(panel.nodes[c]);
        if (x >= bx && x <= bx + w && y >= by && y <= by + h) return [0, c];
      }
      return null;
    },
  };
}

// The point where the ray from the middle of a node towards (x, y) leaves it.
function rim(node, [bx, by, w, h], x, y) {
  const [cx, cy] = [bx + w / 2, by + h / 2];
  const [dx, dy] = [x - cx, y - cy];
  const length = Math.hypot(dx, dy) || 1;
  const t = node.shape === "circle" ? (w / 2 + 2) / length : Math.min(1, Math.min((w / 2 + 2) / Math.abs(dx || 1e-9), (h / 2 + 2) / Math.abs(dy || 1e-9)));
  return [cx + t * dx, cy + t * dy];
}

function paintDiagram(context, theme, panel, box, printed) {
  const g = diagramGeometry(panel, box);
  const boxes = panel.nodes.map(g.place);
  for (const edge of panel.edges) {
    const [a, b] = [boxes[edge.start], boxes[edge.end]];
    const [x0, y0] = rim(panel.nodes[edge.start], a, b[0] + b[2] / 2, b[1] + b[3] / 2);
    const [x1, y1] = rim(panel.nodes[edge.end], b, a[0] + a[2] / 2, a[1] + a[3] / 2);
    const angle = Math.atan2(y1 - y0, x1 - x0);
    context.strokeStyle = context.fillStyle = colourOf(theme, edge.colour);
    context.lineWidth = edge.width;
    context.beginPath(); context.moveTo(x0, y0); context.lineTo(x1 - 5 * Math.cos(angle), y1 - 5 * Math.sin(angle)); context.stroke();
    arrowHead(context, x1, y1, angle, 6 + edge.width);
    if (edge.label) write(context, theme, edge.label, x0 + 0.42 * (x1 - x0), y0 + 0.42 * (y1 - y0), { size: 12, align: "center", base: "middle", halo: true });
  }
  panel.nodes.forEach((node, i) => {
    const [x, y, w, h] = boxes[i];
    const fill = node.value === null ? null : mapColour(theme.stops.diverging, [-panel.top, panel.top], node.value);
    context.strokeStyle = colourOf(theme, node.colour);
    context.lineWidth = 1.5;
    for (let k = node.depth; k >= 0; k--) {
      context.beginPath();
      if (node.shape === "circle") context.arc(x + w / 2, y + h / 2, w / 2, 0, 2 * Math.PI);
      else context.roundRect(x + 4 * k, y - 4 * k, w, h, 5);
      context.fillStyle = fill ? rgb(fill) : theme.paper;
      context.fill(); context.stroke();
    }
    const colour = fill ? inkOn(fill) : theme.ink;
    const words = [node.text, node.under].filter(Boolean);
    words.forEach((text, k) => {
      ruler.font = `14px ${theme.font}`;
      const most = k === 0 ? 14 : 12;
      const size = Math.max(8, Math.min(most, (most * (w - 6)) / Math.max(1, ruler.measureText(text).width * (most / 14))));
      write(context, theme, text, x + w / 2, y + h / 2 + (k - (words.length - 1) / 2) * 16, { size, align: "center", base: "middle", colour, weight: k === 0 ? "600" : "" });
      printed.push([panel.name, 0, i, text]);
    });
  });
  for (const mark of panel.highlights) {
    const round = (c) => panel.nodes[c].shape === "circle" && (mark.style === "box" || mark.style === "ring");
    context.strokeStyle = colourOf(theme, mark.colour);
    context.lineWidth = 3;
    const others = [];
    for (const [r, c] of pairsOf(mark.cells)) {
      if (!panel.nodes[c] || !round(c)) { others.push(r, c); continue; }
      const [x, y, w, h] = boxes[c];
      context.beginPath(); context.arc(x + w / 2, y + h / 2, w / 2, 0, 2 * Math.PI); context.stroke();
    }
    paintHighlight(context, theme, { ...mark, cells: { data: others, shape: [others.length / 2, 2] } }, g);
  }
}
