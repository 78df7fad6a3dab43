"""First weights: their spread, and the way to JSON and back."""

import json

import numpy as np
import pytest

from cnnlab import initialisers

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
