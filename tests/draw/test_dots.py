"""Dots are the measurements and their means."""

import numpy as np
import pytest
from painted import texts

from cnnlab import draw


def test_dots_are_the_measurements_and_their_means():
    picture = draw.dots({"then": [5.0, 7.0], "now": 3}, "error (%)", marks={"the paper": 5.0})
    (ax,) = picture.axes
    points = [line.get_xdata().tolist() for line in ax.lines if line.get_marker() == "o"]
    means = [line.get_xdata().tolist() for line in ax.lines if line.get_linewidth() == 3]
    assert points == [[5.0, 7.0], [3.0]] and means == [[6.0, 6.0], [3.0, 3.0]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["then  (6.00)", "now  (3.00)"]
    assert ax.yaxis_inverted() and texts(picture)[0].strip() == "the paper"
    assert str(picture) == "error (%), means: then 6.00, now 3.00"
    (label,) = [text for text in ax.texts if text.get_text() == "the paper"]
    picture.figure.draw_without_rendering()
    box, frame = label.get_window_extent(), ax.get_window_extent()
    rows = [ax.transData.transform((5.0, row))[1] for row in (0, 1)]
    assert frame.y1 - box.y1 > 2 and box.y0 > max(rows) + 3, "between the frame and the first row"
    for bad in ([], [np.nan]):
        with pytest.raises(ValueError, match=r"values\['a'\] must be finite numbers"):
            draw.dots({"a": bad}, "x")


def test_what_differs_by_powers_of_ten_stands_on_a_logarithmic_axis_with_its_geometric_mean():
    picture = draw.dots({"slow": 1, "fast": [1000.0, 4000.0], "faster": [10.0, 40.0]}, "times", log=True)
    (ax,) = picture.axes
    means = [line.get_xdata()[0] for line in ax.lines if line.get_linewidth() == 3]
    assert ax.get_xscale() == "log" and np.allclose(means, [1, 2000, 20])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["slow  (1)", "fast  (2,000)", "faster  (20)"]
    with pytest.raises(ValueError, match=r"values\['a'\] must be above 0 on a logarithmic axis; got \[0, 1\]"):
        draw.dots({"a": [0, 1]}, "x", log=True)


def test_bars_are_the_numbers_and_begin_at_nothing():
    picture = draw.bars({"held back": 5.0, "new": 23.888}, "misread (%)")
    (ax,) = picture.axes
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0, 5.0), (0, 23.888)]
    assert ax.get_xlim()[0] == 0 and ax.yaxis_inverted() and ax.get_xlim()[1] > 23.888
    assert [label.get_text() for label in ax.get_yticklabels()] == ["held back", "new"]
    assert [text.get_text() for text in ax.texts] == ["5", "23.9"]
    assert str(picture) == "misread (%): held back 5, new 23.9"


def test_bars_on_a_logarithmic_axis_begin_at_one():
    picture = draw.bars({"loops": 1, "njit": 3794.6}, "times as fast", log=True, digits=2)
    (ax,) = picture.axes
    assert ax.get_xscale() == "log" and ax.get_xlim()[0] == 1
    assert np.allclose([bar.get_x() + bar.get_width() for bar in ax.patches], [1, 3794.6])
    assert [text.get_text() for text in ax.texts] == ["1", "3,800"]


@pytest.mark.parametrize(
    ("values", "log", "words"),
    [
        ({}, False, "values must hold at least one number"),
        ({"a": -1}, False, r"values\['a'\] must be a finite number of at least 0; got -1"),
        ({"a": np.nan}, False, "must be a finite number"),
        ({"a": 0.5}, True, "of at least 1; got 0.5"),
    ],
)
def test_bars_refuse_other_numbers_by_name(values, log, words):
    with pytest.raises(ValueError, match=words):
        draw.bars(values, "x", log=log)


def test_bars_are_marked_and_hollow_where_it_is_said():
    values = {"one": 4.0, "two": 2.5, "three": 1.0}
    picture = draw.bars(values, "errors", marked=["two"], hollow=["three"], legend={"hollow": "recalled"})
    one, two, three = picture.axes[0].patches
    assert three.get_facecolor()[3] == 0 and three.get_edgecolor() == one.get_facecolor() != two.get_facecolor()
    assert [text.get_text() for text in picture.figure.legends[0].get_texts()] == ["recalled"]
    with pytest.raises(ValueError, match="marked and hollow must name bars; got 'four', the bars are one, two, three"):
        draw.bars(values, "errors", marked=["four"])
