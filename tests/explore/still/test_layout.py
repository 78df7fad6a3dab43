"""A scene as a still picture: its artists, not its pixels."""

import numpy as np
from explorers import everything

from cnnlab.explore.still.boxes import layout
from cnnlab.explore.still.layout import paint
from cnnlab.explore.toolkit.items import Bars
from cnnlab.explore.toolkit.scene import Curves, Grid, Image, Scene


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


def test_a_still_picture_is_drawn_once_for_light_paper_and_once_for_dark(monkeypatch):
    picture, drawn = paint(everything()), []
    draw = picture.figure.draw
    monkeypatch.setattr(picture.figure, "draw", lambda renderer: drawn.append(draw(renderer)))
    picture.html()
    assert len(drawn) == 2, "every learner waits for each of them, at every explorer"


def test_a_row_breaks_where_its_panels_would_be_narrower_than_they_can_be():
    def lines(**narrow):
        row = [Grid(name=name, values=[[1.0]], **narrow) for name in "abcdefg"]
        boxes, _ = layout(Scene([row], "Seven small grids in one row."), 880)
        return len({at.box[1] for at in boxes})

    assert lines() == 2 and lines(narrowest=95) == 1 and lines(narrowest=500) == 7


def test_a_steady_panel_keeps_its_height_and_a_grid_that_stands_alone_its_cells():
    def height(**how):
        flat = Image(name="a", title="a", pixels=np.zeros((2, 20)), height=200, **how)
        return layout(Scene([[flat]], "A flat picture, ten times as wide as high."), 300)[1]

    def cells(alone):
        row = [
            Grid(name="x", values=[[1.0]], cell=30, alone=alone),
            Grid(name="y", values=[[1.0]]),
        ]
        return [at.panel.cell for at in layout(Scene([row], "Two small grids in one row."), 600)[0]]

    assert height() < 200 == height(steady=True)
    assert cells(False) == [30, 30] and cells(True) == [30, 44]


def test_zero_has_a_line_of_its_own_unless_places_have_names():
    def zeros(x_ticks):
        bars = Curves(name="c", items=[Bars(np.arange(3), np.ones(3))], x=(-1, 3), y=(0, 2), x_ticks=x_ticks)
        lines = paint(Scene([bars], "Three bars of one height, and nothing else.")).axes[1].get_lines()
        return sum(list(line.get_xdata()) == [0, 0] for line in lines)

    assert zeros(None) == 1 and zeros([(0, "a"), (1, "b"), (2, "c")]) == 0
