"""Work in chunks: the same bits for any number of threads."""

from itertools import pairwise

import numpy as np
import pytest

from cnnlab import loops
from cnnlab.loops.kernels import convolution
from cnnlab.loops.runtime import team


@pytest.fixture
def restore_threads():
    before = loops.threads()
    yield
    loops.set_threads(before)


def test_the_same_bits_for_1_2_and_4_threads(rng, restore_threads):
    h, w = (
        rng.standard_normal((13, 18, 18, 16)).astype(np.float32),
        rng.standard_normal((3, 3, 16, 40)).astype(np.float32),
    )
    de = rng.standard_normal((13, 16, 16, 40)).astype(np.float32)
    assert de.size * 9 * 16 > team.ENOUGH, "there must be enough work for several threads"

    def everything(count):
        assert loops.set_threads(count) == count == loops.threads()
        e, dh, dw = np.empty_like(de), np.empty_like(h), np.empty_like(w)
        convolution.forward(h, w, np.ones(40, np.float32), (1, 1), e)
        convolution.input_gradient(de, w, (1, 1), (0, 0), dh)
        convolution.weight_gradient(h, de, (1, 1), dw)
        return e, dh, dw

    one = everything(1)
    for count in (2, 4):
        assert all(np.array_equal(a, b) for a, b in zip(one, everything(count), strict=True))


def test_chunks_depend_on_the_samples_alone():
    for samples in (1, 3, 8, 13, 100):
        parts = team.chunks(samples)
        assert len(parts) == min(8, samples) and parts[0][0] == 0 and parts[-1][1] == samples
        assert all(one[1] == two[0] for one, two in pairwise(parts))
    with pytest.raises(ValueError, match="count must be a whole number of threads"):
        loops.set_threads(0)


def test_an_error_in_a_thread_is_not_lost(restore_threads):
    loops.set_threads(2)
    with pytest.raises(ZeroDivisionError):
        team.run(lambda i: 1 / (i - 3), 5, 1e9)
