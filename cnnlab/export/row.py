"""Layers that wait to become a network: what may still be part of one of them, and what has become one."""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from cnnlab import layers
from cnnlab.files import said
from cnnlab.layers.standardise import Standardise
from cnnlab.loops.kernels.pointwise import HEIGHT, STEEPNESS
from cnnlab.network import Network
from cnnlab.types import Array, Shape

__all__ = ["Row", "Step"]

# Kernels of groups and tables are kept whole here, zeros and all: of a file of few bytes, that may be very many.
UNFOLD, ALWAYS = 8, 4 << 20  # numbers for each that was read, beyond those that are always allowed
LAYERS = 1_000  # as many as a file of cnnlab's own has
LINEAR = (layers.Conv2D, layers.Conv1D, layers.Dense, layers.SumOverTime, layers.MaxOverTime)


class Step:
    """A layer to be: its kind, its arguments, its arrays in the order of cnnlab."""

    def __init__(self, kind: type[layers.Layer], options: dict[str, Any], arrays: dict[str, Array], frozen: bool):
        self.kind, self.options, self.arrays, self.frozen = kind, options, arrays, frozen
        self.before: Shape = ()  # of one sample, as it takes it

    def layer(self) -> layers.Layer:
        """A new one, which will ask for its arrays when it is built."""
        made = self.kind(**self.options)
        made.frozen = self.frozen
        if self.arrays:
            made._source = self._take
        return made

    def _take(self, which: str, name: str, shape: Shape, dtype: np.dtype[Any]) -> Array:
        found = self.arrays[name]
        if found.shape != shape:
            raise ValueError(f"{name} must have shape {shape}; got {found.shape}")
        with np.errstate(over="ignore"):
            found = np.array(found, dtype)
        if not np.isfinite(found).all():
            raise ValueError(f"{name} holds weights that are not finite in {dtype}")
        return found


