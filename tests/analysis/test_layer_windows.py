"""Windows of layers against the truth: an input is looked at exactly where changing it changes the unit."""

import numpy as np
import pytest

from cnnlab import layers
from cnnlab.analysis.layer_windows import after_convolutions, looks_at, window
from cnnlab.network import Network

TABLE = np.array([[1, 0, 1], [0, 1, 1]], bool)
KINDS = {
    "border, unequal strides": (layers.Conv2D(2, (2, 3), stride=(2, 1), padding="same"), (5, 4, 1)),
    "partly connected": (layers.Conv2D(3, 2, connections=TABLE), (3, 3, 2)),
    "steps of time": (layers.Conv1D(2, 3, stride=2), (7, 2)),
    "overlapping pooling": (layers.AveragePool2D(3, 2), (7, 7, 2)),
    "decimation": (layers.Decimate2D(2), (5, 5, 1)),
    "neighbouring channels": (layers.LocalResponseNorm(3, alpha=1.0), (1, 2, 5)),
    "each alone": (layers.Tanh(), (2, 3, 2)),
    "all": (layers.Dense(3), (4,)),
    "over time": (layers.SumOverTime(), (4, 3)),
    "flattened": (layers.Flatten(), (2, 3, 2)),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_unit_looks_at_the_inputs_that_change_it(name, rng):
    layer, shape = KINDS[name]
    net = Network([layer], shape, rng=1, dtype=np.float64)
    x = rng.uniform(0.5, 1.5, shape)
    before = net.predict(x[None])[0]
    changes = {}
    for at in np.ndindex(*shape):
        other = x.copy()
        other[at] += 0.5
        changes[at] = np.abs(net.predict(other[None])[0] - before) > 1e-12
    for unit in np.ndindex(*net.output_shape):
        axes = looks_at(layer, tuple(np.array([one]) for one in unit))
        seen = {
            tuple(int(one) for one in at)
            for at in np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(shape))
        }
        assert seen == {at for at, changed in changes.items() if changed[unit]}


def test_several_units_look_at_what_any_of_them_looks_at_and_none_at_nothing():
    layer = Network([layers.MaxPool2D(2)], (8, 8, 1))[0]
    rows, columns, channels = looks_at(layer, (np.array([0, 3]), np.array([1]), np.array([0])))
    assert (rows.tolist(), columns.tolist(), channels.tolist()) == ([0, 1, 6, 7], [2, 3], [0])
    assert all(len(axis) == 0 for axis in looks_at(layer, (np.zeros(0, int), np.array([1]), np.array([0]))))


def test_sides_and_steps_of_windows():
    assert window(layers.Conv2D(2, (3, 5), stride=(2, 1))) == ((3, 5), (2, 1))
    assert window(layers.Conv1D(2, 3, stride=2)) == ((3, 1), (2, 1))
    assert window(layers.MaxPool2D(3, 2)) == ((3, 3), (2, 2))
    assert window(layers.ReLU()) == ((1, 1), (1, 1))
    dense = Network([layers.Dense(2)], (3,))[0]
    with pytest.raises(TypeError, match="is a Dense, whose window is not known here"):
        window(dense)


def test_the_work_of_a_convolution_is_done_behind_its_nonlinearity():
    kinds = [layers.Conv2D(2, 3), layers.BatchNorm(), layers.ReLU(), layers.MaxPool2D(2), layers.Conv2D(3, 1)]
    net = Network([*kinds, layers.Conv2D(3, 1), layers.Tanh(), layers.Flatten(), layers.Dense(2)], (8, 8, 1))
    assert after_convolutions(net) == [net[2].name, net[4].name]
    assert after_convolutions(net, 3) == [net[2].name, net[4].name, net[6].name]
    assert after_convolutions(Network([layers.Dense(2)], (3,))) == []
