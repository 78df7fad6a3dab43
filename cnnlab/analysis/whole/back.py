"""The way back through a whole network: from its scores to the pixels, layer by layer (lecture topics 12 to 15, 24)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import arguments, layers
from cnnlab.analysis.convolution.given import convolution_of
from cnnlab.analysis.own.function import OwnFunction
from cnnlab.analysis.whole.forward import Forward
from cnnlab.analysis.whole.stages import KINDS, Stage, stages, trouble
from cnnlab.network import Network
from cnnlab.ops import pads
from cnnlab.types import Array

__all__ = ["Backward", "CloseUp", "WayBack", "close_up"]

STEPS = (layers.UnitStep, layers.Signum)


@dataclass(frozen=True, eq=False)
class Backward:
    """What came back through a network: the gradients of a number S of its scores.

    Parameters
    ----------
    forward : Forward
        The way there.
    out : list of arrays
        The image and what each layer made of it; one more than there are layers.
    d : list of arrays
        dS by each of `out`: the first is dS/dx, the last is where the way back begins.
    slopes : dict of arrays
        For each nonlinearity, by its number, the slope dh/de of every unit.
    trouble : str
        What is wrong with the learner's own function, if it carried the errors and did not do so; else "".
    """

    forward: Forward
    out: list[Array]
    d: list[Array]
    slopes: dict[int, Array]
    trouble: str = ""

    @property
    def dx(self) -> Array:
        """dS/dx, (H, W, C)."""
        return self.d[0]


@dataclass(frozen=True, eq=False)
class CloseUp:
    """One step of the way back: an error arrives behind a layer, meets something, and goes on before it.

    Parameters
    ----------
    kind : str
        "convolution", "gate", "pooling", "flatten" or "fully connected".
    channel : int
        The map that is followed: of all that goes on, the one with most of it; 0 where all are shown.
    arrives, goes_on : (H, W, K) or (D,)
        Errors behind the layer and before it.
    meets : (H, W, K) or (D, D')
        What they are multiplied by: kernels w[:, :, channel] as they are, slopes, weights; of pooling what came in.
    passed : int
        How many numbers that go on are not 0.
    total : int
        How many go on.
    """

    kind: str
    channel: int
    arrives: Array
    meets: Array
    goes_on: Array
    passed: int
    total: int


class WayBack:
    """Forward and back through a network, as it is now; a copy of it in float64 is used.

    Parameters
    ----------
    network : Network
        From images to scores, of Conv2D, pooling, nonlinearities, Flatten and Dense.
    function : function, optional
        The learner's own input_gradient(de, w, h_shape, stride), which carries the errors through every convolution.

    Attributes
    ----------
    network : Network
        The copy.
    stages : tuple of Stage

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 12 to 15 and 24.
    """

    def __init__(self, network: Network, function: Callable[..., Any] | None = None) -> None:
        if not isinstance(network, Network):
            raise TypeError(f"network must be a Network; got {type(network).__name__}")
        if wrong := trouble(network):
            raise ValueError(f"network: {wrong}")
        if len(network.output_shape) != 1:
            raise ValueError(f"network must end in a vector of scores; its output has the shape {network.output_shape}")
        if flat := [layer.name for layer in network if isinstance(layer, STEPS)]:
            raise ValueError(f"network: nothing comes back through the steps of {', '.join(flat)}, which are flat")
        arguments.finite_weights("network", network.parameters | network.state)
        self.own = None
        if function is not None:
            self.own = OwnFunction(function, "input_gradient(de, w, h_shape, stride)", "dL/dh")
            for one in network:
                if isinstance(one, layers.Conv2D) and one.stride[0] != one.stride[1]:
                    raise ValueError(f"function takes one stride; {one.name} has two, {one.stride}")
        self.network = Network(
            [layers.from_config(layers.to_config(one)) for one in network], network.input_shape, dtype=np.float64
        )
        self.network.set_weights(network.weights())
        self.stages: tuple[Stage, ...] = stages(self.network)
        self._there: tuple[bytes, Forward, list[Array]] | None = None
        self._gone: tuple[bytes, list[Array], dict[int, Array], list[str]] | None = None  # so far

    def scores(self, x: Array) -> Array:
        """What the network says.

        Parameters
        ----------
        x : (N, H, W, C)
            Images.

        Returns
        -------
        (N, D) float64
        """
        return self.network.predict(np.asarray(x, np.float64))

    def forward(self, x: Array) -> tuple[Forward, list[Array]]:
        """One image on its way to the scores.

        Parameters
        ----------
        x : (H, W, C)
            The image.

        Returns
        -------
        record : Forward
        out : list of arrays
            As in `Backward`.
        """
        x = np.ascontiguousarray(x, np.float64)
        key = x.tobytes()
        if self._there is None or self._there[0] != key:
            h, out = x[None], [x]
            for layer in self.network:
                h = layer.forward(h)
                out.append(h[0].copy())
            linear = ("convolution", "fully connected")
            e = tuple(out[one.first + 1 if one.kind in linear else one.first] for one in self.stages)
            there = Forward(self.network, self.stages, x, e, tuple(out[one.last + 1] for one in self.stages))
            self._there = (key, there, out)
        return self._there[1:]

    def back(self, x: Array, start: Array, to: int = 0) -> Backward:
        """Forward, and back to the image, or a part of the way.

        Parameters
        ----------
        x : (H, W, C)
            The image.
        start : (D,)
            dS by each score.
        to : int
            The number of the layer that is passed last; before it all is NaN. What has been passed once is kept.

        Returns
        -------
        Backward
        """
        start = np.ascontiguousarray(start, np.float64)
        key = np.ascontiguousarray(x, np.float64).tobytes() + start.tobytes()
        if self._gone is None or self._gone[0] != key:
            self._gone = key, [start], {}, []
        _, d, slopes, troubles = self._gone
        there, out = self.forward(x)
        for number in reversed(range(to, len(out) - len(d))):
            layer: Any = self.network[number]
            if KINDS[type(layer)] == "nonlinearity":
                slopes[number] = layer.backward(np.ones((1, *layer.output_shape)))[0].copy()
            if not np.isfinite(d[-1]).all():  # what is not there cannot be carried on
                d.append(np.full(out[number].shape, np.nan))
            elif self.own is not None and isinstance(layer, layers.Conv2D):
                found = self._carried(layer, d[-1])
                troubles += [f"{layer.name}: {found.trouble}"] if found.trouble else []
                shape = out[number].shape
                d.append(np.full(shape, np.nan) if found.value is None else _cut(found.value[0], layer, shape))
            else:
                d.append(layer.backward(d[-1][None])[0].copy())
        before = [np.full(one.shape, np.nan) for one in out[: len(out) - len(d)]]
        return Backward(there, out, [*before, *reversed(d)], slopes, troubles[-1] if troubles else "")

    def _carried(self, layer, de):
        """dL/dh of a convolution, with its border, by the learner's function."""
        (p, q), (rows, columns, channels) = layer.size, layer.input_shape
        (top, below), (left, right) = pads(p, layer.padding), pads(q, layer.padding)
        shape = (1, rows + top + below, columns + left + right, channels)
        return self.own(
            de[None], convolution_of(layer, layer.input_shape).used, shape, int(layer.stride[0]), shape=shape
        )

    def nudged(self, x: Array, at: tuple[int, int, int], value: Callable[[Array], float], step: float = 1e-4) -> float:
        """How a number that is made of the scores changes with one pixel, from the forward pass alone.

        Parameters
        ----------
        x : (H, W, C)
            The image.
        at : (i, j, c)
            The pixel.
        value : function
            Of the scores (D,): S, or L.
        step : float
            By how much the pixel changes, up and down.

        Returns
        -------
        slope : float
            A central difference.
        """
        both = np.repeat(np.asarray(x, np.float64)[None], 2, axis=0)
        both[(0, *at)] += step
        both[(1, *at)] -= step
        above, below = self.scores(both)
        return (value(above) - value(below)) / (2 * step)


def _cut(padded: Array, layer: Any, shape: tuple[int, ...]) -> Array:
    """dL/dh without the border."""
    top, left = pads(layer.size[0], layer.padding)[0], pads(layer.size[1], layer.padding)[0]
    return padded[top : top + shape[0], left : left + shape[1]].copy()


def close_up(back: Backward, number: int) -> CloseUp:
    """One step of the way back.

    Parameters
    ----------
    back : Backward
    number : int
        Of the layer that the errors pass.

    Returns
    -------
    CloseUp
    """
    layer: Any = back.forward.network[number]
    came, d_out, d_in = back.out[number], back.d[number + 1], back.d[number]
    kind = KINDS[type(layer)]
    counted = int(np.count_nonzero(np.nan_to_num(d_in))), d_in.size
    channel = 0
    if d_in.ndim == 3 and kind != "flatten":
        channel = int(np.abs(np.nan_to_num(d_in)).sum(axis=(0, 1)).argmax())
    one = np.s_[:, :, channel : channel + 1]
    if kind == "convolution":
        w = convolution_of(layer, layer.input_shape).used
        return CloseUp(kind, channel, d_out, w[:, :, channel], d_in[one], *counted)
    if kind == "fully connected":
        return CloseUp(kind, 0, d_out, layer.parameters["w"], d_in, *counted)
    if kind == "flatten":
        return CloseUp(kind, 0, d_out, came, d_in, *counted)
    meets = back.slopes[number] if kind == "nonlinearity" else came
    kind = "gate" if kind == "nonlinearity" else kind
    if d_in.ndim == 1:
        return CloseUp(kind, 0, d_out, meets, d_in, *counted)
    return CloseUp(kind, channel, d_out[one], meets[one], d_in[one], *counted)
