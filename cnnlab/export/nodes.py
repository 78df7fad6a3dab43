"""What each layer is in ONNX: the nodes that compute the same."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from cnnlab import layers, ops
from cnnlab.export.order import correlation_kernels
from cnnlab.layers.standardise import Standardise
from cnnlab.loops.kernels.pointwise import HEIGHT, STEEPNESS
from cnnlab.types import Array, Shape

__all__ = ["COUNTERPARTS", "Graph"]


class Graph:
    """Nodes in a row, each taking what the one before it gives, and the arrays that they need.

    Attributes
    ----------
    nodes, arrays : list
        NodeProtos, and TensorProtos of weights and other numbers that stay.
    rank : int
        Axes of what the next node takes, N among them.
    first : bool
        Whether the channels are its first axis behind N, as ONNX wants them, and not its last.
    """

    def __init__(self, onnx: ModuleType, name: str, shape: Shape) -> None:
        self.onnx, self.value, self.rank, self.first = onnx, name, len(shape) + 1, False
        self.nodes: list[Any] = []
        self.arrays: list[Any] = []
        self.layer = name

    def begin(self, layer: layers.Layer) -> None:
        """What is added from now on belongs to this layer, and bears its name."""
        self.layer = layer.name

    def add(self, operator: str, *others: str, **attributes: Any) -> None:
        """A node that takes what there is, and `others` beside it."""
        name = f"{self.layer}.{len(self.nodes)}.{operator.lower()}"
        made = self.onnx.helper.make_node(operator, [self.value, *others], [name], name=name, **attributes)
        self.nodes.append(made)
        self.value = name

    def call(self, name: str) -> None:
        """Let what there is at the end have this name."""
        if not self.nodes:
            self.add("Identity")
        self.nodes[-1].output[0] = name

    def array(self, name: str, array: Array, dtype: type = np.float32) -> str:
        """The name of an array of the layer, which is kept in the file."""
        name = f"{self.layer}.{name}"
        self.arrays.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(array, dtype), name))
        return name

    def whole(self, name: str, values: Any) -> str:
        """The name of a row of whole numbers: axes, sides, places."""
        return self.array(name, np.asarray(values), np.int64)

    def channels_first(self) -> None:
        """(N, H, W, C) -> (N, C, H, W), if it is not that already."""
        if self.rank > 2 and not self.first:
            self.add("Transpose", perm=[0, self.rank - 1, *range(1, self.rank - 1)])
            self.first = True

    def channels_last(self) -> None:
        """(N, C, H, W) -> (N, H, W, C), if it is not that already."""
        if self.first:
            self.add("Transpose", perm=[0, *range(2, self.rank), 1])
            self.first = False

    def per_channel(self, array: Array) -> Array:
        """One number, or (C,), in a shape that is the same for all pixels."""
        return array.reshape(-1, *[1] * (self.rank - 2)) if self.first and array.ndim else array

    def side_axes(self) -> list[int]:
        """The axes of rows and columns, or of frames."""
        return list(range(2, self.rank) if self.first else range(1, self.rank - 1))


def _standardise(graph: Graph, layer: Any) -> None:
    graph.add("Sub", graph.array("mean", graph.per_channel(layer.shift)))
    graph.add("Mul", graph.array("scale", graph.per_channel(layer.scale)))


def _convolution(graph: Graph, layer: Any) -> None:
    """Of two axes or, in time, of one; the kernel flipped, padded with zeros or with another number beforehand."""
    graph.channels_first()
    b, sides, groups = layer.parameters.get("b"), graph.rank - 2, getattr(layer, "groups", 1)
    kernels = correlation_kernels(layer)
    before, after = zip(*(ops.pads(size, layer.padding) for size in kernels.shape[2:]), strict=True)
    pads = [*before, *after]
    if layer.padding_value and any(pads):
        border = graph.whole("border", [0, 0, *before, 0, 0, *after])
        graph.add("Pad", border, graph.array("paper", np.array(layer.padding_value)), mode="constant")
        pads = [0] * len(pads)
    arrays = [graph.array("w", kernels), *([graph.array("b", b)] if layer.bias == "map" else [])]
    strides = list(np.broadcast_to(layer.stride, sides).tolist())
    graph.add("Conv", *arrays, kernel_shape=list(kernels.shape[2:]), pads=pads, strides=strides, group=groups)
    if layer.bias == "unit":
        graph.add("Add", graph.array("b", np.moveaxis(b, -1, 0)))


def _dense(graph: Graph, layer: Any) -> None:
    graph.add("Gemm", *(graph.array(name, layer.parameters[name]) for name in ("w", "b")[: 1 + layer.bias]))


def _flatten(graph: Graph, layer: Any) -> None:
    graph.channels_last()
    graph.add("Flatten")
    graph.rank = 2


def _pooling(operator: str) -> Callable[[Graph, Any], None]:
    """Only whole windows count here, and in ONNX if nothing else is said; max ReLU(e) = max of what ReLU gives."""

    def write(graph: Graph, layer: Any) -> None:
        graph.channels_first()
        if layer.rectify:
            graph.add("Relu")
        graph.add(operator, kernel_shape=list(layer.size), strides=list(layer.stride))

    return write


def _decimate(graph: Graph, layer: Any) -> None:
    ends = [(side - 1) * step + 1 for side, step in zip(layer.output_shape, layer.stride, strict=False)]
    rows = {"starts": [0, 0], "ends": ends, "axes": graph.side_axes(), "steps": layer.stride}
    graph.add("Slice", *(graph.whole(name, values) for name, values in rows.items()))
    if layer.rectify:
        graph.add("Relu")


def _response(graph: Graph, layer: Any) -> None:
    """ONNX takes the mean of the n squares where cnnlab takes their sum, and ONNX Runtime takes images only."""
    graph.channels_first()
    n, k, alpha, beta = (layer.options[name] for name in ("n", "k", "alpha", "beta"))
    missing = list(range(graph.rank, 4))
    if missing:
        graph.add("Unsqueeze", graph.whole("before", missing))
    graph.add("LRN", size=n, bias=float(k), alpha=float(n * alpha), beta=float(beta))
    if missing:
        graph.add("Squeeze", graph.whole("after", missing))


def _batch_norm(graph: Graph, layer: Any) -> None:
    graph.channels_first()
    names = {"gamma": layer.parameters, "beta": layer.parameters, "mean": layer.state, "variance": layer.state}
    arrays = [graph.array(name, held[name]) for name, held in names.items()]
    graph.add("BatchNormalization", *arrays, epsilon=float(layer.eps))


def _over_time(operator: str) -> Callable[[Graph, Any], None]:
    def write(graph: Graph, layer: Any) -> None:
        graph.add(operator, graph.whole("frames", graph.side_axes()), keepdims=0)
        graph.rank, graph.first = 2, False
        graph.add("Mul", graph.array("w", layer.parameters["w"]))
        graph.add("Add", graph.array("b", layer.parameters["b"]))

    return write


def _plain(operator: str) -> Callable[[Graph, Any], None]:
    return lambda graph, layer: graph.add(operator)


def _leaky(graph: Graph, layer: Any) -> None:
    graph.add("LeakyRelu", alpha=float(layer.slope))


def _prelu(graph: Graph, layer: Any) -> None:
    graph.add("PRelu", graph.array("slope", graph.per_channel(layer.parameters["slope"])))


def _scaled_tanh(graph: Graph, layer: Any) -> None:
    graph.add("Mul", graph.array("steepness", np.array(STEEPNESS)))
    graph.add("Tanh")
    graph.add("Mul", graph.array("height", np.array(HEIGHT)))


def _unit_step(graph: Graph, layer: Any) -> None:
    graph.add("Greater", graph.array("threshold", np.array(0.0)))
    graph.add("Cast", to=graph.onnx.TensorProto.FLOAT)


def _nothing(graph: Graph, layer: Any) -> None:
    """A network in use drops nothing."""


COUNTERPARTS: dict[type[layers.Layer], Callable[[Graph, Any], None]] = {
    Standardise: _standardise,
    layers.Conv2D: _convolution,
    layers.Conv1D: _convolution,
    layers.Dense: _dense,
    layers.Flatten: _flatten,
    layers.MaxPool2D: _pooling("MaxPool"),
    layers.AveragePool2D: _pooling("AveragePool"),
    layers.Decimate2D: _decimate,
    layers.LocalResponseNorm: _response,
    layers.BatchNorm: _batch_norm,
    layers.Dropout: _nothing,
    layers.SumOverTime: _over_time("ReduceSum"),
    layers.MaxOverTime: _over_time("ReduceMax"),
    layers.ReLU: _plain("Relu"),
    layers.LeakyReLU: _leaky,
    layers.PReLU: _prelu,
    layers.Sigmoid: _plain("Sigmoid"),
    layers.Tanh: _plain("Tanh"),
    layers.ScaledTanh: _scaled_tanh,
    layers.UnitStep: _unit_step,
    layers.Signum: _plain("Sign"),
}
