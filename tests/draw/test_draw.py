"""Pictures show the numbers that they were given: read from the artists, not from pixels."""

import numpy as np
import pytest

from cnnlab import draw
from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import Quadratic
from cnnlab.analysis.trace import record
from cnnlab.layers import Conv2D, Dense, Flatten, LeakyReLU, MaxPool2D, ReLU
from cnnlab.losses import CrossEntropy
from cnnlab.models import tdnn
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
    with pytest.raises(ValueError, match="each of the 5 images; got 2"):
        draw.images(x, titles=["a", "b"])


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


def test_a_layer_that_multiplies_is_a_box_even_where_the_shape_stays():
    net = Network([Conv2D(2, 3, padding="same"), ReLU(), Conv2D(2, 3, padding="same"), LeakyReLU()], (6, 6, 2))
    words = texts(draw.network(net))
    assert words.count("convolution") == 2 and words.count("38 parameters\n1,296 multiply-adds") == 2
    assert "ReLU\n" not in words and "LeakyReLU" in " ".join(words)


def test_a_network_over_time_is_drawn_with_its_shapes():
    words = texts(draw.network(tdnn()))
    assert {"15 x 16", "13 x 8", "9 x 3"} <= set(words)
    assert {"392 parameters\n4,992 multiply-adds", "sum over time"} <= set(words)


def test_a_matrix_is_printed_number_by_number():
    values = np.array([[1.25, np.nan], [-3.5, 0.0]])
    picture = draw.grid(values, digits=2)
    assert [text.get_text() for text in picture.axes[0].texts] == ["1.25", "−3.50", "0.00"]
    with pytest.raises(ValueError, match="must be a matrix"):
        draw.grid(np.zeros(3))
    with pytest.raises(ValueError, match="matrices of numbers; e is none"):
        draw.grid({"e": [["a"]]})


def test_matrices_side_by_side_have_cells_of_one_size_and_their_own_frames():
    picture = draw.grid({"h": np.arange(12.0).reshape(3, 4), "e": np.eye(2)}, boxes={"e": [(1, 0)]})
    inches = picture.figure.get_size_inches()
    cells = [ax.get_position().size * inches / shape for ax, shape in zip(picture.axes, [(4, 3), (2, 2)], strict=True)]
    np.testing.assert_allclose(cells, 0.5)
    assert [len(ax.patches) for ax in picture.axes] == [0, 1]
    assert picture.axes[1].patches[0].get_xy() == (-0.5, 0.5)


def test_one_step_of_a_convolution_is_taken_apart(rng):
    h, w = rng.integers(-4, 5, (5, 6)), rng.integers(-4, 5, (2, 3))
    picture = draw.convolution_step(h, w, 3, 1)
    shown = {ax.get_title() or ax.get_title(loc="left"): ax.images[0].get_array() for ax in picture.axes}
    assert np.array_equal(shown["h"], h) and np.array_equal(shown["w flipped"], w[::-1, ::-1])
    by_hand = sum(w[p, q] * h[3 + 1 - p, 1 + 2 - q] for p, q in np.ndindex(2, 3))  # the lecture's sum
    assert shown["products"].sum() == by_hand == shown["their sum: e[3, 1]"][3, 1]
    framed = {(int(p.get_y() + 0.5), int(p.get_x() + 0.5)) for p in picture.axes[0].patches}
    assert framed == {(i, j) for i in (3, 4) for j in (1, 2, 3)}
    with pytest.raises(ValueError, match="position of e, which is 4 x 4; got 4, 0"):
        draw.convolution_step(h, w, 4, 0)
    with pytest.raises(ValueError, match="w must be a matrix of numbers"):
        draw.convolution_step(h, w[0], 0, 0)


def test_a_trace_is_drawn_layer_by_layer_forward_above_backward(rng):
    net = Network([Conv2D(2, 3), ReLU(), Flatten(), Dense(3)], (6, 5, 1), rng=1, dtype=np.float64)
    recorded = record(net, CrossEntropy(), rng.standard_normal((4, 6, 5, 1)), np.array([0, 1, 2, 1]))
    picture = draw.trace(recorded, sample=2, channel=1)
    shown = {ax.get_title(): ax.images[0].get_array() for ax in picture.axes if ax.images}
    assert np.array_equal(shown["conv1: e"], recorded[0].out[2, :, :, 1])
    assert np.array_equal(shown["relu1: dL/dh"], recorded[1].d_out[2, :, :, 1])
    assert np.array_equal(shown["dL/dx"], recorded.dx[2, :, :, 0])
    assert np.array_equal(shown["dense1: e"][:, 0], recorded[3].out[2])
    with pytest.raises(ValueError, match="one of the 4 of the batch"):
        draw.trace(recorded, sample=4)


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
    with pytest.raises(TypeError, match=r"landscape must have loss\(u\); got Network .*wrap it: NetworkPlane\("):
        draw.loss_surface(Network([Dense(1)], (2,)))


