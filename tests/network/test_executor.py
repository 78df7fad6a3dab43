"""A training step as one plan gives what the layers give one by one: outputs, every gradient, every statistic."""

import copy

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab import loops, models
from cnnlab.loops.kernels import vectors
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import DISABLED
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.network.executor import Executor
from cnnlab.network.meeting import MEETINGS
from cnnlab.network.parameters import FlatParameters
from cnnlab.network.plan import NotCovered


def standardised(dtype):
    """Overlapping pooling, response normalisation, uneven kernels and strides, dropout."""
    layers = [
        *(L.Standardise([0.1, 0.2, 0.3], [1, 2, 3]), L.Conv2D(5, 3, padding="same"), L.ReLU(), L.MaxPool2D(3, 2)),
        *(L.LocalResponseNorm(n=3, k=1, alpha=0.1), L.Conv2D(18, (2, 3), padding="full", stride=(2, 1)), L.ReLU()),
        *(L.Flatten(), L.Dropout(0.3), L.Dense(33), L.ReLU(), L.Dense(4)),
    ]
    return Network(layers, (11, 9, 3), 0, dtype)


def batches(dtype):
    """Batch normalisation with and without pooling behind it, a stride, and pixels that are padded widely."""
    layers = [
        *(L.Conv2D(6, 3, bias=None), L.BatchNorm(), L.ReLU(), L.Conv2D(40, 5, stride=2, padding=3), L.BatchNorm()),
        *(L.ReLU(), L.MaxPool2D(2), L.Flatten(), L.Dense(4)),
    ]
    return Network(layers, (14, 14, 2), 0, dtype)


def groups(dtype):
    """Groups, a bias of each unit, a border that is not zero, gaps between windows, pooling that rectifies."""
    layers = [
        *(L.Conv2D(6, 3, groups=2, padding="same", padding_value=-1, bias="unit"), L.Tanh()),
        *(L.LocalResponseNorm(beta=0.6), L.MaxPool2D(3, 2, rectify=True), L.Conv2D(7, 2, stride=4), L.LeakyReLU(0.1)),
        *(L.Flatten(), L.Dense(4), L.Sigmoid()),
    ]
    return Network(layers, (14, 14, 2), 0, dtype)


def wide_groups(dtype):
    """Groups of many maps, of sizes that are no whole vectors, with a stride, and maps that are fed by two blocks."""
    blocks = np.kron(np.eye(4), np.ones((18, 10))) > 0
    layers = [
        *(L.Conv2D(72, 3, padding="same"), L.ReLU(), L.Conv2D(72, 3, stride=2, padding=1, groups=3), L.ReLU()),
        *(L.Conv2D(40, (2, 3), padding="same", connections=blocks | np.roll(blocks, 36, axis=0)), L.Tanh()),
        *(L.Flatten(), L.Dense(4)),
    ]
    return Network(layers, (8, 9, 2), 0, dtype)


def large_windows(dtype):
    """Pooling windows whose pixels a byte cannot number, one beside the other and overlapping, and one that it can."""
    layers = [
        *(L.Conv2D(5, 2), L.MaxPool2D((15, 17), (2, 1), rectify=True), L.Conv2D(18, 1), L.Tanh()),
        *(L.MaxPool2D(2), L.Flatten(), L.Dense(4)),
    ]
    return Network([L.MaxPool2D((16, 17)), *layers], (16 * 18, 17 * 20, 1), 0, dtype)


def frames(dtype):
    """Convolutions in time with a bias of each unit, a stride, and a border that is not zero."""
    layers = [
        *(L.Conv1D(5, 3, padding="same", padding_value=0.5, bias="unit"), L.ReLU(), L.Conv1D(20, 4, 2, bias="unit")),
        *(L.Tanh(), L.Flatten(), L.Dense(3)),
    ]
    network, rng = Network(layers, (14, 4), 0, dtype), np.random.default_rng(1)
    for k in (0, 2):
        network[k].parameters["b"][...] = rng.standard_normal(network[k].parameters["b"].shape)
    return network


def five_axes(dtype):
    """Samples of more axes than an image has."""
    layers = [L.BatchNorm(), L.LocalResponseNorm(n=3), L.LeakyReLU(0.1), L.Flatten(), L.Dropout(0.3), L.Dense(4)]
    return Network(layers, (2, 2, 3, 4, 5), 0, dtype)


