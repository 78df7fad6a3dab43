"""Pooling of one map and the routes of its gradients, against pooling written down slowly."""

import numpy as np
import pytest
from pooled import slowly

from cnnlab.analysis.pooling.routes import MODES, pool, seen, shares, shifted, window


@pytest.mark.parametrize("rectify", [True, False])
@pytest.mark.parametrize("size, stride", [(1, 1), (2, 2), (3, 2), (2, 3)])
@pytest.mark.parametrize("mode", MODES)
def test_forward_and_many_gradients_at_once(mode, size, stride, rectify, rng):
    e = rng.integers(-3, 4, (7, 7)).astype(float)  # few numbers: ties and zeros are among them
    h, backward = pool(e, mode, seen(mode, size), stride, rectify)
    dh = rng.normal(size=(3, *h.shape))
    expected, _ = slowly(e, None, mode, size, stride, rectify)
    np.testing.assert_allclose(h, expected, atol=1e-12)
    for one, de in zip(dh, backward(dh), strict=True):
        np.testing.assert_allclose(de, slowly(e, one, mode, size, stride, rectify)[1], atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_shares_are_the_way_back_of_each_cell_alone_and_stay_in_its_window(mode, rng):
    e = rng.normal(size=(6, 6))
    h, backward = pool(e, mode, 2, 2, False)
    share = shares(backward, h.shape)
    dh = rng.normal(size=h.shape)
    np.testing.assert_allclose(np.einsum("rc,rcij->ij", dh, share), backward(dh[None])[0], atol=1e-12)
    for cell in np.ndindex(*h.shape):
        assert share[cell].sum() == pytest.approx(1.0)
        assert set(map(tuple, np.argwhere(share[cell]))) <= set(window(*cell, 2, 2))


@pytest.mark.parametrize("rows, columns", [(0, 0), (1, 0), (0, -2), (3, -3)])
def test_shifted_moves_and_lets_zeros_in(rows, columns, rng):
    e = rng.normal(size=(5, 5))
    moved = shifted(e, rows, columns)
    for r, c in np.ndindex(5, 5):
        inside = 0 <= r - rows < 5 and 0 <= c - columns < 5
        assert moved[r, c] == (e[r - rows, c - columns] if inside else 0)
