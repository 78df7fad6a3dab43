"""Where arrays are checked: at the door of a network, a layer, an operation; once, and as well at each of them."""

import numpy as np
import pytest

from cnnlab import arguments, layers, losses, ops
from cnnlab.gradcheck import check_layer
from cnnlab.network import Network


def made(dtype=np.float32):
    parts = [layers.Conv2D(3, 3), layers.ReLU(), layers.MaxPool2D(2), layers.BatchNorm(), layers.Flatten()]
    return Network([*parts, layers.Dropout(0.5), layers.Dense(2)], (6, 6, 1), dtype=dtype)


@pytest.fixture
def x(rng):
    return rng.standard_normal((4, 6, 6, 1), dtype=np.float32)


def test_a_network_is_called_to_predict_and_leaves_no_trace(rng, x):
    network = made()
    expected = network.predict(x)
    network.forward(x[:2], training=True)
    de = rng.standard_normal((2, 2), dtype=np.float32)
    network.backward(de)
    gradients = {name: array.copy() for name, array in network.gradients.items()}
    again = network(x)
    assert not np.array_equal(again, expected), "batch norm remembers the batch of training"
    assert np.array_equal(again, network.predict(x)) and np.array_equal(network(x, batch=1), again)
    network.backward(de)
    assert all(np.array_equal(gradients[name], array) for name, array in network.gradients.items())


def test_a_layer_is_called_to_predict_and_leaves_no_trace(rng, x):
    network = made()
    for place, h in enumerate([x, network[0](x)]):
        layer = network[place]
        out = layer.forward(h[:2])
        d = rng.standard_normal(out.shape, dtype=np.float32)
        back = layer.backward(d).copy()
        assert np.array_equal(layer(h), layer.predict(h)) and len(layer(h)) == 4
        assert np.array_equal(layer.backward(d), back)
    drop = network["dropout1"]
    h = np.ones((2, *drop.input_shape), np.float32)
    assert np.array_equal(drop(h), h) and int(drop.state["draws"]) == 0


def test_probabilities_of_several_outputs_add_up_to_one_and_are_those_of_the_loss(x):
    network = made()
    found = network.predict_proba(x)
    assert np.array_equal(found, losses.CrossEntropy().yhat(network.predict(x))) and found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
    assert np.array_equal(found.argmax(axis=1), network.classify(x))
    np.testing.assert_allclose(network.predict_proba(x, batch=1), found, rtol=1e-5)


def test_the_probability_of_one_output_is_that_of_yes():
    network = Network([layers.Dense(1)], (1,), dtype=np.float64)
    network.parameters["0.w"][...] = 1
    found = network.predict_proba(np.array([[-2.0], [0.0], [1.0]]))
    np.testing.assert_allclose(found, 1 / (1 + np.exp([[2.0], [0.0], [-1.0]])))
    assert np.array_equal(found[:, 0] > 0.5, network.classify(np.array([[-2.0], [0.0], [1.0]])) == 1)


def test_images_are_no_probabilities(x):
    network = Network([layers.Conv2D(2, 3)], (6, 6, 1))
    with pytest.raises(
        ValueError, match=r"predict_proba needs a network that gives \(D,\) for each sample; got \(4, 4"
    ):
        network.predict_proba(x)


def count(monkeypatch):
    """How often each name goes through `arguments.array`."""
    asked, true = [], arguments.array
    monkeypatch.setattr(arguments, "array", lambda name, *rest, **more: asked.append(name) or true(name, *rest, **more))
    return asked


def test_arrays_are_checked_once_on_their_way_through_a_network(x, monkeypatch):
    network = made()
    asked = count(monkeypatch)
    network.predict(x)
    network.forward(x)
    assert asked == ["x", "x"]
    asked.clear()
    network.backward(np.ones((4, 2), np.float32), need_input=True)
    assert asked == ["de"]


@pytest.mark.parametrize("place", range(7))
def test_arrays_are_checked_once_at_a_layers_door(x, monkeypatch, place):
    network = made()
    for layer in network[:place]:
        x = layer(x)
    asked = count(monkeypatch)
    out = network[place].forward(x)
    assert asked == ["h"]
    network[place].backward(np.ones_like(out))
    assert asked == ["h", "d_output"]


def test_a_layer_refuses_another_dtype_than_that_of_its_weights(x):
    network = made()
    with pytest.raises(TypeError, match="h and w and b must have the same dtype; got h float64, w float32, b float32"):
        network[0].forward(x.astype(float))
    network.forward(x)
    with pytest.raises(TypeError, match="d_output and w and b must have the same dtype"):
        network[0].backward(np.zeros((4, 4, 4, 3)))


