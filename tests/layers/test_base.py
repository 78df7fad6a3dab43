"""Every layer: gradients by central differences, counts, bad input, and the way to JSON and back."""

import json

import numpy as np
import pytest

from cnnlab import layers
from cnnlab.gradcheck import check_layer
from cnnlab.layers import (
    AveragePool2D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Decimate2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    LocalResponseNorm,
    MaxOverTime,
    MaxPool2D,
    PReLU,
    ReLU,
    ScaledTanh,
    Sigmoid,
    Signum,
    Standardise,
    SumOverTime,
    Tanh,
    UnitStep,
)

TABLE = np.array([[1, 0, 1], [1, 1, 0]], bool)
TRAINABLE = [
    (Conv2D(3, 3), (5, 6, 2)),
    (Conv2D(3, (3, 2), stride=2, padding="same", padding_value=0.5, connections=TABLE, bias="unit"), (5, 6, 2)),
    (Conv2D(4, 3, padding="full", groups=2), (4, 4, 2)),
    (Conv2D(2, 4, stride=(2, 3), padding=2, bias=None), (6, 7, 3)),
    (Conv1D(3, 3), (6, 2)),
    (Conv1D(2, 2, stride=2, padding="same", bias=None), (7, 3)),
    (Conv1D(3, 3, stride=2, padding=1, padding_value=0.5, bias="unit"), (8, 2)),
    (Dense(3), (4,)),
    (Dense(2, bias=False), (5,)),
    (SumOverTime(), (5, 3)),
    (ReLU(), (3, 4, 2)),
    (LeakyReLU(0.1), (7,)),
    (PReLU(), (4, 3)),
    (Sigmoid(), (3,)),
    (Tanh(), (3, 2)),
    (ScaledTanh(), (3,)),
    (MaxPool2D(), (4, 6, 2)),
    (MaxPool2D(3, 2, rectify=True), (7, 7, 2)),
    (AveragePool2D(2, 1, rectify=True), (4, 4, 2)),
    (Decimate2D((2, 3)), (5, 5, 2)),
    (Decimate2D(), (5, 5, 2)),
    (Decimate2D(size=3), (7, 7, 2)),
    (Decimate2D(1, rectify=True, size=(2, 3)), (4, 5, 2)),
    (Decimate2D((3, 2), size=2), (7, 7, 1)),
    (Flatten(), (2, 3, 2)),
    (LocalResponseNorm(alpha=0.1), (3, 3, 7)),
    (BatchNorm(), (3, 3, 2)),
    (BatchNorm(), (4,)),
    (Dropout(0.4), (4, 5)),
]
IDS = [f"{type(layer).__name__}-{i}" for i, (layer, _) in enumerate(TRAINABLE)]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("layer", "shape"), TRAINABLE, ids=IDS)
def test_gradients_agree_with_central_differences(rng, layer, shape, training):
    layer.build(shape, rng, np.float64)
    for name, value in layer.parameters.items():
        value += 0.1 * rng.standard_normal(value.shape) * (value != 0 if name == "w" else 1)
    errors = check_layer(layer, rng.standard_normal((3, *shape)), training=training)
    errors = {
        name: error
        for name, error in errors.items()
        if not (name == "w" and getattr(layer, "connections", None) is not None)
    }
    assert max(errors.values()) < 1e-6, errors


@pytest.mark.parametrize(("layer", "shape"), TRAINABLE, ids=IDS)
def test_a_layer_comes_back_from_its_description(rng, layer, shape):
    layer.build(shape, rng, np.float32)
    again = layers.from_config(json.loads(json.dumps(layers.to_config(layer))))
    again.build(shape, np.random.default_rng(1), np.float32)
    again.parameters.update({key: value.copy() for key, value in layer.parameters.items()})
    h = rng.standard_normal((2, *shape)).astype(np.float32)
    assert again.output_shape == layer.output_shape and again.parameter_count == layer.parameter_count
    assert np.array_equal(again.forward(h), layer.forward(h)) and again.forward(h).dtype == np.float32
    assert again.forward(h).shape[1:] == layer.output_shape


def test_counts_are_those_of_the_papers_layers():
    def counts(layer, shape):
        layer.build(shape, np.random.default_rng(0), np.float32)
        return layer.parameter_count, layer.connection_count

    h1 = Conv2D(12, 5, stride=2, padding=2, padding_value=-1, bias="unit")
    assert counts(h1, (16, 16, 1)) == (1068, 19968)
    table = np.zeros((12, 12), bool)
    table[:8, :4] = table[4:, 4:8] = True
    table[[0, 1, 2, 3, 8, 9, 10, 11], 8:] = True
    h2 = Conv2D(12, 5, stride=2, padding=2, padding_value=-1, bias="unit", connections=table)
    assert counts(h2, (8, 8, 12)) == (2592, 38592)
    assert counts(Dense(30), (192,)) == (5790, 5790) and counts(Dense(10), (30,)) == (310, 310)
    assert counts(Conv1D(8, 3), (15, 16)) == (392, 5096) and counts(Conv1D(3, 5), (13, 8)) == (123, 1107)
    assert counts(Conv1D(8, 3, bias="unit"), (15, 16)) == (384 + 13 * 8, 5096)
    assert counts(SumOverTime(), (9, 3)) == (6, 30)
    conv2 = Conv2D(256, 5, padding=2, groups=2)
    assert counts(conv2, (27, 27, 96))[0] == 307456 and round(conv2.multiply_adds / 1e6, 1) == 223.9


