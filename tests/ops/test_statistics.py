"""Mean and deviation of channels."""

import numpy as np

from cnnlab import ops


def test_the_statistics_of_a_large_data_set_are_not_lost_in_rounding(rng):
    """A float32 sum of these values stops at 2^24 (and takes no more memory than three numbers here)."""
    x = np.broadcast_to(np.float32([0.5, 0.25, 0.75]), (20_000, 32, 32, 3))
    mean, deviation = ops.channel_statistics(x)
    assert np.array_equal(mean, [0.5, 0.25, 0.75]) and np.array_equal(deviation, [0, 0, 0])
    x = rng.standard_normal((50, 4, 5, 3)).astype(np.float32)
    mean, deviation = ops.channel_statistics(x, block=7)
    flat = x.reshape(-1, 3).astype(float)
    assert np.allclose(mean, flat.mean(0), rtol=1e-12) and np.allclose(deviation, flat.std(0), rtol=1e-12)


def test_the_statistics_of_a_batch_are_numpys_in_its_own_dtype(rng):
    h = rng.standard_normal((4, 5, 6, 3), dtype=np.float32)
    mean, variance = ops.batch_statistics(h)
    assert mean.dtype == variance.dtype == np.float32
    np.testing.assert_allclose(mean, h.mean(axis=(0, 1, 2)), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(variance, h.var(axis=(0, 1, 2)), rtol=1e-5)
