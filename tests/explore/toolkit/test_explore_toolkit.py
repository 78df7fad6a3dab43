"""The toolkit of the explorers, without a browser: controls, scenes, explorers, and what travels to the view."""

import numpy as np
import pytest
from explorers import Try, everything, sweep

from cnnlab.explore import Explorer
from cnnlab.explore.toolkit.controls import Cell, Choice, Handle, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.items import Arrow, Highlight, Line, Link, Mark, Points
from cnnlab.explore.toolkit.numbers import cell_text, format_number
from cnnlab.explore.toolkit.scene import Curves, Grid, Image, Scene, Table

# ---- controls ----


def test_a_slider_has_all_its_positions_exactly():
    slider = Slider("b", lo=-2.0, hi=2.0, step=0.1, value=0.3)
    assert len(slider.positions()) == 41
    assert slider.positions()[23] == 0.3 and slider.positions()[20] == 0.0 and slider.positions()[-1] == 2.0
    assert slider.digits == 1
    assert slider.check(np.float32(0.1)) == 0.1
    assert slider.check(0.123) == 0.123, "Python may set what lies between two steps"
    whole = Slider("n", lo=1, hi=6, step=1, value=2)
    assert whole.positions() == [1, 2, 3, 4, 5, 6] and isinstance(whole.check(3.0), int)


@pytest.mark.parametrize("value", [2.2, float("nan"), "1", None, True, [1.0]])
def test_a_slider_refuses_what_it_cannot_take(value):
    with pytest.raises(ValueError, match="b must be a number from -2 to 2; got"):
        Slider("b", lo=-2.0, hi=2.0, step=0.1).check(value)


def test_controls_refuse_in_words():
    with pytest.raises(ValueError, match="n must be one of 1, 2, 3"):
        Slider("n", lo=1, hi=3, step=1, value=1).check(1.5)
    with pytest.raises(ValueError, match="f must be one of 'tanh', 'ReLU'; got 'relu'"):
        Choice("f", options=["tanh", "ReLU"]).check("relu")
    with pytest.raises(ValueError, match="on must be True or False; got 1"):
        Toggle("on").check(1)
    for wrong in ((3, 0), (0, -1), (0.5, 0), 1, (0, 0, 0)):
        with pytest.raises(ValueError, match=r"where must be \(row, column\) with 0 <= row < 3"):
            Cell("where", rows=3, columns=4).check(wrong)
    with pytest.raises(ValueError, match="p must be"):
        Handle("p").check((0.0, 1.5))
    for wrong in (np.zeros((3, 2)), np.full((2, 3), 10.0), np.full((2, 3), np.nan), [["a"] * 3] * 2):
        with pytest.raises(ValueError, match=r"e must be an array of shape \(2, 3\)"):
            Matrix("e", value=np.zeros((2, 3))).check(wrong)
    with pytest.raises(ValueError, match="needs lo < hi"):
        Slider("x", lo=1, hi=1)
    with pytest.raises(ValueError, match="choices must ascend"):
        Slider("x", choices=[1, 3, 2], value=1)


@pytest.mark.parametrize(("x", "y", "step"), [((-2.9, 2.9), (-1.0, 3.9), 0.1), ((-0.33, 0.5), (-1.0, 1.0), 0.05)])
def test_a_handle_stops_at_every_crossing_of_its_raster(x, y, step):
    handle = Handle("p", x=x, y=y, step=step)
    spec = handle.spec()
    rows, columns = spec["rows"], spec["columns"]
    places = np.array([handle.check(handle.at(index)) for index in range(rows * columns)]).reshape(rows, columns, 2)
    np.testing.assert_array_equal(places[0, 0], (x[0], y[0]))
    np.testing.assert_array_equal(places[-1, -1], (x[1], y[1]))
    inner = np.diff(places[0, :, 0])[1:-1]
    np.testing.assert_allclose(inner, step, atol=1e-9)
    np.testing.assert_allclose(np.diff(places[:, 0, 1]), step, atol=1e-9)
    assert (places[:, :, 0] == places[0, :, 0]).all() and (places[:, :, 1].T == places[:, 0, 1]).all()


