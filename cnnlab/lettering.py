"""Words as a picture can hold them: names come from data, in any script, of any length, with any sign in them.

Matplotlib takes `$` for the beginning of mathematics, draws a box where its font lacks a letter, and lets long
words shrink what they stand beside. Here words stay words: another font of this computer serves for what the first
one lacks, a letter that no font has is written by its number, ‹732b›, so that two names never look alike, and names
are shortened in the middle to the room there is.

Matplotlib is imported where its fonts are asked for; names are shortened without it, too, for the painters in the
browser, which find a font for every letter themselves.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from cnnlab.packages import lacking

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "as_words",
    "drawable",
    "families",
    "fitted",
    "fitted_all",
    "inches",
    "on_one_line",
    "shortened",
    "unmarked",
]

FIRST = "DejaVu Sans"  # it comes with matplotlib
BROAD = (
    "noto",
    "cjk",
    "hiragino",
    "pingfang",
    "malgun",
    "yu gothic",
    "simhei",
    "simsun",
    "unicode",
    "nirmala",
    "arial",
)
NEVER = ("lastresort", "last resort", "emoji")  # boxes for everything, and bitmaps that matplotlib cannot scale
LONGEST = 120  # letters that any name has room for
JOINERS = "Mn", "Me", "Cf"  # marks and signs without a width of their own


@lru_cache(maxsize=512)
def _letters(path: str, number: int = 0) -> frozenset[int]:
    """The code points that a font file has letters for."""
    from matplotlib.font_manager import get_font

    try:
        return frozenset(get_font(path).get_charmap())
    except (OSError, RuntimeError, ValueError):  # a font that is broken, or of a kind matplotlib cannot read
        return frozenset()


@lru_cache(maxsize=4096)
def _family(letter: str) -> str | None:
    """The family of a font that has this letter, or None."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager

    if ord(letter) in _letters(findfont(FontProperties(family=FIRST))):
        return FIRST
    fonts = {font.name: font.fname for font in fontManager.ttflist if not font.name.lower().startswith(NEVER)}
    likely = sorted(fonts, key=lambda name: (not any(word in name.lower() for word in BROAD), name))
    return next((name for name in likely if ord(letter) in _letters(fonts[name])), None)


def _is_drawn(letter: str) -> bool:
    return letter.isprintable() and (letter.isascii() or not _fonts() or _family(letter) is not None)


@lru_cache(maxsize=1)
def _fonts() -> bool:
    """Whether matplotlib is here, and so its fonts."""
    return "matplotlib" not in lacking()


def families(words: str) -> list[str]:
    """The families of fonts that have the letters of these words, the usual one first.

    Parameters
    ----------
    words : str
        What is to be drawn.

    Returns
    -------
    families : list of str
        Of fonts that are there.
    """
    others = {_family(letter) for letter in words if not letter.isascii()}
    return [FIRST, *sorted(name for name in others - {FIRST, None} if name is not None)]


def drawable(words: str) -> str:
    """The words with every letter that cannot be drawn replaced by its number, such as ‹732b›.

    Parameters
    ----------
    words : str
        Line breaks stay.

    Returns
    -------
    words : str
    """
    if words.isascii() and words.isprintable():
        return words
    return "".join(letter if letter == "\n" or _is_drawn(letter) else f"‹{ord(letter):x}›" for letter in words)


