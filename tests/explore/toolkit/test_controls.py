"""What each control can take, and how it refuses the rest."""

import numpy as np
import pytest
from explorers import Try

from cnnlab.explore.toolkit.controls import Cell, Choice, Handle, Matrix, Slider, Toggle, image_slider


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


@pytest.mark.parametrize("count", [1, 2, 40])
def test_the_slider_of_images_has_a_place_for_each_and_rests_with_one(count):
    slider = image_slider(count)
    assert slider.name == "image" and slider.value == 0 and slider.when is not None
    assert slider.positions() == list(range(max(count, 2)))
    assert slider.when(image=0, others=None) is (count > 1)


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


def test_what_can_be_played_says_whether_there_is_something_between_two_positions():
    assert Slider("a", lo=0.0, hi=1.0, step=0.5).spec()["glide"] and Slider("eta", choices=[0.1, 1], value=1).glide
    whole = Slider("k", lo=0, hi=3, step=1, value=0)
    assert not whole.spec()["glide"] and not Slider("n", choices=[1, 2, 4], value=1).glide
    assert Slider("k", lo=0, hi=3, step=1, value=0, glide=True).spec()["glide"] is True
    assert Choice("step", options=["one", "two"], ordered=True).spec()["ordered"] and not Choice("c", "", ["x"]).ordered


def test_a_slider_says_what_would_be_printed_as_zero_and_is_none():
    said = Slider("s", choices=[1e-12, 3e-6, 0.001, 1.0], value=0.001).spec()["said"]
    assert said == ["1e-12", "3e-06", "0.001", "1"]
    assert Slider("s", choices=[0.0, 0.02, 0.5], value=0.02).spec()["said"] is None
