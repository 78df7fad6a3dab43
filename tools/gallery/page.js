// @ts-check
// The page of all pictures: live views of frames that Python has packed, still pictures beside them. What is near the
// window is painted, the rest waits. The address says what is shown: #width=390&theme=dark&only=Decisions,Descent

/** @typedef {{ title: string, controls: any[], states: [name: string, text: string, numbers: string][] }} Live */
/** @typedef {{ name: string, live: Live | null, still: Record<string, string> | null, caption: string }} Shown */
/** @type {any} */
const here = globalThis;
/** @type {Shown[]} */
const pictures = here.pictures;
const WIDTHS = ["1366", "900", "390"], THEMES = ["both", "light", "dark"];
const chosen = new URLSearchParams(location.hash.slice(1));
const width = chosen.get("width") || "1366", theme = chosen.get("theme") || "both";
const only = chosen.get("only")?.split(",");

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {string} [words]
 */
function make(tag, attributes = {}, words = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = words;
  return element;
}

/** @param {string} text in base 64 */
function bytesOf(text) {
  return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

/**
 * A model without Python behind it: it says of every question that it has been worked on.
 * @param {Live} live
 * @param {number} at
 */
function model(live, at) {
  const [, text, numbers] = live.states[at];
  /** @type {Record<string, any>} */
  const held = {
    title: live.title,
    controls: live.controls,
    first_text: bytesOf(text),
    first_numbers: bytesOf(numbers),
  };
  /** @type {((content: any, buffers: DataView[]) => void)[]} */
  const listeners = [];
  return {
    get: (/** @type {string} */ name) => held[name],
    on: (/** @type {string} */ _, /** @type {(content: any, buffers: DataView[]) => void} */ listener) =>
      void listeners.push(listener),
    off: () => void listeners.splice(0),
    send: (/** @type {any} */ { view, number }) => {
      if (number === undefined) return;
      setTimeout(() => listeners.forEach((tell) => tell({ kind: "seen", seen: { [view]: number }, by: view }, [])));
    },
  };
}

/** @type {Map<Element, { show: () => void, hide: () => void }>} */
const sheets = new Map();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const sheet = sheets.get(target);
    if (isIntersecting) sheet?.show();
    else sheet?.hide();
  }
}, { rootMargin: "1500px" });

/**
 * A place for a live view, which is there as long as it is near the window.
 * @param {string} look light or dark
 * @param {Live} live
 * @param {number} at
 */
function place(look, live, at) {
  const sheet = make("div", { class: `sheet ${look}`, style: `width: ${width}px` });
  /** @type {(() => void) | null} */
  let dispose = null;
  sheets.set(sheet, {
    show: () => {
      if (!dispose) dispose = here.cnnlabView.render({ model: model(live, at), el: sheet });
    },
    hide: () => {
      if (!dispose) return;
      sheet.style.minHeight = `${sheet.offsetHeight}px`;
      dispose();
      dispose = null;
      sheet.textContent = "";
    },
  });
  watcher.observe(sheet);
  return sheet;
}

/** @param {Shown} shown */
function section({ name, live, still, caption }) {
  const root = make("section", { id: name });
  root.append(make("h2", {}, name));
  const looks = THEMES.slice(1).filter((look) => theme === "both" || theme === look);
  (live ? live.states : []).forEach(([words], at) => {
    root.append(make("h3", {}, `${name}, ${words}`));
    if (live) root.append(...looks.map((look) => place(look, live, at)));
  });
  if (!still) return root;
  const sheets = looks.map((look) => {
    const sheet = make("div", { class: `sheet ${look}`, style: `width: ${width}px` });
    sheet.append(make("img", { src: still[look], alt: caption, loading: "lazy" }));
    return sheet;
  });
  root.append(make("h3", {}, `${name}, the still picture`), ...sheets);
  return root;
}

/**
 * One choice of the head of the page.
 * @param {string} name
 * @param {string[]} options
 * @param {string} now
 */
function choice(name, options, now) {
  const label = make("label", {}, `${name} `);
  const select = /** @type {HTMLSelectElement} */ (make("select"));
  select.append(...options.map((option) => make("option", {}, option)));
  select.value = now;
  select.addEventListener("change", () => {
    chosen.set(name, select.value);
    if (!select.value) chosen.delete(name);
    location.hash = chosen.toString();
    location.reload();
  });
  label.append(select);
  return label;
}

document.querySelector("nav")?.append(
  choice("width", WIDTHS, width),
  choice("theme", THEMES, theme),
  choice("only", ["", ...pictures.map(({ name }) => name)], only?.[0] || ""),
);
document.querySelector("main")?.append(...pictures.filter(({ name }) => !only || only.includes(name)).map(section));
