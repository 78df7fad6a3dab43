"""Predictions and exercises: right, or which kind of mistake.

`check.predict(question, answers, right)` asks before the picture is shown.  `check.NAME(answer)` checks an exercise;
`check.NAME.hint()` gives the next of three hints, `check.NAME.solution()` the solution.  `check.names()` lists the
exercises.
"""

from .exercise import REGISTER, Exercise, Mistake, register
from .predict import Prediction, predict
from .verdict import Verdict


def names():
    """The names of all exercises."""
    return sorted(REGISTER)


def __getattr__(name):
    if name in REGISTER:
        return REGISTER[name]
    raise AttributeError(f"check has no exercise {name!r}; there are {', '.join(names())}")


__all__ = ["Exercise", "Mistake", "Prediction", "Verdict", "names", "predict", "register"]

from . import (  # noqa: E402
    amounts,  # noqa: F401
    classifying,  # noqa: F401
    convolving,  # noqa: F401
    counting_2012,  # noqa: F401
    deciding,  # noqa: F401
    descending,  # noqa: F401
    going_back,  # noqa: F401
    judging,  # noqa: F401
    phonemes,  # noqa: F401
    pooling,  # noqa: F401
    second_layer,  # noqa: F401
    steps,  # noqa: F401
    weighing,  # noqa: F401
    zip_codes,  # noqa: F401
)
