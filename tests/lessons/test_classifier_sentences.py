"""What notebook 08 says of its trained network is so: the network is trained as its cells train it."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from cnnlab.analysis import shifts, whole

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "08_classifier.ipynb"
WANTED = "import numpy", "net = Network", "digits = datasets", "many = "


@pytest.fixture(scope="module")
def cells():
    """The names that the cells of the notebook define, without its questions and pictures."""
    names: dict = {}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        lines = [line for line in cell.source.splitlines() if not line.startswith(("check.", "draw.", "test"))]
        if cell.cell_type == "code" and any(line.startswith(WANTED) for line in lines):
            source = "\n".join(lines)
            exec(source, names)
    return names


def test_the_third_misread_digit_is_an_8_taken_for_a_3_and_a_dab_of_ink_mends_it(cells):
    net, digits = cells["net"], cells["digits"]
    said = net.classify(digits.x_test)
    wrong = np.flatnonzero(said != digits.y_test)
    assert 0.03 < len(wrong) / len(said) < 0.07, "about one in twenty"
    wrong = wrong[wrong > 0]
    assert (said[wrong[2]], digits.y_test[wrong[2]]) == (3, 8)
    x = digits.x_test[wrong[2]].copy()
    x[8:11, 6:8] = 1.0  # the upper rim of the lower hole
    assert net.classify(x[None])[0] == 8
    made = whole.made(whole.forward(net, digits.x_test[wrong[2]]), 5, (3,), against=8)
    assert made.products.sum() > 0 and (made.products < 0).any() and made.h.size == 48


def test_accuracy_falls_with_the_shift_unless_digits_moved_in_training(cells):
    net, moved, digits = cells["net"], cells["moved"], cells["digits"]
    found = shifts.ShiftedAnswers(digits.x_test, digits.y_test, {"net": net, "moved": moved}, range(-5, 6)).accuracy
    lying, trained = found["net"], found["moved"]
    assert lying[5] > 0.93 and 0.8 < lying[6] < 0.92, "95 of 100 where they lie; a pixel to the right about 85"
    assert all(0.58 < lying[k] < 0.75 for k in (3, 7)), "two thirds at two pixels, to either side"
    assert max(lying[2], lying[8]) < 0.5, "below half at three"
    assert trained[2:9].min() > 0.9 and trained[[1, 9]].max() < 0.9, "9 of 10 as far as 3 pixels, fewer beyond"
