"""Layers of one's own functions: right, trained, counted, and every bad function called by its name."""

import json

import numpy as np
import pytest

import cnnlab
from cnnlab import SGD, CrossEntropy, Custom, Dense, Diverged, Flatten, Network, ReLU, datasets, fit, layers
from cnnlab.gradcheck import check_layer, check_network
from cnnlab.layers import NoGradient


def convolve(h, w, b):
    P, Q = w.shape[:2]
    e = np.zeros((len(h), h.shape[1] - P + 1, h.shape[2] - Q + 1, w.shape[3])) + b
    for p, q in np.ndindex(P, Q):
        e += h[:, P - 1 - p :, Q - 1 - q :][:, : e.shape[1], : e.shape[2]] @ w[p, q]
    return e


def convolve_back(de, h, w, b):
    (P, Q), (rows, columns) = w.shape[:2], de.shape[1:3]
    dh, dw = np.zeros(h.shape), np.zeros(w.shape)
    for p, q in np.ndindex(P, Q):
        window = np.s_[:, P - 1 - p : P - 1 - p + rows, Q - 1 - q : Q - 1 - q + columns]
        dh[window] += de @ w[p, q].T
        dw[p, q] = np.tensordot(h[window], de, axes=([0, 1, 2], [0, 1, 2]))
    return dh, dw, de.sum(axis=(0, 1, 2))


def relu(h):
    return np.maximum(h, 0)


def relu_back(d, h):
    return d * (h > 0)


def scale(h, gain):
    return gain * h


def scale_back(d, h, gain):
    return gain * d, (d * h).sum(axis=0)


def mine(dtype=np.float32):
    return Network(_layers(), (8, 8, 1), dtype=dtype)


def _layers():
    return Custom(convolve, convolve_back, {"w": (3, 3, 1, 4), "b": 4}), Custom(relu, relu_back), Flatten(), Dense(10)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Custom(convolve, convolve_back, {"w": (3, 2, 2, 3), "b": (3,)}), (5, 4, 2)),
        (Custom(relu, relu_back), (3, 4, 2)),
        (Custom(lambda h: h.reshape(len(h), -1), lambda d, h: (d.reshape(h.shape),)), (2, 3)),
        (Custom(scale, scale_back, {"gain": np.array([2.0, -1, 0.5])}), (3,)),
    ],
)
def test_gradients_agree_with_central_differences(rng, layer, shape):
    layer.build(shape, rng, np.float64)
    errors = check_layer(layer, rng.standard_normal((3, *shape)))
    assert set(errors) == {"h", *layer.parameters} and max(errors.values()) < 1e-6, errors


def test_a_wrong_gradient_is_found_by_the_check(rng):
    layer = Custom(relu, lambda d, h: d * (h > -1))
    layer.build((40,), rng, np.float64)
    assert check_layer(layer, rng.standard_normal((3, 40)))["h"] > 0.1


def test_a_network_of_own_functions_is_that_of_the_engine_and_learns_the_same():
    data = datasets.digits()
    nets = [mine(), Network([cnnlab.Conv2D(4, 3), ReLU(), Flatten(), Dense(10)], (8, 8, 1))]
    assert all(np.array_equal(nets[0].parameters["0.w"], net.parameters["0.w"]) for net in nets)
    for net in nets:
        fit(net, data.x_train[:256], data.y_train[:256], loss=CrossEntropy(), optimiser=SGD(0.05), epochs=2)
    assert np.allclose(*(net.predict(data.x_test[:50]) for net in nets), atol=1e-4)
    assert np.abs(nets[0].parameters["0.w"] - mine().parameters["0.w"]).max() > 0.01


def test_gradients_of_a_network_are_those_of_differences(rng):
    net = Network([*_layers()[:3], Dense(2)], (5, 5, 1), dtype=np.float64)
    x, y = rng.standard_normal((2, 5, 5, 1)), np.array([0, 1])
    assert max(check_network(net, CrossEntropy(), x, y).values()) < 1e-6


def test_own_layers_are_named_counted_and_summed_up():
    net = mine()
    assert [layer.name for layer in net] == ["custom1", "custom2", "flatten1", "dense1"]
    assert net[0].parameter_count == 40 and net.parameter_count == 40 + 1450 and net[0].output_shape == (6, 6, 4)
    assert net[0].multiply_adds == net[0].connection_count == 0
    assert "convolve / convolve_back" in repr(net.summary()) and "relu / relu_back" in repr(net.summary())
    assert repr(Custom(relu)) == "Custom(forward='relu', backward=None, parameters={})"


def test_parameters_begin_as_they_are_told():
    start = np.array([1.0, 2.0, 3.0])
    layer = Custom(scale, scale_back, {"gain": start})
    start[:] = 0
    layer.build((3,), np.random.default_rng(0), np.float32)
    assert layer.parameters["gain"].tolist() == [1, 2, 3] and layer.parameters["gain"].dtype == np.float32
    layer = Custom(lambda h, w: h @ w, None, {"w": (50, 40)}, initialiser=("normal", 0.25))
    layer.build((50,), np.random.default_rng(0), np.float32)
    assert 0.2 < layer.parameters["w"].std() < 0.3


