"""Whatever is handed to an operation, it answers, or refuses with a ValueError or TypeError that names an argument."""

import inspect
import re

import numpy as np
import pytest
from anything.unusual import FORMS, laid, property_of
from hypothesis import strategies as st

from cnnlab import ops

A = np.ones
RNG = np.random.default_rng(0)
E, WHERE = A((2, 4, 4, 3)), np.zeros((2, 2, 2, 3), np.uint16)
GOOD = {
    "average_pool2d": {"e": E, "size": 2, "stride": 2, "rectify": False},
    "average_pool2d_backward": {"dh": A((2, 2, 2, 3)), "e": E, "size": 2, "stride": 2, "rectify": True},
    "batch_norm": {"h": E, "gamma": A(3), "beta": A(3), "mean": A(3), "variance": A(3), "eps": 1e-5},
    "batch_norm_backward": {"d_out": E, "normal": E, "gamma": A(3), "variance": A(3), "eps": 1e-5},
    "batch_statistics": {"h": E},
    "channel_statistics": {"x": E, "block": 2},
    "connection_table": {"connections": A((3, 2), bool), "w_shape": (2, 2, 3, 2)},
    "conv1d": {"h": A((2, 6, 3)), "w": A((2, 3, 4)), "b": A(4), "padding": 1, "stride": 1, "padding_value": 0.0},
    "conv1d_backward": {"de": A((2, 5, 4)), "h": A((2, 6, 3)), "w": A((2, 3, 4)), "padding": "valid", "stride": 1},
    "conv1d_output_shape": {"h_shape": (2, 6, 3), "w_shape": (2, 3, 4), "padding": "same", "stride": 1},
    "conv2d": {"h": E, "w": A((2, 2, 3, 2)), "b": A(2), "padding": "same", "stride": 1, "padding_value": 0.0},
    "conv2d_bias_gradient": {"de": E, "b_shape": (3,)},
    "conv2d_input_gradient": {"de": A((2, 3, 3, 2)), "w": A((2, 2, 3, 2)), "h_shape": (2, 4, 4, 3), "padding": 0},
    "conv2d_matrix": {"w": A((2, 2, 3, 2)), "h_shape": (4, 4, 3), "padding": 0, "stride": 1},
    "conv2d_output_shape": {"h_shape": (2, 4, 4, 3), "w_shape": (2, 2, 3, 2), "padding": "full", "stride": (1, 2)},
    "conv2d_weight_gradient": {"de": A((2, 3, 3, 2)), "h": E, "w_shape": (2, 2, 3, 2), "padding": 0, "stride": 1},
    "decimate2d": {"e": E, "stride": 2, "rectify": True, "size": 2},
    "decimate2d_backward": {"dh": A((2, 2, 2, 3)), "e": E, "stride": 2, "rectify": True, "size": 2},
    "decimate_output_shape": {"e_shape": (2, 4, 4, 3), "stride": 2, "size": 2},
    "dense": {"h": A((2, 3)), "w": A((3, 4)), "b": A(4)},
    "dense_backward": {"de": A((2, 4)), "h": A((2, 3)), "w": A((3, 4))},
    "dropout": {"h": E, "p": 0.3, "rng": RNG},
    "dropout_backward": {"d_out": E, "mask": E},
    "dropout_mask": {"shape": (2, 3), "p": 0.3, "rng": RNG, "dtype": np.float32},
    "leaky_relu": {"e": E, "slope": 0.1},
    "leaky_relu_backward": {"dh": E, "e": E, "slope": 0.1},
    "local_response_norm": {"h": E, "n": 3, "k": 1.0, "alpha": 0.1, "beta": 0.5},
    "local_response_norm_backward": {"d_out": E, "h": E, "scale": E, "n": 3, "alpha": 0.1, "beta": 0.5},
    "max_over_time": {"h": A((2, 6, 3)), "w": A(3), "b": A(3)},
    "max_over_time_backward": {
        "de": A((2, 3)),
        "largest": A((2, 3)),
        "where": np.ones((2, 3), int),
        "w": A(3),
        "frames": 6,
    },
    "max_pool2d": {"e": E, "size": 2, "stride": 2, "rectify": False},
    "max_pool2d_backward": {"dh": A((2, 2, 2, 3)), "where": WHERE, "e_shape": (2, 4, 4, 3), "size": 2, "stride": 2},
    "pad": {"h": E, "kernel_shape": (3, 3), "padding": "same", "padding_value": 0.0},
    "pads": {"size": 3, "padding": "same"},
    "pool_output_shape": {"e_shape": (2, 4, 4, 3), "size": 2, "stride": 2},
    "prelu": {"e": E, "slope": A(3)},
    "prelu_backward": {"dh": E, "e": E, "slope": A(3)},
    "relu": {"e": E},
    "relu_backward": {"dh": E, "h": E},
    "scaled_tanh": {"e": E},
    "scaled_tanh_backward": {"dh": E, "h": E},
    "sigmoid": {"e": E},
    "sigmoid_backward": {"dh": E, "h": E},
    "signum": {"e": E},
    "sum_over_time": {"h": A((2, 6, 3)), "w": A(3), "b": A(3)},
    "sum_over_time_backward": {"de": A((2, 3)), "total": A((2, 3)), "w": A(3), "frames": 6},
    "tanh": {"e": E},
    "tanh_backward": {"dh": E, "h": E},
    "unit_step": {"e": E},
}
SHAPES = st.lists(st.integers(0, 4), max_size=5).map(tuple)
KINDS = st.sampled_from(["f4", "f8", "f2", ">f8", "i4", "u1", "?", "c16", "O", "U3", "M8[s]", "V4"])
ARRAYS = st.builds(lambda shape, kind: np.zeros(shape, kind), SHAPES, KINDS)
NUMBERS = [True, -1, 0, 1, 2, 7, 2**31, 2**63, 10**400, 2.5, -0.0, np.nan, np.inf, 1e309, 1j, np.float32(1)]
WORDS = ["same", "around", "", "\u00e9", b"x"]
OTHERS = [None, (), (1,), (1, 2), (2, -1), (1, 2, 3), [[]], [1, [2]], {}, {1}, object(), len]
THINGS = st.sampled_from([*NUMBERS, *WORDS, *OTHERS])


