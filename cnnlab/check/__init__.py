"""Predictions and exercises: right, or which kind of mistake.

`check.predict(question, answers, right, name)` asks; `check.after(name)`, on the first line of a cell, keeps covered
what that cell shows until a choice is made.  `check.NAME(answer)` checks an exercise; `check.NAME.hint()` gives the
next of three hints, `check.NAME.solution()` the solution, unless `check.withhold_solutions()` was called.
`check.names()` lists the exercises; `check.lend(NAME=function)` lends the solutions of those that are not solved yet.
`check.progress()` tells how far one has come, `check.forget()` begins once more.
"""

from cnnlab.check import convolution, foundations, history
from cnnlab.check.lending import lend
from cnnlab.check.predicting.cover import after
from cnnlab.check.predicting.prediction import Prediction, predict
from cnnlab.check.predicting.progress import Progress, progress
from cnnlab.check.toolkit.exercise import REGISTER, Exercise, Mistake, register
from cnnlab.check.toolkit.kept import forget
from cnnlab.check.toolkit.verdict import Verdict
from cnnlab.check.toolkit.withheld import withhold_solutions

__all__ = [
    "Exercise",
    "Mistake",
    "Prediction",
    "Progress",
    "Verdict",
    "after",
    "forget",
    "lend",
    "names",
    "predict",
    "progress",
    "register",
    "withhold_solutions",
]

register(*foundations.EXERCISES, *convolution.EXERCISES, *history.EXERCISES)


def names() -> list[str]:
    """The names of all exercises, in the order of the alphabet.

    Returns
    -------
    names : list of str
        Each is an attribute of `cnnlab.check`.
    """
    return sorted(REGISTER)


def __getattr__(name: str) -> Exercise:
    if name in REGISTER:
        return REGISTER[name]
    raise AttributeError(f"check has no exercise {name!r}; there are {', '.join(names())}")
