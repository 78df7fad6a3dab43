"""How wide words are taken to be, and the boxes that they fill: one rule for both painters, as paint/ruler.js has it.

The letters are at least as wide as those of the usual fonts (style.json), so that where there is room for them here,
there is room in every browser, and nothing has to be painted to know where it lies.
"""

import unicodedata
from functools import lru_cache

from cnnlab.style import STYLE

__all__ = ["Rect", "cut", "overlap", "width_of", "word_box", "wrapped"]

RULE = STYLE["letters"]
WIDTHS = {letter: float(width) for width, letters in RULE["widths"].items() for letter in letters}
WIDE_FROM = 0x1100  # Korean, Chinese and Japanese letters, and signs
ROUNDING = 0.01  # pixels: words that were shrunk to their room fill it

Rect = tuple[float, float, float, float]


def _ems(letter: str) -> float:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if unicodedata.category(letter) == "Mn":
        return 0.0
    wide = ord(letter) >= WIDE_FROM and not 0x1E00 <= ord(letter) < 0x2E80
    return RULE["wide"] if wide else RULE["other"]


@lru_cache(maxsize=8192)
def _length(words: str) -> float:
    return sum(_ems(letter) for letter in words)


def width_of(words: str, size: float, bold: bool = False) -> float:
    """Pixels that words of this size take."""
    return _length(words) * size * (RULE["bold"] if bold else 1)


@lru_cache(maxsize=8192)
def _is_low(words: str) -> bool:
    return any(letter in RULE["low"] for letter in words)


def word_box(words: str, x: float, y: float, size: float, align: str, base: str, bold: bool = False) -> Rect:
    """(x, y, w, h) of words at (x, y); align : left, center, right; base : alphabetic, middle."""
    width = width_of(words, size, bold)
    left = x - width * {"left": 0, "center": 0.5, "right": 1}[align]
    line = y + (RULE["middle"] * size if base == "middle" else 0)
    down = RULE["down"] * size if _is_low(words) else 0
    return left, line - RULE["up"] * size, width, RULE["up"] * size + down


def overlap(a: Rect, b: Rect, slack: float = 0.0) -> bool:
    """Whether two boxes share more than a rim of `slack` pixels."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return across > slack and down > slack


def wrapped(words: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Words in as many lines as they need; a word that is too long has a line of its own."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def cut(words: str, room: float, size: float, bold: bool = False) -> str:
    """Words, or as much of their beginning as there is room for, with … behind it."""
    if width_of(words, size, bold) <= room + ROUNDING:
        return words
    count = len(words) - 1
    while count > 0 and width_of(words[:count].rstrip() + "…", size, bold) > room:
        count -= 1
    return words[:count].rstrip() + "…"