def test_a_gradient_that_does_not_fit_is_refused_at_both_doors(x):
    network = made()
    with pytest.raises(ValueError, match="backward must follow a forward; this network has seen nothing yet"):
        network.backward(np.zeros((4, 2), np.float32))
    with pytest.raises(ValueError, match="backward must follow a forward; this Conv2D has seen nothing yet"):
        network[0].backward(np.zeros((4, 4, 4, 3), np.float32))
    network.forward(x)
    with pytest.raises(ValueError, match=r"de must have shape \(4, 2\) \(that of the last output\); got \(3, 2\)"):
        network.backward(np.zeros((3, 2), np.float32))
    with pytest.raises(TypeError, match="de must hold float32 numbers, as the network; got dtype float64"):
        network.backward(np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"d_output must have shape \(4, 4, 4, 3\)"):
        network[0].backward(np.zeros((3, 4, 4, 3), np.float32))


@pytest.mark.parametrize("use", ["forward", "predict", "loss_and_gradients"])
def test_weights_that_were_exchanged_for_others_that_do_not_fit_are_named(x, use):
    network = made()
    calls = {
        "forward": lambda: network.forward(x),
        "predict": lambda: network(x),
        "loss_and_gradients": lambda: network.loss_and_gradients(x, np.zeros(4, int), losses.CrossEntropy()),
    }
    network[0].parameters["w"] = np.zeros((3, 3, 2, 3), np.float32)
    with pytest.raises(ValueError, match=r"w of conv1 must be the float32 array of shape \(3, 3, 1, 3\) that a Conv2D"):
        calls[use]()


def test_states_of_another_dtype_are_named(x):
    network = made()
    network["norm1"].state["mean"] = np.zeros(3)
    with pytest.raises(TypeError, match=r"mean of norm1 must be the float32 array of shape \(3,\).*got float64"):
        network.predict(x)


class Doubled(layers.Layer):
    """A layer of one's own; `wrong` makes it give float64 numbers."""

    wrong = False

    def _forward(self, h, training):
        return 2 * h.astype(float) if self.wrong else 2 * h

    def _backward(self, d_output, need_input):
        return 2 * d_output


def test_a_layer_of_ones_own_works_in_a_network_and_what_it_gives_is_checked(x):
    network = Network([Doubled(), layers.Conv2D(2, 3)], (6, 6, 1))
    plain = Network([layers.Conv2D(2, 3)], (6, 6, 1))
    assert np.array_equal(network(x), plain(2 * x))
    network.forward(x)
    plain.forward(2 * x)
    de = np.ones((4, 4, 4, 2), np.float32)
    assert np.array_equal(network.backward(de, need_input=True), 2 * plain.backward(de, need_input=True))
    network[0].wrong = True
    with pytest.raises(TypeError, match="h and w and b must have the same dtype"):
        network(x)
    alone = Doubled()
    alone.build((3,), np.random.default_rng(0), np.float64)
    assert check_layer(alone, np.ones((2, 3)))["h"] < 1e-8


def test_operations_check_what_they_are_given():
    with pytest.raises(TypeError, match="e must hold float32 or float64 numbers; got dtype int64"):
        ops.relu(np.arange(3))
    with pytest.raises(ValueError, match=r"h must have shape \(3,\) \(that of dh\); got \(2,\)"):
        ops.tanh_backward(np.ones(3), np.ones(2))
    with pytest.raises(TypeError, match="dh and e must have the same dtype"):
        ops.leaky_relu_backward(np.ones(3), np.ones(3, np.float32))
    with pytest.raises(ValueError, match=r"gamma must have shape \(2,\) \(one per channel of h\); got \(3,\)"):
        ops.batch_norm(np.ones((4, 2)), np.ones(3), *[np.ones(2)] * 3)
    with pytest.raises(ValueError, match=r"slope must have shape \(2,\) \(one per channel of e\); got \(3,\)"):
        ops.prelu(np.ones((4, 2)), np.ones(3))
    with pytest.raises(ValueError, match=r"w must have shape \(2,\) \(one per channel of h\); got \(3,\)"):
        ops.sum_over_time(np.ones((1, 4, 2)), np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match=r"where must hold frames 0\.\.3, as max_over_time gave them"):
        ops.max_over_time_backward(np.ones((1, 2)), np.ones((1, 2)), np.full((1, 2), 4), np.ones(2), 4)
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\): the share of values that is dropped; got 1"):
        ops.dropout(np.ones(3), 1, np.random.default_rng(0))
