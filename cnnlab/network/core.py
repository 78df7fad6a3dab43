"""A network: layers in a row, forward and backward, in training and in use."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnlab import arguments, losses
from cnnlab.layers import KINDS, Layer
from cnnlab.loops.runtime.workspace import give_back
from cnnlab.network.contents import Contents
from cnnlab.network.executor import executor_for
from cnnlab.network.forward import forward_for
from cnnlab.network.parameters import FlatParameters
from cnnlab.optimisers import Optimiser
from cnnlab.types import Array, ArrayLike, Seed, Shape

__all__ = ["Network"]

LARGE = 1_000_000  # bytes for which making a plan once more is little work


class Network(Contents):
    """Layers in a row: what one gives, the next takes.

    `network(x)` is `network.predict(x)`.  A network is also a sequence of its layers: `len(network)`, `network[0]`,
    `network["conv1"]`, `for layer in network`.

    Parameters
    ----------
    layers : sequence of Layer
        None of them in another network.
    input_shape : tuple of int
        The shape of one sample, (H, W, C) or (T, C) or (C,).
    rng : int or numpy Generator
        Seed or source of the initial weights, which are drawn layer by layer.
    dtype : float32 or float64
        float64 is for gradient checks.

    Attributes
    ----------
    layers : list of Layer
        The layers, built and named.
    input_shape, output_shape : tuple of int
        Shapes of one sample.
    dtype : dtype
        Of all numbers.

    Raises
    ------
    TypeError, ValueError
        For something that is not a layer, a layer that is there twice, or layers that do not fit each other (the
        message says which one).

    Source
    ------
    Lecture topics 1 and 11.
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        input_shape: Shape | int,
        rng: Seed | None = 0,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        super().__init__(layers, input_shape, rng, dtype)
        self._flat, self._executor = FlatParameters(self.layers, self.dtype), None
        self._in_use: tuple[list[Layer], Any] = ([], None)
        self._own = all(_is_own(layer) for layer in self.layers)

    # Forward and backward

    def forward(self, x: ArrayLike, training: bool = False) -> Array:
        """The excitation of the last layer; what `backward` needs is kept.

        Parameters
        ----------
        x : (N, *input_shape) float32 or float64
            A batch.
        training : bool
            As during training: dropout drops, batch normalisation looks at the batch.

        Returns
        -------
        e : (N, *output_shape), dtype of the network

        Raises
        ------
        TypeError, ValueError
            For other dtypes and shapes, an empty batch, NaN or infinity.
        """
        return self._forward(self.checked(x), training)

    def _forward(self, h: Array, training: bool) -> Array:
        """`forward` for a batch that has been checked."""
        self._check_arrays()
        for layer in self.layers:
            if self._own:
                layer._samples = len(h)
                h = layer._forward(h, training)
            else:
                h = layer.forward(h, training)
        return h

    def backward(self, de: ArrayLike, need_input: bool = False) -> Array | None:
        """Back-propagation after `forward`, down to the first layer; the gradients are then in `gradients`.

        Parameters
        ----------
        de : (N, *output_shape), dtype of the network
            dL/de of the last layer, for the batch of the last `forward`.
        need_input : bool
            Whether dL/dx is wanted; if not, the work for it is saved.

        Returns
        -------
        dx : (N, *input_shape), or None if it is not wanted

        Raises
        ------
        TypeError, ValueError
            For another dtype or shape, and before any `forward`.

        Source
        ------
        Lecture topics 12 to 19.
        """
        de, samples = arguments.array("de", de), self.layers[-1]._samples
        if samples is None:
            raise ValueError("backward must follow a forward; this network has seen nothing yet")
        arguments.shape("de", de, (samples, *self.output_shape), "that of the last output")
        if de.dtype != self.dtype:
            raise TypeError(f"de must hold {self.dtype} numbers, as the network; got dtype {de.dtype}")
        self._check_arrays()
        # Below the first layer that learns nobody needs a gradient: back-propagation stops there.
        first = next((i for i, layer in enumerate(self.layers) if layer.learns), len(self.layers))
        last = 0 if need_input else first
        d: Any = de
        for place in range(len(self.layers) - 1, last - 1, -1):
            layer, needed = self.layers[place], need_input or place > last
            d = layer._backward(d, needed) if self._own else layer.backward(d, needed)
        return d if need_input else None

    def _check_arrays(self) -> None:
        for layer in self.layers:
            layer._check_arrays()

    def loss_and_gradients(
        self, x: ArrayLike, y: ArrayLike, loss: losses.Loss, checked: bool = False
    ) -> tuple[float, Array]:
        """One training step without the descent: forward, loss, backward.  `fit` trains through this method.

        Parameters
        ----------
        x : (N, *input_shape) float32 or float64
            A batch.
        y : (N,) labels, or float targets
            As the loss takes it.
        loss : Loss
            Such as CrossEntropy().
        checked : bool
            x has been through `checked` already.

        Returns
        -------
        loss : float
            Of the batch; the gradients are then in `gradients`.
        e : (N, *output_shape)
            Of the last layer.

        Raises
        ------
        TypeError, ValueError
            Naming x, y or e, for what does not fit.

        Source
        ------
        Lecture topic 1.
        """
        x = np.asarray(x) if checked else self.checked(x)
        executor = self._compiled(len(x))
        if executor is not None:
            return executor.loss_and_gradients(x, y, loss)
        e = self._forward(x, training=True)
        value = loss(e, y)
        self.backward(loss.gradient(e, y))
        return value, e

    def descent(
        self, x: Array, y: Array, loss: losses.Loss, optimiser: Optimiser, batch: int
    ) -> Callable[[Array, Array], tuple[Array, int]] | None:
        """Many steps of descent in one go, where that pays and is possible.

        Parameters
        ----------
        x, y : arrays
            All samples, checked.
        loss, optimiser : Loss, Optimiser
            As for `fit`.
        batch : int
            Samples in one step.

        Returns
        -------
        function (rows, etas) -> (losses, right), or None
            It takes a step on `batch` of the rows for each of etas.  None: `loss_and_gradients` does it step by step.
        """
        executor = self._compiled(batch)
        if executor is None or not executor.descends(loss, optimiser, batch):
            return None
        images, answers = executor.prepared(x, y, loss)
        return lambda rows, etas: executor.descend(images, answers, optimiser, rows, batch, etas)

    def _compiled(self, samples: int) -> Any:
        """The steps that train this network with so many samples at once as one plan; None if it has none."""
        if not self._flat.holds():
            for layer in self.layers:
                layer._check_arrays(dtypes=False)
            self._flat, self._executor = FlatParameters(self.layers, self.dtype), None
        frozen = [layer.frozen for layer in self.layers]
        if self._executor is None or samples > self._executor.samples or frozen != self._executor.frozen:
            self._executor = executor_for(self, self._flat, samples)
        return self._executor

    def _rest(self) -> None:
        """Give the memory of training steps back, where it is worth it; the next one takes it anew."""
        if self._executor is not None and self._executor.plan.bytes > LARGE:
            self._executor = None
            give_back()

    # In use

    def predict(self, x: ArrayLike, batch: int = 256) -> Array:
        """The excitation e of the last layer for many samples, computed batch by batch.

        These are no probabilities, as losses take the excitation and apply their own nonlinearity: see
        `predict_proba`, or `loss.yhat(network.predict(x))`.  What the layers keep for `backward` stays: it may be
        called between forward and backward, or beside training, by several threads.  If there are compiled operations
        for all layers, they run without Python in between, and what a sample gives does not depend, to the last bit, on
        what stands beside it.  Weights and statistics are read anew at each call.  Batch normalisation directly behind
        a convolution becomes part of its weights, gamma / deviation w, and of its bias, beta + gamma / deviation
        (b - mean): however far from zero the mean is, this rounds as little as gamma (e - mean) / deviation + beta,
        which is computed everywhere else (behind biases of units, fully-connected layers, nonlinearities, pooling).

        Parameters
        ----------
        x : (N, *input_shape) float32 or float64
            The samples.
        batch : int
            Samples computed at once.

        Returns
        -------
        e : (N, *output_shape), dtype of the network

        Raises
        ------
        TypeError, ValueError
            For other dtypes and shapes, no samples, NaN or infinity.
        """
        x, batch = self.checked(x), arguments.whole("batch", batch)
        self._check_arrays()
        forward = self._ways_forward()
        if forward is None:
            return np.concatenate([self._predict(x[i : i + batch]) for i in range(0, len(x), batch)])
        e = np.empty((len(x), *self.output_shape), self.dtype)
        for i in range(0, len(x), batch):
            forward.predict(x[i : i + batch], e[i : i + batch])
        return e

    __call__ = predict

    def _ways_forward(self) -> Any:
        """This network in use as compiled plans; None if it has none."""
        known, forward = self._in_use
        if known != self.layers or (forward is not None and not forward.fits()):
            self._in_use = known, forward = list(self.layers), forward_for(self)
        return forward

    def _predict(self, h: Array) -> Array:
        for layer in self.layers:
            h = layer._predict(h) if self._own else layer.predict(h)
        return h

    def predict_proba(self, x: ArrayLike, batch: int = 256) -> Array:
        """The probabilities that a network trained with CrossEntropy or BinaryCrossEntropy gives.

        softmax(e) for several outputs: what CrossEntropy takes for yhat.  The logistic function of e for one output:
        what BinaryCrossEntropy does.  Of a network trained otherwise (MSE; several yes-or-no questions) these are no
        probabilities: take `loss.yhat(network.predict(x))`.

        Parameters
        ----------
        x : (N, *input_shape) float32 or float64
            The samples.
        batch : int
            Samples computed at once.

        Returns
        -------
        yhat : (N, D), dtype of the network
            The probability of each class; of one output, (N, 1), that of "yes".

        Raises
        ------
        TypeError, ValueError
            As `predict`, and for a network whose output is no row of numbers.

        Source
        ------
        Lecture topic 5.
        """
        if len(self.output_shape) != 1:
            raise ValueError(f"predict_proba needs a network that gives (D,) for each sample; got {self.output_shape}")
        loss = losses.CrossEntropy() if self.output_shape[0] > 1 else losses.BinaryCrossEntropy()
        return loss.yhat(self.predict(x, batch))

    def classify(self, x: ArrayLike, batch: int = 256) -> Array:
        """The label of every sample: the largest output; with one output, 1 where it is positive.

        Parameters
        ----------
        x : (N, *input_shape) float32 or float64
            The samples.
        batch : int
            Samples computed at once.

        Returns
        -------
        (N,) int64

        Raises
        ------
        TypeError, ValueError
            As `predict`; ValueError where a sample gives NaN, which stands for no label.

        Source
        ------
        Lecture topic 5.
        """
        return losses.decide(self.predict(x, batch))

    def checked(self, x: ArrayLike, name: str = "x") -> Array:
        """Samples as the first layer can take them.

        Parameters
        ----------
        x : (N, *input_shape) float32 or float64
            The samples.
        name : str
            What they are called in messages.

        Returns
        -------
        (N, *input_shape), dtype of the network

        Raises
        ------
        TypeError, ValueError
            If they cannot be that, or are not finite in that dtype.
        """
        x = arguments.array(name, x)
        if x.shape[1:] != self.input_shape:
            wanted = ", ".join(["N", *map(str, self.input_shape)])
            missing = " (one sample alone? give x[None])" if x.shape == self.input_shape else ""
            raise ValueError(
                f"{name} must have shape ({wanted}), a batch of what the network takes; got {x.shape}{missing}"
            )
        with np.errstate(over="ignore"):  # a float64 number may be too large for float32
            x = np.ascontiguousarray(x, self.dtype)
        if not np.isfinite(x).all():
            wrong = np.unique(np.argwhere(~np.isfinite(x))[:, 0])
            raise ValueError(
                f"{name} must be finite; {len(wrong)} of {len(x)} samples hold NaN, infinity or numbers "
                f"too large for {self.dtype}, the first is sample {wrong[0]}"
            )
        return x


def _is_own(layer: Layer) -> bool:
    """Whether a layer is one of cnnlab's, whose outputs are what they should be; others are checked between layers."""
    return KINDS.get(type(layer).__name__) is type(layer)
