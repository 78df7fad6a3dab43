"""Operations with tiles and vectors in them, on arrays that lie where a keeper puts them (surrounded.py)."""

import numpy as np

from cnnlab import ops

CHANNELS = (1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 48, 70)


def random_operation(seed, memory):
    """One operation forward and backward -> its name.  memory : a `Surrounded`."""
    rng = np.random.default_rng(seed)
    dtype = (np.float32, np.float64)[rng.integers(2)]

    def given(*shape):
        return memory.laid(rng.standard_normal(shape).astype(dtype))

    def pick(low, high):
        return int(rng.integers(low, high + 1))

    name = ("convolution", "convolution", "convolution", "dense", "pooling", "time")[rng.integers(6)]
    channels, outputs = (int(rng.choice(CHANNELS)) for _ in range(2))
    if name == "convolution":
        size, padding = (pick(1, 5), pick(1, 5)), pick(0, 4)
        sides = [pick(max(1, n - 2 * padding), 11) for n in size]
        h, w, b = given(pick(1, 3), *sides, channels), given(*size, channels, outputs), given(outputs)
        table = rng.random((channels, outputs)) < 0.5 if rng.random() < 0.3 else None
        options = {"padding": padding, "stride": (pick(1, 3), pick(1, 3)), "connections": table}
        e = ops.conv2d(h, w, b, **options)
        de = given(*e.shape)
        dh = ops.conv2d_input_gradient(de, w, h.shape, **options)
        found, kept = [e, dh, ops.conv2d_weight_gradient(de, h, w.shape, **options)], [h, w, b, de]
    elif name == "dense":
        n = pick(1, 20)
        kept = [given(n, channels), given(channels, outputs), given(outputs), given(n, outputs)]
        h, w, b, de = kept
        found = [ops.dense(h, w, b), *ops.dense_backward(de, h, w)]
    elif name == "pooling":
        e, size, stride = given(pick(1, 2), pick(4, 9), pick(4, 9), channels), (pick(1, 4), pick(1, 4)), pick(1, 3)
        h, where = ops.max_pool2d(e, size, stride, bool(pick(0, 1)))
        dh = given(*h.shape)
        place = memory.laid(where)
        found, kept = [h, ops.max_pool2d_backward(dh, place, e.shape, size, stride)], [e, dh]
    else:
        h, w, b = given(pick(1, 3), pick(4, 12), channels), given(pick(1, 4), channels, outputs), given(outputs)
        options = {"padding": pick(0, 2), "stride": pick(1, 2)}
        e = ops.conv1d(h, w, b, **options)
        de = given(*e.shape)
        found, kept = [e, *ops.conv1d_backward(de, h, w, **options)], [h, w, b, de]
    assert all(np.isfinite(array).all() for array in found), f"{name} has read what lies outside of an array"
    assert all(np.isfinite(array).all() for array in kept), f"{name} has changed its input"
    return name
