// @ts-check
// The controls, as the browser's own inputs: labels, keyboard and screen readers come with them.

import { formatNumber } from "./numbers.js";
import { make } from "./page.js";
import { Pad } from "./pad/tools.js";
import { indexOf, isOrdered, positionsOf } from "./positions.js";
import { Microphone } from "./sound/microphone.js";
import { REST } from "./store.js";

/** @import { Control, Timer } from "./types.d.ts" */

const COARSE = 2; // px between the stops of a hand that pulls a slider

/**
 * What the controls do: set a control to a value, which is its index-th; press a button; come near to a control;
 * step it, play it, take it in hand; pull a slider to its index-th value, stopping at every grain-th; say what went wrong.
 * @typedef {{ change: (name: string, value: any, index: number) => void, press: (name: string) => void,
 *   touch: (name: string, index: number) => void, step: (name: string, by: number) => void,
 *   play: (name: string) => void, hold: (name: string) => void,
 *   pull: (control: Control, index: number, grain: number) => void, complain: (words: string) => void }} Act
 */
/**
 * What a control is on the page; `leave`: Python is gone; `take`: a file that was dropped.
 * @typedef {{ element: HTMLElement | null, show: (value: any) => void, enable: (yes: boolean) => void,
 *   playing?: (on: boolean) => void, leave?: () => void, take?: (file: Blob) => void, pad?: Pad }} Input
 */

/** Unlike any other on the page: every view has these scripts for itself, so that counting would not do. */
function newId() {
  return `cnnlab-${Math.random().toString(36).slice(2)}`;
}

/**
 * The element of all controls, and what each of them shows.
 * @param {Control[]} controls
 * @param {Act} act
 * @param {AbortSignal} signal
 */
export function buildInputs(controls, act, signal) {
  const root = make("div", { class: "cnnlab-controls" });
  const groups = new Map();
  /** @type {Record<string, Input>} */
  const inputs = {};
  for (const control of controls) {
    const build = BUILDERS[control.kind];
    if (!build) continue;
    const input = build(control, act, signal);
    inputs[control.name] = input;
    if (!input.element) continue;
    input.element.dataset.control = control.name;
    if (isOrdered(control)) steppable(input, control, act, signal);
    if (control.group && !groups.has(control.group)) {
      const box = make("fieldset", { class: "cnnlab-group" }, make("legend", { text: control.group }));
      if (root.lastElementChild?.className !== "cnnlab-group") root.append(make("div", { class: "cnnlab-break" }));
      groups.set(control.group, box);
      root.append(box);
    }
    (groups.get(control.group) || root).append(input.element);
  }
  return { root, inputs };
}

/**
 * The view fetches the frames around a control as soon as the hand or the focus comes near it.
 * @param {HTMLElement} element
 * @param {() => void} action
 * @param {AbortSignal} signal
 */
function whenTouched(element, action, signal) {
  /** @type {Timer} */
  let waiting;
  element.addEventListener("pointerenter", () => {
    waiting = setTimeout(action, 40);
  }, { signal });
  element.addEventListener("pointerleave", () => clearTimeout(waiting), { signal });
  for (const event of ["pointerdown", "focusin"]) {
    element.addEventListener(event, () => {
      clearTimeout(waiting);
      action();
    }, { signal });
  }
  signal.addEventListener("abort", () => clearTimeout(waiting));
}

/**
 * Its buttons for one step back, one step on, and play; the space bar plays, too, where it has nothing else to do.
 * @param {Input} input
 * @param {Control} control
 * @param {Act} act
 * @param {AbortSignal} signal
 */
