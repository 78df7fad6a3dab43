"""Letters that are asked for once are those that matplotlib draws, pixel by pixel."""

import threading
from concurrent.futures import ThreadPoolExecutor

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties

from cnnlab.paper import lettered
from cnnlab.picture import Picture, new_figure

known = pytest.mark.skipif(not lettered.KNOWN, reason="this matplotlib draws all letters itself")


def written(rng=0, **look):
    """A picture of words of many kinds: turned, in two lines, small and large, in letters that one font lacks."""
    rng = np.random.default_rng(rng)
    figure, ((ax,),) = new_figure(3, 2)
    for k, number in enumerate(rng.standard_normal(12)):
        ax.text(*rng.random(2), f"{number:.2f}", fontsize=6 + k % 5, rotation=(0, 0, 30, 90, -45)[k % 5], **look)
    ax.text(0.5, 0.5, "fi ffl AVA Tj", fontsize=15, weight="bold", ha="center", va="center", color="C1", **look)
    ax.text(0.2, 0.2, "first line\nthe second, longer\n\nη ∂L/∂w ≥ 0", linespacing=1.7, rotation=12, **look)
    ax.text(
        0.1,
        0.5,
        "Käfer 鬼 Ж X\u0302g\u0323 ש\u05b8ל",
        family=["DejaVu Serif", "DejaVu Sans"],
        style="italic",
        rotation=20,
        **look,
    )
    ax.set(xlabel="epoch", ylabel="training error (%)", title="α = 0.5\nin two lines")
    return Picture(figure, "words")


@pytest.fixture
def own(monkeypatch):
    """A function that has matplotlib draw all letters itself."""
    return lambda: monkeypatch.setattr(lettered, "KNOWN", False)


@known
@pytest.mark.parametrize("look", [{}, {"antialiased": False}, {"bbox": {"facecolor": "C2"}}])
def test_letters_are_those_that_matplotlib_draws(own, look):
    ours = written(**look).papers()
    again = written(**look).papers()
    own()
    assert ours == again == written(**look).papers()


@known
@pytest.mark.parametrize(
    "settings",
    [{"font.family": "DejaVu Sans Mono"}, {"text.hinting": "none"}, {"font.sans-serif": ["DejaVu Serif"]}],
)
def test_settings_of_matplotlib_are_followed_from_picture_to_picture(own, settings):
    before = written().papers()
    with matplotlib.rc_context(settings):
        ours = written().papers()
        assert ours != before
        own()
        assert ours == written().papers()


@known
def test_each_line_of_words_is_shaped_once(monkeypatch):
    asked = []
    make = lettered.get_font
    monkeypatch.setattr(lettered, "get_font", lambda fonts: asked.append(fonts) or make(fonts))
    written(1).papers()
    first = len(asked)
    written(1).papers()
    assert first > 20 and len(asked) == first


@known
@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0])
def test_a_letter_that_was_drawn_elsewhere_is_moved_by_whole_pixels(angle):
    fonts, how = lettered.files(FontProperties(size=9)), (None, None)
    lettered._drawn.cache_clear()
    for x, y in ((3.25, 7.5), (-40.75, 107.5), (3.25, -92.5)):
        found = lettered.images(fonts, 9, 110, "0.25Ag", how, (x, y), angle)
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        turn = (0x10000 * np.array([[cos, -sin], [sin, cos]])).round().astype(int)
        shaped = lettered._shaped(fonts, 9, 110, "0.25Ag", how, get_hinting_flag(), threading.get_ident())
        for (image, left, foot), (font, letter, dx, dy) in zip(found, shaped, strict=True):  # as FreeType has it there
            font.set_size(9, 110)
            place = x + dx * cos - dy * sin, y + dx * sin + dy * cos
            font._set_transform(turn, [round(64 * place[0]), round(64 * place[1])])
            bitmap = font._render_glyph(letter, get_hinting_flag(), lettered.RenderMode.NORMAL)
            assert np.array_equal(image, bitmap.buffer)
            assert (left, foot) == (bitmap.left, bitmap.top - len(bitmap.buffer))
    assert lettered._drawn.cache_info().hits >= 6  # those of the last two places, at least


@known
def test_threads_draw_the_same_words_at_once():
    alone = written(2).papers()
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(lambda _: written(2).papers(), range(4))) == {alone}


def test_another_matplotlib_draws_all_letters_itself(own, monkeypatch):
    own()
    for name in ("extent", "line", "images"):
        monkeypatch.setattr(lettered, name, lambda *given: pytest.fail("its answers are not known"))
    assert len(written().papers()) == 2
