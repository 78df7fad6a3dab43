"""PushedImage: the images on its way are those of the engine's gradient, and what it says is what the network says."""

from functools import cache

import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab import layers as L
from cnnlab.explore import PushedImage
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


def made(channels=3, count=3):
    stack = [L.Conv2D(4, 3), L.Tanh(), L.MaxPool2D(2), L.Flatten(), L.Dense(4)]
    network = Network(stack, (7, 8, channels), rng=1, dtype=np.float64)
    for values in network.parameters.values():
        values *= 3
    return network, np.random.default_rng(2).uniform(0.1, 0.9, (count, 7, 8, channels))


@pytest.mark.parametrize("channels", [1, 3])
def test_every_position_is_a_walk_along_the_signs_of_the_gradient(channels):
    network, x = made(channels)
    explorer = PushedImage(network, x, classes=list("abcd"), steps=3)
    loss = CrossEntropy()

    @cache
    def walked(image, goal, steps):
        """Where so many steps lead, by central differences, number by number."""
        if not steps:
            return x[image]
        now = walked(image, goal, steps - 1)
        up = np.zeros_like(now)
        for at in np.ndindex(*now.shape):
            h = np.zeros_like(now)
            h[at] = 1e-6
            sides = [loss(network.predict((now + s * h)[None]), np.array([goal])) for s in (1, -1)]
            up[at] = sides[0] - sides[1]
        return np.clip(now - np.sign(up) / 255, 0, 1)

    def check(scene, values):
        goal = "abcd".index(values["target"])
        if values["way"] == "as the gradient says":
            now = walked(values["image"], goal, values["step"])
            shown = explorer.walk(values["image"], values["target"], True).x[values["step"]]
            assert_allclose(shown, now, atol=1e-12)
        far = np.abs(scene["change"].pixels).max()
        assert far <= values["step"] + 1e-6
        said = loss.yhat(
            network.predict(
                explorer.walk(values["image"], values["target"], values["way"] == "as the gradient says").x[
                    values["step"]
                ][None]
            )
        )[0]
        assert f"the network says {'abcd'[said.argmax()]} ({100 * said.max():.0f} %)" in scene.description
        assert scene["answers"].items[4].y == pytest.approx([said[goal]], abs=1e-6)

    assert sweep(explorer, check) > 8


def test_by_chance_every_number_moves_as_far():
    network, x = made()
    explorer = PushedImage(network, x, steps=3)
    chance = np.diff(explorer.walk(0, explorer.values["target"], False).x, axis=0)
    assert_allclose(np.abs(chance), 1 / 255, atol=1e-9)
    assert 0.4 < np.mean(chance > 0) < 0.6
    along = np.abs(np.diff(explorer.walk(0, explorer.values["target"], True).x, axis=0))
    assert set(np.rint(255 * along).ravel()) == {0, 1}, "pixels that nothing feels stay"


def test_what_does_not_fit_is_refused_in_words():
    network, x = made()
    with pytest.raises(ValueError, match=r"images must lie in 0..1; got values from .* to 2"):
        PushedImage(network, np.where(x > 0.8, 2, x))
    with pytest.raises(ValueError, match="names must be 3 words"):
        PushedImage(network, x, names=["a"])
    with pytest.raises(ValueError, match=r"classes must be different names, one for each of the outputs \(4,\)"):
        PushedImage(network, x, classes=["a", "b"])
    with pytest.raises(ValueError, match="target must be"):
        PushedImage(network, x, classes=list("abcd"), target="e")
    with pytest.raises(ValueError, match="images must have shape"):
        PushedImage(network, x[:, :5])
    with pytest.raises(ValueError, match="images must not be empty"):
        PushedImage(network, x[:0])
    with pytest.raises(TypeError, match="network must be a Network that takes images"):
        PushedImage(Network([L.Dense(2)], (3,)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="steps must be"):
        PushedImage(network, x, steps=0)
