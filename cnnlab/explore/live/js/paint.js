// A whole scene: where the panels lie, painting them, what joins them, and what is under the pointer.

const GAP = 18, TITLE = 24, NARROWEST = 190;

// As layout() of still.py: [{panel, x, y, w, h}], and the height of all. Rows that do not fit break into equal lines.
function layoutOf(scene, width) {
  const boxes = [];
  let y = 0;
  for (const row of scene.rows) {
    const fit = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
    const lines = Math.ceil(row.length / fit), each = Math.ceil(row.length / lines);
    for (let i = 0; i < row.length; i += each) {
      const line = row.slice(i, i + each);
      const weight = line.reduce((sum, panel) => sum + panel.width, 0);
      const height = Math.max(...line.map((panel) => panel.height));
      let x = 0;
      for (const panel of line) {
        const w = ((width - GAP * (line.length - 1)) * panel.width) / weight;
        boxes.push({ panel, x, y, w, h: height, body: { x, y: y + (panel.title ? TITLE : 4), w, h: height - (panel.title ? TITLE : 4) } });
        x += w + GAP;
      }
      y += height + GAP;
    }
  }
  return { boxes, height: Math.max(0, y - GAP) };
}

const PAINTERS = { Curves: paintAxes, Plane: paintAxes, Grid: paintGrid, Image: paintImage, Table: paintTable, Diagram: paintDiagram };

// Paints all; returns the texts of all cells as [panel, row, column, text], which is what the tests compare with the engine.
function paintScene(context, theme, scene, layout, pointed) {
  const printed = [];
  panelFont = theme.font;
  for (const { panel, x, y, body } of layout.boxes) {
    if (panel.title) write(context, theme, panel.title, x + 2, y + 14, { size: 14, weight: "600" });
    PAINTERS[panel.kind](context, theme, panel, body, printed);
  }
  for (const arrow of scene.arrows) paintArrow(context, theme, arrow, layout);
  if (pointed) paintPointed(context, theme, scene, layout, pointed);
  return printed;
}

const boxOf = (layout, name) => layout.boxes.find(({ panel }) => panel.name === name);

function cellOnScreen(layout, name, r, c) {
  const box = boxOf(layout, name);
  return box && hasCells(box.panel) ? cellsGeometry(box.panel, box.body).cellBox(r, c) : null;
}

const hasCells = (panel) => !["Curves", "Plane"].includes(panel.kind);

function paintArrow(context, theme, arrow, layout) {
  const a = cellOnScreen(layout, ...arrow.start), b = cellOnScreen(layout, ...arrow.end);
  if (!a || !b) return;
  const [x0, y0, x1, y1] = [a[0] + a[2] / 2, a[1] + a[3] / 2, b[0] + b[2] / 2, b[1] + b[3] / 2];
  const bend = 0.12; // a slight curve keeps arrows apart that share a row
  const [mx, my] = [(x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)];
  const start = Math.atan2(my - y0, mx - x0), angle = Math.atan2(y1 - my, x1 - mx);
  const r0 = 0.42 * Math.min(a[2], a[3]), r1 = 0.46 * Math.min(b[2], b[3]), head = 7 + arrow.width;
  const [sx, sy] = [x0 + r0 * Math.cos(start), y0 + r0 * Math.sin(start)];
  const [ex, ey] = [x1 - r1 * Math.cos(angle), y1 - r1 * Math.sin(angle)];
  const colour = colourOf(theme, arrow.colour);
  context.lineCap = "round";
  for (const [stroke, width] of [[theme.halo, arrow.width + 2.5], [colour, arrow.width]]) {
    if (stroke === theme.halo && arrow.width < 1.5) continue; // thin arrows let the numbers under them through
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.beginPath(); context.moveTo(sx, sy); context.quadraticCurveTo(mx, my, ex - 0.7 * head * Math.cos(angle), ey - 0.7 * head * Math.sin(angle)); context.stroke();
  }
  context.lineCap = "butt";
  context.fillStyle = colour;
  arrowHead(context, ex, ey, angle, head);
  if (arrow.label) write(context, theme, arrow.label, 0.25 * x0 + 0.5 * mx + 0.25 * x1, 0.25 * y0 + 0.5 * my + 0.25 * y1, { size: 12, align: "center", base: "middle", colour, halo: true, weight: "600" });
}

