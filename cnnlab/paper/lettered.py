"""Letters as matplotlib's fonts have them, asked for once: which stand where, how wide words are, how high lines.

Matplotlib has the words of a picture shaped by a library (which letters, side by side or one for two, how far apart)
whenever it measures or paints them; for a few figures in each cell of an image that takes longer than all else.

What is asked here has no public name. So it is asked of the version alone whose answers are known to be those that its
own way of painting has (tests/draw/test_lettered.py); with any other, that way is taken.
"""

import math
import threading
from functools import lru_cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import fontManager, get_font

from cnnlab.types import Array

KNOWN = matplotlib.__version_info__[:2] == (3, 11)
if KNOWN:
    from matplotlib.ft2font import RenderMode

PARTS = 64  # of a pixel, in which FreeType tells where a letter begins

Fonts = tuple[Any, ...]
How = tuple[Any, Any]  # features of the font, and the language, that a text asks for


def files(prop: Any) -> Fonts:
    """The files of the fonts that have these properties: where the first one lacks a letter, the next is asked."""
    return tuple(fontManager._find_fonts_by_props(prop))


@lru_cache(maxsize=4096)
def _extent(fonts: Fonts, points: float, dpi: float, words: str, flags: Any) -> tuple[float, float, float]:
    font = _font(fonts, points, dpi)
    font.set_text(words, 0.0, flags=flags)
    width, height = font.get_width_height()
    return width / 64, height / 64, font.get_descent() / 64


def extent(fonts: Fonts, points: float, dpi: float, words: str) -> tuple[float, float, float]:
    """Width, height and descent of words on one line, in pixels."""
    return _extent(fonts, points, dpi, words, get_hinting_flag())


@lru_cache(maxsize=256)
def line(fonts: Fonts, points: float, dpi: float) -> tuple[float | None, float | None, float]:
    """How far lines reach up and down, and the gap between two, in pixels; None where the font does not say."""
    font: Any = get_font(fonts)
    for name, up, down, gap in (
        ("OS/2", "sTypoAscender", "sTypoDescender", "sTypoLineGap"),
        ("hhea", "ascent", "descent", "lineGap"),
    ):
        table = font.get_sfnt_table(name)
        if table is not None:
            scale = 1 / font.get_sfnt_table("head")["unitsPerEm"] * points * dpi / 72
            return table[up] * scale, -table[down] * scale, table[gap] * scale
    return None, None, 0.0


def _font(fonts: Fonts, points: float, dpi: float) -> Any:
    font = get_font(fonts)
    font.clear()
    font.set_size(points, dpi)
    return font


@lru_cache(maxsize=4096)
def _shaped(fonts: Fonts, points: float, dpi: float, words: str, how: How, flags: Any, thread: int) -> list[Any]:
    """(font, number of a letter, x, y) of each letter of words on one line.  thread : to which the fonts belong."""
    features, language = how
    shaped = _font(fonts, points, dpi)._layout(words, flags=flags, features=features, language=language)
    return [(each.ft_object, each.glyph_index, each.x, each.y) for each in shaped]


@lru_cache(maxsize=4096)
def _drawn(
    font: Any, points: float, dpi: float, letter: int, flags: Any, angle: float, at: tuple[int, int]
) -> tuple[Array, int, int]:
    """(image, left, top) of a letter that begins `at`, in parts of a pixel: elsewhere it is moved by whole pixels.

    Figures and words of a picture come again in others, often in the same part of a pixel.
    """
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    font.set_size(points, dpi)
    font._set_transform((0x10000 * np.array([[cos, -sin], [sin, cos]])).round().astype(int), list(at))
    bitmap = font._render_glyph(letter, flags, RenderMode.NORMAL)
    return bitmap.buffer, bitmap.left, bitmap.top


def images(
    fonts: Fonts, points: float, dpi: float, words: str, how: How, at: tuple[float, float], angle: float
) -> list[tuple[Array, int, int]]:
    """What of the pixels each letter covers: (image, its left, its foot), from the left foot of the picture.

    at : where the words begin.  angle : degrees, counterclockwise.
    """
    flags, found = get_hinting_flag(), []
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    for font, letter, dx, dy in _shaped(fonts, points, dpi, words, how, flags, threading.get_ident()):
        place = at[0] + dx * cos - dy * sin, at[1] + dx * sin + dy * cos
        (column, right), (row, above) = (divmod(round(PARTS * where), PARTS) for where in place)
        image, left, top = _drawn(font, points, dpi, letter, flags, angle, (right, above))
        found.append((image, column + left, row + top - len(image)))
    return found
