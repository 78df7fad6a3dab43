"""What each operator of ONNX is here."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from cnnlab import layers
from cnnlab.export.assembly import Assembly
from cnnlab.export.reading.chain import Chain, Link
from cnnlab.export.reading.contents import FLOATS, Node, shown
from cnnlab.types import Array, Shape

__all__ = ["READERS", "Reader"]

REDUCTIONS = ("ReduceSum", "ReduceMax", "ReduceMean")
FIRST = ("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "LRN")


class Reader:
    """Goes along the row of nodes and tells an Assembly what they are.

    Attributes
    ----------
    first : bool
        Whether the channels are the first axis behind N now, and not the last.
    more : int
        Axes of length 1 that were added at the end, for what only takes images.
    """

    def __init__(self, chain: Chain, shape: Shape, first: bool, numbers: int, tables: bool) -> None:
        self.chain, self.first, self.more, self.tables = chain, first, 0, tables
        dtype = np.float64 if chain.start.kind == 11 else np.float32
        self.made = Assembly(shape, dtype, numbers)

    def read(self, link: Link) -> None:
        """One node."""
        node = link.node
        self.made.where = self.chain.where(node)
        reader = READERS.get(node.operator)
        if reader is None:
            self.refuse(f"no layer here does what a {shown(node.operator)} does")
        if self.more and node.operator not in ("LRN", "Squeeze"):
            self.refuse("only response normalisation is known behind an Unsqueeze")
        reader(self, link)

    def refuse(self, why: str) -> NoReturn:
        """Raise ValueError, with the names of the file and the node."""
        self.made.refuse(why)

    # What nodes say

    @property
    def rank(self) -> int:
        """Axes of what comes, N among them."""
        return len(self.made.shape) + 1

    @property
    def sides(self) -> list[int]:
        """The axes of rows and columns, or of frames."""
        return list(range(2, self.rank) if self.first else range(1, self.rank - 1))

    def array(self, node: Node, place: int) -> Array | None:
        """An input that stays, of floats."""
        found = self.chain.array(node, place, self.made.unfold)
        if found is not None and found.dtype.kind != "f":
            self.refuse(f"input {place} must hold float numbers; it holds {found.dtype}")
        return found

    def needed(self, node: Node, place: int) -> Array:
        """An input that stays, and must be there."""
        found = self.array(node, place)
        if found is None:
            self.refuse(f"input {place} is missing")
        return found

    def whole(self, node: Node, name: str, place: int) -> list[int] | None:
        """Whole numbers: an attribute in old files, an input in new ones; None if there are none."""
        if name in node.attributes:
            value = node.attributes[name]
            if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
                self.refuse(f"{name} must be whole numbers")
            return value
        found = self.chain.array(node, place)
        if found is None:
            return None
        if found.dtype.kind != "i" or found.ndim > 1 or found.size > 100:
            self.refuse(f"{name} must be a row of whole numbers; it is {found.dtype} of shape {found.shape}")
        return [int(one) for one in found.reshape(-1)]

    def number(self, node: Node, name: str, default: float) -> Any:
        """An attribute that is one number, an int or a float as its default is."""
        value = node.attributes.get(name, default)
        if not isinstance(value, type(default)):
            self.refuse(f"{name} must be a number")
        return value

    def word(self, node: Node, name: str, default: str) -> str:
        """An attribute that is a word."""
        value = node.attributes.get(name, default.encode())
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else "?"

    def each(self, node: Node, name: str, sides: int, default: int) -> list[int]:
        """An attribute that is a whole number for each side."""
        value = self.whole(node, name, len(node.inputs)) or [default] * sides
        if len(value) != sides or not all(0 <= one < 1 << 31 for one in value):
            self.refuse(f"{name} must be {sides} whole numbers; it is {value[:9]}")
        return value

    def axes(self, axes: Sequence[int]) -> list[int]:
        """Axes, counted from the front, in order."""
        return sorted(axis % self.rank if -self.rank <= axis < self.rank else axis for axis in axes)

    def channels(self, array: Array) -> Array | None:
        """What is the same for all pixels: one number (an array without axes) or (C,); None for anything else."""
        if array.size == 1 and array.ndim <= self.rank:
            return array.reshape(())
        sides = self.beside(array).shape
        axis = 1 if self.first or self.rank == 2 else self.rank - 1
        alike = len(sides) == self.rank and all(side == 1 for i, side in enumerate(sides) if i != axis)
        return array.reshape(-1) if alike else None

    def beside(self, array: Array) -> Array:
        """An array with as many axes as what comes: those that it lacks are before its own."""
        return array.reshape((1,) * (self.rank - array.ndim) + array.shape)

    def other(self, link: Link) -> Array:
        """What is added to what comes, or multiplied with it; old files say at which axis it begins."""
        array, axis = self.needed(link.node, 1 - link.place), link.node.attributes.get("axis")
        if isinstance(axis, int) and 0 <= axis < self.rank - array.ndim:
            array = array.reshape(array.shape + (1,) * (self.rank - array.ndim - axis))
        return array

    def windows(self, node: Node, sides: int, size: Sequence[int]) -> dict[str, Any]:
        """strides, pads and dilations of a convolution or pooling."""
        found: dict[str, Any] = {name: self.each(node, name, sides, 1) for name in ("strides", "dilations")}
        auto = self.word(node, "auto_pad", "NOTSET")
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            shape = self.made.shape[:sides] if len(self.made.shape) == sides + 1 else (1,) * sides
            found["pads"] = []
            for side, window, step, gap in zip(shape, size, found["strides"], found["dilations"], strict=True):
                more = max((-(-side // max(step, 1)) - 1) * step + (window - 1) * gap + 1 - side, 0)
                small, large = more // 2, more - more // 2
                found["pads"].append((small, large) if auto == "SAME_UPPER" else (large, small))
        elif auto in ("NOTSET", "VALID"):
            pads = self.each(node, "pads", 2 * sides, 0) if auto == "NOTSET" else [0] * 2 * sides
            found["pads"] = list(zip(pads[:sides], pads[sides:], strict=True))
        else:
            self.refuse(f"auto_pad {shown(auto)} is none of ONNX's")
        return found


def _convolution(reader: Reader, link: Link) -> None:
    node = link.node
    if link.place != 0:
        reader.refuse("its kernels must stay the same")
    kernels, bias = reader.needed(node, 1), reader.array(node, 2)
    if kernels.ndim < 3 or (bias is not None and bias.shape != kernels.shape[:1]):
        reader.refuse(f"kernels of shape {kernels.shape}, biases of shape {None if bias is None else bias.shape}")
    sides, size = kernels.ndim - 2, list(kernels.shape[2:])
    if reader.each(node, "kernel_shape", sides, 0) not in (size, [0] * sides):
        reader.refuse(f"its kernels are of shape {kernels.shape}, but kernel_shape is another")
    groups = reader.number(node, "group", 1)
    if groups < 1:
        reader.refuse(f"group must be at least 1; it is {groups}")
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
    w, b = reader.needed(node, 1), reader.array(node, 2)
    if w.ndim != 2:
        reader.refuse(f"weights must have two axes; they have shape {w.shape}")
    w = w.T if reader.number(node, "transB", 0) else w
    alpha, beta = (reader.number(node, name, 1.0) for name in ("alpha", "beta"))
    w = w if alpha == 1 else w * np.float32(alpha)
    if b is not None:
        if b.size not in (1, w.shape[1]) or (b.size > 1 and b.shape[-1] != b.size):
            reader.refuse(f"biases must be one for each of {w.shape[1]} outputs; they have shape {b.shape}")
        b = np.broadcast_to(b.reshape(-1) * np.float32(beta), w.shape[1:])
    reader.made.dense(w, b)


def _product(reader: Reader, link: Link) -> None:
    w = reader.needed(link.node, 1) if link.place == 0 else None
    if w is None or w.ndim != 2:
        reader.refuse("what comes is multiplied by weights (C, D) from the right here, and by nothing else")
    reader.made.dense(w, None)


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


READERS: dict[str, Callable[[Reader, Link], None]] = {
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