def test_what_is_given_is_copied_and_has_the_dtype_of_the_network():
    kept = np.zeros((2, 3))

    def same_array(h):
        kept[:] = h
        return kept

    layer = Custom(same_array, relu_back)
    layer.build((3,), np.random.default_rng(0), np.float32)
    one = layer.forward(np.ones((2, 3), np.float32))
    layer.forward(np.zeros((2, 3), np.float32))
    assert one.dtype == np.float32 and one.min() == 1 and one.flags.writeable


def test_predicting_leaves_what_backward_needs(rng):
    layer = Custom(relu, relu_back)
    layer.build((3,), rng, np.float64)
    layer.forward(np.ones((2, 3)))
    layer.predict(-np.ones((5, 3)))
    assert layer.backward(np.ones((2, 3))).min() == 1


def test_the_lowest_layer_may_keep_its_input_gradient_to_itself(rng):
    def back(de, h, w, b):
        return None, *convolve_back(de, h, w, b)[1:]

    net = Network([Custom(convolve, back, {"w": (3, 3, 1, 2), "b": 2}), Flatten(), Dense(3)], (5, 5, 1))
    x, y = rng.standard_normal((4, 5, 5, 1)), np.array([0, 1, 2, 0])
    net.loss_and_gradients(x, y, CrossEntropy())
    assert np.abs(net.gradients["0.w"]).max() > 0
    with pytest.raises(ValueError, match=r"backward of custom1, the function back, must give dL/dh, which the layer"):
        net.backward(np.ones((4, 3), np.float32), need_input=True)


def test_without_a_way_back_a_layer_can_be_used_below_those_that_learn(rng):
    net = Network([Custom(np.tanh), Flatten(), Dense(3)], (4, 4))
    x, y = rng.standard_normal((6, 4, 4)), np.array([0, 1, 2, 0, 1, 2])
    fit(net, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1)
    above = Network([Flatten(), Dense(3), Custom(np.tanh)], (4, 4))
    with pytest.raises(NoGradient, match=r"forward of custom1, the function tanh, has no backward beside it"):
        fit(above, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1)


def test_a_divergence_is_told_as_one_and_is_not_the_functions_fault(rng):
    net = mine()
    x, y = rng.standard_normal((64, 8, 8, 1)), rng.integers(0, 10, 64)
    with pytest.raises(Diverged, match="try a tenth of eta"):
        fit(net, x, y, loss=CrossEntropy(), optimiser=SGD(1e9), epochs=3)


def test_files_hold_no_code_and_say_so(tmp_path):
    net = mine()
    with pytest.raises(ValueError, match=r"holds no code; this one has custom1 \(Custom convolve / convolve_back\)"):
        net.save(tmp_path / "mine.npz")
    assert not list(tmp_path.iterdir())
    np.savez(tmp_path / "weights.npz", **net.weights())  # what the message advises
    again = Network(_layers(), (8, 8, 1), rng=5)
    again.set_weights(np.load(tmp_path / "weights.npz"))
    x = datasets.digits().x_test[:5]
    assert np.array_equal(again.predict(x), net.predict(x))
    config = json.loads(json.dumps(layers.to_config(net[0])))
    with pytest.raises(ValueError, match="Custom has functions"):
        layers.from_config(config)


def test_a_checkpoint_goes_on_with_the_same_functions_only(tmp_path):
    data, path = datasets.digits(), tmp_path / "run.npz"

    def run(net, epochs):
        options = dict(loss=CrossEntropy(), optimiser=SGD(0.05), epochs=epochs, checkpoint=path, resume=True)
        fit(net, data.x_train[:64], data.y_train[:64], **options)
        return net

    run(mine(), 1)
    resumed = run(mine(), 2)
    straight = mine()
    fit(straight, data.x_train[:64], data.y_train[:64], loss=CrossEntropy(), optimiser=SGD(0.05), epochs=2)
    assert all(np.array_equal(array, straight.weights()[name]) for name, array in resumed.weights().items())
    first = Custom(lambda h, w, b: convolve(h, w, b), convolve_back, {"w": (3, 3, 1, 4), "b": 4})
    with pytest.raises(ValueError, match="checkpoint"):
        run(Network([first, *_layers()[1:]], (8, 8, 1)), 3)


def beyond(h):
    places = [0, 1, 2]
    return h * places[h.shape[1]]


def shuts(h):
    h[h < 0] = 0
    return h


