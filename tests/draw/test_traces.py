"""A recorded step is drawn layer by layer."""

import numpy as np
import pytest

from cnnlab import draw
from cnnlab.analysis.trace import record
from cnnlab.layers import Conv2D, Dense, Flatten, ReLU
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


def test_a_trace_is_drawn_layer_by_layer_forward_above_backward(rng):
    net = Network([Conv2D(2, 3), ReLU(), Flatten(), Dense(3)], (6, 5, 1), rng=1, dtype=np.float64)
    recorded = record(net, CrossEntropy(), rng.standard_normal((4, 6, 5, 1)), np.array([0, 1, 2, 1]))
    picture = draw.trace(recorded, sample=2, channel=1)
    shown = {ax.get_title(): ax.images[0].get_array() for ax in picture.axes if ax.images}
    assert np.array_equal(shown["conv1: e"], recorded[0].out[2, :, :, 1])
    assert np.array_equal(shown["relu1: dL/dh"], recorded[1].d_out[2, :, :, 1])
    assert np.array_equal(shown["dL/dx"], recorded.dx[2, :, :, 0])
    assert np.array_equal(shown["dense1: e"][:, 0], recorded[3].out[2])
    with pytest.raises(ValueError, match="one of the 4 of the batch"):
        draw.trace(recorded, sample=4)