def test_backward_without_the_input_gradient_saves_it_only(rng):
    for layer, shape in TRAINABLE[:10]:
        layer.build(shape, rng, np.float64)
        h = rng.standard_normal((2, *shape))
        d_out = rng.standard_normal(layer.forward(h).shape)
        layer.backward(d_out)
        full = {key: value.copy() for key, value in layer.gradients.items()}
        assert layer.backward(d_out, need_input=False) is None
        assert all(np.array_equal(full[key], layer.gradients[key]) for key in full)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("layer", "shape"), TRAINABLE, ids=IDS)
def test_back_to_the_input_alone_is_what_backward_gives_there(rng, monkeypatch, layer, shape, dtype):
    layer.build(shape, rng, dtype)
    h = rng.standard_normal((2, *shape)).astype(dtype)
    d_out = rng.standard_normal(layer.forward(h).shape).astype(dtype)
    expected = layer.backward(d_out)
    if isinstance(layer, Conv2D | Conv1D | Dense):  # where most of the work is, that of parameters is not done
        monkeypatch.setattr(layer, "_backward", None)
    np.testing.assert_array_equal(layer.back_to_input(d_out), expected)
    with pytest.raises(ValueError, match="d_output must have shape"):
        layer.back_to_input(d_out[:1])


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2D(2, 3), (5, 5), r"Conv2D needs inputs of shape \(H, W, C\); got \(5, 5\)"),
        (Conv2D(2, 7), (5, 5, 1), "kernel is 7 pixels high"),
        (Conv2D(3, 3, groups=2), (5, 5, 4), "groups must divide"),
        (Conv2D(3, 3, connections=np.ones((2, 2), bool)), (5, 5, 2), r"shape \(C, D\) = \(2, 3\)"),
        (Conv1D(2, 3), (5,), r"Conv1D needs inputs of shape \(T, C\)"),
        (Conv1D(2, 9), (5, 2), "kernel is 9 pixels high"),
        (Dense(2), (5, 5, 1), r"put Flatten\(\) before it"),
        (MaxPool2D(6), (5, 5, 1), "window is 6 high"),
        (Decimate2D(size=6), (5, 5, 1), "window is 6 high"),
    ],
)
def test_a_layer_refuses_inputs_that_do_not_fit_when_it_is_built(rng, layer, shape, words):
    with pytest.raises(ValueError, match=words):
        layer.build(shape, rng, np.float32)


def test_a_layer_refuses_a_batch_of_another_shape(rng):
    layer = Dense(2)
    layer.build((5,), rng, np.float64)
    with pytest.raises(ValueError, match=r"h must be \(N, 5\) for this Dense; got \(3, 4\)"):
        layer.forward(np.zeros((3, 4)))


FORWARD_ONLY = [(UnitStep(), (3,)), (Signum(), (3, 2)), (Standardise(), (2, 2, 3)), (MaxOverTime(), (4, 2))]


@pytest.mark.parametrize(("layer", "shape"), TRAINABLE + FORWARD_ONLY)
@pytest.mark.parametrize(
    ("dtype", "count", "error", "words"),
    [
        (np.uint8, 2, TypeError, "h must hold float32 or float64 numbers; got dtype uint8"),
        (complex, 2, TypeError, "h must hold float32 or float64 numbers; got dtype complex128"),
        (np.float64, 0, ValueError, "h must not be empty"),
    ],
)
def test_every_layer_refuses_what_it_cannot_compute_with(rng, layer, shape, dtype, count, error, words):
    layer.build(shape, rng, np.float64)
    for training in (False, True):
        with pytest.raises(error, match=words):
            layer.forward(np.ones((count, *shape), dtype), training)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Conv2D(0, 3), ValueError, "filters must be"),
        (lambda: Conv2D(2.5, 3), TypeError, "filters must be a whole number"),
        (lambda: Conv2D(2, 3, bias="both"), ValueError, "bias must be one of"),
        (lambda: Conv2D(2, 3, padding="around"), ValueError, "padding must be one of"),
        (lambda: Conv2D(2, 3, groups=2, connections=TABLE), ValueError, "exclude each other"),
        (lambda: Dense(2, initialiser="lucky"), ValueError, "initialiser must be one of"),
        (lambda: Dropout(1.0), ValueError, "p must be in"),
        (lambda: Dropout("a"), TypeError, "p must be a finite number; got 'a'"),
        (lambda: LocalResponseNorm(n=4), ValueError, "n must be odd.*got 4"),
        (lambda: LocalResponseNorm(n=2.7), TypeError, "n must be a whole number.*got 2.7"),
        (lambda: LocalResponseNorm(k=0), ValueError, "k must be a finite number greater than 0; got 0"),
        (lambda: LocalResponseNorm(alpha=-1), ValueError, "alpha must be a finite number of at least 0"),
        (lambda: LocalResponseNorm(beta=np.inf), ValueError, "beta must be a finite number; got inf"),
        (lambda: BatchNorm(momentum=5), ValueError, "momentum must be a finite number of at least 0 and less than 1"),
        (lambda: BatchNorm(eps=-1), ValueError, "eps must be a finite number greater than 0; got -1"),
        (lambda: LeakyReLU(np.nan), ValueError, "slope must be a finite number; got nan"),
        (lambda: PReLU("steep"), TypeError, "slope must be a finite number; got 'steep'"),
        (lambda: Conv2D(2, 3, padding_value=np.nan), ValueError, "padding_value must be a finite number"),
        (lambda: Conv2D(2, 3, padding_value="x"), TypeError, "padding_value must be a finite number; got 'x'"),
        (lambda: Conv1D(2, 3, padding_value=np.inf), ValueError, "padding_value must be a finite number"),
        (lambda: layers.from_config({"kind": "Magic"}), ValueError, "kind must be one of"),
    ],
)
def test_a_layer_refuses_bad_arguments_by_name(make, error, words):
    with pytest.raises(error, match=words):
        make()
