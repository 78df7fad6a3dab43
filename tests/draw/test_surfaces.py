"""Losses and decisions over the plane are those of the functions and networks that are drawn."""

import numpy as np
import pytest

from cnnlab import draw
from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import Quadratic
from cnnlab.layers import Dense, ReLU
from cnnlab.network import Network


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
    classes = draw.decision_regions(several, reach=2.0, cells=5).axes[0].images[0].get_array()
    assert classes.shape == (5, 5) and classes[0, 4] == several.predict(np.array([[2.0, -2.0]])).argmax()
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
