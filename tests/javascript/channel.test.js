// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Channel } from "../../cnnlab/explore/live/js/channel.js";
import { deafModel, until } from "./support.js";

/** @import { TestContext } from "node:test" */

/** @param {TestContext} t */
function open(t) {
  const model = deafModel();
  /** @type {any[]} */
  const told = [];
  const channel = new Channel(model, { waiting: (long) => told.push(long), gone: () => told.push("gone") });
  t.after(() => channel.close());
  return { model, channel, told };
}

/** @param {any[]} sent */
const values = (sent) => sent.map((question) => question.value);

test("one question at a time, and of a fast hand only the newest position", (t) => {
  const { model, channel } = open(t);
  for (const value of [1, 2, 3]) channel.ask({ do: "set", name: "a", value });
  assert.deepEqual(values(model.sent), [1]);
  assert.equal(channel.lastSet("a")?.value, 3);
  assert.equal(channel.heard(1)?.value, 1);
  channel.sendNext();
  assert.deepEqual(values(model.sent), [1, 3]);
  assert.equal(model.sent[1].number, 3);
});

test("what other values follow from is not skipped, nor is another cell", (t) => {
  const { model, channel } = open(t);
  channel.ask({ do: "hello" });
  channel.ask({ do: "set", name: "a", value: 1, follows: true });
  channel.ask({ do: "set", name: "a", value: 2 });
  channel.ask({ do: "set", name: "w", value: 5, at: [0, 0] });
  channel.ask({ do: "set", name: "w", value: 6, at: [0, 1] });
  assert.deepEqual(values(channel.queue), [1, 2, 5, 6]);
  assert.equal(channel.lastSet("w", [0, 0])?.value, 5);
  assert.equal(model.sent.length, 1);
});

test("what is drawn already is told now and then, and nobody waits for it", async (t) => {
  const { model, channel } = open(t);
  for (const value of [1, 2, 3]) channel.ask({ do: "set", name: "a", value, drawn: {} });
  assert.equal(model.sent.length, 0);
  await until(() => model.sent.length);
  assert.deepEqual(values(model.sent), [3]);
  assert.equal(channel.asking, null);
  channel.ask({ do: "set", name: "a", value: 4, drawn: {} });
  channel.ask({ do: "press", name: "go" });
  assert.deepEqual(model.sent.map((q) => q.do), ["set", "set", "press"], "in order, before what follows");
});

test("every question says which arrays are here", (t) => {
  const { model, channel } = open(t);
  channel.kept.set("photo", { data: new Float32Array(1), shape: [1] });
  channel.ask({ do: "hello" });
  assert.deepEqual(model.sent[0].has, ["photo"]);
  assert.equal(model.sent[0].view, channel.id);
});

test("what the hand asks is no work for the notebook around it, and its answer is nudged once", async (t) => {
  const { model, channel } = open(t);
  /** @type {any[]} */
  const heard = [];
  model.send = (/** @type {any} */ question, /** @type {any} */ { iopub }) => {
    model.sent.push(question);
    const told = { content: { execution_state: "busy" }, parent_header: { msg_type: "comm_msg" } };
    iopub.status(told);
    heard.push([question.do, told.parent_header.msg_type, told.content.execution_state]);
  };
  channel.ask({ do: "set", name: "a", value: 1 });
  await until(() => heard.length > 1);
  await new Promise((done) => setTimeout(done, 20));
  const kind = "kernel_info_request"; // which JupyterLab leaves alone
  assert.deepEqual(heard, [["set", kind, "busy"], ["nudge", kind, "busy"]]);
  channel.heard(1);
  for (const what of ["press", "reset"]) {
    channel.ask({ do: what });
    channel.heard(channel.number);
  }
  assert.deepEqual(heard.slice(-2), [["press", "comm_msg", "busy"], ["reset", "comm_msg", "busy"]], "seen as work");
});

test("an answer to an older question is not the one that is waited for", (t) => {
  const { channel, told } = open(t);
  channel.ask({ do: "hello" });
  channel.heard(1);
  channel.ask({ do: "reset" });
  assert.equal(channel.heard(1), null);
  assert.equal(channel.heard(2)?.do, "reset");
  assert.deepEqual(told, [false, false]);
});

test("a kernel that is gone is noticed", (t) => {
  const { model, channel, told } = open(t);
  model.send = () => {
    throw new Error("no comm");
  };
  channel.ask({ do: "hello" });
  assert.deepEqual(told, ["gone"]);
});

test("before it leaves, it says what is left to say", (t) => {
  const { model, channel } = open(t);
  channel.ask({ do: "set", name: "a", value: 3, drawn: {} });
  channel.close();
  assert.deepEqual(model.sent.map((q) => q.do), ["set", "bye"]);
});
