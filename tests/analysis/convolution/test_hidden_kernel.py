"""Learning a kernel: each part of a step against slow loops and central differences; where eta is too large."""

import naive
import numpy as np
import pytest
from convolved import built

from cnnlab.analysis.convolution import Convolution, KernelLearner, convolution_of, hidden_kernel, training_inputs
from cnnlab.analysis.convolution.hidden_kernel import BEYOND, FLAT, INPUTS, MOST, PHOTO, STRIPES
from cnnlab.gradcheck import numeric_gradient, relative_error

KINDS = {
    "one kernel": ((6, 6, 1), (1, 3), {"bias": None}),
    "two maps to three, with biases": ((6, 5, 2), (3, 2), {}),
    "partly connected, a border": (
        (5, 5, 2),
        (3, 2),
        {"connections": np.array([[1, 0, 1], [1, 1, 0]], bool), "padding": "same", "padding_value": 0.5},
    ),
    "one bias per unit": ((5, 5, 1), (2, 3), {"bias": "unit"}),
}


def task(name, rng, count=4):
    """A learner, its inputs, and what the hidden layer makes of them."""
    shape, args, options = KINDS[name]
    hidden = convolution_of(built(shape, *args, **options), shape)
    learner, x = KernelLearner(hidden), rng.normal(size=(count, *shape))
    return learner, x, learner.forward(x, hidden.w, hidden.b), hidden


@pytest.mark.parametrize("name", KINDS)
def test_a_step_is_the_four_parts(name, rng):
    learner, x, y, hidden = task(name, rng)
    learner.step(x, y, 0.05, 2)
    assert len(learner.losses) == 2
    w, b = learner.w.copy(), None if learner.b is None else learner.b.copy()

    def loss():
        e = naive.conv2d(
            x,
            w if hidden.connections is None else w * hidden.connections,
            0.0 if b is None else b,
            hidden.padding,
            hidden.stride,
            hidden.padding_value,
        )
        return float(((e - y) ** 2).mean())

    now = learner.gradients(x, y)
    assert now.loss == pytest.approx(loss())
    assert relative_error(now.dw, numeric_gradient(loss, w)) < 1e-6
    if b is not None:
        assert relative_error(now.db, numeric_gradient(loss, b)) < 1e-6
    learner.step(x, y, 0.05)
    np.testing.assert_allclose(learner.w, w - 0.05 * now.dw)
    assert learner.losses[-1] == pytest.approx(now.loss)


@pytest.mark.parametrize("name", ["one kernel", "two maps to three, with biases", "partly connected, a border"])
def test_beyond_the_limit_of_eta_the_loss_grows_and_below_it_falls(name, rng):
    for factor, falls in ((0.98, True), (1.02, False)):
        learner, x, y, _ = task(name, np.random.default_rng(1), count=8)
        limit, _ = learner.limit(x)
        learner.step(x, y, factor * limit, 1500)
        assert (learner.losses[-1] < learner.losses[0]) == falls


def test_what_inputs_tell_apart_and_what_is_too_large_to_ask(rng):
    learner = KernelLearner(Convolution(np.zeros((3, 3, 1, 1))))
    assert learner.limit(rng.normal(size=(4, 6, 6, 1)))[1] == 9
    stripes = np.tile(rng.normal(size=(4, 1, 6, 1)), (1, 6, 1, 1))
    assert learner.limit(stripes)[1] == 3, "of stripes only the sums of columns"
    assert learner.limit(np.ones((4, 6, 6, 1)))[1] == 1
    assert learner.limit(np.zeros((4, 6, 6, 1))) == (None, 0)
    assert KernelLearner(Convolution(np.zeros((7, 7, 3, 1)))).limit(np.ones((1, 9, 9, 3))) == (None, None)
    per_unit, x, *_ = task("one bias per unit", rng)
    assert per_unit.limit(x) == (None, None)


def test_it_stops_when_it_diverges_and_when_it_is_long_and_starts_again(rng):
    learner, x, y, _ = task("one kernel", rng)
    learner.step(x, y, 20.0, 1000)
    assert not learner.going and learner.losses[-1] >= BEYOND and len(learner.losses) < 1000
    learner.restart()
    assert learner.going and not learner.losses and not learner.w.any()
    learner.step(x, y, 1e-4, MOST + 50)
    assert len(learner.losses) == MOST and not learner.going


def test_the_first_errors_and_the_change_are_those_of_the_first_step(rng):
    learner, x, y, _ = task("two maps to three, with biases", rng)
    first = learner.gradients(x, y)
    np.testing.assert_array_equal(learner.first_errors(y), first.de)
    np.testing.assert_allclose(first.de, -2 * y / y.size)
    learner.step(x, y, 0.3)
    np.testing.assert_array_equal(learner.w, learner.change(first.dw, 0.3))
    np.testing.assert_allclose(learner.w, -0.3 * first.dw)
    np.testing.assert_allclose(learner.first_errors(y), first.de, err_msg="they stay those of the first step")


def test_each_kind_of_input_is_what_it_is_called():
    found = training_inputs((6, 5, 2), count=3)
    assert tuple(found) == INPUTS and {x.shape for x in found.values()} == {(3, 6, 5, 2)}
    assert (found[STRIPES] == found[STRIPES][:, :1]).all() and found[STRIPES].std(axis=2).min() > 0
    assert (found[FLAT] == found[FLAT][:, :1, :1]).all() and 0.3 <= found[FLAT].min() <= found[FLAT].max() <= 1
    grey = hidden_kernel.photo("chelsea").mean(axis=2)
    cut = np.lib.stride_tricks.sliding_window_view(grey, (6, 5))
    assert (cut == found[PHOTO][1, :, :, 1]).all(axis=(2, 3)).any(), "a piece of the photograph"
    np.testing.assert_array_equal(training_inputs((6, 5, 2), count=3)[PHOTO], found[PHOTO])


def test_a_shape_larger_than_the_photograph_gets_its_mirror_image(monkeypatch):
    monkeypatch.setattr(hidden_kernel, "photo", lambda name: np.arange(12.0).reshape(4, 3, 1))
    x = training_inputs((7, 5, 1))[PHOTO]
    assert x.shape == (8, 7, 5, 1)
    np.testing.assert_array_equal(x[0, :, :, 0], np.pad(np.arange(12.0).reshape(4, 3), [(0, 3), (0, 2)], "symmetric"))
