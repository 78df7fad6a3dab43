"""Pooling: max pooling as AlexNet-lite uses it and the plain 2 x 2, and the mean; forward and backward."""

from functools import partial

import numpy as np

from benchmarks.sides import OURS, agree, layouts, pytorch
from benchmarks.timing import ratio, take_turns
from cnnlab import ops

# title, kind, maps, side, size, stride
WINDOWS = (
    ("max 3x3 /2, 32 maps @32", "max", 32, 32, 3, 2),
    ("max 2x2, 64 maps @16", "max", 64, 16, 2, 2),
    ("mean 2x2, 64 maps @16", "mean", 64, 16, 2, 2),
)


def ours(kind, e, size, stride):
    """[forward, backward] as functions of dL/dh -> result."""
    if kind == "max":
        _, where = ops.max_pool2d(e, size, stride)
        return [
            lambda dh: ops.max_pool2d(e, size, stride)[0],
            lambda dh: ops.max_pool2d_backward(dh, where, e.shape, size, stride),
        ]
    return [
        lambda dh: ops.average_pool2d(e, size, stride),
        lambda dh: ops.average_pool2d_backward(dh, e, size, stride),
    ]


def theirs(torch, kind, x, size, stride):
    """The same for PyTorch, without autograd; max pooling notes where the maximum was, as training has to."""
    functional, aten = torch.nn.functional, torch.ops.aten
    if kind == "max":
        _, where = functional.max_pool2d(x, size, stride, return_indices=True)
        return [
            lambda g: functional.max_pool2d(x, size, stride, return_indices=True)[0],
            lambda g: aten.max_pool2d_with_indices_backward(
                g, x, [size] * 2, [stride] * 2, [0, 0], [1, 1], False, where
            ),
        ]
    return [
        lambda g: functional.avg_pool2d(x, size, stride),
        lambda g: aten.avg_pool2d_backward(g, x, [size] * 2, [stride] * 2, [0, 0], False, True, None),
    ]


def measure(effort, windows=WINDOWS, batch=64):
    """Time forward and backward -> rows (dicts): layer, operation, GB/s of cnnlab (input and output), ratios."""
    torch, rng, rows = pytorch(), np.random.default_rng(0), []
    for title, kind, maps, side, size, stride in windows:
        e = rng.standard_normal((batch, side, side, maps)).astype(np.float32)
        mine = ours(kind, e, size, stride)
        dh = rng.standard_normal(mine[0](None).shape).astype(np.float32)
        for place, operation in enumerate(("forward", "backward")):
            found, expected = {OURS: partial(mine[place], dh)}, mine[place](dh)
            for name, layout in layouts(torch).items():
                x, g = (torch.tensor(a.transpose(0, 3, 1, 2)).contiguous(memory_format=layout) for a in (e, dh))
                call = theirs(torch, kind, x, size, stride)[place]
                agree(call(g).numpy().transpose(0, 2, 3, 1), expected, f"{name}, {operation} of {title}")
                found[name] = partial(call, g)
            seconds = take_turns(found, effort)
            moved = (e.nbytes + dh.nbytes) / 1e9
            row = {"layer": title, "operation": operation}
            row["gigabytes"] = {name: float(moved / np.median(each)) for name, each in seconds.items()}
            row["ratios"] = {name: ratio(seconds, OURS, name) for name in layouts(torch)}
            rows.append(row)
    return rows
