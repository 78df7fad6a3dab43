"""What every layer has."""

import copy

import numpy as np

from cnnlab import arguments


class Layer:
    """One layer: forward beside backward, with its parameters and their gradients.

    Made without shapes, then built once: `build(input_shape, rng, dtype)`.  Shapes are those of one sample; `forward`
    and `backward` work on batches.  `backward` uses what the last `forward` kept, and writes dL/dparameter into
    `gradients`.

    `forward` raises TypeError or ValueError for anything but float32 or float64 arrays of that shape with at least one
    sample. It does not look for NaN, which would cost time in every layer: networks look at what they are given.

    parameters, gradients : dicts with the same keys ("w", "b", ...).  state : arrays that are kept but not trained.
    """

    parameters: dict
    gradients: dict
    state: dict
    input_shape = None
    output_shape = None
    name = ""

    def __init__(self):
        self.parameters, self.gradients, self.state = {}, {}, {}

    def build(self, input_shape, rng, dtype):
        """Learn the shape of one input, make the parameters.  Raises ValueError if the shape does not fit."""
        self.input_shape = self.output_shape = tuple(int(side) for side in input_shape)
        self.dtype = np.dtype(dtype)
        self._build(rng)
        self.gradients = {key: np.zeros_like(value) for key, value in self.parameters.items()}

    def _build(self, rng):
        """Set output_shape and parameters; input_shape and dtype are known."""

    def forward(self, h, training=False):
        """The output for a batch h (N, *input_shape) -> (N, *output_shape).  training : dropout and batch norm act."""
        raise NotImplementedError

    def predict(self, h):
        """`forward` of a network in use, (N, *input_shape) -> (N, *output_shape): it leaves no trace, so that what the
        last `forward` kept for `backward` is still there.
        """
        return copy.copy(self).forward(h)

    def backward(self, d_output, need_input=True):
        """dL/dinput from dL/doutput (None where it is not needed); the gradients of the parameters on the way."""
        raise NotImplementedError

    def config(self):
        """The arguments that make this layer again, JSON-able."""
        return {}

    @property
    def parameter_count(self):
        """Free parameters."""
        return sum(value.size for value in self.parameters.values())

    @property
    def connection_count(self):
        """Multiply-adds of weights, and one connection per bias and unit, as LeCun et al. 1989 count them."""
        return 0

    @property
    def multiply_adds(self):
        """Multiply-adds of one forward pass of one sample; biases, nonlinearities and pooling are not counted."""
        return 0

    def _expect(self, rank, words):
        if len(self.input_shape) != rank:
            raise ValueError(f"{type(self).__name__} needs inputs of shape {words}; got {self.input_shape}")

    def _check(self, h):
        """h as an array of float32 or float64, with at least one sample of the shape that was built for."""
        h = arguments.array("h", h)
        if h.shape[1:] != self.input_shape:
            raise ValueError(
                f"h must be (N, {', '.join(map(str, self.input_shape))}) for this {type(self).__name__}; got {h.shape}"
            )
        return h

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self.config().items())})"
