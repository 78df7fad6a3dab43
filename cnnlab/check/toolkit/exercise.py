"""An exercise: a question, a stub, hints, the solution, and the mistakes that people make, each with its own reply."""

import copy
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnlab.analysis.own import stopped
from cnnlab.check.toolkit import printed
from cnnlab.check.toolkit.comparison import TOLERANCE, difference, same
from cnnlab.check.toolkit.diagnosis import diagnose, only_where
from cnnlab.check.toolkit.kept import count, kept
from cnnlab.check.toolkit.kinds import VAGUE, Kind
from cnnlab.check.toolkit.verdict import Verdict
from cnnlab.check.toolkit.withheld import withheld

REGISTER: dict[str, "Exercise"] = {}


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer and the reply to it.

    Parameters
    ----------
    name : str
        A word or two, for tests and teachers.
    answer : value or function
        The wrong one.
    reply : str
        One or two sentences that explain the misconception without giving the solution away.
    """

    name: str
    answer: Any
    reply: str


@dataclass
class Exercise:
    """A question whose answers are checked, in a notebook called as `check.NAME(answer)`.

    Parameters
    ----------
    name : str
        How it is called.
    question : str
        One sentence.
    right : value or function
        The right one.
    mistakes : list of Mistake
        At least five.
    hints : tuple of str
        Three, from a nudge to nearly the answer.
    explain : str
        What is said to the right answer.
    inputs : list of tuples
        For a function, arguments on which it is tried; each must be new ground (another shape, another convention), so
        that a result that is right by luck on one is wrong on another.
    tolerance : float
        Relative to the largest magnitude of the right values (or to 1).
    source : str
        The solution as text, where it cannot be read from a function.
    judges : dict of str to function
        For a function, independent ways to the same values, with the same arguments. An answer must agree with every
        one of them too, and their first values are printed beside its own.
    accept : function or None
        For questions with many right answers: accept(answer) gives "" or a sentence that says what is missing; it is
        asked instead of comparing with the right answer.

    Raises
    ------
    ValueError
        For another number of hints, or a function without inputs to be tried on.
    """

    name: str
    question: str
    right: Any
    mistakes: Sequence[Mistake]
    hints: tuple[str, ...]
    explain: str = ""
    inputs: Sequence[tuple[Any, ...]] = field(default_factory=list)
    tolerance: float = TOLERANCE
    source: str = ""
    judges: dict[str, Callable[..., Any]] = field(default_factory=dict)
    accept: Callable[[Any], str] | None = None

    def __post_init__(self) -> None:
        if len(self.hints) != 3:
            raise ValueError(f"{self.name}: an exercise has three hints; got {len(self.hints)}")
        if callable(self.right) and not self.inputs and self.accept is None:
            raise ValueError(f"{self.name}: a function needs inputs to be tried on")
        self._asked, self._told = 0, ""

    def __call__(self, answer: Any = ...) -> Verdict:
        """Check an answer; nothing that a learner passes raises.

        Parameters
        ----------
        answer : value or function
            The learner's; `...`, unanswered, is fine and gets the question again.

        Returns
        -------
        verdict : Verdict
            Whether it is right, or what is wrong with it.
        """
        verdict = self._judged(answer)
        note = kept().get("exercises", self.name)
        new = verdict.right is not None and str(verdict) != self._told  # not the same once more, by Run All
        if new and note.get("solved") is not True:
            kept().note("exercises", self.name, solved=verdict.right, attempts=count(note, "attempts") + 1)
        self._told = str(verdict)
        note = kept().get("exercises", self.name)
        verdict.about = {"exercise": self.name, **{key: count(note, key) for key in ("attempts", "hints")}}
        if note.get("solution") is True:  # it was read before the answer was right
            verdict.about["solution"] = True
        return verdict

    def _judged(self, answer: Any) -> Verdict:
        if _unanswered(answer):
            return Verdict(None, f"{self.question} Replace the ... by your answer; `check.{self.name}.hint()` helps.")
        if callable(self.right):
            return self._function(answer)
        if self.accept is None and same(answer, self.right, self.tolerance):
            return Verdict(True, self.explain)
        for mistake in self.mistakes:
            if same(answer, mistake.answer, self.tolerance):
                return Verdict(False, mistake.reply, mistake.name)
        if self.accept is not None:
            try:
                words = self.accept(answer)
            except Exception as error:
                words = f"The answer cannot be used: {type(error).__name__}: {error}"
            return self._wrong(words) if words else Verdict(True, self.explain)
        kind = diagnose([answer], [self.right], self.tolerance)
        return self._wrong(difference(answer, self.right, self.tolerance), kind)

    def hint(self, level: int | None = None) -> Verdict:
        """The next hint: the first, then the second, then the third.

        Parameters
        ----------
        level : {1, 2, 3} or None
            Which hint, whatever was asked before; None for the next.

        Returns
        -------
        hint : Verdict
            Its text.

        Raises
        ------
        ValueError
            For another level.
        """
        self._asked = min(self._asked + 1, 3) if level is None else level
        if level is not None and level not in (1, 2, 3):
            raise ValueError(f"level must be 1, 2 or 3; got {level!r}")
        note = kept().get("exercises", self.name)
        if note.get("solved") is not True and self._asked > count(note, "hints"):
            kept().note("exercises", self.name, hints=self._asked)
        return Verdict(None, f"Hint {self._asked} of 3: {self.hints[self._asked - 1]}")

    def solution(self) -> str:
        """The solution; it is more fun after the hints.

        Returns
        -------
        text : str
            Source text of a function, or an expression; a sentence where a teacher keeps the solutions back.
        """
        if withheld():
            return f"The solutions of this notebook are kept back. `check.{self.name}.hint()` helps, three times."
        note = kept().get("exercises", self.name)
        if note.get("solved") is not True and not note.get("solution"):
            kept().note("exercises", self.name, solution=True)
        if self.source:
            return self.source
        if callable(self.right):
            return textwrap.dedent(inspect.getsource(self.right))
        return repr(self.right)

    def __repr__(self) -> str:
        return f"check.{self.name}: {self.question}"

    def _wrong(self, words: str, kind: Kind | None = None) -> Verdict:
        """An answer that is no known mistake: where it is wrong, in what way, and who helps."""
        parts = (words, kind.words if kind else "", f"`check.{self.name}.hint()` gives the next hint.")
        return Verdict(False, " ".join(filter(None, parts)))

    def _function(self, answer: Any) -> Verdict:
        if not callable(answer):
            return self._wrong(
                f"The answer must be a function; it is a {type(answer).__name__}. Pass it without brackets."
            )
        results: list[Any] = []
        for number, arguments in enumerate(self.inputs, start=1):
            given = copy.deepcopy(arguments)
            with printed.kept() as text:
                result = _called(answer, given)
            if isinstance(result, _Stopped):
                return self._stopped(answer, [*results, result], number)
            if _unanswered(result):
                what = f"Your function still returns `...`: complete it. `check.{self.name}.hint()` helps."
                return Verdict(None, f"{self.question} {what}")
            if result is None:
                why = "you print the result; write `return` for `print`." if text.getvalue() else ""
                return self._wrong(f"Your function returns None: {why or 'a `return` may be missing, or be empty.'}")
            if not all(callable(one) or same(one, other, 0.0) for one, other in zip(given, arguments, strict=True)):
                return Verdict(
                    False,
                    "Your function changes its input arrays. Copy before you write into them.",
                    "changes its input",
                )
            results.append(result)
        ways = self._ways
        expected = ways[0]
        wrong = [i for i, one in enumerate(results) if not all(same(one, values[i], self.tolerance) for values in ways)]
        if not wrong:
            return Verdict(True, self.explain + self._side_by_side(results[0], ways[1:]))
        for mistake in self.mistakes:
            if self._shows(mistake, results):
                return Verdict(False, mistake.reply, mistake.name)
        names = [self._given(answer, one) for one in self.inputs]
        kind = diagnose(
            [results[i] for i in wrong], [expected[i] for i in wrong], self.tolerance, [names[i] for i in wrong]
        )
        words = self._and_a_factor(results, names) if kind is None or kind.name in VAGUE else ""
        if words:
            return self._wrong(words)
        first = wrong[0]
        lucky = (
            ""
            if len(wrong) == len(results)
            else f" ({len(results) - len(wrong)} of {len(results)} inputs come out right.)"
        )
        words = difference(results[first], expected[first], self.tolerance)
        lucky += only_where(names, wrong)
        return self._wrong(f"On input {first + 1}, {_shapes(self.inputs[first])}: {words}{lucky}", kind)

    @functools.cached_property
    def _ways(self) -> list[list[Any]]:
        """What the right answer, and each of the judges, gives on all inputs: some nudge every number of an array."""
        return [[way(*copy.deepcopy(one)) for one in self.inputs] for way in (self.right, *self.judges.values())]

    def _and_a_factor(self, results: list[Any], given: list[dict[str, Any]]) -> str:
        """Two things at once, a known mistake and a sign or a factor besides, in words, or ""."""
        for mistake in self.mistakes if not isinstance(results[0], (tuple, list)) else ():
            wrong = [_called(mistake.answer, copy.deepcopy(one)) for one in self.inputs]
            kind = diagnose(results, wrong, self.tolerance, given)
            if kind is not None and kind.name in ("sign", "factor", "size as factor"):
                besides = "all signs are turned round" if kind.name == "sign" else "a factor is too many or too few"
                return f"{mistake.reply} Besides, {besides}."
        return ""

    def _stopped(self, answer: Callable[..., Any], results: list[Any], number: int) -> Verdict:
        """What is said of a function that raised: as a known mistake does, or where and why."""
        for mistake in self.mistakes:
            if self._shows(mistake, results):
                return Verdict(False, mistake.reply, mistake.name)
        arguments, error = self.inputs[number - 1], results[-1].error
        where = stopped.where(error, answer)
        why = stopped.reason(error, self._given(answer, arguments))
        return self._wrong(
            f"Your function stopped on input {number}, {_shapes(arguments)}{f', at `{where}`' if where else ''}: "
            f"{why}{' ' if why else ''}({type(error).__name__}: {str(error).strip()})"
        )

    def _shows(self, mistake: Mistake, results: Sequence[Any]) -> bool:
        """Whether a mistake gives these results on the first inputs, and stops where they do, with the same words."""
        for arguments, result in zip(self.inputs, results, strict=False):
            wrong = _called(mistake.answer, copy.deepcopy(arguments))
            if isinstance(wrong, _Stopped) or isinstance(result, _Stopped):
                if not (isinstance(wrong, _Stopped) and isinstance(result, _Stopped) and wrong.like(result)):
                    return False
            elif not same(result, wrong, self.tolerance):
                return False
        return True

    def _given(self, answer: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
        """Arguments by the learner's own names."""
        return dict(zip(stopped.argument_names(answer, len(arguments)), arguments, strict=True))

    def _side_by_side(self, result: Any, ways: list[list[Any]]) -> str:
        beside = [f", {name} {float(values[0]):.6f}" for name, values in zip(self.judges, ways, strict=True)]
        return f" On input 1: yours {float(result):.6f}{''.join(beside)}." if beside else ""


