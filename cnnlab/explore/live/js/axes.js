// Panels with axes: Curves and Plane.

function ticksOf(lo, hi, log, room) {
  if (log) {
    const first = Math.ceil(Math.log10(lo) - 1e-9), last = Math.floor(Math.log10(hi) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first) / Math.max(1, room / 40)));
    const plain = first >= -2 && last <= 3;
    const ticks = [];
    for (let k = first; k <= last; k += every) ticks.push([10 ** k, plain ? formatNumber(10 ** k, Math.max(0, -k)) : powerText(k)]);
    return ticks;
  }
  const raw = (hi - lo) / Math.max(2, Math.min(8, room / 45));
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw - 1e-12) * power;
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9) + (Math.abs(step / power - 2.5) < 1e-9 ? 1 : 0)));
  const ticks = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step && ticks.length < 50; k++) ticks.push([k * step, formatNumber(k * step, digits)]);
  return ticks;
}

function powerText(k) {
  const up = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  return "10" + String(k).split("").map((c) => up[c]).join("");
}

// Where the axes lie, and data <-> pixels.
function axesGeometry(panel, box) {
  let left = box.x + 40 + (panel.y_label ? 16 : 0);
  let top = box.y + 5 + (legendItems(panel).length ? 20 : 0);
  let width = box.x + box.w - 10 - left;
  let height = box.y + box.h - top - 22 - (panel.x_label ? 16 : 0);
  const [x0, x1] = panel.x.map((v) => (panel.x_log ? Math.log10(v) : v));
  const [y0, y1] = panel.y.map((v) => (panel.y_log ? Math.log10(v) : v));
  if (panel.kind === "Plane") {
    const unit = Math.min(width / (x1 - x0), height / (y1 - y0));
    left += (width - unit * (x1 - x0)) / 2;
    width = unit * (x1 - x0);
    height = unit * (y1 - y0);
  }
  const place = (v, log) => (v === null || (log && v <= 0) ? NaN : log ? Math.log10(v) : v); // null: NaN on its way here
  const fx = (v) => place(v, panel.x_log), fy = (v) => place(v, panel.y_log);
  return {
    left, top, width, height,
    px: (v) => left + ((fx(v) - x0) / (x1 - x0)) * width,
    py: (v) => top + height - ((fy(v) - y0) / (y1 - y0)) * height,
    data: (px, py) => [x0 + ((px - left) / width) * (x1 - x0), y0 + ((top + height - py) / height) * (y1 - y0)],
  };
}

function paintAxes(context, theme, panel, box) {
  const g = axesGeometry(panel, box);
  if (panel.background) {
    const { values, colours, scale, strength } = panel.background;
    context.globalAlpha = strength;
    context.imageSmoothingEnabled = false;
    context.drawImage(rasterOf(values, theme.stops[colours], scale, true), g.left, g.top, g.width, g.height);
    context.globalAlpha = 1;
  }
  context.lineWidth = 1;
  for (const [value, text] of panel.x_ticks || ticksOf(...panel.x, panel.x_log, g.width)) {
    const x = Math.round(g.px(value)) + 0.5;
    context.strokeStyle = Math.abs(value) < 1e-12 && !panel.x_log ? theme.muted : theme.faint;
    context.globalAlpha = panel.background ? 0.5 : 1;
    context.beginPath(); context.moveTo(x, g.top); context.lineTo(x, g.top + g.height); context.stroke();
    context.globalAlpha = 1;
    write(context, theme, text, x, g.top + g.height + 14, { size: 11, align: "center", colour: theme.muted });
  }
  for (const [value, text] of panel.y_ticks || ticksOf(...panel.y, panel.y_log, g.height)) {
    const y = Math.round(g.py(value)) + 0.5;
    context.strokeStyle = Math.abs(value) < 1e-12 && !panel.y_log ? theme.muted : theme.faint;
    context.globalAlpha = panel.background ? 0.5 : 1;
    context.beginPath(); context.moveTo(g.left, y); context.lineTo(g.left + g.width, y); context.stroke();
    context.globalAlpha = 1;
    write(context, theme, text, g.left - 6, y, { size: 11, align: "right", base: "middle", colour: theme.muted });
  }
  if (panel.x_label) write(context, theme, panel.x_label, g.left + g.width / 2, g.top + g.height + 31, { align: "center", colour: theme.muted });
  if (panel.y_label) {
    context.save();
    context.translate(box.x + 11, g.top + g.height / 2);
    context.rotate(-Math.PI / 2);
    write(context, theme, panel.y_label, 0, 0, { align: "center", base: "middle", colour: theme.muted });
    context.restore();
  }
  context.save();
  context.beginPath();
  context.rect(g.left, g.top, g.width, g.height);
  context.clip();
  for (const item of panel.items) ITEMS[item.kind](context, theme, item, g, panel);
  context.restore();
  for (const item of panel.items) if (item.kind === "Mark" && item.label) markLabel(context, theme, item, g);
  if (panel.legend) paintAxesLegend(context, theme, panel, g);
}

