"""ShiftTest counts what the networks really say about images that NumPy shifted, and refuses in words."""

import numpy as np
import pytest
from explorers import assert_array_equal, sweep

from cnnlab import datasets
from cnnlab.explore import ShiftTest
from cnnlab.layers import Conv2D, Dense, Flatten, Tanh
from cnnlab.network import Network

DATA = datasets.digits(8)
X, Y = DATA.x_test[:60], DATA.y_test[:60]


def networks(outputs=10):
    return {
        "one layer": Network([Flatten(), Dense(outputs)], (8, 8, 1), rng=3),
        "convolution": Network([Conv2D(3, 3), Tanh(), Flatten(), Dense(outputs)], (8, 8, 1), rng=4),
    }


def moved(images, shift):
    """Rolled to the right, the columns that came round painted over with the top left pixel."""
    out = np.roll(images, shift, axis=2)
    new = slice(0, shift) if shift > 0 else slice(shift or images.shape[2], None)
    out[:, :, new] = images[:, :1, :1]
    return out


def check_of(explorer, nets, labels=Y):
    def check(scene, values):
        shift, image = values["shift"], values.get("image", 0)
        images = moved(explorer.images, shift)
        assert_array_equal(scene["image"].pixels, images[image, :, :, 0])
        assert scene["image"].colours == "ink", "ink on white, as the other pictures of these digits"
        assert scene["image"].title == f"test image {image}, a {labels[image]}"
        for name, net in nets.items():
            e = net.forward(images)
            said = e.argmax(axis=1) if e.shape[1] > 1 else (e[:, 0] > 0).astype(int)
            right = f"{100 * np.mean(said == labels):.1f} %"
            assert [name, right, str(said[image])] in scene["answers"].rows
            assert f"{name}: {right} right" in scene.description
            line = next(item for item in scene["accuracy"].items if getattr(item, "label", "") == name)
            assert line.y[list(line.x).index(shift)] == pytest.approx(100 * np.mean(said == labels))

    return check


def test_every_position_shows_what_the_networks_say():
    nets = networks()
    explorer = ShiftTest(X, Y, nets, reach=3)
    assert sweep(explorer, check_of(explorer, nets), all_positions=True) > 60


def test_one_network_one_image_and_one_output_will_do():
    net = networks()["one layer"]
    explorer = ShiftTest(X[:1], Y[:1], net, reach=2)
    assert sweep(explorer, check_of(explorer, {"network": net}, Y[:1])) > 5 and "image" not in explorer.controls
    yes = networks(outputs=1)
    explorer = ShiftTest(X, Y % 2, yes, reach=2)
    assert sweep(explorer, check_of(explorer, yes, Y % 2)) > 5


def test_ink_is_dark_on_paper_whatever_number_paper_is_and_photographs_stay_as_they_are(rng):
    net = networks()["one layer"]
    for images, colours in ((X, "ink"), ((X + 1) / 2, "ink"), (rng.random(X.shape, np.float32), "grey")):
        assert ShiftTest(images, Y, net, reach=1).current()["image"].colours == colours


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"networks": {}}, ValueError, "networks must be one Network, or one or more as {name: Network}; got {}"),
        ({"networks": {"a": "b"}}, TypeError, "network 'a' must be a Network; got str"),
        (
            {"networks": Network([Flatten(), Dense(10)], (9, 9, 1))},
            ValueError,
            r"network 'network' takes inputs of shape",
        ),
        ({"networks": Network([Conv2D(2, 3)], (8, 8, 1))}, ValueError, "must give a vector of outputs"),
        ({"images": X[0]}, ValueError, r"images must be \(N, H, W, C\), an array with 4 axes; got an array of shape"),
        (
            {"images": X[:0], "labels": Y[:0]},
            ValueError,
            r"images must not be empty; got an array of shape \(0, 8, 8, 1\)",
        ),
        ({"images": np.where(X > 0.9, np.nan, X)}, ValueError, "images must be finite"),
        ({"labels": Y[:5]}, ValueError, "the same number of samples; got 60 in images, 5 in labels"),
        ({"labels": None}, TypeError, r"labels must be whole-number class labels of shape \(N,\); got dtype object"),
        ({"labels": 3}, TypeError, r"labels must be whole-number class labels of shape \(N,\); got .*, shape \(\)"),
        ({"labels": Y + 5}, ValueError, "labels must lie in 0..9"),
        ({"labels": Y.astype(float)}, TypeError, "labels must be whole-number class labels"),
        ({"reach": 0}, ValueError, "reach must be a whole number of at least 1"),
    ],
)
def test_what_does_not_fit_is_named(change, error, words):
    with pytest.raises(error, match=words):
        ShiftTest(**({"images": X, "labels": Y, "networks": networks()} | change))
