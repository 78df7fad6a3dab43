"""Learning a hidden kernel: every part of every step against slow loops and central differences."""

import naive
import numpy as np
import pytest
from anything.odd import some_slow
from convolved import built, number
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep

from cnnlab import datasets, ops
from cnnlab.analysis.convolution.hidden_kernel import FLAT, INPUTS, NOISE, PHOTO, STRIPES
from cnnlab.explore import HiddenKernel
from cnnlab.explore.backprop.hidden_kernel import (
    ETAS,
    MISSING,
    MOST,
    NOW,
    OWN,
    STEP,
    WANTED,
)
from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import Dense


def slowly(explorer, values):
    """x, y, e, L, dL/de and dL/dw by the slow loops, from the values and the kernel learned so far."""
    x = explorer.inputs[values["x"]] if "x" in values else next(iter(explorer.inputs.values()))
    x = x[: values.get("pairs", len(x))]
    hidden, b = explorer.target(values.get("w"))
    kind = explorer.learner.kind
    padding, stride, value, connections = kind.padding, kind.stride, kind.padding_value, kind.connections
    fed = 1.0 if connections is None else connections
    y = naive.conv2d(x, hidden * fed, 0.0 if b is None else b, padding, stride, value)
    e = naive.conv2d(
        x, explorer.learner.w * fed, 0.0 if explorer.learner.b is None else explorer.learner.b, padding, stride, value
    )
    de = 2 * (e - y) / e.size
    dw = naive.conv2d_gradients(de, x, hidden, padding, stride, value)[1] * fed
    return x, y, e, ((e - y) ** 2).mean(), de, dw


def step_check(explorer):
    kept = {}

    def check(scene, values):
        learned = [np.asarray(one).tobytes() for one in (explorer.learner.w, explorer.learner.b, values.get("w", 0))]
        key = values.get("x"), values.get("pairs"), *learned
        if key not in kept:
            kept[key] = slowly(explorer, values)
        x, y, e, loss, de, dw = kept[key]
        (p, q), c, d, eta = values["weight"], values.get("c", 0), values.get("d", 0), values["eta"]
        hidden, b = explorer.target(values.get("w"))
        near = {"atol": 1e-9 * max(1.0, np.abs(e).max())}
        assert_array_equal(scene["hidden"].values, hidden[:, :, c, d])
        assert_array_equal(scene["learned"].values, explorer.learner.w[:, :, c, d])
        expected = -eta * dw if values["third"] == STEP else hidden - explorer.learner.w
        assert_allclose(scene["third"].values, expected[:, :, c, d], **near)
        assert_array_equal(scene["x"].pixels, x[0, :, :, c])
        assert_allclose(scene["output"].pixels, (y if values["output"] == WANTED else e)[0, :, :, d], **near)
        assert_allclose(scene["de"].pixels, de[0, :, :, d], **near)
        line = scene["loss"].items[0]
        assert len(line.y) == len(explorer.learner.losses) + 1
        assert_allclose(line.y, np.clip([*explorer.learner.losses, loss], 1e-12, 1e3), rtol=1e-9)
        printed = [text for _, text in scene["step"].rows]
        assert float(printed[0]) == pytest.approx(loss, rel=0.006, abs=1e-20)
        assert float(printed[1]) == pytest.approx(np.abs(de).max(), rel=0.006, abs=1e-18)
        close = {"abs": 0.000051, "rel": 1e-6}
        assert number(printed[2]) == pytest.approx(dw[p, q, c, d], **close)
        assert number(printed[3]) == pytest.approx(explorer.learner.w[p, q, c, d] - eta * dw[p, q, c, d], **close)
        assert number(printed[4]) == pytest.approx(hidden[p, q, c, d], **close)
        if b is not None and b.ndim == 1:
            mine, wanted = map(number, printed[5].split(", "))
            assert mine == pytest.approx(explorer.learner.b[d], abs=0.0051) and wanted == pytest.approx(
                b[d], abs=0.0051
            )
        assert f"After {len(explorer.learner.losses)} step" in scene.description

    return check


@SWEEPS
def test_every_position_of_its_controls_and_every_button(everywhere):
    explorer = HiddenKernel()
    assert sweep(explorer, step_check(explorer), all_positions=everywhere) > 100


LAYERS = {
    "two maps to three, with biases": ((6, 5, 2), (3, 2), {}),
    "unequal strides, a border": ((7, 8, 1), (2, 3), {"stride": (2, 3), "padding": "same"}),
    "partly connected": ((5, 5, 2), (4, 2), {"connections": [[1, 0, 1, 0], [1, 1, 0, 1]]}),
    "one bias per unit": ((5, 5, 1), (2, 3), {"bias": "unit"}),
}


@pytest.mark.parametrize("name", some_slow(LAYERS, ["unequal strides, a border", "partly connected"]))
def test_any_layer(name):
    shape, args, options = LAYERS[name]
    if "connections" in options:
        options = options | {"connections": np.array(options["connections"], bool)}
    explorer = HiddenKernel(built(shape, *args, **options))
    assert sweep(explorer, step_check(explorer)) > 20
    limit, _ = explorer.limit(NOISE, 8)
    explorer.set(eta=max(v for v in ETAS if v < (limit or 0.6)))
    for _ in range(15):
        explorer.press("train", 30)
        if explorer.learner.losses[-1] < 1e-20:
            break
    fed = explorer.learner.kind.connections
    off = (explorer.learner.w - explorer.target()[0]) * (1.0 if fed is None else fed)
    assert np.abs(off).max() < 1e-6 and np.abs(explorer.learner.b - explorer.target()[1]).max() < 1e-6


