"""Curves are the numbers that they are given."""

import numpy as np
import pytest

from cnnlab import draw
from cnnlab.draw.curves import FORMULAS


def test_curves_are_the_numbers(rng):
    x, y = np.arange(4), rng.random(4)
    picture = draw.curves(x, {"train": y, "test": 2 * y}, "epoch", "error", log=True, marks={"here": 2})
    assert np.array_equal(picture.axes[0].lines[1].get_ydata(), 2 * y) and picture.axes[0].get_yscale() == "log"
    with pytest.raises(ValueError, match="shape of x"):
        draw.curves(x, {"train": y[:2]}, "a", "b")
    assert picture.png() == picture.png()


EXPECTED = {
    "unit step": (lambda e: 1.0 * (e > 0), lambda e: 0 * e),
    "signum": (np.sign, lambda e: 0 * e),
    "sigmoid": (lambda e: 1 / (1 + np.exp(-e)), lambda e: np.exp(-e) / (1 + np.exp(-e)) ** 2),
    "tanh": (np.tanh, lambda e: 1 / np.cosh(e) ** 2),
    "ReLU": (lambda e: np.maximum(e, 0), lambda e: 1.0 * (e > 0)),
    "leaky ReLU": (lambda e: np.where(e > 0, e, 0.1 * e), lambda e: np.where(e > 0, 1, 0.1)),
    "PReLU": (lambda e: np.where(e > 0, e, -0.3 * e), lambda e: np.where(e > 0, 1, -0.3)),
}


def test_the_seven_nonlinearities_are_drawn_with_their_derivatives_and_formulas():
    picture = draw.nonlinearities(slope=-0.3)
    shown = {ax.get_title(): ax for ax in picture.axes if ax.get_title()}
    assert shown.keys() == EXPECTED.keys() == FORMULAS.keys()
    for name, (f, rate) in EXPECTED.items():
        first, second = shown[name].lines[:2]
        np.testing.assert_allclose(first.get_ydata(), f(first.get_xdata()), atol=1e-12)
        np.testing.assert_allclose(second.get_ydata(), rate(second.get_xdata()), atol=1e-12)
        words = " ".join(text.get_text() for text in shown[name].texts)
        assert "h = " in words and "dh/de = " in words and "{" not in words
    assert picture.png() == picture.png()


@pytest.mark.parametrize("name", ["unit step", "signum"])
def test_steps_are_drawn_upright(name):
    (ax,) = [ax for ax in draw.nonlinearities().axes if ax.get_title() == name]
    x, y = ax.lines[0].get_data()
    for at in np.flatnonzero(np.diff(y)):
        assert np.abs(x[at : at + 2]).max() < 1e-6, "the jump is in one place"


def test_a_slope_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="slope must be a finite number"):
        draw.nonlinearities(slope="steep")
