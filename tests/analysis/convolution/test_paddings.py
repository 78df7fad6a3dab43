"""One sum in three paddings: the same number at the place that each of them gives it."""

import numpy as np
import pytest

from cnnlab.analysis.convolution import Convolution, in_each_padding


@pytest.mark.parametrize("kernel", [(1, 1), (2, 2), (3, 3), (2, 4), (3, 1)])
def test_the_same_number_stands_at_each_place(kernel, rng):
    h, w = rng.normal(size=(5, 6, 1)), rng.normal(size=(*kernel, 1, 1))
    conv = Convolution(w, padding="full")
    full, counted = conv.e(h)[:, :, 0], {"same": 0, "valid": 0, "full": 0}
    for m, n in np.ndindex(full.shape):
        for one in in_each_padding(conv, h.shape, m, n):
            e = conv.but(padding=one.padding).e(h)[:, :, 0]
            assert one.shape == e.shape
            if one.inside:
                assert e[one.place] == pytest.approx(full[m, n])
                counted[one.padding] += 1
            (top, below), _ = one.zeros
            assert one.offset[0] == kernel[0] - 1 - top and e.shape[0] == 5 + top + below - kernel[0] + 1
    for padding, count in counted.items():
        assert count == conv.but(padding=padding).e(h)[:, :, 0].size, "each number of each map was met once"


def test_a_padding_that_does_not_fit_is_left_out_and_a_stride_refused():
    conv = Convolution(np.ones((4, 4, 1, 1)))
    assert [one.padding for one in in_each_padding(conv, (3, 3, 1), 0, 0)] == ["full", "same"]
    with pytest.raises(ValueError, match=r"conv must have stride 1.*got \(2, 2\)"):
        in_each_padding(conv.but(stride=2), (5, 5, 1), 0, 0)