def inches(words: str, points: float) -> float:
    """How wide words are.

    Parameters
    ----------
    words : str
        One line.
    points : float
        Size of the letters.

    Returns
    -------
    inches : float
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    shown = drawable(words).replace("$", r"\$")
    if not shown.strip():
        return 0.0
    path = TextPath((0, 0), shown, size=points, prop=FontProperties(family=families(words)))
    return float(path.vertices[:, 0].max()) / 72  # its extents, curve by curve, are the same and take 50 times as long


def on_one_line(words: object) -> str:
    """A name without line breaks, tabs and other signs that move what follows.

    Parameters
    ----------
    words : object
        A str, or what has a name as a str.

    Returns
    -------
    words : str
        Any white space as single blanks.
    """
    return " ".join(str(words).split())


def unmarked(words: str) -> str:
    """Words that a check marks for a page, as a picture has them, which knows no marks: `code` becomes “code”.

    Parameters
    ----------
    words : str
        Sentences with code between backticks.

    Returns
    -------
    words : str
        The same sentences with the code in quotation marks.
    """
    return re.sub(r"`([^`]+)`", r"“\1”", words)


def fitted(words: object, room: float, points: float) -> str:
    """A name, shortened in the middle to the room it has.

    Parameters
    ----------
    words : str
        The name.
    room : float
        Inches.
    points : float
        Size of the letters.

    Returns
    -------
    words : str
        One line.
    """
    return _cut(on_one_line(words), lambda shown: inches(shown, points) <= room)


def fitted_all(names: Iterable[object], room: float, points: float) -> list[str]:
    """Several names, each as `fitted` has it; different ones stay different.

    Parameters
    ----------
    names : iterable of str
        The names.
    room : float
        Inches.
    points : float
        Size of the letters.

    Returns
    -------
    names : list of str
        As many, in this order.
    """
    lines = [on_one_line(name) for name in names]
    return _told_apart(lines, [fitted(line, room, points) for line in lines])


def shortened(names: Iterable[object], most: int = 24) -> list[str]:
    """Names of at most so many letters, shortened in the middle; those that would become alike get a number.

    Parameters
    ----------
    names : iterable of str
        Of classes, images, layers.
    most : int
        Letters; wide ones count twice.

    Returns
    -------
    names : list of str
        As many, in this order.
    """
    lines = [on_one_line(name) for name in names]
    return _told_apart(lines, [_cut(line, lambda shown: _columns(shown) <= most) for line in lines])


def _told_apart(names: Sequence[str], short: Sequence[str]) -> list[str]:
    """The short forms of names; where different names have become alike, with their place."""
    meant: dict[str, set[str]] = {}
    for name, words in zip(names, short, strict=True):
        meant.setdefault(words, set()).add(name)
    return [words if len(meant[words]) == 1 else f"{words} ({place})" for place, words in enumerate(short)]


def as_words(figure: "Figure") -> None:
    """Let every text of a figure be words: no mathematics, no boxes, no warning.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its texts are changed; the powers of ten at a logarithmic axis stay what they are.
    """
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_scale() == "log" and any(label.get_text() != "" for label in axis.get_ticklabels()):
                continue
            words = [label.get_text() for label in axis.get_ticklabels()]
            if any(drawable(one) != one for one in words):  # they are written anew from the list at every drawing
                axis.set_ticks(axis.get_ticklocs(), [drawable(one) for one in words])
    from matplotlib.text import Text

    powers = {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        if axis.get_scale() == "log"
        for label in axis.get_ticklabels(which="both")
    }
    for text in figure.findobj(Text):
        if text in powers:
            continue
        text.set_parse_math(False)
        shown = text.get_text()
        if not shown.isascii() or not shown.isprintable():
            if drawable(shown) != shown:
                text.set_text(drawable(shown))
            others = families(shown)
            if len(others) > 1:
                text.set_fontfamily(others)


def _columns(words: str) -> int:
    """Width in letters: wide ones are two, marks on others none, what cannot be drawn is written out."""
    total = 0
    for letter in words:
        if not _is_drawn(letter):
            total += len(drawable(letter))
        elif unicodedata.category(letter) not in JOINERS:
            total += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
    return total


def _cut(words: str, fits: Callable[[str], bool]) -> str:
    """The words, or as much of both their ends as fits with … between."""
    if len(words) <= LONGEST and fits(words):
        return words
    low, high = 0, min(len(words) - 1, LONGEST)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(_ends(words, middle)) else (low, middle - 1)
    return _ends(words, low)


def _ends(words: str, count: int) -> str:
    """So many letters of both ends, marks left with what they stand on."""
    first, last = count - count // 2, count // 2
    tail = words[len(words) - last :] if last else ""
    while tail and unicodedata.category(tail[0]) in JOINERS:
        tail = tail[1:]
    return f"{words[:first].rstrip()}…{tail.lstrip()}"
