"""A function that a learner wrote, called whatever it does: what it gave, or a sentence that says why not."""

import ctypes
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.analysis.own import stopped
from cnnlab.lettering import unmarked
from cnnlab.types import Array

__all__ = ["OwnFunction", "OwnResult", "differing"]

KEPT = 128  # results that are remembered, so that a function that throws dice shows the same ones twice
LONG = 160  # characters of an error that are repeated
PATIENCE = 0.25  # of the time allowed, for a function that has used it up once


@dataclass(frozen=True)
class OwnResult:
    """What a learner's function gave.

    Parameters
    ----------
    value : float64 array or None
        Of the shape that was asked for; None if there is nothing of that kind.
    trouble : str
        A sentence for the learner about what went wrong, empty if nothing did. It stands in pictures: code in it, which
        is marked for a page by backticks, stands in quotation marks here.
    """

    value: Array | None
    trouble: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "trouble", unmarked(self.trouble))


class OwnFunction:
    """A learner's function of arrays, which never raises and never holds the hand up for long.

    Each call gets copies of its arguments, and its result is remembered by them. A function written in Python that
    takes longer than `seconds` is stopped (once it has been, sooner); where there are no threads it is waited for.

    Parameters
    ----------
    function : function
        What the learner wrote.
    call : str
        How it is called, as text: "conv(h, w)". The names in it are used in sentences about its arguments.
    gives : str
        What it should give back, as the lecture writes it: "e", "dL/dh".
    seconds : float, optional
        How long one call may take.

    Raises
    ------
    TypeError
        Naming `function`, if it cannot be called.

    Examples
    --------
    >>> twice = OwnFunction(lambda h: 2 * h, call="twice(h)", gives="e")
    >>> twice(np.ones(3), shape=(3,))
    OwnResult(value=array([2., 2., 2.]), trouble='')
    >>> twice(np.ones(3), shape=(2,)).trouble
    'Your function gave an array of shape (3,); e has the shape (2,).'
    """

    def __init__(self, function: Callable[..., Any], call: str, gives: str, seconds: float = 1.0) -> None:
        if not callable(function):
            raise TypeError(f"function must be a function, called as {call}; got {type(function).__name__}")
        self.function = function
        self.call = call
        self.gives = gives
        self._allowed = self._seconds = seconds
        self._names = [name.strip() for name in call.partition("(")[2].rstrip(") ").split(",")]
        self._results: dict[Any, OwnResult] = {}

    @property
    def slow(self) -> bool:
        """Whether it has been stopped because it took too long."""
        return self._allowed < self._seconds

    def __call__(self, *arguments: Any, shape: tuple[int, ...]) -> OwnResult:
        """Call it.

        Parameters
        ----------
        *arguments : arrays, numbers, tuples or text
            As they are given to the function.
        shape : tuple of int
            That the result should have; () for one number.

        Returns
        -------
        OwnResult
        """
        key = (tuple(_key(argument) for argument in arguments), tuple(shape))
        if key not in self._results:
            if len(self._results) >= KEPT:
                self._results.pop(next(iter(self._results)))
            self._results[key] = self._asked(arguments, tuple(shape))
        return self._results[key]

    def _asked(self, arguments: tuple[Any, ...], shape: tuple[int, ...]) -> OwnResult:
        given = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
        try:
            with np.errstate(all="ignore"):
                found = in_time(self.function, given, self._allowed)
        except TooSlow:
            seconds, self._allowed = self._allowed, PATIENCE * self._seconds
            return OwnResult(None, f"Your function was stopped after {seconds:g} s: here it must be done before that.")
        except Exception as error:
            return OwnResult(None, self._why(error, given))
        changed = [
            name
            for name, before, after in zip(self._names, arguments, given, strict=False)
            if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
        ]
        result = self._taken(found, shape)
        if changed and not result.trouble:
            words = f"Your function writes into its argument {changed[0]}: work on a copy, `{changed[0]}.copy()`."
            return OwnResult(result.value, words)
        return result

    def _taken(self, found: Any, shape: tuple[int, ...]) -> OwnResult:
        """What came back, as an array of that shape, or what is wrong with it."""
        if found is ...:
            return OwnResult(None, "Your function gives back `...` still: complete it, then run its cell and this one.")
        if found is None:
            return OwnResult(None, f"Your function gives back nothing: is there a `return` before {self.gives}?")
        try:
            array = np.asarray(found)
        except Exception:
            array = np.asarray(None)
        if array.dtype.kind not in "iufb":
            what = type(found).__name__
            return OwnResult(None, f"Your function must give back the numbers of {self.gives}; it gave a {what}.")
        if array.shape != shape:
            got = f"an array of shape {array.shape}" if array.shape else "one number"
            wanted = f"has the shape {shape}" if shape else "is one number"
            return OwnResult(None, f"Your function gave {got}; {self.gives} {wanted}.")
        value = array.astype(np.float64)
        wrong = np.argwhere(~np.isfinite(value))
        if len(wrong):
            where = f" at {[int(place) for place in wrong[0]]}" if shape else ""
            kind = "NaN, which is no number" if np.isnan(value[tuple(wrong[0])]) else "infinity"
            return OwnResult(value, f"Your function gave {kind}{where}.")
        return OwnResult(value)

    def _why(self, error: Exception, given: list[Any]) -> str:
        names = self._names if len(self._names) == len(given) else [f"argument {n}" for n in range(1, len(given) + 1)]
        place = stopped.where(error, self.function)
        said = _short(re.sub(r", with gufunc signature \S+", "", f"{type(error).__name__}: {error}"))
        reason = stopped.reason(error, dict(zip(names, given, strict=True)))
        said += "." if reason and not said.endswith((".", "!", "?", "…")) else ""
        return f"Your function stopped{f' at `{place}`' if place else ''}: {said}{' ' + reason if reason else ''}"


def differing(mine: Array, right: Array, tolerance: float = 1e-6) -> Array:
    """Where a learner's result is not the right one.

    Parameters
    ----------
    mine, right : arrays of one shape
        The two results.
    tolerance : float, optional
        Beside the largest absolute value of `right`, or 1.

    Returns
    -------
    bool array of that shape
        True where they differ; what is no finite number differs.

    Raises
    ------
    ValueError
        If their shapes differ.
    """
    mine, right = np.asarray(mine, np.float64), np.asarray(right, np.float64)
    if mine.shape != right.shape:
        raise ValueError(f"mine must have the shape of right, {right.shape}; got {mine.shape}")
    with np.errstate(invalid="ignore"):
        return ~(np.abs(mine - right) <= tolerance * max(1.0, float(np.abs(right).max(initial=0.0))))


class TooSlow(BaseException):
    """What stops a function that takes too long: no `except Exception` of its own keeps it."""


def in_time(function: Callable[..., Any], arguments: list[Any], seconds: float) -> Any:
    """function(*arguments), or TooSlow after so many seconds, between two lines of its Python."""
    thread, lock, running = threading.get_ident(), threading.Lock(), [True]

    def stop() -> None:
        with lock:
            if running[0]:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooSlow))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:  # no threads here, as in a browser: it takes the time it takes
        return function(*arguments)
    try:
        return function(*arguments)
    finally:
        timer.cancel()
        with lock:
            running[0] = False
        # what was asked for in the last moment, and has not come yet, must not come later
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)


def _key(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        return argument.dtype.str, argument.shape, argument.tobytes()
    return repr(argument)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"
