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
