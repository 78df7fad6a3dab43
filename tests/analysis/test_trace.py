"""trace.record: every array of one training step, under the lecture's names."""

from itertools import pairwise

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab import ops
from cnnlab.analysis import trace
from cnnlab.analysis.stepwise import small_network, small_task
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network


@pytest.fixture
def step(rng):
    network = Network(
        [L.Conv2D(3, 3, padding="same"), L.ReLU(), L.MaxPool2D(2), L.Flatten(), L.Dense(4)], (4, 6, 2), dtype=np.float64
    )
    x, y = rng.normal(size=(5, 4, 6, 2)), np.array([0, 1, 2, 3, 0])
    return network, x, y, trace.record(network, CrossEntropy(), x, y)


def test_the_trace_is_the_step_that_training_takes(step):
    network, x, y, record = step
    value, e = network.loss_and_gradients(x, y, CrossEntropy())
    assert record.loss == pytest.approx(value, rel=1e-14) and np.array_equal(record.x, x)
    np.testing.assert_allclose(record.e, e, rtol=1e-13)
    np.testing.assert_allclose(record.yhat, CrossEntropy().yhat(e), rtol=1e-13)
    np.testing.assert_allclose(record.de, (record.yhat - np.eye(4)[y]) / 5, atol=1e-15)
    for place in (0, 4):
        np.testing.assert_allclose(record[place].dw, network.gradients[f"{place}.w"], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(record[place].db, network.gradients[f"{place}.b"], rtol=1e-12, atol=1e-15)
        np.testing.assert_array_equal(record[place].w, network.parameters[f"{place}.w"])


def test_what_goes_out_of_a_layer_comes_into_the_next(step):
    *_, record = step
    for below, above in pairwise(record):
        np.testing.assert_array_equal(below.out, above.h_in)
        np.testing.assert_array_equal(below.d_out, above.d_in)
    np.testing.assert_array_equal(record[-1].d_out, record.de)
    np.testing.assert_array_equal(record[0].d_in, record.dx)
    for layer in record:
        assert layer.d_in.shape == layer.h_in.shape and layer.d_out.shape == layer.out.shape


def test_the_names_are_the_lectures(step):
    """h is what a convolution takes and what a nonlinearity gives; e the other way round."""
    *_, record = step
    conv, relu, pool = record["conv1"], record["relu1"], record["pool1"]
    np.testing.assert_array_equal(conv.h, record.x)
    np.testing.assert_array_equal(conv.e, ops.conv2d(record.x, conv.w, conv.b, padding="same"))
    np.testing.assert_array_equal(relu.e, conv.e)
    np.testing.assert_array_equal(relu.h, np.maximum(conv.e, 0))
    np.testing.assert_array_equal(relu.de, relu.dh * (relu.e > 0))
    np.testing.assert_array_equal(conv.de, relu.de)
    np.testing.assert_array_equal(conv.dh, ops.conv2d_input_gradient(conv.de, conv.w, conv.h.shape, padding="same"))
    np.testing.assert_array_equal(conv.dw, ops.conv2d_weight_gradient(conv.de, conv.h, conv.w.shape, padding="same"))
    assert pool.e.shape == (5, 4, 6, 3) and pool.h.shape == (5, 2, 3, 3) and relu.w is None and relu.dw is None


def test_dx_is_the_derivative_by_the_input(step):
    network, x, y, record = step
    move = np.zeros_like(x)
    move[2, 1, 3, 0] = 1e-6
    up, down = (CrossEntropy()(network.forward(x + sign * move), y) for sign in (1, -1))
    assert record.dx[2, 1, 3, 0] == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_the_record_is_a_copy(step):
    network, x, y, record = step
    before = record["conv1"].w.copy(), record["conv1"].dw.copy(), record["conv1"].h.copy()
    network["conv1"].gradients["w"] += 1
    network.loss_and_gradients(-x, y, CrossEntropy())
    network["conv1"].parameters["w"] += 1
    given = x.copy()
    x += 1
    np.testing.assert_array_equal(record.x, given)
    for kept, now in zip(before, (record["conv1"].w, record["conv1"].dw, record["conv1"].h), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_recording_leaves_the_network_as_it_was(rng):
    network = Network([L.BatchNorm(), L.Dropout(0.5), L.Dense(3)], (4,), dtype=np.float64)
    x, y, before = rng.normal(2, 3, (6, 4)), np.zeros(6, int), network.weights()
    one, two = (trace.record(network, CrossEntropy(), x, y) for _ in range(2))
    assert all(np.array_equal(array, network.weights()[name]) for name, array in before.items())
    np.testing.assert_array_equal(one.e, two.e)  # the same values are dropped
    np.testing.assert_allclose(one["norm1"].h.mean(0), 0, atol=1e-12)  # as in training: the statistics of this batch
    assert (one["dropout1"].h == 0).any()
    assert set(one["norm1"].gradients) == {"gamma", "beta"}


def test_layers_are_found_by_number_and_name_and_told_in_words(step):
    *_, record = step
    assert record["dense1"] is record[4] and len(record) == 5
    assert repr(record["conv1"]) == "conv1: (5, 4, 6, 2) -> (5, 4, 6, 3)"
    assert repr(record) == f"Trace of one step: 5 samples through 5 layers, loss {record.loss:.3g}"
    with pytest.raises(KeyError, match="no layer is called 'conv2'; there are conv1, relu1"):
        record["conv2"]


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((1, 4, 6, 1)), [0], r"x must have shape \(N, 4, 6, 2\)"),
        (np.full((1, 4, 6, 2), np.nan), [0], "x must be finite"),
        (np.zeros((1, 4, 6, 2)), [4], "y must be labels from 0 to 3"),
    ],
)
def test_bad_input_is_named(step, x, y, words):
    with pytest.raises(ValueError, match=words):
        trace.record(step[0], CrossEntropy(), x, y)


@pytest.mark.parametrize("hidden", [1, 3])
def test_the_slopes_of_a_chain_multiply_to_the_gradients_of_the_engine(hidden):
    network, (x, y) = small_network(hidden, rng=7), small_task(5)
    record = trace.record(network, MSE(), x, y)

    def product(name):
        return np.prod([slope.values for slope in trace.chain(record, name)], axis=0)

    np.testing.assert_allclose(product("yhat"), record.de[:, 0])
    for j in range(hidden):
        np.testing.assert_allclose(product(f"h_{j + 1}"), record[1].dh[:, j])
        np.testing.assert_allclose(product(f"e_{j + 1}"), record[1].de[:, j])
    places = trace.places(hidden)
    assert len(places) == network.parameter_count
    network.loss_and_gradients(x, y, MSE())
    for name, (array, at) in places.items():
        assert product(name).sum() == pytest.approx(network.gradients[array][at], abs=1e-14)
        assert [slope.to for slope in trace.chain(record, name)][-1] == name
    with pytest.raises(ValueError, match=r"name must be one of b1_1.*; got 'w3_1'"):
        trace.chain(record, "w3_1")