const ITEMS = {
  Line(context, theme, item, g) {
    context.strokeStyle = colourOf(theme, item.colour);
    context.lineWidth = item.width;
    context.lineJoin = "round";
    context.setLineDash(item.dash ? [6, 4] : []);
    context.beginPath();
    let down = false;
    const far = 20000; // a canvas draws nothing at all when a coordinate is beyond its range
    for (let i = 0; i < item.x.data.length; i++) {
      const x = g.px(item.x.data[i]);
      const y = Math.max(-far, Math.min(far, g.py(item.y.data[i])));
      if (Number.isNaN(x) || Number.isNaN(y)) { down = false; continue; }
      if (down) context.lineTo(x, y); else context.moveTo(x, y);
      down = true;
    }
    context.stroke();
    context.setLineDash([]);
  },
  Points(context, theme, item, g) {
    const colour = colourOf(theme, item.colour);
    for (let i = 0; i < item.x.data.length; i++) {
      paintPoint(context, theme, item.shape, g.px(item.x.data[i]), g.py(item.y.data[i]), item.size + (item.drag ? 2 : 0), colour, item.drag);
    }
    if (item.text && item.x.data.length) {
      write(context, theme, item.text, g.px(item.x.data[0]) + item.size + 6, g.py(item.y.data[0]) - 6, { halo: true, colour });
    }
  },
  Mark(context, theme, item, g) {
    context.strokeStyle = colourOf(theme, item.colour);
    context.lineWidth = 1.5;
    context.setLineDash([3, 3]);
    context.beginPath();
    if (item.x !== null) { context.moveTo(g.px(item.x), g.top); context.lineTo(g.px(item.x), g.top + g.height); }
    else { context.moveTo(g.left, g.py(item.y)); context.lineTo(g.left + g.width, g.py(item.y)); }
    context.stroke();
    context.setLineDash([]);
  },
  Bars(context, theme, item, g) {
    context.fillStyle = colourOf(theme, item.colour);
    for (let i = 0; i < item.x.data.length; i++) {
      const x = item.x.data[i], y = item.y.data[i];
      const [a, b] = [g.px(x - item.width / 2), g.px(x + item.width / 2)];
      const [from, to] = [g.py(0), g.py(y)];
      context.fillStyle = colourOf(theme, item.colour);
      context.fillRect(a, Math.min(from, to), b - a, Math.max(1, Math.abs(to - from)));
      if (item.values) {
        const at = Math.max(g.top + 12, Math.min(g.top + g.height - 3, y < 0 ? to + 13 : to - 4));
        write(context, theme, formatNumber(y, item.digits), (a + b) / 2, at, { size: 11, align: "center", halo: true });
      }
    }
  },
  Border(context, theme, item, g, panel) {
    const [w0, w1] = item.w, norm = Math.hypot(w0, w1);
    if (!(norm > 1e-12)) return;
    const reach = 2 * Math.hypot(panel.x[1] - panel.x[0], panel.y[1] - panel.y[0]);
    const cx = (panel.x[0] + panel.x[1]) / 2, cy = (panel.y[0] + panel.y[1]) / 2;
    const off = (w0 * cx + w1 * cy + item.b) / norm; // distance of the panel's centre from the line
    const [nx, ny] = [w0 / norm, w1 / norm];
    const [fx, fy] = [cx - off * nx, cy - off * ny];
    const a = [fx - reach * ny, fy + reach * nx], b = [fx + reach * ny, fy - reach * nx];
    const colour = colourOf(theme, item.colour);
    if (item.shade) {
      context.fillStyle = colour;
      context.globalAlpha = 0.13;
      context.beginPath();
      for (const [x, y] of [a, b, [b[0] + reach * nx, b[1] + reach * ny], [a[0] + reach * nx, a[1] + reach * ny]]) context.lineTo(g.px(x), g.py(y));
      context.closePath();
      context.fill();
      context.globalAlpha = 1;
    }
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = item.width;
    context.beginPath(); context.moveTo(g.px(a[0]), g.py(a[1])); context.lineTo(g.px(b[0]), g.py(b[1])); context.stroke();
    const x = g.px(fx), y = g.py(fy), angle = Math.atan2(g.py(fy + ny) - y, g.px(fx + nx) - x);
    const [tx, ty] = [x + 18 * Math.cos(angle), y + 18 * Math.sin(angle)];
    context.beginPath(); context.moveTo(x, y); context.lineTo(tx, ty); context.stroke();
    arrowHead(context, tx + 5 * Math.cos(angle), ty + 5 * Math.sin(angle), angle, 9);
    if (item.label) write(context, theme, item.label, tx + 16 * Math.cos(angle), ty + 16 * Math.sin(angle), { align: "center", base: "middle", colour, halo: true, weight: "600" });
  },
  Vector(context, theme, item, g) {
    const [x, y, tx, ty] = [g.px(item.x), g.py(item.y), g.px(item.x + item.dx), g.py(item.y + item.dy)];
    if (Math.hypot(tx - x, ty - y) < 0.5) return;
    const angle = Math.atan2(ty - y, tx - x), head = Math.min(10, Math.hypot(tx - x, ty - y));
    context.strokeStyle = context.fillStyle = colourOf(theme, item.colour);
    context.lineWidth = item.width;
    context.beginPath(); context.moveTo(x, y); context.lineTo(tx - 0.8 * head * Math.cos(angle), ty - 0.8 * head * Math.sin(angle)); context.stroke();
    arrowHead(context, tx, ty, angle, head);
    if (item.label) write(context, theme, item.label, tx + 12 * Math.cos(angle), ty + 12 * Math.sin(angle), { align: "center", base: "middle", colour: colourOf(theme, item.colour), halo: true });
  },
  Label(context, theme, item, g) {
    write(context, theme, item.text, g.px(item.x), g.py(item.y), { size: item.size, align: "center", base: "middle", halo: true, colour: colourOf(theme, item.colour) });
  },
};

