"""Which pixels matter to one unit of a trained network: by its gradient, and by covering them (lecture topic 28).

The gradient is that of back-propagation, started not with the loss but with a single 1 at the unit.  Covering parts of
the image follows M. D. Zeiler and R. Fergus 2014, "Visualizing and understanding convolutional networks".
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from cnnlab import arguments, layers
from cnnlab.layers.base import Layer
from cnnlab.losses import CrossEntropy, Loss
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["Felt", "OnTheWay", "UnitGradients", "copied", "covered_everywhere", "felt", "occlusion", "place_of"]


class OnTheWay(NamedTuple):
    """The gradient of one unit in the image, and where most of it came through on the way.

    Attributes
    ----------
    dx : (H, W, C)
        d unit / dx.
    ways : {layer: (c, gradient)}
        For each layer asked for the map c of its input that got most, summed over the absolute values, and its
        gradient (H', W').
    """

    dx: Array
    ways: dict[int, tuple[int, Array]]


class Felt(NamedTuple):
    """The pixels of which a unit feels a small change.

    Attributes
    ----------
    pixels : int
        How many.
    at : (int, int)
        Row and column of the one with the largest gradient in any channel.
    largest : float
        The absolute value of that gradient.
    """

    pixels: int
    at: tuple[int, int]
    largest: float


class UnitGradients:
    """The gradients of single units with respect to the image, and to everything in between.

    It works on a copy, so that the network keeps what its last training step left in it, and whatever happens to it
    later changes nothing here.

    Parameters
    ----------
    network : Network
        Any one, as it is now.
    images : (N, *network.input_shape), dtype of network
        What it is shown.

    Attributes
    ----------
    network : Network
        The copy.
    x : (N, *network.input_shape)
        The images.
    out : list of (N, *output_shape)
        What every layer gives for the images, as in `predict`.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 28.
    """

    def __init__(self, network: Network, images: ArrayLike) -> None:
        self.network = copied(network)
        self.x = self.network.checked(images, "images")
        h = self.x
        self.out: list[Array] = []
        for layer in self.network:
            h = layer.forward(h)
            self.out.append(h)
        self._kept: tuple[int, int] | None = (
            None  # the image whose forward pass the layers remember, and how many times
        )

    def of(self, image: int, layer: int | str, unit: int | Sequence[int]) -> list[Array]:
        """How one unit changes with everything before it.

        Parameters
        ----------
        image : int
            Which one.
        layer : int or str
            Number or name of the layer whose output the unit is in.
        unit : (m, n, c), (t, c), (c,) or int
            Its place there.

        Returns
        -------
        list of arrays
            The first is d unit / dx in the shape of the image, number l + 1 that with respect to the output of layer l;
            the last one is 1 at the unit and 0 elsewhere.

        Raises
        ------
        ValueError
            For an image or a unit that is not there.
        KeyError, IndexError
            For a layer that is not there.
        """
        return [each[0] for each in self.of_all(image, layer, [unit])]

    def of_all(self, image: int, layer: int | str, units: Iterable[int | Sequence[int]]) -> list[Array]:
        """The same as `of` for several units of one layer, in one go.

        Much faster than one after another: the layers work on K samples at once.

        Parameters
        ----------
        image : int
            As for `of`.
        layer : int or str
            As for `of`.
        units : K places
            Each as for `of`.

        Returns
        -------
        list of arrays (K, ...)
            As for `of`, one row for each unit.

        Raises
        ------
        ValueError, KeyError, IndexError
            As `of` does.
        """
        place = self.network.layers.index(self.network[layer])
        shape = self.network[place].output_shape
        places = [place_of(self.network[place], unit) for unit in units]
        if not 0 <= image < len(self.x):
            raise ValueError(f"image must be one of 0..{len(self.x) - 1}; got {image!r}")
        if self._kept != (image, len(places)):
            h = np.repeat(self.x[image : image + 1], len(places), axis=0)
            for one in self.network:
                h = one.forward(h)
            self._kept = image, len(places)
        d = np.zeros((len(places), *shape), self.network.dtype)
        for k, unit in enumerate(places):
            d[(k, *unit)] = 1
        found: list[Any] = [d]
        for one in reversed(self.network.layers[: place + 1]):
            found.append(one.back_to_input(found[-1]))
        return [each.copy() for each in reversed(found)]

    def through(
        self, image: int, layer: int | str, units: Iterable[int | Sequence[int]], below: Sequence[int]
    ) -> list[OnTheWay]:
        """The gradients of several units of one layer, and which map of layers below got most of each.

        Parameters
        ----------
        image : int
            As for `of`.
        layer : int or str
            As for `of`.
        units : K places
            Each as for `of`.
        below : sequence of int
            Numbers of layers, not above that of the units, whose inputs are maps.

        Returns
        -------
        list of OnTheWay
            One for each unit.

        Raises
        ------
        ValueError, KeyError, IndexError
            As `of` does.
        """
        gradients, found = self.of_all(image, layer, units), []
        for k, dx in enumerate(gradients[0]):
            ways = {}
            for one in below:
                c = int(np.abs(gradients[one][k]).sum(axis=(0, 1)).argmax())
                ways[one] = c, gradients[one][k, :, :, c].copy()
            found.append(OnTheWay(dx.copy(), ways))
        return found


def copied(network: Network) -> Network:
    """A copy that may be asked: whatever happens to the network later changes nothing in it.

    Parameters
    ----------
    network : Network
        Any one, as it is now.

    Returns
    -------
    Network

    Raises
    ------
    TypeError, ValueError
        For anything else, and for weights that are not finite.
    """
    if not isinstance(network, Network):
        raise TypeError(f"network must be a Network; got {type(network).__name__}")
    arguments.finite_weights("network", network.parameters | network.state)
    copies = [layers.from_config(layers.to_config(one)) for one in network]
    copy = Network(copies, network.input_shape, dtype=network.dtype)
    copy.set_weights(network.weights())
    return copy


def place_of(layer: Layer, unit: int | Sequence[int]) -> tuple[int, ...]:
    """The place of a unit in what a layer gives.

    Parameters
    ----------
    layer : Layer
        One of a network.
    unit : (m, n, c), (t, c), (c,) or int
        Which unit.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        For one that is not there.
    """
    shape, place = layer.output_shape, tuple(np.atleast_1d(unit).tolist())
    if len(place) != len(shape) or not all(0 <= at < side for at, side in zip(place, shape, strict=True)):
        raise ValueError(f"unit must be a place in the output {shape} of {layer.name}; got {place}")
    return place


def felt(gradient: Array) -> Felt:
    """Which pixels have a gradient that is not 0.

    Parameters
    ----------
    gradient : (H, W, C)
        d unit / dx.

    Returns
    -------
    Felt
    """
    size = np.abs(gradient).max(axis=2)
    row, column = np.unravel_index(size.argmax(), size.shape)
    return Felt(int((size > 0).sum()), (int(row), int(column)), float(size.max()))


def occlusion(
    network: Network,
    image: ArrayLike,
    label: int,
    size: int = 8,
    stride: int = 1,
    fill: float = 0.5,
    loss: Loss | None = None,
) -> Array:
    """The probability of a class while a grey square covers each place of an image.

    Parameters
    ----------
    network : Network
        From images to one output for each class.
    image : (H, W, C), dtype of network
        What is covered.
    label : int
        The class.
    size : int
        Side of the square in pixels.
    stride : int
        How far it moves each time.
    fill : float
        What it is filled with.
    loss : Loss, optional
        Whose yhat is the probability, by default `CrossEntropy()`.

    Returns
    -------
    (H', W')
        [i, j] belongs to the square whose middle lies on pixel (i stride, j stride); at the edge it sticks out.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    M. D. Zeiler and R. Fergus 2014, "Visualizing and understanding convolutional networks"; lecture topic 28.
    """
    if len(network.output_shape) != 1 or not 0 <= label < network.output_shape[0]:
        raise ValueError(f"label must be one of the outputs {network.output_shape} of the network; got {label!r}")
    return covered_everywhere(network, image, size, stride, fill, loss)[:, :, label]


def covered_everywhere(
    network: Network,
    image: ArrayLike,
    size: int = 8,
    stride: int = 1,
    fill: float = 0.5,
    loss: Loss | None = None,
) -> Array:
    """The probabilities of all classes while a grey square covers each place of an image.

    Parameters
    ----------
    network, image, size, stride, fill, loss
        As for `occlusion`.

    Returns
    -------
    (H', W', D)
        [i, j] belongs to the square whose middle lies on pixel (i stride, j stride); at the edge it sticks out.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.
    """
    pixels = network.checked(np.asarray(image)[None], "image")[0]
    arguments.finite_weights("network", network.parameters | network.state)
    size, stride = arguments.whole("size", size), arguments.whole("stride", stride)
    rows, columns = (np.arange(0, side, stride) for side in pixels.shape[:2])
    covered = np.repeat(pixels[None], len(rows) * len(columns), axis=0)
    for each, (m, n) in zip(covered, ((m, n) for m in rows for n in columns), strict=True):
        top, left = m - size // 2, n - size // 2
        each[max(top, 0) : top + size, max(left, 0) : left + size] = fill
    yhat = (loss or CrossEntropy()).yhat(network.predict(covered))
    return yhat.reshape(len(rows), len(columns), -1)
