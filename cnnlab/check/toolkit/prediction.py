"""A prediction: think first, choose, and only then see."""

import html

import ipywidgets as widgets

from cnnlab.check.toolkit.verdict import Verdict


class Prediction:
    """A question with three or four answers; the reply comes after the choice, not before.

    question : one or two sentences.  answers : dict {answer: reply}; the right one is named by `right`, every wrong
        one stands for a misconception, which its reply names.  Raises ValueError for fewer than two answers or a
        `right` that is not among them.

    `choose(answer)` (its text or its number, from 1) does what a click does; `choice` is what was chosen, or None;
    `verdict` the reply.
    """

    def __init__(self, question, answers, right):
        answers = dict(answers)
        if len(answers) < 2:
            raise ValueError(f"answers must be a dict of at least two answers with their replies; got {len(answers)}")
        if right not in answers:
            raise ValueError(f"right must be one of the answers; got {right!r}")
        self.question, self.answers, self.right = question, answers, right
        self._radio = widgets.RadioButtons(
            options=[(text, text) for text in answers], value=None, layout=widgets.Layout(width="auto")
        )
        self._reply = widgets.HTML(layout=widgets.Layout(min_height="3.2em"))
        self._box = widgets.VBox([widgets.HTML(f"<b>{html.escape(question)}</b>"), self._radio, self._reply])
        self._radio.observe(self._chosen, names="value")

    @property
    def choice(self):
        return self._radio.value

    @property
    def verdict(self):
        """What is said to the present choice, a `Verdict`; before a choice nothing is revealed."""
        if self.choice is None:
            return Verdict(None, "Choose first; the answer comes after.")
        return Verdict(self.choice == self.right, self.answers[self.choice])

    def choose(self, answer):
        """Choose an answer by its text or by its number, counted from 1."""
        texts = list(self.answers)
        if isinstance(answer, int) and 1 <= answer <= len(texts):
            answer = texts[answer - 1]
        if answer not in texts:
            raise ValueError(f"answer must be one of {texts} or a number from 1 to {len(texts)}; got {answer!r}")
        self._radio.value = answer
        return self.verdict

    def _chosen(self, change):
        self._reply.value = "" if change["new"] is None else html.escape(str(self.verdict))

    def __repr__(self):
        lines = [f"Predict: {self.question}", *(f"  ( ) {text}" for text in self.answers)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = [f"**Predict.** {self.question}", "", *(f"- ○ {text}" for text in self.answers)]
        return self._box._repr_mimebundle_() | {"text/plain": repr(self), "text/markdown": "\n".join(lines)}


def predict(question, answers, right):
    """Ask for a prediction; see `Prediction`.  Put it on the last line of a cell."""
    return Prediction(question, answers, right)
