"""A prediction: think first, choose, and only then see."""

import html
from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from cnnlab.check.toolkit.verdict import Verdict


class Prediction:
    """A question with three or four answers; the reply comes after the choice, not before.

    Parameters
    ----------
    question : str
        One or two sentences.
    answers : dict of str to str
        Each answer with its reply; every wrong one stands for a misconception, which its reply names.
    right : str
        The right one of the answers.

    Attributes
    ----------
    choice : str or None
        What was chosen.
    verdict : Verdict
        The reply to it.

    Raises
    ------
    ValueError
        For fewer than two answers, or a `right` that is not among them.
    """

    def __init__(self, question: str, answers: Mapping[str, str], right: str) -> None:
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
    def choice(self) -> str | None:
        """The answer that was chosen, or None."""
        return self._radio.value

    @property
    def verdict(self) -> Verdict:
        """What is said to the present choice, a `Verdict`; before a choice nothing is revealed."""
        if self.choice is None:
            return Verdict(None, "Choose first; the answer comes after.")
        return Verdict(self.choice == self.right, self.answers[self.choice])

    def choose(self, answer: str | int) -> Verdict:
        """Do what a click does.

        Parameters
        ----------
        answer : str or int
            One of the answers, or its number, counted from 1.

        Returns
        -------
        verdict : Verdict
            The reply.

        Raises
        ------
        ValueError
            If there is no such answer.
        """
        texts = list(self.answers)
        if isinstance(answer, int) and 1 <= answer <= len(texts):
            answer = texts[answer - 1]
        if answer not in texts:
            raise ValueError(f"answer must be one of {texts} or a number from 1 to {len(texts)}; got {answer!r}")
        self._radio.value = answer
        return self.verdict

    def _chosen(self, change: Any) -> None:
        self._reply.value = "" if change["new"] is None else html.escape(str(self.verdict))

    def __repr__(self) -> str:
        lines = [f"Predict: {self.question}", *(f"  ( ) {text}" for text in self.answers)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        lines = [f"**Predict.** {self.question}", "", *(f"- ○ {text}" for text in self.answers)]
        return self._box._repr_mimebundle_() | {"text/plain": repr(self), "text/markdown": "\n".join(lines)}


def predict(question: str, answers: Mapping[str, str], right: str) -> Prediction:
    """Ask for a prediction, on the last line of a cell.

    Parameters
    ----------
    question : str
        One or two sentences.
    answers : dict of str to str
        Each answer with its reply.
    right : str
        The right one of the answers.

    Returns
    -------
    asked : Prediction
        The question with its buttons; the reply comes after the choice.

    Raises
    ------
    ValueError
        For fewer than two answers, or a `right` that is not among them.
    """
    return Prediction(question, answers, right)