@pytest.mark.parametrize(
    ("function", "parameters", "error", "words"),
    [
        (beyond, None, ValueError, r"beyond, stops at its line 3 \(`return h \* pl.*`\) with IndexError: list index"),
        (shuts, None, ValueError, r"shuts, must not write into what it is given at its line 2 .* h = h\.copy\(\)"),
        (lambda h: None, None, ValueError, r"must give numbers; it gives None \(has it a `return`\?\)"),
        (lambda h: ..., None, ValueError, r"must give numbers; it gives `\.\.\.`"),
        (lambda h: [[1.0], [1.0, 2.0]], None, ValueError, "must give numbers, as an array; it gives 2 of them"),
        (lambda h, w: h, None, ValueError, r"missing 1 required .*'w'; it is called as forward\(h\)"),
        (lambda h: h, {"w": 3}, ValueError, r"takes 1 positional .*; it is called as forward\(h, w\)"),
        (lambda h: h > 0, None, TypeError, "must give float numbers; it gives bool"),
        (lambda h: h.astype(int), None, TypeError, "it gives int64: whole numbers forget"),
        (lambda h: h[:1], None, ValueError, r"for \(2, 4, 4\) it gives \(1, 4, 4\)"),
        (lambda h: h.sum(axis=(1, 2)), None, ValueError, r"must give \(N, \.\.\.\)"),
        (lambda h: h * np.nan, None, ValueError, "must give finite numbers for finite ones; 32 of 32 are NaN or inf"),
    ],
)
def test_a_bad_function_is_named_when_the_network_is_made(function, parameters, error, words):
    with pytest.raises(error, match=words) as raised:
        Network([Custom(function, None, parameters), Flatten(), Dense(3)], (4, 4))
    assert str(raised.value).startswith(f"layer 0, Custom {function.__name__}, cannot take an input (4, 4): forward, ")


def test_the_first_cause_is_kept_for_who_wants_to_see_its_lines():
    with pytest.raises(ValueError) as raised:
        Network([Custom(beyond)], (4, 4))
    assert isinstance(raised.value.__cause__, IndexError)


def test_a_function_that_counts_on_a_batch_of_two_is_found_when_it_is_used(rng):
    net = Network([Custom(lambda h: h.reshape(2, -1)), Dense(3)], (4, 4))
    with pytest.raises(ValueError, match=r"of shape \(4, 16\), as it did for 2 samples; it gives \(2, 32\)"):
        net.forward(rng.standard_normal((4, 4, 4)))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda d, h: None, r"must give dL/dh, which the layer below needs; it gives None"),
        (lambda d, h: ..., r"must give dL/dh; it gives `\.\.\.`"),
        (lambda d, h: (d, d), r"must give dL/dh; it gives 2 of them"),
        (lambda d, h: d[:, 1:], r"must give dL/dh of shape \(3, 5\); it gives \(3, 4\)"),
        (lambda d: d, r"it is called as backward\(d, h\)"),
        (lambda d, h: d * np.inf, r"are NaN or infinite in dL/dh, the first at \[0, 0\]"),
        (lambda d, h: np.multiply(d, 2, out=d), r"must not write into what it is given"),
    ],
)
def test_a_bad_way_back_is_named(rng, function, words):
    net = Network([Dense(5), Custom(relu, function), Dense(2)], (4,))
    with pytest.raises(ValueError, match=rf"^backward of custom1, the function <lambda>, .*{words}"):
        net.loss_and_gradients(rng.standard_normal((3, 4)), np.array([0, 1, 0]), CrossEntropy())


def test_gradients_of_parameters_must_have_their_shapes_and_be_all_there(rng):
    for back, words in (
        (lambda d, h, gain: (d, d), r"must give dL/dgain of shape \(4,\); it gives \(3, 4\)"),
        (lambda d, h, gain: d, r"must give dL/dh, dL/dgain; it gives one array of shape \(3, 4\)"),
        (lambda d, h, gain: (d, None), r"must give dL/dgain; it gives None"),
    ):
        net = Network([Custom(scale, back, {"gain": np.ones(4)}), Dense(2)], (4,))
        with pytest.raises(ValueError, match=words):
            net.loss_and_gradients(rng.standard_normal((3, 4)), np.array([0, 1, 0]), CrossEntropy())


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Custom(3), TypeError, "forward must be a function; got 3"),
        (lambda: Custom(ReLU()), TypeError, "a layer stands in the network by itself"),
        (lambda: Custom(ReLU), TypeError, "forward must be a function; got <class"),
        (lambda: Custom(relu, "back"), TypeError, "backward must be a function; got 'back'"),
        (lambda: Custom(relu, None, [3]), TypeError, r'parameters must be a dict such as \{"w": \(3, 3, 1, 8\)'),
        (lambda: Custom(relu, None, {"a/b": 3}), ValueError, "parameters must have names such as \"w\"; got 'a/b'"),
        (lambda: Custom(relu, None, {"w": 2.5}), TypeError, "parameters: w must be a shape"),
        (lambda: Custom(relu, None, {"w": np.array([np.nan])}), ValueError, "parameters: w must hold finite numbers"),
        (lambda: Custom(relu, None, {"w": 3}, initialiser="lucky"), ValueError, "initialiser must be one of"),
    ],
)
def test_bad_arguments_are_refused_by_name(make, error, words):
    with pytest.raises(error, match=words):
        make()


class Elsewhere(ReLU):
    """A class that cnnlab does not know."""


def test_layers_of_other_classes_are_not_saved_either(tmp_path):
    with pytest.raises(ValueError, match=r"holds no code; this one has elsewhere1 \(Elsewhere\)"):
        Network([Dense(2), Elsewhere()], (3,)).save(tmp_path / "one.npz")
