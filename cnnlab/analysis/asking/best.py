"""Where among many images the units of all layers are excited most (lecture topic 28)."""

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import receptive
from cnnlab.analysis.receptive import Strongest
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["BestPlaces"]

TOGETHER = 8  # images whose maps are in memory at the same time


class BestPlaces:
    """For every map of every layer the best place in every image.

    Only the largest value of each map in each image is kept, with its place: a thousand images cost a few megabytes,
    where all their maps would cost gigabytes.

    Parameters
    ----------
    network : Network
        Any one that takes images; asked now.
    images : (N, *network.input_shape), dtype of network
        What it is shown.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks"; lecture topic 28.
    """

    def __init__(self, network: Network, images: ArrayLike) -> None:
        x = network.checked(images, "images")
        arguments.finite_weights("network", network.parameters | network.state)
        self.network, self.count = network, len(x)
        values: list[list[Array]] = [[] for _ in network]
        places: list[list[Array]] = [[] for _ in network]
        for start in range(0, len(x), TOGETHER):
            _, *found = receptive.activations(network, x[start : start + TOGETHER])
            for place, h in enumerate(found):
                flat = h.reshape(len(h), -1, h.shape[-1])
                at = flat.argmax(axis=1)
                places[place].append(at.astype(np.int32))
                values[place].append(np.take_along_axis(flat, at[:, None], axis=1)[:, 0])
        self._values = [np.concatenate(one) for one in values]
        self._places = [np.concatenate(one) for one in places]

    def of(self, layer: int | str, d: int, count: int = 9) -> list[Strongest]:
        """The images that excite a map most, each with its best place.

        Parameters
        ----------
        layer : int or str
            Number or name.
        d : int
            The map (of a vector: the unit).
        count : int
            How many images.

        Returns
        -------
        list of Strongest
            The strongest first; of equal values the first counts.

        Raises
        ------
        ValueError, KeyError, IndexError
            For a layer or a map that is not there.
        """
        place = self.network.layers.index(self.network[layer])
        shape = self.network[place].output_shape
        if not 0 <= d < shape[-1]:
            raise ValueError(f"d must be a map 0..{shape[-1] - 1} of {self.network[place].name}; got {d!r}")
        found = []
        for image in np.argsort(-self._values[place][:, d], kind="stable")[: arguments.whole("count", count)]:
            at = np.unravel_index(self._places[place][image, d], shape[:-1]) if len(shape) > 1 else ()
            unit = (*(int(one) for one in at), int(d))
            rectangle = receptive.field(self.network, place, unit).rectangle
            found.append(Strongest(int(image), unit, float(self._values[place][image, d]), rectangle))
        return found
