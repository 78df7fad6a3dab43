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