def test_a_matrix_hands_out_copies_that_cannot_be_written():
    mine = np.zeros((2, 3))
    explorer = Try()
    explorer.set(e=mine)
    mine[0, 0] = 5
    assert explorer.values["e"][0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        explorer.values["e"][0, 0] = 1


# ---- explorers ----


def test_set_press_reset_and_observers():
    explorer, heard = Try(), []
    explorer.observe(heard.append)
    explorer.set(a=-1, eta=1.0)
    explorer.set(a=-1)  # nothing new: nobody is called
    explorer.press("step", times=2)
    assert explorer.values["a"] == 1 and explorer.count == 2
    explorer.set(mode="strict")
    assert explorer.values["where"] == (0, 0), "the consequence of a choice"
    explorer.reset()
    first = [{"a": -1, "eta": 1.0}, {"a": 0}, {"a": 1}, {"mode": "strict", "where": (0, 0)}]
    assert heard[:-1] == first and heard[-1] == {"eta": 0.1, "mode": "mild", "where": (1, 2)}
    assert explorer.values["mode"] == "mild" and explorer.values["where"] == (1, 2) and explorer.count == 0
    explorer.set(a=2)
    explorer.press("step")
    assert explorer.count == 0, "the button is greyed at a = 2"
    explorer.unobserve(heard.append)
    explorer.set(a=0)
    assert heard[-1] == {"a": 2}


def test_what_was_asked_for_in_one_breath_wins_over_consequences():
    explorer = Try()
    explorer.set(where=(2, 2), mode="strict")
    assert explorer.values["where"] == (2, 2)


def test_an_impossible_value_changes_nothing():
    explorer = Try()
    for wrong, words in (
        ({"a": 7}, "a must be"),
        ({"nothing": 1}, "there is no control 'nothing'"),
        ({"step": 1}, "is a button"),
    ):
        with pytest.raises(ValueError, match=words):
            explorer.set(eta=1.0, **wrong)
        assert explorer.values["eta"] == 0.1
    with pytest.raises(ValueError, match="there is no button 'a'; the buttons are step"):
        explorer.press("a")


def test_two_controls_of_one_name_are_refused():
    with pytest.raises(ValueError, match="different names"):
        Explorer([Toggle("a"), Toggle("a")])


def test_the_sweep_finds_a_bug_at_one_position_in_one_mode():
    with pytest.raises(ZeroDivisionError):
        sweep(Try())

    class Sound(Try):
        def scene(self, a, mode, **values):
            return super().scene(a=a, mode="mild", **values)

    assert sweep(Sound()) > 60


def test_the_sweep_finds_a_scene_that_is_not_a_function_of_the_values():
    class Drifting(Try):
        def scene(self, **values):
            self.count += 1
            return super().scene(**(values | {"mode": "mild"}))

    with pytest.raises(AssertionError, match="two different scenes"):
        sweep(Drifting())


# ---- numbers ----


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (1.25, 1, "1.3"),
        (-0.04, 1, "0.0"),
        (-1.5, 0, "−2"),
        (np.nan, 2, ""),
        (-np.inf, 2, "−∞"),
        (0.1, 2, "0.10"),
        (-1e30, 0, "−1.0e30"),
        (9_000_000_001, 0, "9000000001"),
    ],
)
def test_numbers_are_printed_alike_everywhere(value, digits, text):
    assert format_number(value, digits) == text


def test_exact_zeros_stand_out():
    assert [cell_text(v, 2) for v in (0.0, -0.0, 0.001, 0.25)] == ["0", "0", "0.00", "0.25"]


# ---- scenes ----


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


def test_every_kind_of_panel_is_painted_as_a_still_picture():
    picture = everything()
    from cnnlab.explore.still.layout import paint

    first, second = paint(picture).png(), paint(picture).png()
    assert first == second, "the same scene must give the same bytes"
    assert first.startswith(b"\x89PNG")
    texts = [text.get_text() for axes in paint(picture).axes for text in axes.texts]
    for words in ("−2.5", "knot", "101", "formula", "conv", "to", "box", "m ↓"):
        assert words in texts, words
    assert [tick.get_text() for tick in paint(picture).axes[1].get_xticklabels()] == ["half"]
    lines = paint(picture).axes[1].get_lines()
    np.testing.assert_array_equal(lines[0].get_ydata(), picture["c"].items[0].y)
