"""A scene as a still picture: its artists, not its pixels."""

import numpy as np
from explorers import everything

from cnnlab.explore.still.boxes import layout
from cnnlab.explore.still.layout import paint
from cnnlab.explore.toolkit.scene import Grid, Scene


def test_every_kind_of_panel_is_painted_as_a_still_picture():
    picture = everything()
    first, second = paint(picture).png(), paint(picture).png()
    assert first == second, "the same scene must give the same bytes"
    assert first.startswith(b"\x89PNG")
    texts = [text.get_text() for axes in paint(picture).axes for text in axes.texts]
    for words in ("−2.5", "knot", "101", "formula", "conv", "to", "box", "m ↓", "half"):
        assert words in texts, words
    lines = paint(picture).axes[1].get_lines()
    np.testing.assert_array_equal(lines[0].get_ydata(), picture["c"].items[0].y)


def test_a_row_breaks_where_its_panels_would_be_narrower_than_they_can_be():
    def lines(**narrow):
        row = [Grid(name=name, values=[[1.0]], **narrow) for name in "abcdefg"]
        boxes, _ = layout(Scene([row], "Seven small grids in one row."), 880)
        return len({at.box[1] for at in boxes})

    assert lines() == 2 and lines(narrowest=95) == 1 and lines(narrowest=500) == 7
