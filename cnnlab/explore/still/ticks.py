"""Ticks of axes: round places with as many digits as they need, and room between their words; as paint/ticks.js."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.ruler import cut, width_of
from cnnlab.picture import STYLE

Ticks = list[tuple[float, str]]

RULE, PLACING = STYLE["ticks"], STYLE["placing"]
SIZE = STYLE["words"]["ticks"]
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ticks_of(lo: float, hi: float, log: bool, room: float) -> Ticks:
    """(place, words) of the ticks of an axis that has so many pixels of room."""
    if log:
        first, last = int(np.ceil(np.log10(lo) - 1e-9)), int(np.floor(np.log10(hi) + 1e-9))
        every = max(1, int(np.ceil((last - first) / max(1, room / RULE["each_power"]))))
        plain = first >= RULE["plain_from"] and last <= RULE["plain_to"]
        powers = range(first, last + 1, every)
        return [(10.0**k, format_number(10.0**k, max(0, -k)) if plain else f"10{_raised(k)}") for k in powers]
    raw = (hi - lo) / max(RULE["fewest"], min(RULE["most"], room / RULE["each"]))
    power = 10.0 ** np.floor(np.log10(raw))
    times = next((m for m in RULE["steps"] if m * power >= raw * (1 - 1e-12)), 10)
    step = times * power
    finer = 1 if abs(times - 2.5) < 1e-9 else 0
    digits = max(0, min(6, int(np.ceil(-np.log10(step) - 1e-9)) + finer))
    places = np.arange(np.ceil(lo / step - 1e-9), np.floor(hi / step + 1e-9) + 1) * step
    return [(float(place), format_number(place, digits)) for place in places]


def _raised(k: int) -> str:
    return str(k).translate(RAISED)


def across(ticks: Ticks | None, ends: tuple[float, float], log: bool, room: float) -> Ticks:
    """The ticks of an axis from left to right: fewer of them, as long as their words would meet."""
    if ticks is not None:
        return ticks
    found, shorter = ticks_of(*ends, log, room), room
    for _ in range(PLACING["steps"]):
        widest = max((width_of(words, SIZE) for _, words in found), default=0.0)
        if len(found) < 2 or widest + RULE["apart"] <= room * _step(found, ends, log):
            break
        shorter *= PLACING["shorter"]
        found = ticks_of(*ends, log, shorter)
    return found


def _step(ticks: Ticks, ends: tuple[float, float], log: bool) -> float:
    """From tick to tick, as a part of the whole axis."""
    a, b, lo, hi = ticks[0][0], ticks[1][0], *ends
    if log:
        return float(np.log10(b / a) / np.log10(hi / lo))
    return (b - a) / (hi - lo)


def fitted(ticks: Ticks, at: Callable[[float], float], turned: bool) -> tuple[Ticks, float]:
    """The ticks, and how large their words are, so that none meets its neighbour; turned : one above the other."""
    if len(ticks) < 2:
        return ticks, SIZE
    places = [at(place) for place, _ in ticks]
    gaps = [abs(b - a) for a, b in pairwise(places)]
    if turned:
        size = max(PLACING["shrunk"], min(SIZE, min(gaps)))
        every = max(1, int(np.ceil(size / max(1e-9, min(gaps)))))
        return ticks[::every], size
    widths = [width_of(words, SIZE) for _, words in ticks]
    needed = [(a + b) / 2 for a, b in pairwise(widths)]
    share = min(max(1.0, gap - RULE["between"]) / max(1e-9, need) for gap, need in zip(gaps, needed, strict=True))
    size = max(PLACING["shrunk"], SIZE * min(1.0, share))
    if share * SIZE >= PLACING["shrunk"]:
        return ticks, size
    room = min(gaps) - RULE["between"]
    if room < width_of("000", size):
        return ticks[:: int(np.ceil(max(needed) * size / SIZE / max(1e-9, room)))], size
    return [(place, cut(words, room, size)) for place, words in ticks], size
