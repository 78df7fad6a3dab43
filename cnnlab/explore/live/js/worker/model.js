// @ts-check
// One explorer whose Python runs in a worker, as a model of the view (see types.d.ts), and the worker's end of the page.

/** @import { Model, Question, Values } from "../types.d.ts" */

/**
 * What comes from the worker (see desk.py): one text and the bytes that belong to it; or words on how far it has come,
 * or why it goes no further.
 * @typedef {{ text?: string, bytes?: Uint8Array, stage?: string, failed?: string }} Came
 */

/**
 * What an explorer is opened with: its recipe's name, the questions that led to where it is, and what it shows then.
 * @typedef {{ name: string, past: Question[], values: Values }} Wish
 */

/**
 * A value as JSON has it: matrices as rows.
 * @param {any} value
 * @returns {any}
 */
export function plain(value) {
  if (!value?.data || !value.shape) return value;
  const { data, shape: [rows, columns] } = value;
  return Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * columns, (r + 1) * columns)));
}

/** @implements {Model} */
export class WorkerModel {
  /**
   * @param {Record<string, any>} first
   * @param {(question: object) => void} ask
   */
  constructor(first, ask) {
    this.first = first;
    this.ask = ask;
    /** @type {Map<string, Set<(content: any, buffers: DataView[]) => void>>} */
    this.listeners = new Map();
  }

  /** @param {string} name */
  get(name) {
    return this.first[name];
  }

  /** @param {object} question */
  send(question) {
    this.ask(question);
  }

  /**
   * @param {string} event
   * @param {(content: any, buffers: DataView[]) => void} listener
   */
  on(event, listener) {
    const known = this.listeners.get(event) || new Set();
    this.listeners.set(event, known.add(listener));
  }

  /**
   * @param {string} event
   * @param {(content: any, buffers: DataView[]) => void} listener
   */
  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }

  /**
   * @param {any} content
   * @param {DataView[]} buffers
   */
  hear(content, buffers) {
    for (const listener of this.listeners.get("msg:custom") || []) listener(content, buffers);
  }

  /** The way to Python is gone: the view sends something, and hears that it cannot. */
  leave() {
    for (const listener of this.listeners.get("comm_live_update") || []) listener(null, []);
  }
}

/**
 * The pieces of a run of bytes.
 * @param {number[]} sizes
 * @param {Uint8Array} bytes
 */
export function cut(sizes, bytes) {
  let at = bytes.byteOffset;
  return sizes.map((size) => {
    at += size;
    return new DataView(bytes.buffer, at - size, size);
  });
}

/** The page's end of a worker, which serves all explorers of the page. */
export class Port {
  /**
   * @param {Pick<Worker, "postMessage" | "onmessage" | "onerror">} worker
   * @param {(words: string) => void} say how far it has come
   */
  constructor(worker, say) {
    this.worker = worker;
    this.say = say;
    this.count = 0;
    /** @type {string | null} why it goes no further */
    this.failed = null;
    /** @type {Map<string, WorkerModel>} */
    this.models = new Map();
    /** @type {Map<string, { done: (model: WorkerModel) => void, fail: (problem: Error) => void }>} */
    this.opening = new Map();
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => this.fail(/** @type {any} */ (event).message || "it could not be started");
  }

  /**
   * @param {Wish} wish
   * @returns {Promise<WorkerModel>}
   */
  open({ name, past, values }) {
    if (this.failed) return Promise.reject(new Error(this.failed));
    const place = `${name} ${++this.count}`;
    const given = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plain(value)]));
    return new Promise((done, fail) => {
      this.opening.set(place, { done, fail });
      const steps = past.map((step) => ({ ...step, value: plain(step.value) }));
      this.post({ do: "open", place, name, past: steps, values: given });
    });
  }

  /** @param {object} told */
  post(told) {
    if (this.failed) throw new Error(this.failed); // the channel of a view says so
    this.worker.postMessage(JSON.stringify(told));
  }

  /** @param {Came} came */
  hear({ text, bytes, stage, failed }) {
    if (stage) this.say(stage);
    if (failed) this.fail(failed);
    if (text === undefined) return;
    const { place, kind, sizes, words, content, ...more } = JSON.parse(text);
    const buffers = cut(sizes, bytes || new Uint8Array(0));
    const opening = this.opening.get(place);
    if (kind === "open" && opening) {
      const [first_text, first_numbers] = buffers;
      const model = new WorkerModel({ ...more, first_text, first_numbers }, (question) => {
        this.post({ do: "ask", place, question });
      });
      this.models.set(place, model);
      this.opening.delete(place);
      opening.done(model);
    } else if (kind === "fault" && opening) {
      this.opening.delete(place);
      opening.fail(new Error(words));
    } else if (kind === "message") this.models.get(place)?.hear(content, buffers);
  }

  /** @param {string} words */
  fail(words) {
    this.failed = words;
    for (const { fail } of this.opening.values()) fail(new Error(words));
    this.opening.clear();
    for (const model of this.models.values()) model.leave();
  }
}
