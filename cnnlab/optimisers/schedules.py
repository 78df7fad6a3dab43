"""How eta changes while training goes on: functions of its progress, 0 <= progress < 1."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import TypeAlias

import numpy as np

from cnnlab import arguments

Schedule: TypeAlias = Callable[[float], float]
"""eta(progress) -> the learning rate when that share of the training is done."""


@dataclass(frozen=True)
class Constant:
    """eta(progress) = eta.

    Parameters
    ----------
    eta : float
        The learning rate.
    """

    eta: float

    def __call__(self, progress: float) -> float:
        return self.eta


@dataclass(frozen=True)
class Steps:
    """eta(progress) = eta * factor^(how many of the marks in `at` are passed).

    Parameters
    ----------
    eta : float
        The learning rate at first.
    at : tuple of float
        The marks, in order.
    factor : float
        What eta is multiplied by at each.
    """

    eta: float
    at: tuple[float, ...]
    factor: float

    def __call__(self, progress: float) -> float:
        return self.eta * self.factor ** sum(progress >= mark for mark in self.at)


@dataclass(frozen=True)
class OneCycle:
    """eta rises in a straight line from peak/25 to peak while progress < warmup, then falls in one towards zero.

    Parameters
    ----------
    peak : float
        The largest eta.
    warmup : float
        The share of the training in which it rises.
    """

    peak: float
    warmup: float

    def __call__(self, progress: float) -> float:
        if progress < self.warmup:
            return self.peak * (1 / 25 + 24 / 25 * progress / self.warmup)
        return self.peak * (1 - progress) / (1 - self.warmup)


@dataclass(frozen=True)
class Part:
    """What another schedule gives while its own progress goes from begin to end.

    Parameters
    ----------
    schedule : function
        The other.
    begin, end : float
        Shares of it.
    """

    schedule: Schedule
    begin: float
    end: float

    def __call__(self, progress: float) -> float:
        return self.schedule(self.begin + (self.end - self.begin) * progress)


def constant(eta: float) -> Constant:
    """The schedule that keeps eta.

    Parameters
    ----------
    eta : float
        Positive.

    Returns
    -------
    Constant

    Raises
    ------
    TypeError, ValueError
        If eta is no positive number.

    Source
    ------
    Lecture topic 4.
    """
    return Constant(arguments.positive("eta", eta))


def steps(eta: float, at: float | tuple[float, ...] = (0.5, 0.75), factor: float = 0.1) -> Steps:
    """A schedule in steps: eta, multiplied by factor whenever a mark is passed.

    Parameters
    ----------
    eta : float
        The learning rate at first, positive.
    at : float or tuple of float
        The marks: shares of the training, each between 0 and 1.
    factor : float
        Positive.

    Returns
    -------
    Steps

    Raises
    ------
    TypeError, ValueError
        For anything else.

    Source
    ------
    Krizhevsky et al. 2012.
    """
    marks = np.atleast_1d(at).tolist()
    if not marks or not all(isinstance(mark, Real) and 0 < float(mark) < 1 for mark in marks):
        raise ValueError(f"at must be shares of the training, each between 0 and 1; got {at!r}")
    return Steps(arguments.positive("eta", eta), tuple(sorted(marks)), arguments.positive("factor", factor))


def one_cycle(peak: float, warmup: float = 0.3) -> OneCycle:
    """A schedule that rises to peak in the first share of the training and falls to zero at its end.

    Parameters
    ----------
    peak : float
        The largest eta, positive.
    warmup : float
        The share in which it rises, in [0, 1).

    Returns
    -------
    OneCycle

    Raises
    ------
    TypeError, ValueError
        For anything else.

    Source
    ------
    Smith 2018.
    """
    return OneCycle(arguments.positive("peak", peak), arguments.share("warmup", warmup))


def part(schedule: Schedule, begin: float, end: float) -> Part:
    """A part of a schedule, for a training that is done in several: first on small images, say, and then on large ones.

    Parameters
    ----------
    schedule : function
        That of the whole training.
    begin, end : float
        Which share of it this part is, 0 <= begin < end <= 1.

    Returns
    -------
    Part

    Raises
    ------
    TypeError, ValueError
        For anything else.
    """
    if not callable(schedule):
        raise TypeError(f"schedule must be a schedule, such as one_cycle(0.1); got {schedule!r}")
    begin, end = arguments.share("begin", begin), arguments.real("end", end, above=begin)
    if end > 1:
        raise ValueError(f"end must be at most 1, where the schedule ends; got {end!r}")
    return Part(schedule, begin, end)
