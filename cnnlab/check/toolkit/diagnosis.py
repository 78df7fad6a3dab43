"""What KIND of thing is wrong with an answer, or with all results of a function."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab.check.toolkit import kinds, one_number, shapes
from cnnlab.check.toolkit.comparison import as_numbers, same
from cnnlab.check.toolkit.kinds import Kind
from cnnlab.types import Array


def diagnose(
    answers: Sequence[Any], right: Sequence[Any], tolerance: float, given: Sequence[Mapping[str, Any]] = ()
) -> Kind | None:
    """The kind of mistake that is the same in all wrong answers, or None.

    Parameters
    ----------
    answers, right : sequence
        What a learner's function gives on the inputs that come out wrong, beside what it should; or one answer alone.
    tolerance : float
        As for `same`.
    given : sequence of dict
        For a function, the arguments by name for each of them.

    Returns
    -------
    kind : Kind or None
        Its words are true of every answer (whose shape is right, or wrong, as that of the first), and give no right
        value away.
    """
    if isinstance(right[0], (tuple, list)):
        return _of_several(answers, right, tolerance, given)
    pairs = [(as_numbers(answer), np.asarray(one)) for answer, one in zip(answers, right, strict=True)]
    known = [(found, expected) for found, expected in pairs if found is not None and expected.dtype.kind in "biuf"]
    if len(known) < len(pairs):
        return None
    fits = [found.shape == expected.shape for found, expected in known]
    like = [i for i, one in enumerate(fits) if one == fits[0]]  # what is said stands beside the first
    known, given = [known[i] for i in like], [given[i] for i in like if given]
    if not fits[0]:
        kind = shapes.kind(known, tolerance, given)
        alone = len(known) == 1 and not given and not known[0][1].ndim
        return Kind("several", "One number is asked for.") if alone and not (kind and kind.name == "reshaped") else kind
    if len(known) == 1 and known[0][1].ndim == 0:
        found, expected = known[0]
        return one_number.kind(float(found), float(expected), expected.dtype.kind in "iu")
    if all(expected.dtype.kind == "b" for _, expected in known):
        return _of_decisions(known)
    return kinds.kind(kinds.Wrong(known, given, tolerance))


def only_where(given: Sequence[Mapping[str, Any]], wrong: Sequence[int]) -> str:
    """What tells the inputs that come out right from those that come out wrong, as a sentence, or ""."""
    right = [i for i in range(len(given)) if i not in wrong]
    facts = [_facts(one) for one in given]
    for fact in facts[right[0]] if right else ():
        if all((fact in one) == (i in right) for i, one in enumerate(facts)):
            return f" It is right where {fact}, and only there."
    return ""


def _facts(arguments: Mapping[str, Any]) -> list[str]:
    facts = []
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            facts += [f"axis {axis} of `{name}` has length 1" for axis, n in enumerate(value.shape) if n == 1]
            facts += [f"`{name}` is square"] if value.ndim == 2 and value.shape[0] == value.shape[1] else []
        elif isinstance(value, (int, float)):
            facts += [f"`{name}` is {value}"] if value in (0, 1) else []
    return facts


def _of_decisions(pairs: Sequence[tuple[Array, Array]]) -> Kind | None:
    if all(np.array_equal(found.astype(bool), ~expected) for found, expected in pairs):
        return Kind("the other way round", "It is just the other way round: True and False have changed places.")
    if all((found.astype(bool) <= expected).all() for found, expected in pairs):
        return Kind("too strict", "Every True is right, but some are missing.")
    if all((found.astype(bool) >= expected).all() for found, expected in pairs):
        return Kind("too easy", "No True is missing, but there are too many of them.")
    return None


def _of_several(
    answers: Sequence[Any], right: Sequence[Any], tolerance: float, given: Sequence[Mapping[str, Any]]
) -> Kind | None:
    count = len(right[0])
    answers = [list(one) if isinstance(one, np.ndarray) and one.ndim else one for one in answers]
    if not all(isinstance(one, (tuple, list)) and len(one) == count for one in answers):
        return None
    order = _order(answers, right, tolerance)
    if order:
        return Kind("order", "All values are right, but they stand in another order.")
    for place in range(count):
        wrong = [i for i in range(len(right)) if not same(answers[i][place], right[i][place], tolerance)]
        if wrong:
            found = [answers[i][place] for i in wrong]
            return diagnose(found, [right[i][place] for i in wrong], tolerance, [given[i] for i in wrong if given])
    return None


def _order(answers: Sequence[Any], right: Sequence[Any], tolerance: float) -> bool:
    """Whether in each answer all right values are there, in another order."""
    for answer, expected in zip(answers, right, strict=True):
        rest = list(answer)
        for value in expected:
            place = next((i for i, one in enumerate(rest) if same(one, value, tolerance)), None)
            if place is None:
                return False
            del rest[place]
    return True
