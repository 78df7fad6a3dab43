"""Pictures show the numbers that they were given: read from the artists, not from pixels."""

import numpy as np
import pytest

from cnnlab import draw
from cnnlab.landscape import Quadratic, descend
from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from cnnlab.network import Network


def texts(picture):
    return [text.get_text() for ax in picture.axes for text in ax.texts] + [ax.get_title() for ax in picture.axes]


def test_a_contact_sheet_shows_every_image_under_its_title(rng):
    x = rng.random((5, 4, 3, 1))
    picture = draw.images(x, titles=list("abcde"), columns=3)
    shown = [ax.images[0].get_array() for ax in picture.axes if ax.images]
    assert len(shown) == 5 and all(np.array_equal(one, other[:, :, 0]) for one, other in zip(shown, x, strict=True))
    assert [ax.get_title() for ax in picture.axes][:5] == list("abcde")
    with pytest.raises(ValueError, match=r"x must be \(N, H, W, 1\)"):
        draw.images(x[0])


def test_mistakes_are_the_wrong_answers_and_none_is_said_so(rng):
    x = rng.random((4, 3, 3, 3))
    picture = draw.mistakes(x, np.array([0, 1, 2, 1]), np.array([0, 2, 2, 0]), names=["cat", "dog", "owl"])
    assert [ax.get_title() for ax in picture.axes if ax.images] == ["dog, read owl", "dog, read cat"]
    assert "2 of 4" in picture.caption
    assert "Not one" in texts(draw.mistakes(x, np.zeros(4, int), np.zeros(4, int)))[0]
    with pytest.raises(ValueError, match="same number of samples"):
        draw.mistakes(x, np.zeros(3, int), np.zeros(4, int))


def test_kernels_are_shown_with_zero_in_the_middle_of_the_colours(rng):
    w = rng.standard_normal((3, 2, 1, 4))
    picture = draw.kernels(w)
    shown = [ax.images[0] for ax in picture.axes if ax.images and ax.get_title()]
    assert all(np.array_equal(one.get_array(), w[:, :, 0, d]) for d, one in enumerate(shown)) and len(shown) == 4
    assert shown[0].get_clim() == (-np.abs(w).max(), np.abs(w).max())
    colour = draw.kernels(rng.standard_normal((3, 3, 3, 2)))
    assert all(ax.images[0].get_array().shape == (3, 3, 3) for ax in colour.axes)
    with pytest.raises(ValueError, match="C = 3"):
        draw.kernels(w, colour=True)
    with pytest.raises(ValueError, match=r"w must be \(P, Q, C, D\)"):
        draw.kernels(w[0])


def test_feature_maps_are_the_maps(rng):
    h = rng.random((4, 5, 3))
    picture = draw.feature_maps(h)
    shown = [ax.images[0] for ax in picture.axes if ax.get_title().startswith("map")]
    assert (
        all(np.array_equal(one.get_array(), h[:, :, c]) for c, one in enumerate(shown)) and shown[0].get_clim()[0] == 0
    )
    with pytest.raises(ValueError, match="maps of one sample"):
        draw.feature_maps(h[None])


def test_the_confusion_matrix_prints_every_count():
    matrix = np.array([[5, 1, 0], [2, 7, 0], [0, 3, 9]])
    picture = draw.confusion(matrix, names=["a", "b", "c"])
    found = {(int(t.get_position()[1]), int(t.get_position()[0])): int(t.get_text()) for t in picture.axes[0].texts}
    assert (
        found == {(i, j): matrix[i, j] for i, j in np.ndindex(3, 3) if matrix[i, j]} and "21 of 27" in picture.caption
    )
    with pytest.raises(ValueError, match="matrix must be"):
        draw.confusion(matrix / 2)


def test_a_network_is_drawn_with_its_shapes_and_counts():
    net = Network([Conv2D(4, 3), ReLU(), MaxPool2D(), Flatten(), Dense(10)], (8, 8, 1))
    words = " ".join(texts(draw.network(net)))
    for expected in (
        "8 x 8 x 1",
        "6 x 6 x 4",
        "3 x 3 x 4",
        "40 parameters",
        "1,296 multiply-adds",
        "370 parameters",
        "ReLU",
        "Flatten",
    ):
        assert expected in words


def test_a_matrix_is_printed_number_by_number():
    values = np.array([[1.25, np.nan], [-3.5, 0.0]])
    picture = draw.grid(values, digits=2)
    assert [text.get_text() for text in picture.axes[0].texts] == ["1.25", "-3.50", "0.00"]
    with pytest.raises(ValueError, match="must be a matrix"):
        draw.grid(np.zeros(3))


def test_loss_surfaces_show_paths_and_say_when_they_diverge():
    bowl = Quadratic((0.4, 4.0))
    paths = {"slow": descend(bowl, (2, 1), 0.1, 9), "wild": descend(bowl, (2, 1), 0.9, 30)}
    picture = draw.loss_surface(bowl, paths=paths)
    lines = picture.axes[0].lines
    assert np.array_equal(lines[0].get_xydata(), paths["slow"].u) and lines[1].get_label() == "wild (diverged)"

    class Broken:
        def loss(self, u):
            return np.full(np.shape(u)[:-1], np.nan)

    with pytest.raises(ValueError, match="not finite anywhere"):
        draw.loss_surface(Broken())


def test_decision_regions_are_the_networks_answers(rng):
    net = Network([Dense(4), ReLU(), Dense(1)], (2,), rng=1)
    x, y = rng.standard_normal((6, 2)), np.array([0, 1, 0, 1, 1, 0])
    picture = draw.decision_regions(net, x, y, reach=2.0, cells=5)
    image = picture.axes[0].images[0].get_array()
    assert image[0, 4] == pytest.approx(net.predict(np.array([[2.0, -2.0]]))[0, 0], rel=1e-5)
    several = Network([Dense(3)], (2,), rng=1)
    assert draw.decision_regions(several, cells=5).axes[0].images[0].get_array().shape == (5, 5, 3)
    with pytest.raises(ValueError, match=r"two inputs.*takes \(3,\)"):
        draw.decision_regions(Network([Dense(1)], (3,)))


def test_curves_are_the_numbers(rng):
    x, y = np.arange(4), rng.random(4)
    picture = draw.curves(x, {"train": y, "test": 2 * y}, "epoch", "error", log=True, marks={"here": 2})
    assert np.array_equal(picture.axes[0].lines[1].get_ydata(), 2 * y) and picture.axes[0].get_yscale() == "log"
    with pytest.raises(ValueError, match="shape of x"):
        draw.curves(x, {"train": y[:2]}, "a", "b")
    assert picture.png() == picture.png()
