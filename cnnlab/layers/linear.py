"""Layers that multiply: convolutions and the fully-connected layer (lecture topics 8 to 18)."""

import numpy as np

from cnnlab import arguments, initialisers, ops
from cnnlab.layers.base import Layer


class Conv2D(Layer):
    """e = b + w * h, a true convolution (topic 8), over inputs (H, W, C).

    filters : output maps D.  size : kernel side, or (P, Q).  padding : "valid", "same", "full" or pixels per side.
    connections : bool table (C, D), which input map feeds which output map; groups : that many blocks of maps apart (a
    special case).  bias : "map" (one per output map), "unit" (one per output pixel) or None.
    initialiser : see `initialisers`; "he" by default.
    """

    def __init__(
        self,
        filters,
        size,
        stride=1,
        padding="valid",
        padding_value=0.0,
        connections=None,
        groups=1,
        bias="map",
        initialiser="he",
    ):
        super().__init__()
        self.filters, self.size = arguments.whole("filters", filters), arguments.pair("size", size)
        self.stride = arguments.pair("stride", stride)
        self.padding_value = arguments.real("padding_value", padding_value)
        ops.pads(1, padding)
        self.padding, self.groups = padding, arguments.whole("groups", groups)
        self.bias = arguments.one_of("bias", bias, ("map", "unit", None))
        self.initialiser = initialisers.resolve(initialiser)
        self.connections = None if connections is None else np.asarray(connections)
        if self.groups > 1 and self.connections is not None:
            raise ValueError("connections and groups exclude each other: groups are a special case of connections")

    def _build(self, rng):
        self._expect(3, "(H, W, C)")
        channels, (rows, columns) = self.input_shape[2], self.size
        shape = (rows, columns, channels, self.filters)
        if self.groups > 1:
            if channels % self.groups or self.filters % self.groups:
                raise ValueError(f"groups must divide channels and filters: {self.groups}, {channels}, {self.filters}")
            self.connections = (
                np.kron(np.eye(self.groups), np.ones((channels // self.groups, self.filters // self.groups))) > 0
            )
        if self.connections is not None:
            from cnnlab.ops.convolution import table

            self.connections = table(self.connections, shape)
        output = ops.conv2d_output_shape((1, *self.input_shape), shape, self.padding, self.stride)
        self.output_shape = output[1:]
        fed = channels if self.connections is None else max(int(self.connections.sum(axis=0).max()), 1)
        w = self.initialiser(rng, shape, rows * columns * fed, rows * columns * self.filters, self.dtype)
        self.parameters = {"w": w if self.connections is None else w * self.connections}
        if self.bias:
            shape = self.output_shape if self.bias == "unit" else (self.filters,)
            self.parameters["b"] = np.zeros(shape, self.dtype)

    def _options(self):
        return {"padding": self.padding, "stride": self.stride, "connections": self.connections}

    def forward(self, h, training=False):
        self.h = self._check(h)
        return ops.conv2d(
            self.h, self.parameters["w"], self.parameters.get("b"), padding_value=self.padding_value, **self._options()
        )

    def backward(self, d_output, need_input=True):
        w = self.parameters["w"]
        self.gradients["w"] = ops.conv2d_weight_gradient(
            d_output, self.h, w.shape, padding_value=self.padding_value, **self._options()
        )
        if self.bias:
            self.gradients["b"] = ops.conv2d_bias_gradient(d_output, self.parameters["b"].shape)
        return ops.conv2d_input_gradient(d_output, w, self.h.shape, **self._options()) if need_input else None

    @property
    def _kernels(self):
        """How many (input map, output map) pairs are connected."""
        return self.input_shape[2] * self.filters if self.connections is None else int(self.connections.sum())

    @property
    def parameter_count(self):
        return self._kernels * self.size[0] * self.size[1] + (self.parameters["b"].size if self.bias else 0)

    @property
    def multiply_adds(self):
        return self._kernels * self.size[0] * self.size[1] * self.output_shape[0] * self.output_shape[1]

    @property
    def connection_count(self):
        return self.multiply_adds + (int(np.prod(self.output_shape)) if self.bias else 0)

    def config(self):
        grouped = self.groups > 1 or self.connections is None
        padding = list(self.padding) if isinstance(self.padding, tuple) else self.padding
        return {
            "filters": self.filters,
            "size": list(self.size),
            "stride": list(self.stride),
            "padding": padding,
            "padding_value": self.padding_value,
            "groups": self.groups,
            "bias": self.bias,
            "connections": None if grouped else self.connections.tolist(),
            "initialiser": initialisers.spec(self.initialiser),
        }


class Conv1D(Layer):
    """A convolution in time (topic 26), over inputs (T, C): e[t,d] = b[d] + sum_{p,c} w[p,c,d] h[t + P-1-p, c].

    filters : output channels D.  size : frames in the window.  bias : "map" (one per channel), "unit" (one per output
    frame and channel) or None.
    """

    def __init__(self, filters, size, stride=1, padding="valid", padding_value=0.0, bias="map", initialiser="he"):
        super().__init__()
        self.filters, self.size = arguments.whole("filters", filters), arguments.whole("size", size)
        self.stride = arguments.whole("stride", stride)
        self.padding_value = arguments.real("padding_value", padding_value)
        ops.pads(1, padding)
        self.padding, self.bias = padding, arguments.one_of("bias", bias, ("map", "unit", None))
        self.initialiser = initialisers.resolve(initialiser)

    def _build(self, rng):
        self._expect(2, "(T, C)")
        steps, channels = self.input_shape
        output = ops.conv2d_output_shape(
            (1, steps + sum(ops.pads(self.size, self.padding)), 1, channels),
            (self.size, 1, channels, self.filters),
            "valid",
            (self.stride, 1),
        )
        self.output_shape = (output[1], self.filters)
        w = self.initialiser(
            rng, (self.size, channels, self.filters), self.size * channels, self.size * self.filters, self.dtype
        )
        self.parameters = {"w": w}
        if self.bias:
            shape = self.output_shape if self.bias == "unit" else (self.filters,)
            self.parameters["b"] = np.zeros(shape, self.dtype)

    def _options(self):
        return {"padding": self.padding, "stride": self.stride, "padding_value": self.padding_value}

    def forward(self, h, training=False):
        self.h = self._check(h)
        return ops.conv1d(self.h, self.parameters["w"], self.parameters.get("b"), **self._options())

    def backward(self, d_output, need_input=True):
        dh, self.gradients["w"] = ops.conv1d_backward(
            d_output, self.h, self.parameters["w"], need_input=need_input, **self._options()
        )
        if self.bias:
            self.gradients["b"] = d_output.sum(axis=0 if self.bias == "unit" else (0, 1))
        return dh

    @property
    def multiply_adds(self):
        return self.parameters["w"].size * self.output_shape[0]

    @property
    def connection_count(self):
        return self.multiply_adds + (int(np.prod(self.output_shape)) if self.bias else 0)

    def config(self):
        padding = list(self.padding) if isinstance(self.padding, tuple) else self.padding
        return {
            "filters": self.filters,
            "size": self.size,
            "stride": self.stride,
            "padding": padding,
            "padding_value": self.padding_value,
            "bias": self.bias,
            "initialiser": initialisers.spec(self.initialiser),
        }


class Dense(Layer):
    """e = b + w^T h, fully connected, over inputs (C,) (topic 15).  units : outputs D."""

    def __init__(self, units, bias=True, initialiser="he"):
        super().__init__()
        self.units, self.bias = arguments.whole("units", units), bool(bias)
        self.initialiser = initialisers.resolve(initialiser)

    def _build(self, rng):
        self._expect(1, "(C,); put Flatten() before it")
        inputs = self.input_shape[0]
        self.output_shape = (self.units,)
        w = self.initialiser(rng, (inputs, self.units), inputs, self.units, self.dtype)
        self.parameters = {"w": w} | ({"b": np.zeros(self.units, self.dtype)} if self.bias else {})

    def forward(self, h, training=False):
        self.h = self._check(h)
        return ops.dense(self.h, self.parameters["w"], self.parameters.get("b"))

    def backward(self, d_output, need_input=True):
        dh, self.gradients["w"], db = ops.dense_backward(d_output, self.h, self.parameters["w"], need_input)
        if self.bias:
            self.gradients["b"] = db
        return dh

    @property
    def multiply_adds(self):
        return self.parameters["w"].size

    @property
    def connection_count(self):
        return self.parameter_count

    def config(self):
        return {"units": self.units, "bias": self.bias, "initialiser": initialisers.spec(self.initialiser)}


class SumOverTime(Layer):
    """The output layer of the TDNN of 1988 (topic 26): e[c] = b[c] + w[c] sum_t h[t,c], over inputs (T, C)."""

    def _build(self, rng):
        self._expect(2, "(T, C)")
        channels = self.input_shape[1]
        self.output_shape = (channels,)
        self.parameters = {"w": np.ones(channels, self.dtype), "b": np.zeros(channels, self.dtype)}

    def forward(self, h, training=False):
        self.total = self._check(h).sum(axis=1)
        return self.parameters["b"] + self.parameters["w"] * self.total

    def backward(self, d_output, need_input=True):
        self.gradients["w"], self.gradients["b"] = (d_output * self.total).sum(axis=0), d_output.sum(axis=0)
        if not need_input:
            return None
        return np.repeat((d_output * self.parameters["w"])[:, None], self.input_shape[0], axis=1)

    @property
    def multiply_adds(self):
        return self.input_shape[0] * self.input_shape[1]

    @property
    def connection_count(self):
        return self.multiply_adds + self.input_shape[1]