function paintPoint(context, theme, shape, x, y, size, colour, drag) {
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  if (shape === "square") context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (shape === "cross") {
    context.moveTo(x - size, y - size); context.lineTo(x + size, y + size);
    context.moveTo(x - size, y + size); context.lineTo(x + size, y - size);
  } else context.arc(x, y, size, 0, 2 * Math.PI);
  if (shape === "ring" || shape === "cross") { if (shape === "ring") { context.fillStyle = theme.paper; context.fill(); } context.stroke(); return; }
  context.fill();
  context.strokeStyle = theme.paper;
  context.lineWidth = drag ? 2 : 1;
  context.stroke();
  if (drag) { // a ring around it says: take me
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath(); context.arc(x, y, size + 4, 0, 2 * Math.PI); context.stroke();
  }
}

function markLabel(context, theme, item, g) {
  const colour = colourOf(theme, item.colour);
  if (item.x !== null) {
    const x = g.px(item.x);
    const left = x > g.left + 0.6 * g.width; // beside the line, where there is more room
    if (x >= g.left - 1 && x <= g.left + g.width + 1) write(context, theme, item.label, left ? x - 5 : x + 5, g.top + 11, { size: 11, align: left ? "right" : "left", colour, halo: true });
  } else {
    const y = g.py(item.y);
    if (y >= g.top - 1 && y <= g.top + g.height + 1) write(context, theme, item.label, g.left + g.width - 4, y - 4, { size: 11, align: "right", colour, halo: true });
  }
}

const legendItems = (panel) => (panel.legend ? panel.items.filter((item) => item.label && ["Line", "Points", "Bars"].includes(item.kind)) : []);

// One line above the axes, so that it never hides a curve.
function paintAxesLegend(context, theme, panel, g) {
  const items = legendItems(panel);
  context.font = `12px ${theme.font}`;
  const wanted = items.map((item) => context.measureText(item.label).width + 40);
  const total = wanted.reduce((a, b) => a + b, 0);
  const squeeze = Math.min(1, g.width / total);
  let x = g.left;
  const y = g.top - 11;
  items.forEach((item, i) => {
    const colour = colourOf(theme, item.colour);
    if (item.kind === "Points") paintPoint(context, theme, item.shape, x + 11, y, Math.min(4, item.size), colour);
    else if (item.kind === "Bars") { context.fillStyle = colour; context.fillRect(x + 4, y - 5, 14, 10); }
    else {
      context.strokeStyle = colour;
      context.lineWidth = item.width;
      context.setLineDash(item.dash ? [5, 3] : []);
      context.beginPath(); context.moveTo(x, y); context.lineTo(x + 20 * squeeze, y); context.stroke();
      context.setLineDash([]);
    }
    write(context, theme, item.label, x + 25 * squeeze, y, { size: Math.max(8, 12 * squeeze), base: "middle" });
    x += wanted[i] * squeeze;
  });
}
