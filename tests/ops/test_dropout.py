"""Dropout: how much is dropped, and the mean."""

import numpy as np

from cnnlab import ops


def test_dropout_keeps_the_mean_and_drops_the_share_it_should():
    h = np.ones((200, 500), np.float32)
    out, mask = ops.dropout(h, 0.3, np.random.default_rng(1))
    assert abs(out.mean() - 1) < 0.01 and abs((mask == 0).mean() - 0.3) < 0.01
    assert set(np.unique(mask)) == {np.float32(0), np.float32(1) / np.float32(0.7)}
    assert np.array_equal(ops.dropout_backward(h, mask), mask)