function steppable(input, control, act, signal) {
  const { name, label } = control, element = /** @type {HTMLElement} */ (input.element);
  const { enable } = input;
  const button = (/** @type {string} */ text, /** @type {string} */ word, /** @type {() => void} */ action) => {
    const made = make("button", { type: "button", class: "cnnlab-step", text, "aria-label": `${word}: ${label}` });
    made.addEventListener("click", action, { signal });
    return made;
  };
  /** @type {HTMLButtonElement[]} */
  const steps = [["‹", "one back", -1], ["›", "one on", 1]].map(([text, word, by]) =>
    button(String(text), String(word), () => act.step(name, Number(by)))
  );
  for (const step of steps) step.tabIndex = -1; // with the keys, the arrows do it
  /** @type {HTMLButtonElement} */
  const play = button("▶", "play", () => act.play(name));
  play.classList.add("cnnlab-step-play");
  play.setAttribute("aria-pressed", "false");
  const first = /** @type {HTMLElement} */ (element.querySelector("input, select"));
  const range = control.kind === "slider";
  if (range) {
    first.before(steps[0]);
    first.after(steps[1]);
    first.addEventListener("keydown", (event) => {
      if (event.key !== " ") act.hold(name);
      else if (!event.repeat) act.play(name);
    }, { signal });
    element.append(play);
  } else if (control.kind === "cell") element.append(play); // its numbers are stepped, row and column each
  else element.append(...steps, play);
  element.addEventListener("pointerdown", (event) => {
    if (event.target !== play) act.hold(name);
  }, { signal });
  input.enable = (yes) => {
    enable(yes);
    for (const one of [...steps, play]) one.disabled = !yes;
  };
  input.playing = (on) => {
    play.textContent = on ? "❚❚" : "▶";
    play.setAttribute("aria-pressed", String(on));
    play.setAttribute("aria-label", `${on ? "stop" : "play"}: ${label}`);
  };
}

/**
 * Where a slider has several positions for each pixel, a hand that pulls it passes over most of them: it stops at some, a
 * few pixels apart, and at rest at its own.
 * @param {Control} control
 * @param {HTMLInputElement} range
 * @param {Act} act
 * @param {AbortSignal} signal
 */
function pulled(control, range, act, signal) {
  /** @type {Timer} */
  let resting;
  let held = false, hand = -1;
  const rest = () => {
    clearTimeout(resting);
    if (hand >= 0) act.pull(control, hand, 1);
    hand = -1;
  };
  range.addEventListener("pointerdown", () => void (held = true), { signal });
  for (const event of ["pointerup", "pointercancel", "change"]) { // by keys there is a change only
    range.addEventListener(event, () => {
      held = false;
      rest();
    }, { signal });
  }
  signal.addEventListener("abort", () => clearTimeout(resting));
  return (/** @type {number} */ index) => {
    const grain = held ? Math.floor(COARSE * positionsOf(control) / Math.max(1, range.clientWidth)) : 1;
    clearTimeout(resting);
    hand = index;
    if (grain < 2 * COARSE) act.change(control.name, control.all[index], index);
    else {
      act.pull(control, index, grain);
      resting = setTimeout(rest, REST);
    }
  };
}

/**
 * @param {HTMLElement} element
 * @param {HTMLInputElement | HTMLSelectElement | HTMLFieldSetElement} input
 */
function greying(element, input) {
  return (/** @type {boolean} */ yes) => {
    input.disabled = !yes;
    element.classList.toggle("cnnlab-off", !yes);
  };
}

/** @returns {Input} taken with the hand or the arrow keys, on the picture */
function onPicture() {
  return { element: null, show: () => {}, enable: () => {} };
}

