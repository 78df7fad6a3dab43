"""What each operator of ONNX is here: those that compute."""

from collections.abc import Callable

import numpy as np

from cnnlab import layers
from cnnlab.export.reading.chain import Link
from cnnlab.export.reading.contents import FLOATS, Node
from cnnlab.export.reading.phrases import VIEW
from cnnlab.export.reading.reader import Reader
from cnnlab.types import Array

__all__ = ["OPERATORS"]

LARGEST = 2**31 - 1  # numbers


def _convolution(reader: Reader, link: Link) -> None:
    node = link.node
    if link.place != 0:
        reader.refuse("its kernels must stay the same")
    groups, claim = reader.number(node, "group", 1), reader.chain.claim(node, 1)
    if claim is not None:
        reader.made.check_kernels(claim, groups)
    kernels = reader.needed(node, 1, LARGEST)
    bias = reader.array(node, 2, len(kernels) if kernels.ndim else 1)
    if kernels.ndim < 3 or (bias is not None and bias.shape != kernels.shape[:1]):
        reader.refuse(f"kernels of shape {kernels.shape}, biases of shape {None if bias is None else bias.shape}")
    sides, size = kernels.ndim - 2, list(kernels.shape[2:])
    if reader.each(node, "kernel_shape", sides, 0) not in (size, [0] * sides):
        reader.refuse(f"its kernels are of shape {kernels.shape}, but kernel_shape is another")
    window, table = reader.windows(node, sides, size), None
    if reader.tables and sides == 2 and groups == 1:
        fed = np.asarray(kernels.any(axis=(2, 3))).T
        table = fed if fed.any() and not fed.all() else None
    reader.made.convolution(kernels, bias, window["strides"], window["pads"], window["dilations"], groups, table)


def _pool(kind: type[layers.Layer]) -> Callable[[Reader, Link], None]:
    def read(reader: Reader, link: Link) -> None:
        size = reader.whole(link.node, "kernel_shape", 1) or []
        if not all(0 < side < 1 << 31 for side in size):
            reader.refuse(f"kernel_shape must be whole numbers of at least 1; it is {size[:9]}")
        window = reader.windows(link.node, len(size), size)
        ceil = bool(reader.number(link.node, "ceil_mode", 0))
        reader.made.pool(kind, size, window["strides"], window["pads"], ceil, window["dilations"])

    return read


def _pool_all(kind: type[layers.Layer]) -> Callable[[Reader, Link], None]:
    return lambda reader, link: reader.made.pool_all(kind)


def _gemm(reader: Reader, link: Link) -> None:
    node = link.node
    if link.place != 0 or reader.number(node, "transA", 0):
        reader.refuse("what comes must be its first input, as it is")
    turned = bool(reader.number(node, "transB", 0))
    w = _weights(reader, node, turned)
    b = reader.array(node, 2, w.shape[1])
    alpha, beta = (reader.number(node, name, 1.0) for name in ("alpha", "beta"))
    w = w if alpha == 1 else w * np.float32(alpha)
    if b is not None:
        if b.size not in (1, w.shape[1]) or (b.size > 1 and b.shape[-1] != b.size):
            reader.refuse(f"biases must be one for each of {w.shape[1]} outputs; they have shape {b.shape}")
        b = np.broadcast_to(b.reshape(-1) * np.float32(beta), w.shape[1:])
    reader.made.dense(w, b)


def _weights(reader: Reader, node: Node, turned: bool = False) -> Array:
    """Weights (C, D), from (D, C) if they are turned; they are read if they fit."""
    claim = reader.chain.claim(node, 1)
    if claim is not None and len(claim) == 2:
        reader.made.check_weights(claim[::-1] if turned else claim)
    w = reader.needed(node, 1, LARGEST)
    if w.ndim != 2:
        reader.refuse(f"what comes is multiplied by weights (C, D) from the right here; they have shape {w.shape}")
    return w.T if turned else w


def _product(reader: Reader, link: Link) -> None:
    if link.place != 0:
        reader.refuse("what comes is multiplied by weights (C, D) from the right here")
    reader.made.dense(_weights(reader, link.node), None)


def _add(sign: int) -> Callable[[Reader, Link], None]:
    def read(reader: Reader, link: Link) -> None:
        array = reader.other(link)
        if sign < 0 and link.place == 1:  # c - h
            reader.made.scale(np.array(-1.0))
        elif sign < 0:
            array = -array
        same = reader.channels(array)
        if same is not None:
            return reader.made.shift(same)
        wide = reader.beside(array)
        if wide.ndim != reader.rank or wide.shape[0] != 1:
            reader.refuse(f"numbers of shape {array.shape} are added, which differ from sample to sample")
        return reader.made.add_units(np.moveaxis(wide[0], 0, -1) if reader.first else wide[0])

    return read


def _factor(reader: Reader, link: Link) -> Array:
    array = reader.other(link)
    same = reader.channels(array)
    if same is None:
        reader.refuse(f"numbers are multiplied by others of shape {array.shape}: here, one for each channel, or one")
    return same


