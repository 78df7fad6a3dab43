"""One training step, written down: every array of every layer, forward and backward (lecture topics 1 and 18)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cnnlab import arguments
from cnnlab.losses import Loss
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["LayerTrace", "Trace", "record"]


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What passed through one layer in one step; all arrays are copies.

    The lecture's names: for a layer that multiplies by w, h is what came in and e what went out; for all others (a
    nonlinearity, pooling, flatten, ...) e is what came in and h what went out. de and dh are dL/de and dL/dh of these.

    Parameters
    ----------
    name : str
        Of the layer.
    linear : bool
        Whether it multiplies by w.
    h_in, out : (N, ...)
        What came in and went out.
    d_in, d_out : (N, ...)
        dL/dh_in and dL/dout, in the same shapes.
    parameters, gradients : dict of arrays
        All that the layer has learned, by name: w and b, the slopes of PReLU, gamma and beta of batch normalisation;
        and their gradients.

    Source
    ------
    Lecture topics 1 and 18.
    """

    name: str
    linear: bool
    h_in: Array
    out: Array
    d_in: Array
    d_out: Array
    parameters: dict[str, Array]
    gradients: dict[str, Array]

    @property
    def w(self) -> Array | None:
        """Kernel or weights; None where the layer has none."""
        return self.parameters.get("w")

    @property
    def b(self) -> Array | None:
        """Biases; None where the layer has none."""
        return self.parameters.get("b")

    @property
    def dw(self) -> Array | None:
        """dL/dw; None where the layer has no w."""
        return self.gradients.get("w")

    @property
    def db(self) -> Array | None:
        """dL/db; None where the layer has no b."""
        return self.gradients.get("b")

    @property
    def e(self) -> Array:
        """Excitations: what went out of a layer with weights, what came into any other."""
        return self.out if self.linear else self.h_in

    @property
    def h(self) -> Array:
        """Activations: what came into a layer with weights, what went out of any other."""
        return self.h_in if self.linear else self.out

    @property
    def de(self) -> Array:
        """dL/de, in the shape of e."""
        return self.d_out if self.linear else self.d_in

    @property
    def dh(self) -> Array:
        """dL/dh, in the shape of h."""
        return self.d_in if self.linear else self.d_out

    def __repr__(self) -> str:
        return f"{self.name}: {self.h_in.shape} -> {self.out.shape}"


@dataclass(frozen=True, eq=False)
class Trace:
    """One training step of a network; `trace[0]` or `trace["conv1"]` is a `LayerTrace`.

    Parameters
    ----------
    x, y : arrays
        The batch.
    e : (N, *output_shape)
        What the last layer gave.
    yhat : (N, *output_shape)
        What the loss made of it.
    loss : float
        One number.
    de : (N, *output_shape)
        dL/de of the last layer, where back-propagation starts.
    dx : (N, *input_shape)
        dL/dx, where it ends.
    layers : tuple of LayerTrace
        From the first layer to the last.

    Source
    ------
    Lecture topics 1 and 18.
    """

    x: Array
    y: Array
    e: Array
    yhat: Array
    loss: float
    de: Array
    dx: Array
    layers: tuple[LayerTrace, ...]

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[LayerTrace]:
        return iter(self.layers)

    def __getitem__(self, which: int | str) -> LayerTrace:
        return arguments.entry(self.layers, which)

    def __repr__(self) -> str:
        return f"Trace of one step: {len(self.x)} samples through {len(self)} layers, loss {self.loss:.3g}"


def record(network: Network, loss: Loss, x: ArrayLike, y: ArrayLike) -> Trace:
    """Run one training step of a network without the descent, and write down everything.

    It is a step as in training: dropout drops, batch normalisation looks at the batch. The network's weights and states
    stay as they were.

    Parameters
    ----------
    network : Network
        Any one.
    loss : Loss
        As for `fit`.
    x : (N, *network.input_shape), dtype of network
        A batch.
    y : (N,) int, or (N, *network.output_shape)
        As for `fit`.

    Returns
    -------
    Trace

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names x or y.
    """
    h = batch = network.checked(x)
    before, inputs = network.weights(), []
    try:
        for layer in network:
            inputs.append(h.copy())
            h = layer.forward(h, training=True)
        e = h.copy()
        value, de = loss(e, y), loss.gradient(e, y)
        outputs, d_out, steps = [*inputs[1:], e], de, []
        for layer, came, went in reversed(list(zip(network, inputs, outputs, strict=True))):
            d_in = layer.backward(d_out)
            steps.append(
                LayerTrace(
                    layer.name,
                    layer.connection_count > 0,
                    came,
                    went,
                    d_in.copy(),
                    d_out.copy(),
                    {name: array.copy() for name, array in layer.parameters.items()},
                    {name: array.copy() for name, array in layer.gradients.items()},
                )
            )
            d_out = d_in
    finally:
        network.set_weights(before)
    return Trace(batch.copy(), np.array(y), e, loss.yhat(e), value, de, steps[-1].d_in, tuple(reversed(steps)))
