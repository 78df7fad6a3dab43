"""What a view may ask, looked at before anything is done: a page, or what calls itself one, may send anything."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.explore.toolkit.explorer import Explorer

ASKED = ("hello", "set", "press", "reset", "sweep", "nudge", "bye")
SILENT = ("nudge", "bye")  # nobody waits for an answer
LONGEST = 200  # letters of a name, and of what a refusal says
MOST = 10_000  # positions that are asked for at once, keys that a view holds


def fault_in(question: Any, explorer: Explorer) -> str | None:
    """What is wrong with a question, for its refusal.

    Parameters
    ----------
    question : object
        What came; see the head of answers.py for what should.
    explorer : Explorer
        What it is about.

    Returns
    -------
    words : str or None
        None where nothing is.
    """
    if not isinstance(question, Mapping):
        return f"A question is a dict; got a {type(question).__name__}"
    do = question.get("do")
    if not isinstance(do, str) or do not in ASKED:
        return f"A view asked for {brief(do)}, which is not among {', '.join(ASKED)}"
    if not isinstance(question.get("view"), str) or not 0 < len(question["view"]) <= LONGEST:
        return f"A question names its view, a str; got {brief(question.get('view'))}"
    if do in SILENT:
        return None
    if do != "sweep" and not _is_count(question.get("number")):
        return f"A question has a number, whole and from 0 on; got {brief(question.get('number'))}"
    return _fault_in_what_is_known(question, explorer) or _fault_in_control(do, question, explorer)


def can_be_numbered(question: Any) -> bool:
    """Whether the answer can say which view's question of what number it is of, so that this view waits no longer.

    Parameters
    ----------
    question : object
        What came.

    Returns
    -------
    can : bool
    """
    if not isinstance(question, Mapping):
        return False
    do, view = question.get("do"), question.get("view")
    if isinstance(do, str) and do in ("sweep", *SILENT):
        return False
    return isinstance(view, str) and 0 < len(view) <= LONGEST and _is_count(question.get("number"))


def brief(value: Any) -> str:
    """A value in so many letters that a message can hold.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    words : str
    """
    words = repr(value)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _fault_in_what_is_known(question: Mapping[str, Any], explorer: Explorer) -> str | None:
    has = question.get("has", ())
    if not isinstance(has, list | tuple) or len(has) > MOST or not all(isinstance(key, str) for key in has):
        return f"`has` is a list of at most {MOST} keys; got {brief(has)}"
    drawn = question.get("drawn")
    if drawn is not None and not (isinstance(drawn, Mapping) and set(drawn) <= set(explorer.values)):
        return f"`drawn` is a dict of values of controls; got {brief(drawn)}"
    return None


def _fault_in_control(do: str, question: Mapping[str, Any], explorer: Explorer) -> str | None:
    if do not in ("set", "press", "sweep"):
        return None
    name = question.get("name")
    if not isinstance(name, str) or name not in explorer.controls:
        return f"There is no control {brief(name)}; the controls are {', '.join(explorer.controls)}"
    control = explorer.controls[name]
    if (control.kind == "button") != (do == "press"):
        return f"{name} is a {control.kind}, which takes no {do}"
    if do == "set" and "value" not in question:
        return f"A question that sets {name} needs a value"
    at = question.get("at")
    if at is not None and not (control.kind == "matrix" and _is_place(at, np.shape(explorer.values[name]))):
        return f"`at` is [row, column] of a cell of a matrix; got {brief(at)} for {name}"
    if do == "set" and at is not None and not _is_number(question["value"]):
        return f"A cell of {name} is a number; got {brief(question['value'])}"
    wanted = question.get("wanted")
    if do == "sweep" and not (isinstance(wanted, list) and len(wanted) <= MOST and all(map(_is_count, wanted))):
        return f"`wanted` is a list of at most {MOST} positions; got {brief(wanted)}"
    if do == "sweep" and not _is_count(question.get("token")):
        return f"`token` is a whole number, by which the view knows its frames; got {brief(question.get('token'))}"
    return None


def _is_count(value: Any) -> bool:
    """Whole, from 0 on, and no more than JavaScript counts to."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53


def _is_number(value: Any) -> bool:
    """What JSON has as a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_place(at: Any, shape: tuple[int, ...]) -> bool:
    """[row, column], within."""
    whole = isinstance(at, list | tuple) and len(at) == len(shape) and all(map(_is_count, at))
    return whole and all(one < side for one, side in zip(at, shape, strict=True))