// The cells that belong to a cell: [[panel, r, c], ...].
function linkedCells(scene, [name, r, c]) {
  const found = [];
  for (const { panel, other, pairs } of scene.links) {
    const d = pairs.data;
    for (let i = 0; i < d.length; i += 4) {
      if (panel === name && d[i] === r && d[i + 1] === c) found.push([other, d[i + 2], d[i + 3]]);
      if (other === name && d[i + 2] === r && d[i + 3] === c) found.push([panel, d[i], d[i + 1]]);
    }
  }
  return found;
}

function paintPointed(context, theme, scene, layout, pointed) {
  const { panel, body } = boxOf(layout, pointed[0]) || {}, grid = panel && hasCells(panel) && cellsGeometry(panel, body);
  if (!grid || pointed[1] >= grid.rows || pointed[2] >= grid.columns) return; // it has shrunk under the hand
  const ring = (at, width) => {
    const cell = cellOnScreen(layout, ...at);
    if (!cell) return;
    const [x, y, w, h] = cell;
    for (const [colour, line] of [[theme.paper, width + 2], [theme.colours[3], width]]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    }
  };
  for (const at of linkedCells(scene, pointed)) ring(at, 2);
  ring(pointed, 2.5);
  const text = nameOfCell(scene, layout, pointed);
  const cell = cellOnScreen(layout, ...pointed);
  if (!text || !cell) return;
  context.font = `12px ${theme.font}`;
  const width = context.measureText(text).width + 14;
  const x = Math.max(2, Math.min(cell[0] + cell[2] / 2 - width / 2, layout.width - width - 2));
  const y = cell[1] > 30 ? cell[1] - 27 : cell[1] + cell[3] + 5;
  context.fillStyle = theme.ink;
  context.beginPath(); context.roundRect(x, y, width, 22, 4); context.fill();
  write(context, theme, text, x + 7, y + 11.5, { base: "middle", colour: theme.paper });
}

// "e[3, 4] = 1.25": what a cell is called, for the hint beside the pointer and for screen readers.
function nameOfCell(scene, layout, [name, r, c]) {
  const { panel } = boxOf(layout, name) || {};
  if (!panel) return "";
  if (panel.kind === "Table" || panel.kind === "Diagram") return "";
  const index = `[${formatNumber(r + (panel.row_offset || 0), 0)}, ${formatNumber(c + (panel.column_offset || 0), 0)}]`;
  const array = panel.kind === "Grid" ? panel.values : panel.pixels;
  const symbol = panel.symbol || panel.title;
  if (array.shape.length === 3) {
    const at = 3 * (r * array.shape[1] + c);
    return `${symbol}${index} = (${[0, 1, 2].map((k) => formatNumber(array.data[at + k] / 255, 2)).join(", ")})`;
  }
  const value = array.data[r * array.shape[1] + c];
  if (Number.isNaN(value)) return `${symbol}${index}: nothing here`;
  const digits = panel.digits === undefined ? 2 : panel.digits && panel.digits + 1;
  const text = panel.texts ? `${panel.texts[r][c]}` : formatNumber(value, digits);
  return `${symbol}${index} = ${text}`;
}

// What is at a point of the canvas: {panel, body, cell} or {panel, body, drag, data}, or null.
function whatIsAt(scene, layout, x, y) {
  for (const { panel, body } of layout.boxes) {
    if (x < body.x - 8 || x > body.x + body.w + 8 || y < body.y - 8 || y > body.y + body.h + 8) continue;
    if (hasCells(panel)) {
      const cell = cellsGeometry(panel, body).cellAt(x, y);
      if (cell) return { panel, body, cell };
      continue;
    }
    const g = axesGeometry(panel, body);
    let best = null, near = 18;
    for (const item of panel.items) {
      if (item.kind !== "Points" || !item.drag) continue;
      const distance = Math.hypot(g.px(item.x.data[0]) - x, g.py(item.y.data[0]) - y);
      if (distance <= near) { near = distance; best = item; }
    }
    if (best) return { panel, body, drag: best.drag, item: best };
  }
  return null;
}

// The context of an empty canvas of width x height, sharp on this screen, in a holder of the same height.
function cleanSheet(canvas, holder, width, height) {
  const sharp = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * sharp), Math.round(height * sharp)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    holder.style.height = canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(sharp, 0, 0, sharp, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
