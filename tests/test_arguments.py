"""Checks of what users pass in: every error names the argument, what came, and what was expected."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab import arguments, datasets, ops
from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import NetworkPlane, Quadratic
from cnnlab.analysis.piecewise import scattered
from cnnlab.datasets.views import MirroredInTurn
from cnnlab.layers import Dense, MaxPool2D
from cnnlab.losses import MSE
from cnnlab.network import Network
from cnnlab.optimisers import SGD


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: arguments.array("x", [1, 2]), TypeError, "x must hold float32 or float64 .* got dtype int64 .*astype"),
        (
            lambda: arguments.array("x", np.ones(3), 2, "(N, C)"),
            ValueError,
            r"x must be \(N, C\), an array with 2",
        ),
        (lambda: arguments.array("x", np.ones(0)), ValueError, "x must not be empty"),
        (lambda: arguments.array("x", [0.0, np.nan], finite=True), ValueError, r"got 1 NaN .* the first at \[1\]"),
        (lambda: arguments.alike(a=np.ones(2), b=np.ones(3)), ValueError, r"b must have shape \(2,\) \(that of a\)"),
        (
            lambda: arguments.alike(a=np.ones(2), b=np.ones(2, np.float32)),
            TypeError,
            "a and b must have the same dtype",
        ),
        (lambda: arguments.same_batch(a=[1], b=[1, 2]), ValueError, "a and b must hold the same number of samples"),
        (lambda: arguments.one_of("w", "c", ("a", "b")), ValueError, "w must be one of 'a', 'b'; got 'c'"),
        (lambda: arguments.whole("n", 1.0), TypeError, "n must be a whole number of at least 1; got 1.0"),
        (lambda: arguments.whole("n", True), TypeError, "n must be a whole number"),
        (lambda: arguments.whole("n", 1, at_least=2), ValueError, "n must be a whole number of at least 2; got 1"),
        (lambda: arguments.whole("n", 2**63), ValueError, "n must be a whole number of at most 2,147,483,647; got 922"),
        (lambda: arguments.pair("n", (1, 10**5000)), ValueError, "n must be .* at most .*; got one of 16610 bits"),
        (lambda: arguments.seed("rng", -1), ValueError, "rng must be a whole number of at least 0; got -1"),
        (lambda: arguments.seed("rng", 1.0), TypeError, "rng must be a whole number of at least 0; got 1.0"),
        (lambda: arguments.generator("rng", -1), ValueError, "rng must be a whole number .*, or a numpy.*; got -1"),
        (lambda: arguments.generator("rng", "a"), TypeError, "rng must be a whole number .*, or a numpy.*; got 'a'"),
        (lambda: arguments.real("r", 10**5000), ValueError, "r must be a finite number; got one of 16610 bits"),
        (lambda: arguments.positive("r", 10**400), ValueError, "r must be a positive number; got one of 1329 bits"),
        (lambda: arguments.one_of("w", np.array(["a"]), ("a", "b")), ValueError, "w must be one of 'a', 'b'; got arr"),
        (lambda: arguments.odd("n", 4), ValueError, "n must be odd, the same number on each side; got 4"),
        (lambda: arguments.real("r", "1"), TypeError, "r must be a finite number; got '1'"),
        (lambda: arguments.real("r", 2, below=2), ValueError, "r must be a finite number less than 2; got 2"),
        (lambda: arguments.positive("r", 0), ValueError, "r must be a positive number; got 0"),
        (lambda: arguments.positive("r", True), TypeError, "r must be a positive number; got True"),
        (lambda: arguments.share("p", 1.0, "of all"), ValueError, r"p must be in \[0, 1\): the share of all; got 1.0"),
        (lambda: arguments.share("p", -0.1), ValueError, r"p must be in \[0, 1\); got -0.1"),
        (
            lambda: arguments.of_kind("o", dict, dict, "a dict"),
            TypeError,
            r"o must be a dict; .* mean dict\(\)",
        ),
        (lambda: arguments.pair("s", (1, 2, 3)), ValueError, "s must be one whole number or a pair of them"),
        (lambda: arguments.labels("y", np.array([0, 3]), 3), ValueError, r"y must lie in 0\.\.2, .*from 0 to 3"),
    ],
)
def test_what_does_not_fit_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("rng", lambda: Network([Dense(2)], (3,), rng=-1)),
        ("rng", lambda: datasets.tokens(3, rng=-1)),
        ("rng", lambda: datasets.waveform("b", "a", "Ken", rng=-1)),
        ("seed", lambda: datasets.syllables(2, 2, seed=-1)),
        ("seed", lambda: datasets.pictures(2, 2, seed=-1)),
        ("seed", lambda: MirroredInTurn(seed=-1)),
        ("rng", lambda: descend(Quadratic(), (1, 1), 0.1, 2, rng=-1)),
        ("rng", lambda: NetworkPlane(Network([Dense(1)], (1,)), MSE(), np.ones((2, 1)), np.ones((2, 1)), rng=-1)),
        ("seed", lambda: scattered(3, -1)),
        ("--seed", lambda: arguments.seed("--seed", -1)),
    ],
)
def test_a_seed_below_zero_is_named(name, call):
    with pytest.raises(ValueError, match=f"^{name} must be a whole number of at least 0"):
        call()


@pytest.mark.parametrize("value", ["no", None, 2, 0.0, np.ones(3), [True]])
def test_true_and_false_are_not_guessed(value):
    """bool("no") is True."""
    maps, calls = (
        np.ones((1, 4, 4, 1)),
        {
            "rectify": [
                lambda: ops.max_pool2d(maps, rectify=value),
                lambda: ops.average_pool2d(maps, rectify=value),
                lambda: ops.decimate2d(maps, 2, rectify=value),
                lambda: MaxPool2D(2, rectify=value),
            ],
            "bias": [lambda: Dense(2, bias=value)],
            "nesterov": [lambda: SGD(0.1, 0.9, nesterov=value)],
        },
    )
    for name, some in calls.items():
        for call in some:
            with pytest.raises(ValueError, match=f"^{name} must be True or False; got "):
                call()
    assert MaxPool2D(2, rectify=np.True_).rectify is True and Dense(2, bias=0).bias is False


def test_seeds_are_as_large_as_one_likes():
    one, two = (arguments.generator("rng", arguments.seed("rng", 2**127)).random() for _ in range(2))
    assert one == two
    numbers = np.random.default_rng(1)
    assert arguments.generator("rng", numbers) is numbers


def test_what_fits_comes_back():
    one, two = arguments.alike(a=[1.0, 2.0], b=np.zeros(2))
    assert one.tolist() == [1, 2] and two.tolist() == [0, 0]
    assert arguments.pair("s", 3) == (3, 3) and arguments.pair("s", [1, 2]) == (1, 2)
    assert arguments.share("p", 0) == 0 and arguments.positive("r", 2) == 2.0 and arguments.odd("n", np.int64(5)) == 5


def test_an_entry_is_found_by_number_slice_and_name():
    row = [SimpleNamespace(name="conv1"), SimpleNamespace(name="relu1")]
    assert arguments.entry(row, 1) is arguments.entry(row, "relu1") is row[-1]
    assert arguments.entry(row, slice(1)) == row[:1]
    with pytest.raises(KeyError, match="no layer is called 'conv2'; there are conv1, relu1"):
        arguments.entry(row, "conv2")
    with pytest.raises(IndexError):
        arguments.entry(row, 2)
