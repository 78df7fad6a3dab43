"""One training step, written down: every array of every layer, forward and backward (lecture topics 1 and 18)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cnnlab import arguments
from cnnlab.losses import Loss
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["LayerTrace", "Slope", "Trace", "chain", "places", "record"]


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


def places(hidden: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Where the parameters of a `stepwise.small_network` are, under the names that they have in notebook 01.

    Parameters
    ----------
    hidden : int
        Its hidden units.

    Returns
    -------
    places : dict
        "w1_2" -> ("0.w", (0, 1)): the name of an array in `network.parameters`, and the place in it.
    """
    units = range(hidden)
    first = [one for j in units for one in ((f"w1_{j + 1}", ("0.w", (0, j))), (f"b1_{j + 1}", ("0.b", (j,))))]
    second = [(f"w2_{j + 1}", ("2.w", (j, 0))) for j in units]
    return dict([*first, *second, ("b2", ("2.b", (0,)))])


class Slope(NamedTuple):
    """One factor of a chain of derivatives.

    Parameters
    ----------
    to : str
        Where this factor leads: "h_2", from yhat.
    formula : str
        What it is: "w2_2".
    values : (n,)
        Its value for each sample.
    """

    to: str
    formula: str
    values: Array


def chain(record: Trace, name: str) -> list[Slope]:
    """The slopes on the way from the loss back to a number of a small network; their product is dL by that number.

    Parameters
    ----------
    record : Trace
        Of a small network with the squared error.
    name : str
        "yhat", "h_1", "e_1", or a parameter (see `places`).

    Returns
    -------
    slopes : list of Slope
        In the order of the way back. Of a parameter the products of all samples are added: that is its gradient.

    Raises
    ------
    ValueError
        If there is no such number.

    Source
    ------
    Lecture topics 1 and 18.
    """
    first: Any = record[0]  # of these layers w and b are arrays, never None
    second: Any = record[2]
    x, h, n = first.h_in[:, 0], second.h_in, len(record.x)
    known = {"yhat", *(f"{kind}_{j + 1}" for kind in "he" for j in range(h.shape[1])), *places(h.shape[1])}
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(sorted(known))}; got {name!r}")
    one = np.ones(n)
    way = [Slope("yhat", f"2 (yhat - y) / {n}", record.de[:, 0])]
    if name == "b2":
        return [*way, Slope(name, "1", one)]
    if name == "yhat":
        return way
    j = int(name[-1]) - 1
    if name.startswith("w2"):
        return [*way, Slope(name, f"h_{j + 1}", h[:, j])]
    way.append(Slope(f"h_{j + 1}", f"w2_{j + 1}", second.w[j, 0] * one))
    if not name.startswith("h"):
        way.append(Slope(f"e_{j + 1}", f"1 - h_{j + 1}²", 1 - h[:, j] ** 2))
    if name.startswith("w1"):
        way.append(Slope(name, "x", x))
    elif name.startswith("b1"):
        way.append(Slope(name, "1", one))
    return way