def test_every_operation_is_here():
    assert set(GOOD) == {name for name in ops.__all__ if callable(getattr(ops, name))}


@property_of(
    400, 30_000, st.sampled_from(sorted(GOOD)), st.integers(0, 9), st.one_of(ARRAYS, THINGS, SHAPES), st.booleans()
)
def test_anything_in_the_place_of_an_argument(name, which, thing, single):
    operation, given = getattr(ops, name), dict(GOOD[name])
    if single:
        given = {key: np.float32(value) if is_float(value) else value for key, value in given.items()}
    places = list(given)
    given[places[which % len(places)]] = thing
    try:
        with np.errstate(all="ignore"):
            operation(**given)
    except (ValueError, TypeError) as error:
        names = "|".join(name.removesuffix("_shape") for name in inspect.signature(operation).parameters)
        assert re.search(rf"\b({names})(_shape)?\b", str(error)), f"{name} names no argument: {error}"


def is_float(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", sorted(GOOD))
def test_memory_orders_give_the_same_numbers(name, form):
    operation = getattr(ops, name)
    results = []
    for order in ("C", form):
        given = {key: laid(value, order) if is_float(value) else value for key, value in GOOD[name].items()}
        if "rng" in given:
            given["rng"] = np.random.default_rng(0)
        found = operation(**given)
        results.append(found if isinstance(found, tuple) else (found,))
        assert all(np.array_equal(given[key], value) for key, value in GOOD[name].items() if is_float(value))
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)
