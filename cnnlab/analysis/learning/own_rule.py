"""An update rule that a learner wrote, walked on a parabola, whatever it does (lecture topic 4)."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from cnnlab.analysis.own.function import TooSlow, in_time
from cnnlab.lettering import unmarked
from cnnlab.types import Array

__all__ = ["RuleWalk", "height", "of_the_lecture", "slope", "walk", "way"]

FAR = 1e100  # a walk that comes so far is over: soon its numbers would overflow
SECONDS = 0.5  # that a walk may take
LONG = 120  # characters of an error that are repeated


@dataclass(frozen=True)
class RuleWalk:
    """The places that a rule went to, one after the other.

    Parameters
    ----------
    u : (n + 1,) float64
        The start, and the place after every step that worked.
    trouble : str
        A sentence that says why there is no further step, empty if there is one; code in it stands in quotation marks.
    """

    u: Array
    trouble: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "trouble", unmarked(self.trouble))


def height(u: Any, curvature: float) -> Any:
    """L(u) = 1/2 lambda u^2, a parabola.

    Parameters
    ----------
    u : number or array
        Where.
    curvature : float
        lambda.

    Returns
    -------
    float or array, as u
    """
    return 0.5 * curvature * u * u


def slope(u: Any, curvature: float) -> Any:
    """dL/du = lambda u.

    Parameters
    ----------
    u : number or array
        Where.
    curvature : float
        lambda.

    Returns
    -------
    float or array, as u
    """
    return curvature * u


def of_the_lecture(u: float, slope: float, eta: float) -> float:
    """u - eta dL/du.

    Parameters
    ----------
    u : float
        The weight.
    slope : float
        dL/du there.
    eta : float
        The learning rate.

    Returns
    -------
    float

    Source
    ------
    Lecture topic 4.
    """
    return u - eta * slope


def walk(rule: Callable[..., Any], start: float, curvature: float, eta: float, steps: int) -> RuleWalk:
    """Let a rule walk on a parabola; it may raise, or give back anything at all.

    Parameters
    ----------
    rule : function
        rule(u, slope, eta), which should give back the new u.
    start : float
        The first u.
    curvature : float
        Of the parabola.
    eta : float
        The learning rate.
    steps : int
        How many, at most.

    Returns
    -------
    RuleWalk
    """
    places = [float(start)]

    def on() -> str:
        for step in range(1, steps + 1):
            here = places[-1]
            try:
                with np.errstate(all="ignore"):
                    found = rule(here, slope(here, curvature), eta)
            except Exception as error:
                return f"Your rule stopped at step {step}: {_short(f'{type(error).__name__}: {error}')}"
            if trouble := _complaint(found, step):
                return trouble
            places.append(float(found))
        return ""

    try:
        trouble = in_time(on, [], SECONDS)
    except TooSlow:
        trouble = f"Your rule was stopped at step {len(places)}, after {SECONDS:g} s: has it a loop without an end?"
    return RuleWalk(np.array(places), trouble)


def way(before: float, slope: float, after: float) -> str:
    """Whether a step went uphill or downhill, by the slope where it began.

    Parameters
    ----------
    before, slope, after : float
        Where it began, dL/du there, and where it went.

    Returns
    -------
    str
    """
    if after == before:
        return "it stays where it is"
    product = (after - before) * slope
    return "uphill" if product > 0 else "downhill" if product < 0 else "away from the minimum"


def _complaint(found: Any, step: int) -> str:
    """What is wrong with something that should be the new u, or ""."""
    if found is ...:
        return "Your rule gives back `...` still: put the new u there, then run its cell and this one again."
    if found is None:
        return "Your rule gives back nothing: is there a `return` before the new u?"
    if isinstance(found, str | bool | np.bool_ | np.str_):
        return f"Your rule must give back a number, the new u; it gave {_short(repr(found))}."
    try:
        shape, kind = np.shape(found), np.asarray(found).dtype.kind
    except Exception:
        return f"Your rule must give back one number, the new u; it gave a {type(found).__name__}."
    if shape:
        return f"Your rule must give back one number, the new u; it gave a {type(found).__name__} of shape {shape}."
    if kind not in "iuf" and not isinstance(found, Real):
        return f"Your rule must give back a number, the new u; it gave a {type(found).__name__}."
    try:
        value = float(found)
    except Exception:
        return "Your rule gave a number that is too large for a float."
    if np.isnan(value):
        return f"At step {step} your rule gave NaN, which is no number: was something divided by 0, or was it a root?"
    if abs(value) > FAR:
        return f"At step {step} your rule went farther than {FAR:g}: the walk ends there."
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"
