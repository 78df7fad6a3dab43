"""The confusion matrix prints what it is given."""

import numpy as np
import pytest

from cnnlab import draw


def test_the_confusion_matrix_prints_every_count():
    matrix = np.array([[5, 1, 0], [2, 7, 0], [0, 3, 9]])
    picture = draw.confusion(matrix, names=["a", "b", "c"])
    found = {(int(t.get_position()[1]), int(t.get_position()[0])): int(t.get_text()) for t in picture.axes[0].texts}
    assert (
        found == {(i, j): matrix[i, j] for i, j in np.ndindex(3, 3) if matrix[i, j]} and "21 of 27" in picture.caption
    )
    with pytest.raises(ValueError, match="matrix must be"):
        draw.confusion(matrix / 2)