/** @type {Record<string, (control: Control, act: Act, signal: AbortSignal) => Input>} */
const BUILDERS = {
  slider(control, act, signal) {
    const id = newId();
    const { name, all, digits, said } = control;
    const words = said || all.map((value) => formatNumber(value, digits));
    /** @type {HTMLInputElement} */
    const range = make("input", { type: "range", id, min: 0, max: all.length - 1, step: 1 });
    /** @type {HTMLOutputElement} */
    const output = make("output", { for: id });
    const width = Math.max(...(said || [words[0], words[all.length - 1]]).map((text) => text.length));
    output.style.minWidth = `${0.62 * width}em`;
    const element = make(
      "div",
      { class: "cnnlab-slider" },
      make("label", { for: id, text: control.label }),
      range,
      output,
    );
    const tell = (/** @type {number} */ value) => {
      const text = said ? said[indexOf(control, value)] : formatNumber(value, digits);
      if (output.textContent !== text) output.textContent = text;
      range.setAttribute("aria-valuetext", text);
    };
    const go = pulled(control, range, act, signal);
    range.addEventListener("input", () => {
      const index = Number(range.value);
      tell(all[index]);
      go(index);
    }, { signal });
    whenTouched(element, () => act.touch(name, Number(range.value)), signal);
    const grey = greying(element, range);
    return {
      element,
      show: (value) => {
        const index = String(indexOf(control, value));
        if (range.value !== index) range.value = index;
        tell(value);
      },
      enable: (yes) => {
        const last = String(positionsOf(control) - 1); // other controls may leave it fewer, or more again
        if (range.max !== last) range.max = last;
        grey(yes);
      },
    };
  },

  choice(control, act, signal) {
    const id = newId();
    const options = control.options.map((option) => make("option", { value: option, text: option }));
    /** @type {HTMLSelectElement} */
    const select = make("select", { id }, ...options);
    const element = make("div", { class: "cnnlab-choice" }, make("label", { for: id, text: control.label }), select);
    select.addEventListener("change", () => act.change(control.name, select.value, select.selectedIndex), { signal });
    whenTouched(element, () => act.touch(control.name, select.selectedIndex), signal);
    return { element, show: (value) => void (select.value = value), enable: greying(element, select) };
  },

  toggle(control, act, signal) {
    /** @type {HTMLInputElement} */
    const box = make("input", { type: "checkbox" });
    const element = make("label", { class: "cnnlab-toggle" }, box, control.label);
    box.addEventListener("change", () => act.change(control.name, box.checked, Number(box.checked)), { signal });
    whenTouched(element, () => act.touch(control.name, Number(box.checked)), signal);
    return { element, show: (value) => void (box.checked = value), enable: greying(element, box) };
  },

  button(control, act, signal) {
    /** @type {HTMLButtonElement} */
    const element = make("button", { type: "button", class: "cnnlab-button" });
    const label = (/** @type {boolean} */ on) => {
      element.textContent = control.play ? `${on ? "❚❚" : "▶"} ${control.label}` : control.label;
      if (control.play) element.setAttribute("aria-pressed", String(on));
      element.setAttribute("aria-label", control.play && on ? `stop: ${control.label}` : control.label);
    };
    label(false);
    element.addEventListener("click", () => act.press(control.name), { signal });
    return { element, show: () => {}, enable: (yes) => void (element.disabled = !yes), playing: label };
  },

  cell(control, act, signal) {
    const { name, columns } = control;
    if (control.bare) return onPicture();
    /** @type {HTMLFieldSetElement} */
    const box = make("fieldset", { class: "cnnlab-cell" }, make("legend", { text: control.label }));
    const offsets = [control.row_offset, control.column_offset], counts = [control.rows, columns];
    /** @type {HTMLInputElement[]} */
    const fields = ["row", "column"].map((word, k) => {
      const id = newId();
      const last = offsets[k] + counts[k] - 1, digits = Math.max(2, String(last).length);
      const field = make("input", { type: "number", id, min: offsets[k], max: last, step: 1 });
      field.style.width = `${2 + 0.7 * digits}em`;
      if (counts[k] > 1) box.append(make("label", { for: id, text: word }), field); // of one row none is to be chosen
      return field;
    });
    const read = () => fields.map((field, k) => Number(field.value) - offsets[k]);
    const place = (/** @type {number[]} */ [r, c]) => r * columns + c;
    for (const field of fields) {
      field.addEventListener("input", () => {
        const value = read();
        const fits = value.every((v, k) => fields[k].value !== "" && Number.isInteger(v) && v >= 0 && v < counts[k]);
        if (fits) act.change(name, value, place(value));
      }, { signal });
    }
    whenTouched(box, () => act.touch(name, place(read())), signal);
    return {
      element: box,
      show: (value) =>
        fields.forEach((field, k) => {
          const text = String(value[k] + offsets[k]);
          if (field.value !== text) field.value = text;
        }),
      enable: greying(box, box),
    };
  },

  pad: (control, act, signal) => new Pad(control, act, signal).input(),
  microphone: (control, act, signal) => new Microphone(control, act, signal).input(),
  handle: onPicture,
  matrix: onPicture,
};
