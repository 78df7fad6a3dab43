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


ROUND = np.linspace(0, 2 * np.pi, 400)
LINES = {  # of y over x in 0..1, with holes and without
    "falling": [np.linspace(1, 0, 50), np.linspace(0.9, 0.1, 50)],
    "rising": [np.linspace(0, 1, 50) ** 3, np.linspace(0, 0.5, 50)],
    "along the upper and the lower side": [np.full(50, 0.0), np.full(50, 1.0), np.full(50, 0.5)],
    "everywhere": [0.5 + 0.5 * np.sin(k + 9 * ROUND[:: len(ROUND) // 50][:50]) for k in range(4)],
    "with holes": [np.where(np.arange(50) % 7 == 3, np.nan, 1.0), np.linspace(0.2, 0, 50)],
    "two points far apart": [np.where(np.arange(50) % 49 == 0, np.arange(50) / 49.0, np.nan), np.full(50, np.nan)],
}


def box_and_lines(picture):
    """The box of the legend, and of every line the points along it, in pixels of the finished picture."""
    picture.png()
    (legend,) = [*picture.figure.legends, *(one for ax in picture.axes if (one := ax.get_legend()) is not None)]
    along = []
    for line in picture.axes[0].lines:
        points = line.get_transform().transform(np.column_stack(line.get_data()))[:, None]
        steps = np.linspace(0, 1, 200)[:, None]
        along.append((points[:-1] + steps * np.diff(points, axis=0)).reshape(-1, 2))
    return legend.get_window_extent(), np.concatenate(along)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("name", LINES)
def test_no_line_runs_behind_the_legend(name, log):
    ys = {f"line {k} of some words": y + 0.01 for k, y in enumerate(LINES[name])}
    box, along = box_and_lines(draw.curves(np.linspace(0, 1, 50), ys, "x", "y", log=log, marks={"here": 0.98}))
    inside = (along > (box.x0, box.y0)) & (along < (box.x1, box.y1))
    assert not inside.all(axis=1).any()


def test_where_lines_are_everywhere_the_legend_stands_above_them_and_the_axes_keep_their_height():
    x, waves = np.linspace(0, 1, 400), {f"wave {k}": np.sin(k + 40 * ROUND) for k in range(9)}
    crowded, free = (draw.curves(x, ys, "x", "y") for ys in (waves, {"wave": waves["wave 0"]}))
    box, _ = box_and_lines(crowded)
    free.png()
    heights = [picture.axes[0].get_window_extent().height for picture in (crowded, free)]
    assert box.y0 > crowded.axes[0].get_window_extent().y1 and heights[0] > 0.95 * heights[1]
    assert box.width < crowded.figure.get_window_extent().width
    assert crowded.png() == crowded.png()


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
