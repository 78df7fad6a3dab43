"""HiddenPart: its maps are what the network says with the square there, and the gradient by differences."""

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import layers as L
from cnnlab.explore import HiddenPart
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


def made(count=2):
    stack = [L.Conv2D(3, 3), L.ReLU(), L.Flatten(), L.Dense(3)]
    return Network(stack, (9, 8, 3), rng=1, dtype=np.float64), np.random.default_rng(3).random((count, 9, 8, 3))


def test_every_position_shows_what_the_network_says_with_the_square_there():
    network, x = made()
    explorer = HiddenPart(network, x, classes=["cat", "dog", "owl"])

    def check(scene, values):
        k, size, (row, column) = explorer.classes.index(values["label"]), values["size"], values["where"]
        hidden = x[values["image"]].copy()
        for m in range(row - size // 2, row - size // 2 + size):
            for n in range(column - size // 2, column - size // 2 + size):
                if 0 <= m < 9 and 0 <= n < 8:
                    hidden[m, n] = 0.5
        said = CrossEntropy().yhat(network.predict(hidden[None]))[0]
        whole = CrossEntropy().yhat(network.predict(x[values["image"]][None]))[0]
        assert scene["occlusion"].pixels[row, column] == pytest.approx(said[k] - whole[k], abs=1e-6)
        assert f"hidden, {values['label']} gets {100 * said[k]:.0f} %; with nothing hidden {100 * whole[k]:.0f} %" in (
            scene.description
        )
        assert_array_equal(scene["x"].pixels, np.round(255 * hidden).astype(np.uint8))

    assert sweep(explorer, check) > 10


def test_the_square_goes_from_pixel_to_pixel():
    """Arrow keys go one pixel on; a place that is brought back to where it was would hold them fast."""
    network, x = made()
    explorer = HiddenPart(network, x)
    seen = set()
    for column in range(8):
        explorer.set(where=(3, column))
        assert explorer.values["where"] == (3, column)
        seen.add(explorer.current().description)
    assert len(seen) == 8


def test_the_saliency_is_the_largest_central_difference_of_the_channels():
    network, x = made()
    explorer = HiddenPart(network, x)
    expected = np.zeros((9, 8))
    for m, n, c in np.ndindex(9, 8, 3):
        h = np.zeros((9, 8, 3))
        h[m, n, c] = 1e-6
        label = int(explorer.values["label"])
        sides = [network.predict((x[0] + s * h)[None])[0, label] for s in (1, -1)]
        expected[m, n] = max(expected[m, n], abs(sides[0] - sides[1]) / 2e-6)
    assert_allclose(explorer.current()["saliency"].pixels, expected, atol=1e-7)


def test_the_button_goes_where_it_costs_most():
    network, x = made()
    explorer = HiddenPart(network, x)
    explorer.press("worst")
    change = explorer.current()["occlusion"].pixels
    assert change[explorer.values["where"]] == change.min()


def test_what_does_not_fit_is_refused_in_words():
    network, x = made()
    with pytest.raises(ValueError, match="names must be 2 words"):
        HiddenPart(network, x, names=["a"])
    with pytest.raises(ValueError, match="classes must be different names"):
        HiddenPart(network, x, classes=["a", "a", "b"])
    with pytest.raises(ValueError, match="two outputs or more"):
        HiddenPart(Network([L.Conv2D(2, 3)], (9, 8, 3)), x.astype(np.float32))
    with pytest.raises(ValueError, match=r"images must lie in 0\.\.1; got values from .* to 3"):
        HiddenPart(network, np.where(x == x.max(), 3, x))
    with pytest.raises(TypeError, match="network must be a Network that takes images"):
        HiddenPart(None, x)
