"""How numbers are printed."""

import numpy as np
import pytest

from cnnlab.explore.toolkit.numbers import cell_text, following, format_number, moved_words


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (1.25, 1, "1.3"),
        (-0.04, 1, "0.0"),
        (-1.5, 0, "−2"),
        (np.nan, 2, ""),
        (-np.inf, 2, "−∞"),
        (0.1, 2, "0.10"),
        (-1e30, 0, "−1.0e30"),
        (9_000_000_001, 0, "9000000001"),
    ],
)
def test_numbers_are_printed_alike_everywhere(value, digits, text):
    assert format_number(value, digits) == text


def test_exact_zeros_stand_out():
    assert [cell_text(v, 2) for v in (0.0, -0.0, 0.001, 0.25)] == ["0", "0", "0.00", "0.25"]


@pytest.mark.parametrize(
    "move, words",
    [
        ((0, 0), "where it was"),
        ((1, 0), "moved 1 pixel down"),
        ((0, -3), "moved 3 pixels to the left"),
        ((-12, 1), "moved 12 pixels up and 1 to the right"),
    ],
)
def test_a_move_is_told_with_its_directions(move, words):
    assert moved_words(*move, "where it was") == words


def test_the_next_number_comes_round_again():
    wrong = np.array([2, 5, 9])
    assert [following(wrong, now) for now in (0, 2, 4, 5, 9, 12)] == [2, 5, 5, 9, 2, 2]
    assert following(wrong[:0], 3) is None
