"""Predictions and exercises: right, or which kind of mistake.

`check.predict(question, answers, right)` asks before the picture is shown.  `check.NAME(answer)` checks an exercise;
`check.NAME.hint()` gives the next of three hints, `check.NAME.solution()` the solution.  `check.names()` lists the
exercises.
"""

from cnnlab.check import convolution, foundations, history
from cnnlab.check.toolkit.exercise import REGISTER, Exercise, Mistake, register
from cnnlab.check.toolkit.prediction import Prediction, predict
from cnnlab.check.toolkit.verdict import Verdict

__all__ = ["Exercise", "Mistake", "Prediction", "Verdict", "names", "predict", "register"]

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