CASES = {
    "standardised": (standardised, 4, CrossEntropy()),
    "batches": (batches, 4, CrossEntropy()),
    "groups": (groups, 4, MSE()),
    "wide groups": (wide_groups, 4, CrossEntropy()),
    "large windows": (large_windows, 4, CrossEntropy()),
    "frames": (frames, 3, CrossEntropy()),
    "five axes": (five_axes, 4, CrossEntropy()),
    "zip codes": (lambda dtype: models.zip_code_1989(dtype=dtype), 10, MSE(-1, 1)),
    "phonemes": (lambda dtype: models.tdnn(dtype=dtype), 3, MSE()),
    "the largest moment": (lambda dtype: models.tdnn("max", dtype=dtype), 3, MSE()),
    "spoken digits": (lambda dtype: models.tdnn_digits(48, 8, 10, dtype=dtype), 10, CrossEntropy()),
    "pictures": (lambda dtype: models.alexnet_tiny(dtype=dtype), 10, CrossEntropy()),
}
TOLERANCE = {np.float32: 3e-4, np.float64: 1e-11}


def one_by_one(network, x, y, loss):
    e = network.forward(x, training=True)
    network.backward(loss.gradient(e, y))
    return loss(e, y), e, {name: array.copy() for name, array in network.gradients.items()}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CASES)
def test_a_step_is_the_step_of_the_layers(rng, name, dtype):
    make, classes, loss = CASES[name]
    network, other = make(dtype), make(dtype)
    steps = Executor(network, network._flat, 13)
    for count in (13, 5, 1):  # a last batch of an epoch is smaller; the plan's memory is used again
        x = rng.standard_normal((count, *network.input_shape)).astype(dtype)
        y = rng.integers(0, classes, count)
        value, e = steps.loss_and_gradients(x, y, loss)
        expected_value, expected_e, expected = one_by_one(other, x, y, loss)
        assert value == pytest.approx(expected_value, rel=TOLERANCE[dtype])
        np.testing.assert_allclose(e, expected_e, atol=TOLERANCE[dtype])
        for key, gradient in network.gradients.items():
            off = np.abs(gradient - expected[key]).max()
            assert off <= TOLERANCE[dtype] * max(np.abs(expected[key]).max(), 1e-3), key
        for key, state in other.state.items():
            np.testing.assert_allclose(network.state[key], state, rtol=10 * TOLERANCE[dtype], atol=1e-7, err_msg=key)


def test_the_first_of_equal_frames_gets_the_gradient_and_nan_is_the_largest(rng):
    """By a bias of its own each frame tells how much of the gradient it got."""
    network, other = (Network([L.Conv1D(3, 1, bias="unit"), L.MaxOverTime()], (5, 2), 0, np.float64) for _ in range(2))
    x = np.repeat(rng.integers(-3, 4, (4, 1, 2)), 5, axis=1) / 2.0  # no sum is rounded: frames are equal
    for frames in ([], [3], [1, 2]):
        for each in (network, other):
            each.parameters["0.w"][...], each.parameters["0.b"][...] = [[[1, -2, 3], [2, 1, -1]]], 0
            each.parameters["0.b"][frames, 1] = np.nan
        _, e = Executor(network, network._flat, 4).loss_and_gradients(x, np.arange(4) % 3, MSE())
        _, expected, gradients = one_by_one(other, x, np.arange(4) % 3, MSE())
        np.testing.assert_allclose(e, expected, atol=1e-12)
        assert np.isnan(e[:, 1]).all() == bool(frames) and not np.isnan(e[:, [0, 2]]).any()
        got = network.gradients["0.b"]
        np.testing.assert_allclose(got, gradients["0.b"], atol=1e-12)
        assert not got[1:, [0, 2]].any() and got[0, [0, 2]].all() and np.isnan(got[:, 1]).sum() == bool(frames)


def test_where_nobody_knows_addresses_python_goes_from_loop_to_loop_with_the_same_bits(rng, monkeypatch):
    x, y = rng.standard_normal((9, 14, 14, 2)).astype(np.float32), rng.integers(0, 4, 9)
    found = []
    for known in (True, False):
        if not known:
            monkeypatch.setattr(Executor, "places", None)
        network = batches(np.float32)
        steps = Executor(network, network._flat, 9)
        assert (steps.places is None) != known or DISABLED
        value, e = steps.loss_and_gradients(x, y, CrossEntropy())
        found.append((value, e.tobytes(), [array.tobytes() for array in network.gradients.values()]))
    assert found[0] == found[1]


