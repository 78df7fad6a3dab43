"""Convolutions as layers (lecture topics 8 to 18 and 26)."""

from typing import Any

import numpy as np

from cnnlab import arguments, initialisers, ops
from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike, Padding, Shape, Sides


class _Convolution(Layer):
    """What convolutions in space and in time share."""

    def __init__(
        self, filters: int, padding: Padding, padding_value: float, bias: str | None, initialiser: initialisers.Spec
    ) -> None:
        super().__init__()
        self.filters = arguments.whole("filters", filters)
        self.padding_value = arguments.real("padding_value", padding_value)
        ops.pads(1, padding)
        self.padding = padding
        self.bias = arguments.one_of("bias", bias, ("map", "unit", None))
        self.initialiser = initialisers.resolve(initialiser)

    def _make_parameters(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> None:
        """Draw the kernels; biases start at zero."""
        self._make("parameters", "w", shape, lambda: self.initialiser(rng, shape, fan_in, fan_out, self.dtype))
        if self.bias:
            biases = self.output_shape if self.bias == "unit" else (self.filters,)
            self._make("parameters", "b", biases, lambda: np.zeros(biases, self.dtype))

    @property
    def connection_count(self) -> int:
        return self.multiply_adds + (int(np.prod(self.output_shape)) if self.bias else 0)

    def _padding_config(self) -> Any:
        return list(self.padding) if isinstance(self.padding, tuple) else self.padding


class Conv2D(_Convolution):
    """A true convolution over images (H, W, C): e = b + w * h.

    Parameters
    ----------
    filters : int
        Output maps D.
    size : int or (int, int)
        Side of the kernel, or (P, Q).
    stride : int or (int, int)
        Pixels from one place of the kernel to the next.
    padding : "valid", "same", "full", int or (int, int)
        How many pixels are added on each side, see `cnnlab.ops.pads`.
    padding_value : float
        What the border holds.
    connections : (C, D) bool, or None
        Which input map feeds which output map; None means all feed all.
    groups : int
        That many blocks of maps apart, a special case of connections.
    bias : "map", "unit" or None
        One per output map, one per output pixel, or none.
    initialiser : str, pair or function
        Of the kernels, see `cnnlab.initialisers`; biases start at zero.

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these; the message names them.

    Source
    ------
    Lecture topics 8 to 18.
    """

    def __init__(
        self,
        filters: int,
        size: Sides,
        stride: Sides = 1,
        padding: Padding = "valid",
        padding_value: float = 0.0,
        connections: ArrayLike | None = None,
        groups: int = 1,
        bias: str | None = "map",
        initialiser: initialisers.Spec = "he",
    ) -> None:
        super().__init__(filters, padding, padding_value, bias, initialiser)
        self.size, self.stride = arguments.pair("size", size), arguments.pair("stride", stride)
        self.groups = arguments.whole("groups", groups)
        self.connections = None if connections is None else np.asarray(connections)
        if self.groups > 1 and self.connections is not None:
            raise ValueError("connections and groups exclude each other: groups are a special case of connections")

    def _build(self, rng: np.random.Generator) -> None:
        self._expect(3, "(H, W, C)")
        channels, (rows, columns) = self.input_shape[2], self.size
        shape = (rows, columns, channels, self.filters)
        fed = channels // self.groups
        if channels % self.groups or self.filters % self.groups:
            raise ValueError(f"groups must divide channels and filters: {self.groups}, {channels}, {self.filters}")
        if self.groups == 1 and self.connections is not None:
            self.connections = ops.connection_table(self.connections, shape)
            fed = max(int(self.connections.sum(axis=0).max()), 1)
        self.output_shape = ops.conv2d_output_shape((1, *self.input_shape), shape, self.padding, self.stride)[1:]
        self._border = ops.pads(rows, self.padding), ops.pads(columns, self.padding)
        self._make_parameters(rng, shape, rows * columns * fed, rows * columns * self.filters)
        if self.groups > 1:  # behind the kernels, which are as large: a file is asked for those first
            block = np.ones((fed, self.filters // self.groups))
            self.connections = ops.connection_table(np.kron(np.eye(self.groups), block) > 0, shape)
        if self.connections is not None:
            self.parameters["w"] = self.parameters["w"] * self.connections

    def _forward(self, h: Array, training: bool) -> Array:
        self.h, w, b = h, self.parameters["w"], self.parameters.get("b")
        return unchecked.conv2d(h, w, b, self._border, self.stride, self.padding_value, self.connections)

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        h, w, border, stride, connections = self.h, self.parameters["w"], self._border, self.stride, self.connections
        self.gradients["w"] = unchecked.conv2d_weight_gradient(
            d_output, h, w.shape, border, stride, self.padding_value, connections
        )
        if self.bias:
            self.gradients["b"] = unchecked.conv2d_bias_gradient(d_output, self.parameters["b"].shape)
        return self._back_to_input(d_output) if need_input else None

    def _back_to_input(self, d_output: Array) -> Array:
        w, border, stride = self.parameters["w"], self._border, self.stride
        return unchecked.conv2d_input_gradient(d_output, w, self.h.shape, border, stride, self.connections)

    @property
    def _kernels(self) -> int:
        """How many (input map, output map) pairs are connected."""
        return self.input_shape[2] * self.filters if self.connections is None else int(self.connections.sum())

    @property
    def parameter_count(self) -> int:
        return self._kernels * self.size[0] * self.size[1] + (self.parameters["b"].size if self.bias else 0)

    @property
    def multiply_adds(self) -> int:
        return self._kernels * self.size[0] * self.size[1] * self.output_shape[0] * self.output_shape[1]

    def config(self) -> dict[str, Any]:
        grouped = self.groups > 1 or self.connections is None
        return {
            "filters": self.filters,
            "size": list(self.size),
            "stride": list(self.stride),
            "padding": self._padding_config(),
            "padding_value": self.padding_value,
            "groups": self.groups,
            "bias": self.bias,
            "connections": None if grouped else np.asarray(self.connections).tolist(),
            "initialiser": initialisers.spec(self.initialiser),
        }


class Conv1D(_Convolution):
    """A convolution in time, over inputs (T, C): e[t,d] = b[d] + sum_{p,c} w[p,c,d] h[t + P-1-p, c].

    Parameters
    ----------
    filters : int
        Output channels D.
    size : int
        Frames in the window.
    stride : int
        Frames from one place of the window to the next.
    padding : "valid", "same", "full", int or (int, int)
        How many frames are added at each end, see `cnnlab.ops.pads`.
    padding_value : float
        What the border holds.
    bias : "map", "unit" or None
        One per output channel, one per output frame and channel, or none.
    initialiser : str, pair or function
        Of the kernels, see `cnnlab.initialisers`; biases start at zero.

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these; the message names them.

    Source
    ------
    Lecture topic 26; Waibel et al. 1989.
    """

    def __init__(
        self,
        filters: int,
        size: int,
        stride: int = 1,
        padding: Padding = "valid",
        padding_value: float = 0.0,
        bias: str | None = "map",
        initialiser: initialisers.Spec = "he",
    ) -> None:
        super().__init__(filters, padding, padding_value, bias, initialiser)
        self.size, self.stride = arguments.whole("size", size), arguments.whole("stride", stride)

    def _build(self, rng: np.random.Generator) -> None:
        self._expect(2, "(T, C)")
        channels = self.input_shape[1]
        shape = (self.size, channels, self.filters)
        self.output_shape = ops.conv1d_output_shape((1, *self.input_shape), shape, self.padding, self.stride)[1:]
        self._ends = ops.pads(self.size, self.padding)
        self._make_parameters(rng, shape, self.size * channels, self.size * self.filters)

    def _forward(self, h: Array, training: bool) -> Array:
        self.h, w, b = h, self.parameters["w"], self.parameters.get("b")
        return unchecked.conv1d(h, w, b, self._ends, self.stride, self.padding_value)

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        h, w, ends = self.h, self.parameters["w"], self._ends
        self.gradients["w"] = unchecked.conv1d_weight_gradient(
            d_output, h, w.shape, ends, self.stride, self.padding_value
        )
        if self.bias:
            self.gradients["b"] = unchecked.conv1d_bias_gradient(d_output, self.parameters["b"].shape)
        return self._back_to_input(d_output) if need_input else None

    def _back_to_input(self, d_output: Array) -> Array:
        return unchecked.conv1d_input_gradient(d_output, self.parameters["w"], self.h.shape, self._ends, self.stride)

    @property
    def multiply_adds(self) -> int:
        return self.parameters["w"].size * self.output_shape[0]

    def config(self) -> dict[str, Any]:
        return {
            "filters": self.filters,
            "size": self.size,
            "stride": self.stride,
            "padding": self._padding_config(),
            "padding_value": self.padding_value,
            "bias": self.bias,
            "initialiser": initialisers.spec(self.initialiser),
        }