def _multiply(reader: Reader, link: Link) -> None:
    reader.made.scale(_factor(reader, link))


def _divide(reader: Reader, link: Link) -> None:
    factor = _factor(reader, link).astype(np.float64)
    if link.place != 0 or not factor.all():
        reader.refuse("what comes is divided by numbers that stay and are not 0 here")
    reader.made.scale(1 / factor)


def _response(reader: Reader, link: Link) -> None:
    alpha, beta, k = (reader.number(link.node, *given) for given in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0)))
    n = reader.number(link.node, "size", 0)
    if n < 1:
        reader.refuse(f"size must be at least 1; it is {n}")
    view, shape = link.node.attributes.get(VIEW), reader.made.shape
    sides = [shape[-1], *shape[:-1]]
    # one side may be left to be found
    if view is not None and (
        len(view) != len(sides) or view.count(-1) > 1 or any(a not in (-1, b) for a, b in zip(view, sides, strict=True))
    ):
        reader.refuse(f"neighbours are not taken among channels: {view} of {shape}")
    reader.made.response(n, alpha, beta, k)


def _batch_norm(reader: Reader, link: Link) -> None:
    node = link.node
    learning = reader.number(node, "training_mode", 0) or (
        reader.chain.version < 7 and not node.attributes.get("is_test")
    )
    if learning or reader.number(node, "spatial", 1) != 1:
        reader.refuse("it normalises as in training, or each pixel by itself; here, each channel, by what it remembers")
    if len([name for name in node.outputs if name]) > 1 and reader.chain.version < 14:
        reader.refuse("it gives new averages, as in training")
    arrays = {name: reader.needed(node, i + 1) for i, name in enumerate(("gamma", "beta", "mean", "variance"))}
    reader.made.batch_norm(arrays, reader.number(node, "epsilon", 1e-5), reader.number(node, "momentum", 0.9))


def _prelu(reader: Reader, link: Link) -> None:
    slope = reader.needed(link.node, 1) if link.place == 0 else None
    if slope is not None and slope.ndim == 1 and reader.chain.version < 7:
        same: Array | None = slope
    else:
        same = None if slope is None else reader.channels(slope)
    if same is None:
        reader.refuse("its slopes must stay the same, one for each channel, or one for all")
    reader.made.prelu(same)


def _dropout(reader: Reader, link: Link) -> None:
    ratio = reader.array(link.node, 1)
    if ratio is not None and ratio.size != 1:
        reader.refuse("ratio must be one number")
    training = reader.chain.array(link.node, 2)
    old = reader.chain.version < 7 and not link.node.attributes.get("is_test")
    if old or (training is not None and training.any()):
        reader.refuse("it drops, as in training")
    reader.made.dropout(float(ratio.reshape(())) if ratio is not None else reader.number(link.node, "ratio", 0.5))


def _plain(kind: type[layers.Layer]) -> Callable[[Reader, Link], None]:
    return lambda reader, link: reader.made.pointwise(kind)


def _leaky(reader: Reader, link: Link) -> None:
    reader.made.pointwise(layers.LeakyReLU, slope=reader.number(link.node, "alpha", 0.01))


def _greater(reader: Reader, link: Link) -> None:
    threshold = reader.needed(link.node, 1) if link.place == 0 else np.array(1.0)
    if threshold.size != 1 or threshold.any():
        reader.refuse("only h > 0 is a layer here")
    reader.made.compare()


def _cast(reader: Reader, link: Link) -> None:
    wanted = FLOATS.get(link.node.attributes.get("to", 0))
    if wanted is None or np.dtype(wanted[0]) != reader.made.dtype:
        reader.refuse(f"numbers stay {reader.made.dtype} here")
    reader.made.cast()


def _softmax(reader: Reader, link: Link) -> None:
    axis = reader.number(link.node, "axis", -1 if reader.chain.version >= 13 else 1)
    if reader.axes([axis]) != [1]:
        reader.refuse(f"it must be over the outputs, axis 1; it is over axis {axis}")
    reader.made.softmax()


def _nothing(reader: Reader, link: Link) -> None:
    """It gives what it takes."""


OPERATORS: dict[str, Callable[[Reader, Link], None]] = {
    "Conv": _convolution,
    "MaxPool": _pool(layers.MaxPool2D),
    "AveragePool": _pool(layers.AveragePool2D),
    "GlobalMaxPool": _pool_all(layers.MaxPool2D),
    "GlobalAveragePool": _pool_all(layers.AveragePool2D),
    "Gemm": _gemm,
    "MatMul": _product,
    "Add": _add(1),
    "Sub": _add(-1),
    "Mul": _multiply,
    "Div": _divide,
    "LRN": _response,
    "BatchNormalization": _batch_norm,
    "PRelu": _prelu,
    "Dropout": _dropout,
    "Relu": _plain(layers.ReLU),
    "LeakyRelu": _leaky,
    "Sigmoid": _plain(layers.Sigmoid),
    "Tanh": lambda reader, link: reader.made.tanh(),
    "Sign": _plain(layers.Signum),
    "Greater": _greater,
    "Cast": _cast,
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
    "Identity": _nothing,
}
