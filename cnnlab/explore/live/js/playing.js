// @ts-check
// What a view does with its controls: set them, press them, step them, play them.

import { make } from "./page.js";
import { PACES, Play } from "./play.js";
import { positionsOf, valueAt } from "./positions.js";

/** @import { Act } from "./inputs.js" */
/** @import { View } from "./view.js" */

const NEAR = 1.5; // stops of a slider that what is shown may be away from a moving hand
const WORDS = { slow: "½×", normal: "1×", fast: "2×" };

/** @param {View} view */
export function playOn(view) {
  const { channel } = view;
  return new Play({
    control: (name) => view.control(name),
    value: (name) => view.lastValue(name),
    waits: () => channel.asking !== null || channel.queue.some((question) => !question.drawn),
    can: (name) => !view.frame.error && !view.frame.disabled.includes(name),
    go: (control, index, glide) => {
      view.glide.next(glide);
      view.turn(control.name, valueAt(control, index), index);
    },
    show: (name, on) => view.inputs[name].playing?.(on),
  });
}

/**
 * One thing plays at a time: a button, or a control.
 * @param {View} view
 * @returns {Act}
 */
export function actOn(view) {
  const { play, player, store } = view;
  return {
    change: view.change.bind(view),
    press: (name) => {
      play.halt();
      player.press(name);
    },
    touch: store.touch.bind(store),
    step: (name, by) => {
      player.halt();
      play.stepBy(name, by);
    },
    play: (name) => {
      player.halt();
      play.toggle(name);
    },
    hold: (name) => play.touched(name),
    pull: (control, index, grain) => {
      // By ones it is to be this very position.
      const { name } = control, hand = Math.min(positionsOf(control) - 1, grain * Math.round(index / grain));
      store.grain = grain;
      const [, near] = store.beside(name, [0, hand], grain, grain > 1 ? NEAR * grain : 0);
      const value = valueAt(control, near);
      if (view.lastValue(name) === value) store.touch(name, hand);
      else view.change(name, value, near, null, hand);
    },
    complain: (words) => view.page.complain(words),
  };
}

/**
 * How fast what plays goes on, and whether it begins again at its end.
 * @param {Play} play
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function paceButtons(play, signal) {
  const pace = make("button", { type: "button", class: "cnnlab-step" });
  const repeat = make("button", { type: "button", class: "cnnlab-step", text: "↻", "aria-label": "play in a loop" });
  const show = () => {
    const next = PACES[(PACES.indexOf(play.pace) + 1) % PACES.length];
    pace.textContent = WORDS[/** @type {keyof typeof WORDS} */ (play.pace)];
    pace.setAttribute("aria-label", `pace of play: ${play.pace}`);
    pace.title = `${play.pace} pace; press for ${next}`;
    repeat.setAttribute("aria-pressed", String(play.repeat));
    repeat.title = play.repeat ? "play begins again at its end" : "play stops at its end";
  };
  show();
  pace.addEventListener("click", () => {
    play.change();
    show();
  }, { signal });
  repeat.addEventListener("click", () => {
    play.repeat = !play.repeat;
    show();
  }, { signal });
  return make("span", { class: "cnnlab-pace", role: "group", "aria-label": "play" }, pace, repeat);
}
