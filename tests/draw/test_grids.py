"""Matrices are printed number by number."""

import numpy as np
import pytest

from cnnlab import draw


def test_a_matrix_is_printed_number_by_number():
    values = np.array([[1.25, np.nan], [-3.5, 0.0]])
    picture = draw.grid(values, digits=2)
    assert [text.get_text() for text in picture.axes[0].texts] == ["1.25", "−3.50", "0.00"]
    with pytest.raises(ValueError, match="must be a matrix"):
        draw.grid(np.zeros(3))
    with pytest.raises(ValueError, match="matrices of numbers; e is none"):
        draw.grid({"e": [["a"]]})


def test_matrices_side_by_side_have_cells_of_one_size_and_their_own_frames():
    picture = draw.grid({"h": np.arange(12.0).reshape(3, 4), "e": np.eye(2)}, boxes={"e": [(1, 0)]})
    inches = picture.figure.get_size_inches()
    cells = [ax.get_position().size * inches / shape for ax, shape in zip(picture.axes, [(4, 3), (2, 2)], strict=True)]
    np.testing.assert_allclose(cells, 0.5)
    assert [len(ax.patches) for ax in picture.axes] == [0, 1]
    assert picture.axes[1].patches[0].get_xy() == (-0.5, 0.5)


def test_windows_have_a_colour_of_their_own_and_so_has_what_becomes_of_them():
    e, h = np.arange(16.0).reshape(4, 4), np.array([[5.0, 7.0], [13.0, 15.0]])
    numbers = np.array([[0, 1], [2, 3]])
    picture = draw.grid({"e": e, "h": h, "w": h}, tints={"e": np.kron(numbers, np.ones((2, 2), int)), "h": numbers})
    colours = [[patch.get_facecolor() for patch in ax.patches] for ax in picture.axes]
    assert colours[1] == [colours[0][place] for place in (0, 2, 8, 10)] and len(set(colours[0])) == 4
    assert colours[2] == [], "only where tints are given"
    with pytest.raises(ValueError, match=r"tints of e must be whole numbers of shape \(4, 4\)"):
        draw.grid({"e": e}, tints={"e": numbers})
