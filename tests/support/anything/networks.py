"""Whole networks of any kind, on arrays that lie where a keeper puts them: in training, in use, layer by layer."""

import copy

import numpy as np

from cnnlab import layers as L
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam

MAPS = (1, 2, 3, 5, 8, 15, 17, 33)
BENT = (L.ReLU, L.Tanh, L.Sigmoid, lambda: L.LeakyReLU(0.1))


def random_layers(rng, room):
    """A few layers on maps, and one or two fully-connected ones.  room : pixels of each side that are left."""
    found = [L.Standardise([0.1], [2.0])] if rng.random() < 0.2 else []
    channels = None
    for _ in range(rng.integers(0, 3)):
        size = int(rng.integers(1, min(4, room) + 1))
        groups = 1 if channels is None else int(rng.choice([k for k in (1, 2, 3) if channels % k == 0]))
        channels = groups * int(rng.choice(MAPS))
        options = {"padding": ("same", "valid", "full", 1)[rng.integers(4)], "stride": int(rng.integers(1, 3))}
        if options["padding"] == "same":
            options["stride"] = 1
        bias = ("map", "unit", None)[rng.integers(3)]
        found.append(L.Conv2D(channels, size, groups=groups, bias=bias, **options))
        found += [L.BatchNorm()] if rng.random() < 0.3 else []
        found += [BENT[rng.integers(len(BENT))]()] if rng.random() < 0.8 else []
        found += [L.LocalResponseNorm(n=3)] if rng.random() < 0.2 else []
        after = room + size - 1 if options["padding"] == "full" else room + 2 * (options["padding"] == 1) - size + 1
        room = -(-(room if options["padding"] == "same" else after) // options["stride"])
        if room >= 2 and rng.random() < 0.4:
            found.append(L.MaxPool2D(2, int(rng.integers(1, 3))))
            room = (room - 2) // found[-1].stride[0] + 1
    found.append(L.Flatten())
    if rng.random() < 0.5:
        found += [L.Dense(int(rng.choice(MAPS))), BENT[rng.integers(len(BENT))]()]
    return found


def far_layers(rng, room):
    """Pooling over 256 pixels and more, which takes two bytes for a place; and dropout.  room : 18 or more."""
    size = int(rng.integers(16, room))
    return [
        *(L.Conv2D(int(rng.choice(MAPS)), 2), L.ReLU()),
        *(L.MaxPool2D(size, int(rng.integers(1, 3))), L.Flatten(), L.Dropout(0.3)),
    ]


def layers_over_time(rng):
    """Frames of sound, one weight for each of them at the end, or the largest; and dropout."""
    bias, stride = ("map", "unit", None)[rng.integers(3)], int(rng.integers(1, 3))
    convolution = L.Conv1D(int(rng.choice(MAPS)), 2, stride=stride, bias=bias)
    return [convolution, L.Tanh(), L.Dropout(0.3), (L.MaxOverTime, L.SumOverTime)[rng.integers(2)]()]


def random_network(seed, memory):
    """One network: what it gives and learns, compiled and layer by layer -> its layers.  memory : a `Surrounded`."""
    rng = np.random.default_rng(seed)
    dtype, batch, room = (np.float32, np.float64)[rng.integers(2)], int(rng.integers(2, 6)), int(rng.integers(4, 10))
    loss, outputs = ((CrossEntropy(), 3), (MSE(), 5), (BinaryCrossEntropy(), 1))[rng.integers(3)]
    if seed % 8 == 6:
        room += 14
        layers, sides = far_layers(rng, room), (room, room)
    elif seed % 8 == 7:
        layers, sides = layers_over_time(rng), (room,)
    else:
        layers, sides = random_layers(rng, room), (room, room)
    layers.append(L.Dense(outputs))
    channels = 1 if isinstance(layers[0], L.Standardise) else int(rng.choice(MAPS))
    network = Network(layers, (*sides, channels), int(rng.integers(99)), dtype)
    slow = copy.deepcopy(network)
    x = memory.laid(rng.standard_normal((batch, *network.input_shape)).astype(dtype))
    y = rng.integers(0, 2, batch)
    kept = x.copy()
    value, e = network.loss_and_gradients(x, y, loss)
    expected = slow.forward(x, training=True)
    near(e, expected, dtype, "what it gives in training")
    near(value, loss(expected, y), dtype, "the loss")
    slow.backward(loss.gradient(expected, y))
    for name, gradient in slow.gradients.items():
        near(network.gradients[name], gradient, dtype, f"dL/d {name}")
    near(network.predict(x), slow.forward(x, training=False), dtype, "what it gives in use")
    descent = network.descent(x, y, loss, Adam(0.01) if seed % 2 else SGD(0.01, momentum=0.5), 2)
    if descent is not None:
        losses, _ = descent(np.arange(batch), np.full(-(-batch // 2), 0.01))
        assert np.isfinite(losses).all(), "a step has read what lies outside of an array"
    assert np.array_equal(x, kept), "it has changed its input"
    return [type(layer).__name__ for layer in layers]


def near(found, expected, dtype, what):
    """As far as rounding allows; NaN, which stands around every array, is far from everything."""
    size = max(1.0, float(np.abs(expected).max()))
    off = float(np.abs(np.asarray(found) - expected).max())
    assert off <= 2000 * np.finfo(dtype).eps * size, f"{what} is off by {off:.3g}, with numbers up to {size:.3g}"
