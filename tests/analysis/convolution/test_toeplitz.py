"""The blocks of a convolution's matrix: against the matrix itself, made pixel by pixel."""

import numpy as np
import pytest
from convolutions import KINDS, of_kind

from cnnlab.analysis.convolution import Convolution, blocks, is_block_toeplitz, matrix, row_starts


@pytest.mark.parametrize("name", KINDS)
def test_every_block_holds_its_row_of_the_kernel_and_all_else_is_zero(name, rng):
    conv, h, _ = of_kind(name, rng)
    w, found = matrix(conv, h.shape), blocks(conv, h.shape)
    (high, wide), (rows, columns) = found.size, found.counts
    assert w.shape == (rows * high, columns * wide)
    filled = {(m, i): p for m, i, p in found.filled.tolist()}
    for m, i in np.ndindex(rows, columns):
        block = w[m * high : (m + 1) * high, i * wide : (i + 1) * wide]
        inside = conv.used[filled[m, i]] if (m, i) in filled else np.zeros(1)
        assert set(np.unique(block)) <= {0.0, *np.unique(inside)}, (m, i)
        assert block.any() == ((m, i) in filled)


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize(("stride", "alike"), [(1, True), (2, False)])
def test_blocks_repeat_without_a_stride_and_with_one_they_do_not(padding, stride, alike, rng):
    conv = Convolution(rng.normal(size=(3, 2, 2, 3)), padding=padding, stride=(stride, stride))
    w = matrix(conv, (6, 5, 2))
    assert is_block_toeplitz(conv, w, (6, 5, 2)) is alike
    w[0, 0] += 1
    assert not is_block_toeplitz(conv, w, (6, 5, 2))


def test_where_the_rows_of_the_example_start():
    conv = Convolution(np.array([[1.0, 2], [-1, 3]])[:, :, None, None])
    assert row_starts(matrix(conv, (4, 4, 1))) == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert row_starts(np.array([[0, 0], [0, 1]])) == [-1, 1]
