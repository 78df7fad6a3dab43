// The controls, as the browser's own inputs: labels, keyboard and screen readers come with them.

// Unlike any other on the page: every view has these scripts for itself, so that counting would not do.
const newId = () => `cnnlab-${Math.random().toString(36).slice(2)}`;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// For each control: {element, show(value), enable(yes)}. `act` = {change(name, value, index), press(name), touch(name, index)}.
function buildInputs(controls, act, signal) {
  const root = make("div", { class: "cnnlab-controls" });
  const groups = new Map();
  const inputs = {};
  for (const control of controls) {
    const build = BUILDERS[control.kind];
    if (!build) continue;
    const input = build(control, act, signal);
    inputs[control.name] = input;
    if (!input.element) continue;
    input.element.dataset.control = control.name;
    let home = root;
    if (control.group) {
      if (!groups.has(control.group)) {
        const box = make("fieldset", { class: "cnnlab-group" }, make("legend", { text: control.group }));
        groups.set(control.group, box);
        root.append(box);
      }
      home = groups.get(control.group);
    }
    home.append(input.element);
  }
  return { root, inputs };
}

// The view fetches the frames around a control as soon as the hand or the focus comes near it.
function whenTouched(element, action, signal) {
  let waiting = 0;
  element.addEventListener("pointerenter", () => { waiting = setTimeout(action, 40); }, { signal });
  element.addEventListener("pointerleave", () => clearTimeout(waiting), { signal });
  for (const event of ["pointerdown", "focusin"]) element.addEventListener(event, () => { clearTimeout(waiting); action(); }, { signal });
  signal.addEventListener("abort", () => clearTimeout(waiting));
}

const BUILDERS = {
  slider(control, act, signal) {
    const id = newId();
    const { all, digits } = control;
    const range = make("input", { type: "range", id, min: 0, max: all.length - 1, step: 1 });
    const output = make("output", { for: id });
    const width = Math.max(...[all[0], all[all.length - 1]].map((v) => formatNumber(v, digits).length));
    output.style.minWidth = `${0.62 * width}em`;
    const element = make("div", { class: "cnnlab-slider" }, make("label", { for: id, text: control.label }), range, output);
    const nearest = (value) => {
      let best = 0;
      for (let i = 1; i < all.length; i++) if (Math.abs(all[i] - value) < Math.abs(all[best] - value)) best = i;
      return best;
    };
    const tell = (value) => {
      const text = formatNumber(value, digits);
      if (output.textContent !== text) output.textContent = text;
      range.setAttribute("aria-valuetext", text);
    };
    range.addEventListener("input", () => {
      const index = Number(range.value);
      tell(all[index]);
      act.change(control.name, all[index], index);
    }, { signal });
    whenTouched(element, () => act.touch(control.name, Number(range.value), all.length), signal);
    return {
      element,
      show: (value) => { const index = String(nearest(value)); if (range.value !== index) range.value = index; tell(value); },
      enable: (yes) => { range.disabled = !yes; element.classList.toggle("cnnlab-off", !yes); },
    };
  },

  choice(control, act, signal) {
    const id = newId();
    const select = make("select", { id }, ...control.options.map((option) => make("option", { value: option, text: option })));
    const element = make("div", { class: "cnnlab-choice" }, make("label", { for: id, text: control.label }), select);
    select.addEventListener("change", () => act.change(control.name, select.value, select.selectedIndex), { signal });
    whenTouched(element, () => act.touch(control.name, select.selectedIndex, control.options.length), signal);
    return { element, show: (value) => { select.value = value; }, enable: (yes) => { select.disabled = !yes; element.classList.toggle("cnnlab-off", !yes); } };
  },

  toggle(control, act, signal) {
    const box = make("input", { type: "checkbox" });
    const element = make("label", { class: "cnnlab-toggle" }, box, control.label);
    box.addEventListener("change", () => act.change(control.name, box.checked, Number(box.checked)), { signal });
    whenTouched(element, () => act.touch(control.name, Number(box.checked), 2), signal);
    return { element, show: (value) => { box.checked = value; }, enable: (yes) => { box.disabled = !yes; element.classList.toggle("cnnlab-off", !yes); } };
  },

  button(control, act, signal) {
    const element = make("button", { type: "button", class: "cnnlab-button" });
    const label = (on) => {
      element.textContent = control.play ? `${on ? "❚❚" : "▶"} ${control.label}` : control.label;
      if (control.play) element.setAttribute("aria-pressed", String(on));
      element.setAttribute("aria-label", control.play && on ? `stop: ${control.label}` : control.label);
    };
    label(false);
    element.addEventListener("click", () => act.press(control.name), { signal });
    return { element, show: () => {}, enable: (yes) => { element.disabled = !yes; }, playing: label };
  },

  cell(control, act, signal) {
    const box = make("fieldset", { class: "cnnlab-cell" }, make("legend", { text: control.label }));
    const fields = [["row", control.rows, control.row_offset], ["column", control.columns, control.column_offset]].map(([word, count, offset]) => {
      const id = newId();
      const field = make("input", { type: "number", id, min: offset, max: offset + count - 1, step: 1 });
      if (count === 1) return field; // one row only: nothing to choose
      box.append(make("label", { for: id, text: word }), field);
      return field;
    });
    const offsets = [control.row_offset, control.column_offset], counts = [control.rows, control.columns];
    const read = () => fields.map((field, k) => Number(field.value) - offsets[k]);
    for (const field of fields) {
      field.addEventListener("input", () => {
        const value = read();
        if (value.every((v, k) => field.value !== "" && Number.isInteger(v) && v >= 0 && v < counts[k])) {
          act.change(control.name, value, value[0] * control.columns + value[1]);
        }
      }, { signal });
    }
    const at = () => { const v = read(); return v[0] * control.columns + v[1]; };
    whenTouched(box, () => act.touch(control.name, at(), control.rows * control.columns), signal);
    return {
      element: box,
      show: (value) => fields.forEach((field, k) => { const text = String(value[k] + offsets[k]); if (field.value !== text) field.value = text; }),
      enable: (yes) => { box.disabled = !yes; box.classList.toggle("cnnlab-off", !yes); },
    };
  },

  handle: () => ({ element: null, show: () => {}, enable: () => {} }), // taken with the hand or the arrow keys, on the picture
  matrix: () => ({ element: null, show: () => {}, enable: () => {} }), // likewise
};