@pytest.mark.parametrize("make", [lambda: models.alexnet_tiny(rng=0), lambda: batches(np.float32)])
def test_the_same_bits_for_1_2_and_4_threads(rng, monkeypatch, make):
    monkeypatch.setattr(team, "ENOUGH", 0)  # adding up, too
    x, y = rng.standard_normal((64, *make().input_shape)).astype(np.float32), rng.integers(0, 4, 64)
    before, found = loops.threads(), []
    try:
        for count in (1, 2, 4):
            loops.set_threads(count)
            network = make()
            value, _ = network.loss_and_gradients(x, y, CrossEntropy())
            found.append((value, {name: array.copy() for name, array in network.gradients.items()}))
    finally:
        loops.set_threads(before)
    for value, gradients in found[1:]:
        assert value == found[0][0]
        assert all(np.array_equal(array, found[0][1][name]) for name, array in gradients.items())


def test_where_chunks_meet_it_is_known_what_travels():
    """`brings` and `tells` are for processes that share the chunks; without them `merge` alone would work."""
    assert {operation for operation in Operation if operation.row.merge is not None} == MEETINGS.keys()


def test_what_no_program_covers_is_named_and_trained_layer_by_layer(rng):
    network = Network([L.Conv2D(3, 3), L.PReLU(), L.Flatten(), L.Dense(2)], (6, 6, 1), 0, np.float64)
    with pytest.raises(NotCovered, match="PReLU"):
        Executor(network, network._flat, 4)
    x, y, loss = rng.standard_normal((4, 6, 6, 1)), np.array([0, 1, 1, 0]), CrossEntropy()
    value, e = network.loss_and_gradients(x, y, loss)
    expected = one_by_one(network, x, y, loss)
    assert value == expected[0] and np.array_equal(e, expected[1])


def test_parameters_that_somebody_exchanged_are_used(rng):
    x, y, loss = rng.standard_normal((3, 15, 16)), np.array([0, 1, 2]), MSE()
    network = models.tdnn(dtype=np.float64)
    network.loss_and_gradients(x, y, loss)
    network[0].parameters["w"] = rng.standard_normal(network[0].parameters["w"].shape)
    _, e = network.loss_and_gradients(x, y, loss)
    np.testing.assert_allclose(e, network.forward(x), rtol=1e-12)


def test_a_copy_of_a_network_has_parameters_of_its_own(rng):
    x, y, loss = rng.standard_normal((3, 15, 16)), np.array([0, 1, 2]), MSE()
    network = models.tdnn(dtype=np.float64)
    network.loss_and_gradients(x, y, loss)
    kept = network.weights()
    other = copy.deepcopy(network)
    other.loss_and_gradients(x, y, loss)
    for u in other.parameters.values():
        u += 1
    _, e = other.loss_and_gradients(x, y, loss)
    np.testing.assert_allclose(e, other.forward(x), rtol=1e-12)
    assert all(np.array_equal(array, kept[name]) for name, array in network.weights().items())


def test_flat_parameters_are_those_of_the_layers():
    network = models.tdnn()
    flat = FlatParameters(network.layers, np.float32)
    flat.u[: flat.count] = np.arange(flat.count)
    held = np.concatenate([u.ravel() for u in network.parameters.values()])
    assert len(set(held)) == len(held) == network.parameter_count, "no number belongs to two of them"
    assert all(u.flat[0] % vectors.lanes(np.float32) == 0 for u in network.parameters.values()), "at whole vectors"
    assert all(array.ctypes.data % 64 == 0 for array in (flat.u, flat.total))
    assert flat.holds() and not network._flat.holds()


def test_a_layer_of_somebody_elses_is_not_taken_for_ours(rng):
    class Dense(L.Dense):
        """Half of what it should be."""

        def _forward(self, h, training=False):
            return super()._forward(h, training) / 2

    network = Network([Dense(3)], (4,), 0, np.float64)
    with pytest.raises(NotCovered, match="Dense"):
        Executor(network, network._flat, 2)
