// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Channel } from "../../cnnlab/explore/live/js/channel.js";
import { Player } from "../../cnnlab/explore/live/js/player.js";
import { control, deafModel, until } from "./support.js";

/** @import { TestContext } from "node:test" */

/** @param {TestContext} t */
function open(t) {
  Object.assign(globalThis, { requestAnimationFrame: (/** @type {() => void} */ next) => setTimeout(next, 0) });
  const model = deafModel();
  const channel = new Channel(model, { waiting: () => {}, gone: () => {} });
  /** @type {[string, boolean][]} */
  const shown = [];
  const controls = [
    control({ kind: "button", name: "go", play: true, every: 0 }),
    control({ kind: "button", name: "once", play: false }),
  ];
  const player = new Player(channel, controls, (name, on) => shown.push([name, on]));
  t.after(() => {
    player.halt();
    channel.close();
  });
  const presses = () => model.sent.filter((q) => q.do === "press").map((q) => q.name);
  return { channel, player, shown, presses };
}

const soon = () => new Promise((done) => setTimeout(done, 20));

test("it presses again and again, each time after the answer", async (t) => {
  const { channel, player, shown, presses } = open(t);
  player.press("go");
  await until(() => presses().length);
  assert.deepEqual(presses(), ["go"]);
  channel.heard(1);
  player.playOn("go", false);
  await until(() => presses().length > 1);
  assert.deepEqual(presses(), ["go", "go"]);
  channel.heard(2);
  player.playOn("go", true);
  await soon();
  assert.deepEqual(presses(), ["go", "go"], "it is over");
  assert.deepEqual(shown, [["go", true], ["go", false]]);
});

test("a second press stops it, and so does another button", async (t) => {
  const { channel, player, presses } = open(t);
  player.press("go");
  channel.heard(1);
  player.playOn("go", false);
  player.press("go");
  await soon();
  assert.deepEqual(presses(), ["go"]);
  player.press("go");
  channel.heard(2);
  player.press("once");
  assert.equal(player.playing, null);
  assert.deepEqual(presses(), ["go", "go", "once"]);
});
