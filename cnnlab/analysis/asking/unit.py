"""One unit of a trained network as a function of the image, and images that excite it (lecture topic 28)."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.attribution import copied, place_of
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["Unit", "ascended", "saliency"]


class Unit:
    """One unit of a network, as a function of the image.

    It asks a copy: whatever happens to the network later changes nothing here, and asking changes nothing there.

    Parameters
    ----------
    network : Network
        Any one, as it is now.
    layer : int or str
        Number or name of the layer whose output the unit is in.
    unit : (m, n, c), (t, c), (c,) or int
        Its place there.

    Attributes
    ----------
    network : Network
        The copy.
    place : int
        Number of the layer.
    unit : tuple of int
        As given.

    Raises
    ------
    TypeError, ValueError, KeyError, IndexError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 28.
    """

    def __init__(self, network: Network, layer: int | str, unit: int | Sequence[int]) -> None:
        self.network = copied(network)
        self.place = self.network.layers.index(self.network[layer])
        self.unit = place_of(self.network[self.place], unit)

    def beside(self, unit: int | Sequence[int]) -> Self:
        """Another unit of the same layer, which asks the same copy of the network.

        Parameters
        ----------
        unit : (m, n, c), (t, c), (c,) or int
            Its place.

        Returns
        -------
        Unit

        Raises
        ------
        ValueError
            For one that is not there.
        """
        other = copy(self)
        other.unit = place_of(self.network[self.place], unit)
        return other

    def __call__(self, x: ArrayLike) -> float:
        """What the unit gives for an image.

        Parameters
        ----------
        x : (H, W, C)
            The image.

        Returns
        -------
        value : float
        """
        return float(self._forward(x)[(0, *self.unit)])

    def gradient(self, x: ArrayLike) -> Array:
        """How the unit changes with every pixel.

        Parameters
        ----------
        x : (H, W, C)
            The image.

        Returns
        -------
        dx : (H, W, C)
            d unit / dx: back-propagation that starts with a single 1 at the unit.
        """
        h = self._forward(x)
        d: Any = np.zeros_like(h)
        d[(0, *self.unit)] = 1
        for layer in reversed(self.network.layers[: self.place + 1]):
            d = layer.back_to_input(d)
        return d[0].copy()

    def direction(self, x: ArrayLike) -> Array:
        """The gradient, its largest number scaled to 1 or -1.

        So a step along it is equally long for every unit of every layer.

        Parameters
        ----------
        x : (H, W, C)
            The image.

        Returns
        -------
        dx : (H, W, C)
            All 0 where the unit feels no pixel.
        """
        dx = self.gradient(x)
        return dx / (np.abs(dx).max() or 1)

    def _forward(self, x: ArrayLike) -> Array:
        h = self.network.checked(np.asarray(x, self.network.dtype)[None], "x")
        for layer in self.network.layers[: self.place + 1]:
            h = layer.forward(h)
        return h


def ascended(x: ArrayLike, gradient: Callable[[Array], Array], eta: float, steps: int) -> Array:
    """An image walked uphill along the gradient of a unit: gradient ascent on the pixels.

    Parameters
    ----------
    x : (H, W, C), in 0..1
        Where it begins; not changed.
    gradient : function
        From an image to d unit / dx, such as `Unit.direction`.
    eta : float
        Length of a step.
    steps : int
        How many.

    Returns
    -------
    x : (H, W, C)
        Every pixel in 0..1.

    Source
    ------
    Simonyan, Vedaldi and Zisserman 2014, "Deep inside convolutional networks"; lecture topic 28.
    """
    x = np.asarray(x)
    for _ in range(arguments.whole("steps", steps, at_least=0)):
        x = np.clip(x + eta * gradient(x), 0, 1)
    return x


def saliency(dx: ArrayLike) -> Array:
    """How strongly a unit feels each pixel: the largest absolute value over the channels.

    Parameters
    ----------
    dx : (H, W, C)
        d unit / dx.

    Returns
    -------
    size : (H, W)

    Source
    ------
    Simonyan, Vedaldi and Zisserman 2014.
    """
    return np.abs(arguments.array("dx", dx, 3)).max(axis=2)