@dataclass
class _Stopped:
    """What a function raised, in the place of a result."""

    error: Exception

    def like(self, other: "_Stopped") -> bool:
        return self._said() == other._said()

    def _said(self) -> tuple[type, str, list[str]]:
        """The error, whichever of two arrays stood first."""
        shapes = r"\([\d, ]*\)"
        text = str(self.error)
        return type(self.error), re.sub(shapes, "", text), sorted(re.findall(shapes, text))


def _called(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """What a function gives, or `_Stopped`."""
    try:
        with np.errstate(all="ignore"):
            return function(*arguments)
    except Exception as error:
        return _Stopped(error)


def _unanswered(answer: Any) -> bool:
    return answer is ... or (isinstance(answer, (tuple, list)) and any(value is ... for value in answer))


def _shapes(arguments: tuple[Any, ...]) -> str:
    return "(" + ", ".join(map(_in_words, arguments)) + ")"


def _in_words(value: Any) -> str:
    if callable(value):
        return getattr(value, "__name__", f"a {type(value).__name__}")
    return f"an array of shape {np.shape(value)}" if np.ndim(value) else repr(value)


def register(*exercises: Exercise) -> None:
    """Put exercises where `check.NAME` finds them.

    Parameters
    ----------
    *exercises : Exercise
        Their names must differ from all that are there.

    Raises
    ------
    ValueError
        If there is an exercise of one of these names already.
    """
    for exercise in exercises:
        if exercise.name in REGISTER:
            raise ValueError(f"there is an exercise {exercise.name!r} already")
        REGISTER[exercise.name] = exercise