def test_a_loss_of_one_place_is_drawn_and_one_path_will_do():
    class Own:
        def loss(self, u):
            return (u[0] - 1) ** 2 + 10 * u[1] ** 2

    path = descend(Quadratic(), (1, 1), 0.1, 3)
    picture = draw.loss_surface(Own(), paths=path, cells=5)
    assert picture.axes[0].lines[0].get_label() == "path 1"
    assert "from 0.25 to 106 with 1 paths" in picture.caption  # at (1.5, 0) and (-3, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"extent": 0}, "extent must be a finite number greater than 0"),
        ({"extent": -1}, "extent must be"),
        ({"extent": "a"}, "extent must be"),
        ({"cells": 0}, "cells must be a whole number of at least 3"),
        ({"paths": [3]}, "paths: path 1 must be a Path"),
        ({"paths": 3}, "paths must be a dict"),
    ],
)
def test_loss_surfaces_refuse_bad_input_by_name(change, words):
    with pytest.raises((TypeError, ValueError), match=words):
        draw.loss_surface(Quadratic(), **change)


@pytest.mark.parametrize("bad", ["n", None, [Dense(1)], Dense])
def test_what_is_no_network_is_refused_by_name(bad):
    for function in (draw.network, draw.decision_regions):
        with pytest.raises(TypeError, match="net must be a network"):
            function(bad)


def test_eight_classes_have_their_own_marks_or_colours():
    net = Network([Dense(2)], (2,), rng=1)
    x = np.random.default_rng(0).normal(size=(16, 2))
    picture = draw.decision_regions(net, x, np.arange(16) % 8, cells=5)
    looks = {
        (tuple(one.get_facecolor()[0]), one.get_paths()[0].vertices.tobytes()) for one in picture.axes[0].collections
    }
    assert len(looks) == 8 and picture.png()


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


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros(4), None, r"x must be points \(N, 2\); got an array of shape \(4,\)"),
        (np.zeros((4, 3)), None, r"x must be points \(N, 2\); got an array of shape \(4, 3\)"),
        (np.full((4, 2), np.nan), None, "x must hold finite numbers; got 8"),
        (np.zeros((0, 2)), None, "x must not be empty"),
        (np.zeros((4, 2)), np.zeros(3), r"y must hold 4 classes, one for each point of x; got float64 of shape \(3,\)"),
        (np.zeros((4, 2)), np.full(4, np.nan), "y must hold 4 classes"),
        (np.zeros((4, 2)), np.array([0, 1, 0.5, 1]), "y must hold classes 0, 1, 2, .*got 0.5"),
    ],
)
def test_decision_regions_refuse_points_in_words(x, y, words):
    with pytest.raises(ValueError, match=words):
        draw.decision_regions(Network([Dense(1)], (2,)), x, y)


def test_decision_regions_of_points_at_the_origin_and_of_whole_numbers():
    net = Network([Dense(1)], (2,))
    assert draw.decision_regions(net, np.zeros((2, 2)), np.zeros((2, 1))).axes[0].get_xlim() == (-1.0, 1.0)
    dots = draw.decision_regions(net, np.array([[1, 2]]), [3]).axes[0].collections[0]
    assert dots.get_offsets().tolist() == [[1, 2]] and dots.get_label() == "y = 3"


def test_curves_are_the_numbers(rng):
    x, y = np.arange(4), rng.random(4)
    picture = draw.curves(x, {"train": y, "test": 2 * y}, "epoch", "error", log=True, marks={"here": 2})
    assert np.array_equal(picture.axes[0].lines[1].get_ydata(), 2 * y) and picture.axes[0].get_yscale() == "log"
    with pytest.raises(ValueError, match="shape of x"):
        draw.curves(x, {"train": y[:2]}, "a", "b")
    assert picture.png() == picture.png()


def test_dots_are_the_measurements_and_their_means():
    picture = draw.dots({"then": [5.0, 7.0], "now": 3}, "error (%)", marks={"the paper": 5.0})
    (ax,) = picture.axes
    points = [line.get_xdata().tolist() for line in ax.lines if line.get_marker() == "o"]
    means = [line.get_xdata().tolist() for line in ax.lines if line.get_linewidth() == 3]
    assert points == [[5.0, 7.0], [3.0]] and means == [[6.0, 6.0], [3.0, 3.0]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["then  (6.00)", "now  (3.00)"]
    assert ax.yaxis_inverted() and texts(picture)[0].strip() == "the paper"
    assert str(picture) == "error (%), means: then 6.00, now 3.00"
    for bad in ([], [np.nan]):
        with pytest.raises(ValueError, match=r"values\['a'\] must be finite numbers"):
            draw.dots({"a": bad}, "x")
