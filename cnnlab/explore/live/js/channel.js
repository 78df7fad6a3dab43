// @ts-check
// Questions to Python and what is known of their answers, in order (see answers.py).

import { same } from "./frames.js";

/** @import { Model, Numbers, Question, Timer } from "./types.d.ts" */
/** @typedef {{ content: { execution_state: string }, parent_header?: { msg_type?: string } }} Status of the kernel */

const TELL = 60; // ms between two tellings of what is drawn already
const SLOW = 1500; // ms that a hand waits before it is told that it does
const WORK = ["press", "reset"]; // what the notebook around the view shows as work of its kernel
const NO_WORK = "kernel_info_request"; // the kind of a message that counts as none

/**
 * Whether a question only tells what the view has drawn already.
 * @param {Question} question
 */
function isCasual(question) {
  return question.do === "set" && Boolean(question.drawn) && !question.follows;
}

/**
 * At every "busy" and "idle" of its kernel JupyterLab fetches another icon of the page from its server, lays its toolbars
 * out anew and paints them: for one position of the hand, with its nudge, four times, which takes several times as long as
 * the picture itself. A status that is about a message which counts as no work it leaves alone (its own setting
 * `untracked_message_types`), so this is what it is told of ours. Each comes to us first, and to nobody else.
 * @param {Status} told
 */
function hush({ parent_header }) {
  if (parent_header) parent_header.msg_type = NO_WORK;
}

export class Channel {
  /**
   * @param {Model} model
   * @param {{ waiting: (long: boolean) => void, gone: () => void }} tell that an answer is long in coming, or is there;
   *   that no question reaches Python any more
   */
  constructor(model, tell) {
    this.model = model;
    this.tell = tell;
    this.id = Math.random().toString(36).slice(2);
    this.number = 0; // of our last question
    this.seen = 0; // the last of our questions that Python has worked on
    /** @type {(Question & { number: number })[]} */
    this.queue = [];
    /** @type {(Question & { number: number }) | null} */
    this.asking = null; // the question whose answer the hand waits for
    this.sweeps = 0; // how many answers with frames computed ahead are on their way
    this.told = 0; // the last question that was sent of those that nobody waits for
    this.due = 0; // when the next of those is to be sent
    /** @type {Map<string, Numbers>} */
    this.kept = new Map(); // large arrays by their keys
    /** @type {Timer} */
    this.telling = undefined;
    /** @type {Timer} */
    this.slow = undefined;
  }

  /**
   * Ask, or put into the queue what is not yet to be asked; returns the number of the question.
   * @param {Question} question
   */
  ask(question) {
    const last = this.queue[this.queue.length - 1];
    const numbered = { ...question, view: this.id, number: ++this.number };
    // Of a fast hand only the newest position counts, unless other values follow from the one before.
    const replaces = last && question.do === "set" && last.do === "set" && last.name === question.name &&
      same(last.at, question.at);
    if (replaces && !last.follows) this.queue.pop();
    else if (isCasual(question)) {
      this.due = performance.now() + TELL;
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.sendNext(), TELL + 1);
    }
    this.queue.push(numbered);
    this.sendNext();
    return numbered.number;
  }

  /** Send what is due, in order. What the view has drawn already is told to Python now and then, when it has time. */
  sendNext() {
    while (this.queue.length && !this.asking) {
      const [question] = this.queue;
      const early = performance.now() < this.due || this.seen < this.told;
      if (isCasual(question) && this.queue.length === 1 && early) return;
      this.queue.shift();
      this.send(question);
      if (isCasual(question)) {
        this.told = question.number;
        continue;
      }
      this.asking = question;
      clearTimeout(this.slow);
      this.slow = setTimeout(() => this.tell.waiting(true), SLOW);
    }
  }

  /**
   * Send at once.
   * @param {Question} question
   */
  send(question) {
    const message = { ...question, view: this.id, has: [...this.kept.keys()] };
    if (question.do === "sweep") this.sweeps += 1;
    try {
      this.post(message);
    } catch {
      this.tell.gone();
    }
  }

  /**
   * Jupyter's server leaves Nagle's algorithm on: the kernel's "busy" goes out at once, but the answer behind it waits
   * until the browser acknowledges that, which it puts off for 40 ms unless it has something to send. So it gets
   * something.
   * @param {Question} message
   */
  post(message) {
    const status = (/** @type {Status} */ told) => {
      if (!WORK.includes(message.do)) hush(told);
      if (message.do !== "nudge" && told.content.execution_state === "busy") setTimeout(() => this.nudge(), 2);
    };
    this.model.send(message, { iopub: { status } });
  }

  nudge() {
    if (this.asking || this.sweeps) this.post({ do: "nudge", view: this.id });
  }

  /**
   * Python has worked on our questions up to this one; returns the one that the hand has waited for, if it was that.
   * @param {number} seen
   */
  heard(seen) {
    this.seen = Math.max(this.seen, seen);
    const { asking } = this;
    if (!asking || this.seen < asking.number) return null;
    clearTimeout(this.slow);
    this.tell.waiting(false);
    this.asking = null;
    return asking;
  }

  /**
   * The newest question, answered or not yet, that sets a control (or one cell of it).
   * @param {string} name
   * @param {number[]} [at]
   */
  lastSet(name, at) {
    const open = this.asking ? [this.asking, ...this.queue] : this.queue;
    return open.findLast((q) => q.do === "set" && q.name === name && (at === undefined || same(q.at, at)));
  }

  /**
   * The way to Python may be gone: then an answer that is waited for will not come any more.
   */
  check() {
    try {
      this.post({ do: "nudge", view: this.id });
    } catch {
      this.tell.gone();
    }
  }

  /** Say what is left to say, and good-bye. */
  close() {
    for (const timer of [this.telling, this.slow]) clearTimeout(timer);
    for (const question of this.queue.splice(0)) this.send(question);
    try {
      this.model.send({ do: "bye", view: this.id });
    } catch { /* the kernel is gone already */ }
  }
}