class Row:
    """Layers in a row, as they are told; `finish` makes a Network of them.

    What is told may be part of a layer only: a border, a factor, a number that is added.  It waits until it is known
    what comes behind it.

    Attributes
    ----------
    where : str
        What is being read, for messages.
    shape : tuple of int
        Of one sample, as it stands now, in the order of cnnlab: (H, W, C), (T, C), (C,).
    kept : bool
        Whether their value has an axis of one frame more, behind a mean over all frames.
    order : (C,) int, or None
        Behind a flatten: their number j is our number order[j].  None: they are the same.
    """

    def __init__(self, shape: Shape, dtype: Any, numbers: int) -> None:
        self.start = self.shape = shape
        self.dtype, self.left = np.dtype(dtype), ALWAYS + UNFOLD * numbers
        self.where, self.end = "", ""
        self.order: Array | None = None
        self.steps: list[Step] = []
        self.frozen = False
        self.kept = False
        self._affine: tuple[Any, Any] | None = None  # h a + c, not yet a layer
        self._border: tuple[list[tuple[int, int]], float] | None = None
        self._steep: tuple[Any] | None = None  # tanh of so many times h, that may become a ScaledTanh
        self._compared = self._turned = False

    def refuse(self, why: str) -> NoReturn:
        """Raise ValueError, with the name of what is being read."""
        raise ValueError(f"{self.where}: {why}")

    def unfold(self, numbers: int) -> None:
        """Take so many numbers for what is small where it comes from."""
        self.left -= numbers
        if self.left < 0:
            self.refuse("it would take far more numbers here than it is made of there")

    # What waits

    def tanh(self) -> None:
        """`Tanh`, or the beginning of `ScaledTanh`."""
        affine = self._affine
        if (
            affine is not None
            and np.ndim(affine[0]) == 0
            and np.isclose(affine[0], STEEPNESS, 1e-6)
            and not np.any(affine[1])
        ):
            self._affine, self._steep = None, (affine[0],)
            return
        self._put(layers.Tanh, {})

    def compare(self) -> None:
        """h > 0, a truth value."""
        self._settle()
        self._compared = True

    def cast(self) -> None:
        """A truth value as a number; numbers stay."""
        if self._compared:
            self._compared = False
            self._put(layers.UnitStep, {})

    def scale(self, factor: Array) -> None:
        """Multiply by one number, or by one for each channel."""
        self._running()
        if self._steep is not None and self._affine is None and factor.ndim == 0 and np.isclose(factor, HEIGHT, 1e-6):
            self._steep = None
            self._put(layers.ScaledTanh, {})
            return
        if self._steep is not None:
            self._settle()
        a, c = self._affine or (1.0, 0.0)
        factor = self._ours(factor)
        self._affine = a * factor, c * factor

    def shift(self, summand: Array) -> None:
        """Add one number, or one for each channel."""
        self._running()
        if self._steep is not None:
            self._settle()
        a, c = self._affine or (1.0, 0.0)
        self._affine = a, c + self._ours(summand)

    def turn(self) -> None:
        """Let the channels come last, for the flatten that follows."""
        self._settle()
        self._turned = True

    def pad(self, pads: Sequence[tuple[int, int]], value: float) -> None:
        """A border, for the convolution that comes next."""
        self._settle()
        if any(side < 0 for pair in pads for side in pair):
            self.refuse("it cuts off a border; only a convolution's border is added here")
        if any(map(any, pads)):
            self._border = list(pads), value

    def softmax(self) -> None:
        """The end, which is part of the loss here."""
        self._settle()
        if len(self.shape) != 1:
            self.refuse(f"what the loss adds must come last, over (C,); here it comes over {self.shape}")
        self.end = "Softmax"

    def _ours(self, array: Array) -> Array:
        """One number, or those of channels, in the order of cnnlab, float64."""
        array = np.asarray(array, np.float64)
        if array.ndim and array.shape != self.shape[-1:]:
            self.refuse(f"one number, or one for each of {self.shape[-1]} channels; got shape {array.shape}")
        if self.order is None or not array.ndim:
            return array
        ours = np.empty_like(array)
        ours[self.order] = array
        return ours

    # Putting together

    def _running(self) -> None:
        """Nothing may come behind the end, and nothing but a flatten behind one frame that is kept."""
        if self.end:
            self.refuse(f"it comes behind a {self.end}, which is part of the loss here, and must come last")
        if self.kept:
            self.refuse("an axis of one frame is left behind the mean over time: it must be flattened first")
        if self._compared:
            self.refuse("a truth value must become a number first (Cast to float)")
        if self._turned:
            self.refuse("the channels come last now, as only a flatten wants them")
        if self._border is not None:
            self.refuse("there is a border before it, and only convolutions take one here")

    def _settle(self, kept: bool = False) -> None:
        """Make layers of what waited for others."""
        was, self.kept = self.kept, self.kept and not kept
        self._running()
        self.kept = was
        steep, affine, self._steep, self._affine = self._steep, self._affine, None, None
        if steep is not None:
            self._multiply(steep[0], 0.0)
            self._put(layers.Tanh, {})
        if affine is not None:
            self._multiply(*affine)

    def _multiply(self, a: Any, c: Any) -> None:
        """h a + c: part of the weights of a linear layer, or a layer of its own."""
        last = self.steps[-1] if self.steps else None
        if last is not None and last.kind in LINEAR:
            last.arrays["w"] = last.arrays["w"] * np.asarray(a)
            if "b" in last.arrays or np.any(c):
                if "b" not in last.arrays:
                    last.options["bias"] = True if last.kind is layers.Dense else "map"
                last.arrays["b"] = np.broadcast_to(last.arrays.get("b", 0.0) * np.asarray(a) + c, self._biases(last))
            return
        if not (np.asarray(a) > 0).all():
            self.refuse("it multiplies by a number that is not positive, and no weights are before it to take it up")
        self._put(
            Standardise, {"mean": np.negative(np.divide(c, a)).tolist(), "deviation": (1 / np.asarray(a)).tolist()}
        )

    def _biases(self, step: Step) -> Shape:
        return self.shape if step.options.get("bias") == "unit" else self.shape[-1:]

    def _put(self, kind: type[layers.Layer], options: dict[str, Any], arrays: dict[str, Array] | None = None) -> None:
        self._settle()
        step = Step(kind, options, arrays or {}, self.frozen)
        try:
            layer = step.layer()
            layer.build(self.shape, np.random.default_rng(0), self.dtype)
        except (TypeError, ValueError) as problem:
            self.refuse(said(problem))
        step.before = self.shape
        self.steps.append(step)
        if len(self.steps) > LAYERS:
            self.refuse(f"a network that is read has at most {LAYERS:,} layers")
        self.shape = layer.output_shape

    def finish(self, end: str, where: str) -> Network:
        """The network; what the loss adds at the end, "Softmax" or "Sigmoid", is taken off."""
        self.where = where
        if self._border is not None:
            self.refuse("there is a border, and no convolution that takes it")
        came, self.end = self.end, ""
        self._settle()
        if came and end != came:
            self.refuse(f"a {came} comes last, which is part of the loss here: give loss=losses.CrossEntropy()")
        if end == "Sigmoid" and self.steps and self.steps[-1].kind is layers.Sigmoid:
            self.steps.pop()
        elif end and end != came:
            self.refuse(f"this loss has a {end} behind the network, but none comes last")
        if self.order is not None:
            self.refuse(
                "a flatten with the channels first is not followed by weights: its numbers would come in our order"
            )
        if not self.steps:
            self.refuse("there is no layer in it")
        made = [step.layer() for step in self.steps]
        network = Network(made, self.start, dtype=self.dtype)
        for layer in made:
            layer._source = None
        return network
