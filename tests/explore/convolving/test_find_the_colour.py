"""Three weights and a bias that find orange: e is the operation's, pixels are counted, and it can be done."""

import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab import datasets, ops
from cnnlab.analysis.convolution import is_orange
from cnnlab.explore import FindTheColour
from cnnlab.explore.convolving.find_the_colour import FOUND, PHOTOS, SIDE

SOLVED = {
    "the astronaut": ([3, 6, -9], -2.0),
    "the cat": ([3, 0, -6], 0.0),
    "the cup": ([3, 6, -9], -2.0),
    "the rocket": ([3, 0, -6], 0.0),
}


def counted(h):
    def check(scene, values):
        image = datasets.photo(PHOTOS[values["photo"]], SIDE).astype(float) if h is None else h
        w = np.array(values["w"], float).reshape(1, 1, 3, 1).copy()
        e = ops.conv2d(image[None], w, np.array([float(values["b"])]))[0, :, :, 0]
        assert_allclose(scene["e"].pixels, e, atol=1e-12)
        orange, said = is_orange(image), e > 0
        numbers = [int(row[1].replace(",", "").replace(" %", "")) for row in scene["score"].rows]
        found, missed, wrong = (said & orange).sum(), (orange & ~said).sum(), (said & ~orange).sum()
        whole = found + missed + wrong
        assert numbers == [found, missed, wrong, round(100 * found / whole) if whole else 100]
        shown = (scene["said"].pixels == scene["h"].pixels).all(axis=2)
        assert shown[said].all(), "what is chosen has its colours"

    return check


def test_pixels_are_counted_for_every_photograph_and_weight():
    explorer = FindTheColour()
    assert sweep(explorer, counted(None)) > 40


@pytest.mark.parametrize("photo", SOLVED)
def test_orange_can_be_found(photo):
    explorer = FindTheColour()
    explorer.set(photo=photo)
    assert "is found" in explorer.current().description
    w, b = SOLVED[photo]
    explorer.set(w=[w], b=b)
    assert int(explorer.current()["score"].rows[3][1].split()[0]) >= FOUND
    assert explorer.current().description.endswith("Found!")


def test_the_words_are_the_formula():
    explorer = FindTheColour()
    explorer.set(w=[[3, -6, 0]], b=-0.5)
    assert explorer.current().description.startswith("e = 3 · red − 6 · green + 0 · blue − 0.5. e > 0 at ")


def test_ones_own_image_and_refusals(rng):
    image = rng.random((8, 9, 3))
    assert sweep(FindTheColour(image), counted(image)) > 10
    assert "No pixel of this picture is orange" in FindTheColour(np.ones((4, 4, 3))).current().description
    with pytest.raises(ValueError, match=r"image must be \(H, W, 3\), in colours; got an array of shape \(4, 4, 1\)"):
        FindTheColour(np.ones((4, 4)))
    with pytest.raises(ValueError, match=r"image must hold values 0\.\.1; got values from 2 to 2"):
        FindTheColour(np.full((4, 4, 3), 2.0))
    with pytest.raises(ValueError, match="image must hold finite numbers"):
        FindTheColour(np.full((4, 4, 3), np.inf))
