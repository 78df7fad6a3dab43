"""The calculator shows the products of what was chosen, and takes any size from Python."""

import re

import pytest
from explorers import sweep

from cnnlab.explore.trained.too_much_data import TooMuchData, duration, size_words


def multiplied(scene, values):
    """The numbers of weights are the products of what was chosen."""
    weights = values["height"] * values["width"] * values["channels"] * values["units"]
    shared = values["size"] ** 2 * values["channels"] * values["kernels"]
    assert scene["numbers"].rows[1][1:] == [f"{weights:,}", f"{shared:,}"]
    assert scene["growth"].items[-1].y[0] == weights


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
    scene = explorer.current()
    multiplied(scene, explorer.values)
    side, weights = scene["growth"].items[-1].x[0], scene["growth"].items[-1].y[0]
    assert scene["growth"].x[1] >= side and scene["growth"].y[1] > weights, "the image is on the picture"
    for wrong in (0, 1_000_001, 2.5, "a", True, [3], None):
        words = f"{name} must be a whole number from 1 to 1,000,000; got {re.escape(repr(wrong))}"
        with pytest.raises(ValueError, match=words):
            explorer.set(**{name: wrong})
        with pytest.raises(ValueError, match=words):
            TooMuchData(**{name: wrong})
    assert explorer.values[name] == 1_000_000


def test_times_and_sizes_are_said_in_words():
    assert [duration(s) for s in (2400, 7200, 9e9)] == ["40 minutes", "2 hours", "285 years"]
    assert [size_words(count) for count in (12, 9600, 36e9)] == ["12 B", "9.6 kB", "36 GB"]
