// Questions to Python, in order (see view.py).

const TELL = 60; // ms between two tellings of what is drawn already

// Whether a question only tells what the view has drawn already.
const casual = (question) => question.do === "set" && Boolean(question.drawn) && !question.follows;

class Asking {
  constructor(model) {
    this.model = model;
    this.id = Math.random().toString(36).slice(2);
    this.number = 0; // of our last question
    this.seen = 0; // the last of our questions that Python has worked on
    this.queue = [];
    this.asking = null; // the question whose answer the hand waits for
    this.told = 0; // the last question that was sent of those that nobody waits for
    this.due = 0; // when the next of those is to be sent
    this.kept = new Map(); // large arrays by their keys
  }

  ask(question) {
    const last = this.queue[this.queue.length - 1];
    question = { ...question, view: this.id, number: ++this.number };
    // Of a fast hand only the newest position counts, unless other values follow from the one before.
    const replaces = last && question.do === "set" && last.do === "set" && last.name === question.name && same(last.at, question.at);
    if (replaces && !last.follows) this.queue.pop();
    else if (casual(question)) {
      this.due = performance.now() + TELL;
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.sendNext(), TELL + 1);
    }
    this.queue.push(question);
    this.sendNext();
    return question.number;
  }

  // Send what is due, in order. What the view has drawn already is told to Python now and then, when it has time.
  sendNext() {
    while (this.queue.length && !this.asking) {
      const [question] = this.queue;
      const early = performance.now() < this.due || this.seen < this.told;
      if (casual(question) && this.queue.length === 1 && early) return;
      this.queue.shift();
      this.send(question);
      if (casual(question)) { this.told = question.number; continue; }
      this.asking = question;
      clearTimeout(this.slow);
      this.slow = setTimeout(() => { this.busy.hidden = false; }, 1500);
    }
  }

  // Jupyter's server leaves Nagle's algorithm on: the kernel's "busy" goes out at once, but the answer behind it waits
  // until the browser acknowledges that, which it puts off for 40 ms unless it has something to send. So it gets something.
  send(question) {
    const status = (message) => {
      if (message.content.execution_state === "busy") setTimeout(() => this.nudge(), 2);
    };
    try { this.model.send({ ...question, has: [...this.kept.keys()] }, { iopub: { status } }); } catch { this.gone(); }
  }

  nudge() {
    if (this.asking || this.store.asked) this.model.send({ do: "nudge", view: this.id });
  }

  // The newest value that the hand has given to a control, answered or not.
  lastValue(name) {
    const asked = [...(this.asking ? [this.asking] : []), ...this.queue].filter((q) => q.do === "set" && q.name === name).pop();
    return asked ? asked.value : this.values[name];
  }
}
