"""First weights: their spread, and the way to JSON and back."""

import json

import numpy as np
import pytest

from cnnlab import initialisers
from cnnlab.layers import Conv2D

SHAPE, FAN_IN, FAN_OUT = (50, 40, 10), 2000, 400


def draw(spec, dtype=np.float32, seed=0):
    return initialisers.resolve(spec)(np.random.default_rng(seed), SHAPE, FAN_IN, FAN_OUT, dtype)


@pytest.mark.parametrize(
    ("spec", "deviation"),
    [
        ("he", np.sqrt(2 / FAN_IN)),
        ("glorot", np.sqrt(2 / (FAN_IN + FAN_OUT))),
        ("lecun1989", 2.4 / FAN_IN / np.sqrt(3)),
        (["uniform", 0.3], 0.3 / np.sqrt(3)),
        (("normal", 0.01), 0.01),
    ],
)
def test_weights_have_the_deviation_that_they_should(spec, deviation):
    w = draw(spec)
    assert w.shape == SHAPE and w.dtype == np.float32
    assert abs(w.mean()) < 5 * deviation / np.sqrt(w.size)
    assert w.std() == pytest.approx(deviation, rel=0.02)
    assert np.array_equal(w, draw(spec)) and not np.array_equal(w, draw(spec, seed=1))


def test_some_weights_are_the_same_everywhere():
    assert (draw("zeros") == 0).all() and (draw(["constant", 0.5], np.float64) == 0.5).all()
    assert (draw(["custom", "theirs"]) == 0).all()


@pytest.mark.parametrize("spec", ["he", "glorot", "lecun1989", "zeros", ["normal", 0.1], ["constant", 2.0]])
def test_an_initialiser_comes_back_from_its_description(spec):
    found = initialisers.spec(initialisers.resolve(spec))
    assert json.loads(json.dumps(found)) == spec
    assert np.array_equal(draw(found), draw(spec))


@pytest.mark.parametrize("filters", [12, 24, 7])
def test_whitening_gives_maps_without_correlation_and_their_negatives(rng, filters):
    smooth = np.cumsum(np.cumsum(rng.standard_normal((50, 9, 8, 3)), axis=1), axis=2) @ rng.standard_normal((3, 3))
    layer = Conv2D(filters, 2, bias=None, initialiser=initialisers.whitening(smooth, eps=1e-9))
    layer.build((9, 8, 3), rng, np.float64)
    half = -(-filters // 2)
    maps = layer.forward(smooth).reshape(-1, filters)
    np.testing.assert_allclose(np.cov(maps[:, :half], rowvar=False), np.eye(half), atol=1e-4)
    np.testing.assert_array_equal(layer.parameters["w"][..., half:], -layer.parameters["w"][..., : filters - half])
    patches = np.lib.stride_tricks.sliding_window_view(smooth, (2, 2), (1, 2)).reshape(-1, 12)
    along = layer.parameters["w"][..., 0]
    assert 1 / np.linalg.norm(along) == pytest.approx(
        np.linalg.svd(patches - patches.mean(0))[1][0] / len(patches) ** 0.5, rel=1e-3
    )
    assert initialisers.spec(layer.initialiser) == ["custom", "whitening"]


def test_whitening_keeps_small_what_there_is_hardly_anything_of(rng):
    x = np.ones((20, 5, 5, 1)) * rng.standard_normal((20, 1, 1, 1))  # each image of one grey: no differences at all
    w = initialisers.whitening(x, eps=0.25)(rng, (2, 1, 1, 4), 2, 8, np.float32)
    assert w.dtype == np.float32
    np.testing.assert_allclose(np.abs(w[:, 0, 0, 1]), 2 / np.sqrt(2), rtol=1e-5)
    assert w[0, 0, 0, 1] == -w[1, 0, 0, 1]


def test_whitening_names_what_does_not_fit(rng):
    with pytest.raises(ValueError, match=r"x must be \(N, H, W, C\), an array with 4 axes"):
        initialisers.whitening(np.ones((5, 5)))
    with pytest.raises(ValueError, match="eps must be"):
        initialisers.whitening(np.ones((2, 5, 5, 3)), eps=0)
    make = initialisers.whitening(np.ones((2, 5, 5, 3)))
    for shape in ((3, 3, 2, 4), (3, 3, 3, 55), (9, 4)):
        with pytest.raises(ValueError, match=r"whitening needs kernels \(P, Q, 3, D\) with D of at most 2 P Q 3; got"):
            make(rng, shape, 1, 1, np.float32)


def test_of_somebodys_own_function_only_the_name_is_kept():
    def mine(rng, shape, fan_in, fan_out, dtype):
        return np.ones(shape, dtype)

    assert initialisers.resolve(mine) is mine and initialisers.spec(mine) == ["custom", "mine"]
    assert initialisers.spec(initialisers.resolve(["custom", "mine"])) == ["custom", "mine"]


@pytest.mark.parametrize("value", ["hee", ["normal"], ["cauchy", 1.0], 3])
def test_what_is_no_initialiser_is_named(value):
    with pytest.raises(ValueError, match="initialiser must be one of he, glorot, lecun1989, zeros, or a pair"):
        initialisers.resolve(value)
    with pytest.raises(ValueError, match="sigma must be"):
        initialisers.resolve(["normal", -1.0])
