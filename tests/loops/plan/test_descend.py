"""Many steps of descent in one go: the same weights, losses and velocities as step by step."""

import sys

import numpy as np
import pytest
from numba import config

from cnnlab import layers as L
from cnnlab import models
from cnnlab.loops.plan import packing
from cnnlab.loops.plan.operations import Operation
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.network.plan import stages_of
from cnnlab.optimisers import SGD, Adam, Lookahead, one_cycle
from cnnlab.training import fit

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code every step is on its own")


def pooled(dtype=np.float64, outputs=3):
    layers = [
        L.Conv2D(4, 3, padding="same"),
        L.ReLU(),
        L.MaxPool2D(2),
        L.LocalResponseNorm(n=3),
        L.Conv2D(5, 2),
        L.LeakyReLU(0.1),
        L.MaxPool2D(2, 1),
        L.Flatten(),
        L.Dense(outputs),
    ]
    return Network(layers, (6, 6, 2), 1, dtype)


def frames(over_time=L.SumOverTime):
    layers = [L.Conv1D(4, 3, stride=2, bias="unit"), L.Tanh(), L.Conv1D(3, 2, bias="unit"), over_time()]
    return Network(layers, (11, 2), 1, np.float64)


def grouped():
    """Groups that are computed one by one, from kernels that are read from where they are kept."""
    layers = [
        *(L.Conv2D(32, 3, stride=2), L.ReLU(), L.Conv2D(40, 3, groups=2, padding="same"), L.ReLU()),
        *(L.Flatten(), L.Dense(3)),
    ]
    return Network(layers, (7, 6, 2), 0, np.float64)


def looking_far():
    layers = [L.Conv2D(3, 2), L.ReLU(), L.MaxPool2D(16), L.Flatten(), L.Dense(3)]
    return Network(layers, (17, 18, 1), 1, np.float64)


def thinned():
    """Dropout of maps and of units."""
    layers = [L.Conv2D(3, 2), L.ReLU(), L.Dropout(0.2), L.Flatten(), L.Dense(6), L.Tanh(), L.Dropout(0.5), L.Dense(3)]
    return Network(layers, (5, 4, 2), 1, np.float64)


CASES = {
    "zip codes": (lambda: models.zip_code_1989(dtype=np.float64), MSE(-1, 1), 10, SGD(0.05)),
    "phonemes": (lambda: models.tdnn(dtype=np.float64), MSE(), 3, SGD(one_cycle(0.5), momentum=0.9)),
    "grouped": (grouped, CrossEntropy(), 3, SGD(0.05, momentum=0.5)),
    "frames": (frames, MSE(), 3, SGD(0.05, momentum=0.5)),
    "the largest frame": (lambda: frames(L.MaxOverTime), MSE(), 3, SGD(0.05, momentum=0.5)),
    "large windows": (looking_far, CrossEntropy(), 3, SGD(0.05, momentum=0.5)),
    "pooled": (pooled, CrossEntropy(smoothing=0.1), 3, SGD(0.05, momentum=0.8, nesterov=True, decay=0.01)),
    "dropout": (thinned, CrossEntropy(), 3, SGD(0.05, momentum=0.5)),
    "Adam": (pooled, CrossEntropy(), 3, Adam(one_cycle(0.01))),
    "Adam, with decay": (grouped, MSE(), 3, Adam(0.02, beta1=0.7, beta2=0.9, epsilon=1e-3, decay=0.3)),
    "yes or no": (lambda: pooled(outputs=1), BinaryCrossEntropy(), 2, SGD(0.05, decay=0.1)),
}


def trained(monkeypatch, make, loss, classes, optimiser, batch, in_one_go, epochs=2, **options):
    """The network, the history's figures, and how often `descent` was used."""
    network, rng, used = make(), np.random.default_rng(0), []
    descent = Network.descent

    def watched(self, *arguments):
        found = descent(self, *arguments) if in_one_go else None
        used.append(found is not None)
        return found

    monkeypatch.setattr(Network, "descent", watched)
    x, y = rng.standard_normal((23, *network.input_shape)), rng.integers(0, classes, 23)
    history = fit(network, x, y, loss=loss, optimiser=optimiser, epochs=epochs, batch=batch, progress=False, **options)
    monkeypatch.undo()
    assert all(used) is in_one_go
    return network, [(row["loss"], row["accuracy"]) for row in history.epochs]


@pytest.mark.parametrize("batch", [1, 10])
@pytest.mark.parametrize("name", CASES)
def test_in_one_go_is_step_by_step(monkeypatch, name, batch):
    make, loss, classes, optimiser = CASES[name]
    network, figures = trained(monkeypatch, make, loss, classes, optimiser, batch, True)
    velocities = {key: array.copy() for key, array in optimiser.state.items()}
    gradients = {key: array.copy() for key, array in network.gradients.items()}
    other, expected = trained(monkeypatch, make, loss, classes, optimiser, batch, False)
    np.testing.assert_allclose(figures, expected, rtol=1e-10)
    for key, u in other.parameters.items():
        np.testing.assert_allclose(network.parameters[key], u, rtol=1e-9, atol=1e-12, err_msg=key)
        np.testing.assert_allclose(gradients[key], other.gradients[key], rtol=1e-8, atol=1e-12, err_msg=key)
    assert velocities.keys() == optimiser.state.keys()
    for key, array in optimiser.state.items():
        np.testing.assert_allclose(velocities[key], array, rtol=1e-8, atol=1e-12, err_msg=key)


