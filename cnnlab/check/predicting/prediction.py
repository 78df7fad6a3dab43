"""A prediction: think first, choose, and only then see."""

import hashlib
from collections.abc import Mapping, Sequence
from math import factorial
from typing import Any

import ipywidgets as widgets

from cnnlab.check.toolkit.kept import Note, kept
from cnnlab.check.toolkit.verdict import MIME, Verdict, in_html, in_markdown

SALT = "3"  # draws the order of all answers; a test says when another one is due, and which

ASKED: dict[str, "Prediction"] = {}  # by name, as asked last in this process


def shuffled(question: str, answers: Sequence[str], salt: str | None = None) -> list[str]:
    """The answers of a question in the order in which they are shown: drawn once, the same for all learners.

    It hangs on the salt and the question only, so an answer may be mended without moving any.
    """
    text = f"{SALT if salt is None else salt}\n{question}"
    left, number = list(answers), int(hashlib.sha256(text.encode()).hexdigest(), 16) % factorial(len(answers))
    return [left.pop(number // factorial(len(left) - 1) % len(left)) for _ in answers]


class Prediction:
    """A question with three or four answers; the reply comes after the choice, not before.

    Parameters
    ----------
    question : str
        One or two sentences.
    answers : dict of str to str
        Each answer with its reply; every wrong one stands for a misconception, which its reply names. They are shown
        in an order of their own, drawn once for this question.
    right : str
        The right one of the answers.
    name : str
        A short word, by which the choice is kept and `check.after` knows the question; "" keeps nothing.

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

    def __init__(self, question: str, answers: Mapping[str, str], right: str, name: str = "") -> None:
        if len(answers) < 2:
            raise ValueError(f"answers must be a dict of at least two answers with their replies; got {len(answers)}")
        if right not in answers:
            raise ValueError(f"right must be one of the answers; got {right!r}")
        self.answers = {text: answers[text] for text in shuffled(question, list(answers))}
        self.question, self.right, self.name = question, right, name
        chosen = kept().get("questions", name).get("choice")
        self._radio = widgets.RadioButtons(
            options=[(text, text) for text in self.answers],
            value=chosen if name and isinstance(chosen, str) and chosen in self.answers else None,
            layout=widgets.Layout(width="auto"),
        )
        self._reply = widgets.HTML(layout=widgets.Layout(min_height="3.2em"))
        self._box = widgets.VBox([widgets.HTML(f"<b>{in_html(question)}</b>"), self._radio, self._reply])
        self._say()
        self._radio.observe(self._chosen, names="value")
        if name:
            ASKED[name] = self

    @property
    def choice(self) -> str | None:
        """The answer that was chosen, or None."""
        return self._radio.value

    @property
    def verdict(self) -> Verdict:
        """What is said to the present choice, a `Verdict`; before a choice nothing is revealed."""
        about = {"question": self.name, "choice": self.choice}
        if self.choice is None:
            return Verdict(None, "Choose first; the answer comes after.", about=about)
        return Verdict(self.choice == self.right, self.answers[self.choice], about=about)

    def choose(self, answer: str | int) -> Verdict:
        """Do what a click does.

        Parameters
        ----------
        answer : str or int
            One of the answers, or its number, counted from 1 in the order in which they are shown.

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
        self._say()
        if self.name and self.choice is not None and "choice" not in kept().get("questions", self.name):
            news = {"choice": self.choice, "right": self.choice == self.right, "answer": self.right}
            kept().note("questions", self.name, **news)  # the first choice is the prediction; later ones are curiosity

    def _say(self) -> None:
        self._reply.value = "" if self.choice is None else in_html(str(self.verdict))

    def __repr__(self) -> str:
        lines = [f"Predict: {self.question}", *(f"  ( ) {text}" for text in self.answers)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        lines = [f"**Predict.** {in_markdown(self.question)}", ""]
        lines += [f"- ○ {in_markdown(text)}" for text in self.answers]
        words = {"text/plain": repr(self), "text/markdown": "\n".join(lines)}
        note = {} if self.choice is None else {MIME: self.verdict.note}
        return self._box._repr_mimebundle_() | words | note


def thought(note: Note) -> tuple[str, str]:
    """What is said before what was covered: (what you thought, what happened), of what is known of a question."""
    choice, answer = note.get("choice"), note.get("answer")
    if choice is None:
        return "", ""
    if note.get("right") is True:
        return f"“{choice}”.", "just that. You saw it coming."
    return f"“{choice}”.", f"“{answer}”. A surprise is a good place to stop and ask why."


def predict(question: str, answers: Mapping[str, str], right: str, name: str = "") -> Prediction:
    """Ask for a prediction, on the last line of a cell.

    Parameters
    ----------
    question : str
        One or two sentences.
    answers : dict of str to str
        Each answer with its reply; shown in an order drawn once for this question.
    right : str
        The right one of the answers.
    name : str
        A short word, by which the choice is kept and `check.after` knows the question; "" keeps nothing.

    Returns
    -------
    asked : Prediction
        The question with its buttons; the reply comes after the choice.

    Raises
    ------
    ValueError
        For fewer than two answers, or a `right` that is not among them.
    """
    return Prediction(question, answers, right, name)
