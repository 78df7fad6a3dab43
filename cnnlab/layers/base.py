"""What every layer has."""

import copy
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cnnlab import arguments
from cnnlab.types import Array, ArrayLike, Shape, as_dtype

Source: TypeAlias = Callable[[str, str, Shape, np.dtype[Any]], Array]
"""Where a layer of a file has its arrays from: ("parameters", "w", shape, dtype) -> array."""


class Layer:
    """One layer: forward beside backward, with its parameters and their gradients.

    Made without shapes, then built once, by `build` or by the Network that takes it. Shapes are those of one sample;
    `forward` and `backward` work on batches. Arrays are checked here, at the door, once: `forward`, `predict` and
    `backward` look at what they are given and hand it on to `_forward` and `_backward`. These and `_build` are what a
    new kind of layer defines. A network looks at its input only, and calls those directly. NaN is not looked for, which
    would cost time in every layer.

    Attributes
    ----------
    parameters, gradients : dict of str to array
        What is learned ("w", "b", ...), and dL/dparameter of the last `backward` under the same names.
    state : dict of str to array
        What is kept but not learned by descent.
    input_shape, output_shape : tuple of int
        Shapes of one sample; None before the layer is built.
    name : str
        What it is called in its network ("conv1"); empty before it is in one.
    frozen : bool
        Set it to True, and `fit` leaves the parameters as they are. Where nothing below learns either, training then
        saves the work for the gradients: they are not computed.
    """

    parameters: dict[str, Array]
    gradients: dict[str, Array]
    state: dict[str, Array]
    input_shape: Shape = None  # type: ignore[assignment]
    output_shape: Shape = None  # type: ignore[assignment]
    dtype: np.dtype[Any]
    name: str = ""
    frozen: bool = False
    _samples: int | None = None  # of the last `forward`
    _source: "Source | None" = None
    _made: dict[str, tuple[Shape, np.dtype[Any]]]  # shape and dtype of every array, as built

    def __init__(self) -> None:
        self.parameters, self.gradients, self.state, self._made = {}, {}, {}, {}

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Learn the shape of one input, make the parameters.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one sample.
        rng : numpy Generator
            The first weights are drawn from it.
        dtype : float32 or float64
            Of the parameters, and of what the layer takes and gives.

        Raises
        ------
        ValueError
            If the shape does not fit the layer.
        """
        self.input_shape = self.output_shape = tuple(int(side) for side in input_shape)
        self.dtype = as_dtype(dtype)
        self._build(rng)
        # not zeros_like, which writes its zeros: memory is taken where something is written
        self.gradients = {key: np.zeros(value.shape, value.dtype) for key, value in self.parameters.items()}
        self._made = {key: (value.shape, value.dtype) for key, value in (self.parameters | self.state).items()}

    def _build(self, rng: np.random.Generator) -> None:
        """Set output_shape, parameters and state; input_shape and dtype are known."""

    def _make(
        self, which: str, name: str, shape: Shape, first: Callable[[], Array], dtype: npt.DTypeLike | None = None
    ) -> None:
        """Have an array among `parameters` or `state`: the one of the file that is being read, or else the first one.

        Before it is asked for, the file is asked whether it has one of this shape: no memory is taken for a claim.
        """
        kept: dict[str, Array] = getattr(self, which)
        kept[name] = (
            first() if self._source is None else self._source(which, name, shape, as_dtype(dtype or self.dtype))
        )

    def forward(self, h: ArrayLike, training: bool = False) -> Array:
        """The output for a batch; what `backward` needs is kept.

        Parameters
        ----------
        h : (N, *input_shape) float32 or float64
            The batch, of at least one sample.
        training : bool
            As during training: dropout drops, batch normalisation looks at the batch.

        Returns
        -------
        (N, *output_shape), dtype of h

        Raises
        ------
        TypeError
            For anything but a float32 or float64 array, and for one of another dtype than the parameters.
        ValueError
            For another shape, or no samples.
        """
        h = self._checked(h)
        self._samples = len(h)
        return self._forward(h, training)

    def predict(self, h: ArrayLike) -> Array:
        """The output for a batch, of a network in use: it leaves no trace.

        What the last `forward` kept for `backward` is still there.

        Parameters
        ----------
        h : (N, *input_shape) float32 or float64
            The batch.

        Returns
        -------
        (N, *output_shape), dtype of h

        Raises
        ------
        TypeError, ValueError
            As `forward`.
        """
        return self._predict(self._checked(h))

    def __call__(self, h: ArrayLike) -> Array:
        """`layer(h)` is `layer.predict(h)`."""
        return self.predict(h)

    def backward(self, d_output: ArrayLike, need_input: bool = True) -> Array | None:
        """Back-propagation through the layer: the gradients of its parameters are then in `gradients`.

        Parameters
        ----------
        d_output : (N, *output_shape), dtype of the last batch
            dL/doutput for the batch of the last `forward`.
        need_input : bool
            Whether dL/dinput is wanted.

        Returns
        -------
        (N, *input_shape), or None if it is not wanted and costs something

        Raises
        ------
        TypeError, ValueError
            For another dtype or shape, and before any `forward`.
        NoGradient
            In layers that have no gradient worth following.
        """
        return self._backward(self._checked_gradient(d_output), need_input)

    def back_to_input(self, d_output: ArrayLike) -> Array:
        """Back-propagation to the input alone, where nobody asks for the gradients of the parameters.

        Parameters
        ----------
        d_output : (N, *output_shape), dtype of the last batch
            dL/doutput for the batch of the last `forward`.

        Returns
        -------
        (N, *input_shape)
            As `backward` gives it; `gradients` are no longer those of any batch.

        Raises
        ------
        TypeError, ValueError, NoGradient
            As `backward`.
        """
        return self._back_to_input(self._checked_gradient(d_output))

    def _forward(self, h: Array, training: bool) -> Array:
        """`forward` for a batch that has been checked."""
        raise NotImplementedError

    def _predict(self, h: Array) -> Array:
        """`predict` for a batch that has been checked."""
        return copy.copy(self)._forward(h, False)

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        """`backward` for a gradient that has been checked."""
        raise NotImplementedError

    def _back_to_input(self, d_output: Array) -> Any:
        """`back_to_input` for a gradient that has been checked; cheaper where that of parameters is much work."""
        return self._backward(d_output, True)

    def config(self) -> dict[str, Any]:
        """The arguments that make this layer again.

        Returns
        -------
        dict
            Plain data that JSON can hold.
        """
        return {}

    @property
    def learns(self) -> bool:
        """Whether training changes it."""
        return bool(self.parameters) and not self.frozen

    @property
    def parameter_count(self) -> int:
        """Free parameters."""
        return sum(value.size for value in self.parameters.values())

    @property
    def connection_count(self) -> int:
        """Multiply-adds of weights, and one connection per bias and unit, as LeCun et al. 1989 count them."""
        return 0

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one forward pass of one sample; biases, nonlinearities and pooling are not counted."""
        return 0

    def _expect(self, rank: int, words: str) -> None:
        if len(self.input_shape) != rank:
            raise ValueError(f"{type(self).__name__} needs inputs of shape {words}; got {self.input_shape}")

    def _checked(self, h: ArrayLike) -> Array:
        """h as an array of float32 or float64, with at least one sample of the shape that was built for."""
        h = arguments.array("h", h)
        if h.shape[1:] != self.input_shape:
            raise ValueError(
                f"h must be (N, {', '.join(map(str, self.input_shape))}) for this {type(self).__name__}; got {h.shape}"
            )
        self._check_arrays()
        arguments.same_dtype(h=h, **self.parameters)
        return h

    def _checked_gradient(self, d_output: ArrayLike) -> Array:
        """d_output as an array that fits the last batch."""
        d_output = arguments.array("d_output", d_output)
        if self._samples is None:
            raise ValueError(f"backward must follow a forward; this {type(self).__name__} has seen nothing yet")
        arguments.shape("d_output", d_output, (self._samples, *self.output_shape), "that of the last output")
        arguments.same_dtype(d_output=d_output, **self.parameters)
        return d_output

    def _check_arrays(self, dtypes: bool = True) -> None:
        """Parameters and states must be what was built: loops write to memory by the shapes of these arrays."""
        for name, (shape, dtype) in self._made.items():
            value = self.parameters[name] if name in self.parameters else self.state[name]
            if value.shape != shape or (dtypes and value.dtype != dtype):
                raise (TypeError if value.shape == shape else ValueError)(
                    f"{name} of {self.name or 'this layer'} must be the {dtype} array of shape {shape} that a "
                    f"{type(self).__name__} has; got {value.dtype}, shape {value.shape}"
                )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self.config().items())})"
