"""What KIND of thing is wrong with a single number; never so much that the right one can be read off."""

from collections.abc import Callable

import numpy as np

from cnnlab.check.toolkit.kinds import Kind

COUNTED = 50  # from here on a factor of 2, 3 or 4 between whole numbers says something
CLOSE = 0.01  # so far off, nearly right
FAR = 10  # times too large or too small


def kind(found: float, expected: float, whole: bool) -> Kind | None:
    """The first kind that is true; whole : whether a count is asked for."""
    if not np.isfinite(found):
        return Kind("not a number", "It is not a finite number.") if np.isfinite(expected) else None
    for name, (holds, words) in KINDS.items():
        if holds(float(found), float(expected), whole):
            return Kind(name, words)
    return None


def _is(found: float, value: float) -> bool:
    return bool(np.isclose(found, value, rtol=1e-6, atol=0))


def _rounded(found: float, expected: float, whole: bool) -> bool:
    return any(found == round(expected, digits) for digits in range(6))


def _not_whole(found: float, expected: float, whole: bool) -> bool:
    return whole and found != round(found)


def _power_of_ten(found: float, expected: float, whole: bool) -> bool:
    return any(_is(found, expected * 10.0**power) for power in (-9, -6, -3, -2, -1, 1, 2, 3, 6, 9)) and expected != 0


def _upside_down(found: float, expected: float, whole: bool) -> bool:
    return expected != 0 and _is(found, 1 / expected) and not _is(abs(expected), 1)


def _squared(found: float, expected: float, whole: bool) -> bool:
    return abs(expected) not in (0, 1) and (_is(found, expected**2) or (found > 0 and _is(found**2, expected)))


def _simple_factor(found: float, expected: float, whole: bool) -> bool:
    if expected == 0 or (whole and max(abs(found), abs(expected)) < COUNTED):
        return False
    return any(_is(found, expected * factor) for factor in (2, 3, 4, 1 / 2, 1 / 3, 1 / 4))


def _far(found: float, expected: float, whole: bool) -> bool:
    return expected != 0 and not 1 / FAR < abs(found / expected) < FAR


KINDS: dict[str, tuple[Callable[[float, float, bool], bool], str]] = {
    "sign": (lambda found, expected, whole: _is(found, -expected), "The size is right; the sign is not."),
    "off by one": (
        lambda found, expected, whole: whole and abs(found - expected) == 1,
        "Off by one: do the first and the last one count?",
    ),
    "not whole": (_not_whole, "A count is a whole number."),
    "rounded": (_rounded, "It is rounded: give all digits, or a fraction."),
    "power of ten": (_power_of_ten, "Only the decimal point is wrong: look at the units."),
    "upside down": (_upside_down, "It is upside down: one over the right number."),
    "squared": (_squared, "There is a square, or a square root, too many or too few."),
    "simple factor": (
        _simple_factor,
        "It is off by a small whole factor, as if something were counted again, or left out.",
    ),
    "close": (
        lambda found, expected, whole: abs(found - expected) <= CLOSE * abs(expected),
        "Nearly: is something rounded on the way, or left out?",
    ),
    "wrong side": (
        lambda found, expected, whole: found * expected < 0,
        "Its sign is wrong, and its size is not right either.",
    ),
    "far": (_far, "Not even the order of magnitude is right."),
    "near": (
        lambda found, expected, whole: expected != 0,
        "The order of magnitude is right, the number is not.",
    ),
}