@pytest.mark.parametrize("inputs", INPUTS)
def test_a_step_follows_the_central_differences(inputs):
    explorer = HiddenKernel()
    explorer.set(x=inputs, eta=0.2)
    explorer.press("step", 2)
    values, before = explorer.values, explorer.learner.w.copy()
    w = before.copy()

    def loss():
        explorer.learner.w = w
        return slowly(explorer, values)[3]

    expected = numeric_gradient(loss, w)
    explorer.learner.w = before
    explorer.set(third=STEP)
    assert relative_error(-explorer.current()["third"].values / 0.2, expected[:, :, 0, 0]) < 1e-6
    explorer.press("step")
    assert relative_error((before - explorer.learner.w) / 0.2, expected) < 1e-6


def test_noise_tells_all_weights_apart_and_flat_inputs_only_their_sum():
    explorer = HiddenKernel()
    hidden = explorer.target(explorer.values["w"])[0][:, :, 0, 0]
    learned = {}
    for inputs in INPUTS:
        explorer.reset()
        limit, told = explorer.limit(inputs, 8)
        assert told == {NOISE: 9, PHOTO: 9, STRIPES: 3, FLAT: 1}[inputs]
        explorer.set(x=inputs, eta=max(v for v in ETAS if v < limit))
        explorer.press("train", 100)
        learned[inputs] = explorer.learner.w[:, :, 0, 0]
        tells = f"tell only {told} of 9" in explorer.current().description
        assert tells == (told < 9)
    assert_allclose(learned[NOISE], hidden, atol=1e-9)
    assert np.abs(learned[PHOTO] - hidden).max() > 0.5, "neighbouring pixels of photographs are alike: it takes long"
    assert_allclose(learned[STRIPES], np.tile(hidden.mean(axis=0), (3, 1)), atol=1e-6)
    assert_allclose(learned[FLAT], np.full((3, 3), hidden.mean()), atol=1e-9)


@pytest.mark.parametrize(
    "shape, args, options",
    [(None, None, None), ((6, 5, 2), (3, 2), {}), ((6, 6, 2), (2, 3), {"stride": 2, "bias": None})],
)
def test_the_limit_of_eta_is_where_the_descent_turns(shape, args, options):
    for factor, falls in ((0.98, True), (1.02, False)):
        explorer = HiddenKernel(None if shape is None else built(shape, *args, **options))
        limit, _ = explorer.limit(NOISE, 8)
        explorer.train(1500, **explorer.values | {"eta": factor * limit})
        assert (explorer.learner.losses[-1] < 1e-3) == falls, factor


def test_training_stops_when_it_diverges_and_when_it_is_long_and_starts_again():
    explorer = HiddenKernel()
    explorer.set(eta=2.0)
    assert "the loss will grow" in explorer.current().description
    explorer.press("train", 100)
    assert "diverged" in explorer.current().description and not explorer.enabled("train")
    steps = len(explorer.learner.losses)
    explorer.press("step")
    assert len(explorer.learner.losses) == steps < 100
    explorer.press("forget")
    assert explorer.enabled("step") and not explorer.learner.losses and not explorer.learner.w.any()
    explorer.set(eta=0.001)
    explorer.press("train", MOST)
    assert len(explorer.learner.losses) == MOST and "enough" in explorer.current().description


def test_a_kernel_of_ones_own_and_images_of_ones_own(rng):
    explorer = HiddenKernel()
    explorer.set(w=np.full((3, 3), 0.5))
    assert explorer.values["kernel"] == OWN
    explorer.set(kernel="edges", third=MISSING, output=NOW)
    assert_array_equal(explorer.current()["third"].values, explorer.values["w"])
    layer = built((9, 9, 3), 2, 3)
    own = HiddenKernel(layer, datasets.photo("coffee", 24))
    assert "pairs" not in own.controls and "x" not in own.controls
    sweep(own, step_check(own))
    several = HiddenKernel(images=rng.normal(size=(3, 8, 8, 1)))
    assert several.positions("pairs") == [1, 2, 3]
    step_check(several)(several.current(), several.values)
    assert HiddenKernel(images=rng.integers(0, 9, (8, 8))).shape == (8, 8, 1)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"layer": Dense(2)}, TypeError, "layer must be a Conv2D; got Dense"),
        ({"images": np.zeros((4, 4, 2))}, ValueError, "images have 2 channels"),
        ({"images": np.zeros((2, 4, 4, 1), complex)}, TypeError, "images must hold float32 or float64"),
        ({"eta": 7.0}, ValueError, "eta must be a number from"),
    ],
)
def test_the_explorer_refuses_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        HiddenKernel(**arguments)


def test_a_planted_bug_in_the_engine_is_seen(monkeypatch):
    right = ops.conv2d_weight_gradient
    monkeypatch.setattr(
        ops,
        "conv2d_weight_gradient",
        lambda *args, **options: np.ascontiguousarray(right(*args, **options)[::-1, ::-1]),
    )
    explorer = HiddenKernel()
    with pytest.raises(AssertionError):
        sweep(explorer, step_check(explorer))