class Numbered:
    """Views that differ by sample and epoch, and by lot."""

    def __call__(self, x, rng):
        raise AssertionError("`of` says how each batch is seen")

    def of(self, rows, epoch):
        return lambda x, rng: x + 0.01 * rows[:, None, None, None] + epoch + rng.random((len(x), 1, 1, 1))


@pytest.mark.parametrize("name", ["dropout", "Adam", "pooled"])
def test_strides_of_other_views_are_steps_on_them(monkeypatch, name):
    make, loss, classes, optimiser = CASES[name]
    monkeypatch.setattr(sys.modules["cnnlab.training.fit"], "STRIDE", 8)
    for batch in (3, 10):
        figures = {}
        for in_one_go in (True, False):
            with monkeypatch.context() as patch:
                network, told = trained(
                    patch, make, loss, classes, optimiser, batch, in_one_go, rng=5, augment=Numbered()
                )
            figures[in_one_go] = [told, {key: u.copy() for key, u in network.weights().items()}]
        np.testing.assert_allclose(figures[True][0], figures[False][0], rtol=1e-10)
        for key, u in figures[False][1].items():
            np.testing.assert_allclose(figures[True][1][key], u, rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("moment", range(5))
def test_an_interruption_at_any_turn_leaves_no_kernel_flipped(monkeypatch, moment):
    network, optimiser, rng = pooled(), SGD(0.05, momentum=0.5), np.random.default_rng(0)
    x, y = rng.standard_normal((8, 6, 6, 2)), rng.integers(0, 3, 8)
    descent = network.descent(x, y, CrossEntropy(), optimiser, 4)
    descent(np.arange(8), np.full(2, 0.05))
    before = network.weights(), {key: v.copy() for key, v in optimiser.state.items()}
    flip, turns = packing.flip, []

    def interrupted(*arguments):
        turns.append(len(turns))
        flip(*arguments)
        if turns[-1] == moment:
            raise KeyboardInterrupt

    monkeypatch.setattr(packing, "flip", interrupted)
    with pytest.raises(KeyboardInterrupt):
        descent(np.arange(8), np.full(2, 0.05))
    for held, kept in zip((network.weights(), optimiser.state), before, strict=True):
        assert held.keys() == kept.keys() and all(np.array_equal(held[key], kept[key]) for key in kept)


def test_float_targets_have_no_accuracy(monkeypatch):
    network, rng = pooled(), np.random.default_rng(0)
    x, y = rng.standard_normal((9, 6, 6, 2)), rng.standard_normal((9, 3))
    history = fit(network, x, y, loss=MSE(), optimiser=SGD(0.01), epochs=1, batch=4, progress=False)
    assert history.epochs[0]["accuracy"] is None and history.epochs[0]["loss"] > 0


def test_a_schedule_that_gives_no_step_size_is_named():
    network, x = pooled(), np.ones((9, 6, 6, 2))
    with pytest.raises(ValueError, match="eta must give a number"):
        fit(network, x, np.zeros(9, int), loss=MSE(), optimiser=SGD(lambda progress: -1), epochs=1, batch=4)


@pytest.mark.parametrize(
    "make, optimiser, batch",
    [
        (lambda: Network([L.Conv2D(2, 3), L.BatchNorm(), L.Flatten(), L.Dense(3)], (6, 6, 2)), SGD(), 4),
        (lambda: Network([L.PReLU(), L.Flatten(), L.Dense(3)], (6, 6, 2)), SGD(), 4),
        (pooled, Lookahead(SGD()), 4),
        (lambda: models.alexnet_tiny(), SGD(), 50),
    ],
    ids=["batch norm", "not covered", "another optimiser", "large"],
)
def test_what_cannot_go_in_one_go_goes_step_by_step(rng, make, optimiser, batch):
    network = make()
    x = rng.standard_normal((batch, *network.input_shape)).astype(network.dtype)
    assert network.descent(x, np.zeros(batch, int), CrossEntropy(), optimiser, batch) is None


def test_weights_outside_of_the_table_of_connections_stay_zero(monkeypatch):
    network, _ = trained(monkeypatch, *CASES["zip codes"], 1, True)
    w = network[2].parameters["w"]
    assert (w[:, :, ~network[2].connections] == 0).all() and (w[:, :, network[2].connections] != 0).all()


def test_every_operation_that_can_be_taken_in_one_go_is_compared_step_by_step():
    taken = {operation for operation in Operation if operation.row.descends}
    compared = {stage.operation for make, *_ in CASES.values() for stage in stages_of(make())}
    assert taken == compared, ", ".join(operation.name for operation in taken ^ compared)
