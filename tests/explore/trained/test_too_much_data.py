"""The squares are as large as the products of what was chosen, at every enlargement; Python may take any size."""

import re

import pytest
from explorers import sweep

from cnnlab.explore.toolkit.items import Bars, Points
from cnnlab.explore.trained.too_much_data import ZOOMS, TooMuchData, duration, length, size_words


def multiplied(scene, values):
    """The numbers of weights are the products of what was chosen, and so are the areas of the squares."""
    inputs = values["height"] * values["width"] * values["channels"]
    kernel = values["size"] ** 2 * values["channels"]
    shared, weights = kernel * values["kernels"], inputs * values["units"]
    assert scene["numbers"].rows[1][1:] == [f"{weights:,}", f"{shared:,}"]
    counts = {
        "fully connected": weights,
        "one of its units": inputs,
        "convolution": shared,
        "one kernel": kernel,
        "one weight": 1,
    }
    side = max(weights, shared) ** 0.5
    for name, wide in (("all", side), ("corner", side / values["zoom"])):
        panel = scene[name]
        assert panel.x == panel.y == pytest.approx((0, wide))
        squares = [item for item in panel.items if isinstance(item, Bars)]
        assert {bars.label for bars in squares} == set(counts)
        areas = [bars.width * bars.y[0] for bars in squares]
        assert areas == sorted(areas, reverse=True), "what is smaller lies on top"
        for bars, area in zip(squares, areas, strict=True):
            assert bars.x[0] == bars.width / 2, "they begin in one corner"
            assert area == pytest.approx(min(counts[bars.label], wide**2)), "areas are to scale"
    assert kernel**0.5 <= 0.5 * scene["corner"].x[1] * (1 + 1e-9) or values["zoom"] == 1


def test_the_calculator_prints_the_lectures_numbers():
    explorer = TooMuchData()
    assert (
        "18,000,000 inputs" in explorer.current().description
        and "9,000,000,000 weights" in explorer.current().description
    )
    sweep(explorer, multiplied)


@pytest.mark.parametrize("name", ["height", "width", "channels", "units", "size", "kernels"])
def test_the_calculator_takes_any_whole_number_from_python(name):
    """Those for which the sliders have no place too: in the constructor, and later."""
    explorer = TooMuchData(**{name: 77})
    assert explorer.values[name] == 77
    multiplied(explorer.current(), explorer.values)
    explorer.set(**{name: 1_000_000})
    multiplied(explorer.current(), explorer.values)
    for wrong in (0, 1_000_001, 2.5, "a", True, [3], None):
        words = f"{name} must be a whole number from 1 to 1,000,000; got {re.escape(repr(wrong))}"
        with pytest.raises(ValueError, match=words):
            explorer.set(**{name: wrong})
        with pytest.raises(ValueError, match=words):
            TooMuchData(**{name: wrong})
    assert explorer.values[name] == 1_000_000


def test_the_first_picture_shows_the_whole_convolution_and_where_it_is():
    scene = TooMuchData().current()
    assert any(isinstance(item, Points) for item in scene["all"].items) and "ring" in scene["all"].x_label
    bars = next(item for item in scene["corner"].items if getattr(item, "label", "") == "convolution")
    assert 0.3 < bars.width / scene["corner"].x[1] < 0.7
    assert scene["all"].x_ticks[1][1] == "95 m" and scene["corner"].x_ticks[1][1] == "9.5 cm"


def test_a_zoom_that_loses_the_kernel_is_pulled_back():
    explorer = TooMuchData()
    explorer.set(zoom=ZOOMS[-1])
    assert explorer.values["zoom"] == 5000
    explorer.set(height=8, width=8, units=1)
    assert explorer.values["zoom"] == 2 and TooMuchData(1, 1, 1, 1, 1, 1).values["zoom"] == 1


def test_lengths_are_said_in_words():
    lengths = {1: "1.0 mm", 8.66: "8.7 mm", 49: "4.9 cm", 299: "30 cm", 4243: "4.2 m", 94868: "95 m", 3e7: "30 km"}
    assert {one: length(one) for one in lengths} == lengths


def test_times_and_sizes_are_said_in_words():
    assert [duration(s) for s in (2400, 7200, 9e9, 4e12)] == ["40 minutes", "2 hours", "285 years", "126,839 years"]
    assert [size_words(count) for count in (12, 9600, 36e9)] == ["12 B", "9.6 kB", "36 GB"]
