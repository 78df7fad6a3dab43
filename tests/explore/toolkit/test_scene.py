"""Scenes and what lies in them: plain data, checked."""

import numpy as np
import pytest

from cnnlab.explore.still.boxes import layout
from cnnlab.explore.toolkit.items import Arrow, Highlight, Line, Link, Map, Mark, Points
from cnnlab.explore.toolkit.scene import Curves, Grid, Image, Scene, Table


def test_a_grid_chooses_digits_and_a_scale_that_is_symmetric():
    assert Grid(name="e", values=[[1.0, -3.0]]).digits == 0
    assert Grid(name="e", values=[[0.5, np.nan]]).digits == 1
    assert Grid(name="e", values=[[0.125, 1.0]]).digits == 2
    assert Grid(name="e", values=[[1.0, -3.0]]).scale == (-3.0, 3.0)
    assert Grid(name="e", values=[[0.0]]).scale == (-1.0, 1.0)
    assert Grid(name="x", values=[[0.2, 0.7]], colours="ink").scale == (0.0, 0.7)
    assert Grid(name="e", values=[[1.0]], scale=5).scale == (-5.0, 5.0)


@pytest.mark.parametrize(
    "build, words",
    [
        (
            lambda: Grid(name="e", values=np.zeros(3)),
            r"e: values must be a 2-dimensional array of real numbers; got shape \(3,\)",
        ),
        (lambda: Grid(name="e", values=np.zeros((2, 2)), capacity=(1, 4)), r"capacity \(1, 4\) is too small"),
        (lambda: Grid(name="e", values=np.zeros((2, 2)), colours="jet"), "colours must be one of"),
        (lambda: Grid(name="e", values=np.zeros((2, 2)), texts=[["a"]]), "texts must have the shape"),
        (lambda: Image(name="x", pixels=np.zeros((4, 4, 2))), r"\(H, W, 3\)"),
        (lambda: Curves(name="c", x=(1, 1)), "low < high"),
        (lambda: Curves(name="c", y=(0, 1), y_log=True), "above 0"),
        (lambda: Line([1, 2], [1]), "same length; got 2 and 1"),
        (lambda: Line([1.0], [1.0], colour="red"), "colour must be"),
        (lambda: Points([1, 2], [1, 2], drag="p"), "one point"),
        (lambda: Mark(), "either x"),
        (lambda: Map(np.zeros((2, 3)), light=np.zeros((3, 2))), r"light must have the shape of values, \(2, 3\)"),
        (lambda: Highlight([(0, 0)], style="glow"), "style must be"),
        (lambda: Table(name="t", rows=[["a"], ["b", "c"]]), "same number of cells"),
        (lambda: Scene([Table(name="t", rows=[["a"]])], " "), "in words"),
        (lambda: Scene([Table(name="t", rows=[["a"]])] * 2, "twice"), "different names"),
        (
            lambda: Scene([Table(name="t", rows=[["a"]])], "x", arrows=[Arrow(("t", 0, 0), ("u", 0, 0))]),
            "'u' that is not there",
        ),
        (lambda: Scene([Table(name="t", rows=[["a"]])], "x", links=[Link("v", "t", [])]), "'v' that is not there"),
    ],
)
def test_a_wrong_panel_is_refused_in_words(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_a_row_without_panels_is_none():
    panel = Table(name="t", rows=[["a"]])
    scene = Scene([[panel], [], [Table(name="u", rows=[["b"]])]], "Two rows.")
    assert [[one.name for one in row] for row in scene.rows] == [["t"], ["u"]]
    assert len(layout(scene)[0]) == 2
