"""Second derivatives as they were estimated in 1989."""

import numpy as np
import pytest

from benchmarks.zip_code_second_order import curvatures, train
from cnnlab import MSE, datasets, evaluate
from cnnlab.layers import Conv2D, Dense, Flatten, ScaledTanh
from cnnlab.network import Network

LAYERS = {
    "fully connected": lambda: [Flatten(), Dense(3), ScaledTanh()],
    "convolution": lambda: [Conv2D(3, 4, bias="unit"), ScaledTanh(), Flatten()],
}


@pytest.mark.parametrize("name", LAYERS)
def test_of_one_layer_they_are_the_second_derivatives_where_the_targets_are_met(rng, name):
    """There nothing is left out: second differences of the loss give the same."""
    network, step = Network(LAYERS[name](), (4, 4, 2), 0, np.float64), 1e-4
    x = rng.standard_normal((5, 4, 4, 2))
    y = network.predict(x)
    found = curvatures(network, x)
    assert [c.shape for c in found] == [u.shape for u in network.parameters().values()]
    for u, curvature in zip(network.parameters().values(), found, strict=True):
        for place in np.ndindex(u.shape):
            here, losses = u[place], []
            for u[place] in (here - step, here, here + step):
                losses.append(MSE()(network.predict(x), y))
            u[place] = here
            assert curvature[place] == pytest.approx((losses[0] - 2 * losses[1] + losses[2]) / step**2, rel=1e-4)


def test_steps_of_their_size_learn_digits():
    data = datasets.digits(16)
    assert evaluate(train(data, 0, 0.002, 0.02, epochs=1), data.x_test, data.y_test).error < 0.3
