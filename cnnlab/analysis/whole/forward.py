"""One image on its way through a network, every number of it (lecture topics 10, 11 and 18)."""

from dataclasses import dataclass

import numpy as np

from cnnlab.analysis.whole.stages import Stage, stages
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["Forward", "forward"]


@dataclass(frozen=True, eq=False)
class Forward:
    """What the stages of a network made of one image.

    Parameters
    ----------
    network : Network
        As it is now: its layers are the ones of the stages.
    stages : tuple of Stage
        From the image upwards.
    x : (H, W, C), dtype of network
        The image.
    e, h : tuple of arrays
        For each stage the excitations and the activations, (H', W', D) or (D,); the same array where nothing lies
        between the two. Of pooling, flatten and a nonlinearity alone, e is what came in.
    """

    network: Network
    stages: tuple[Stage, ...]
    x: Array
    e: tuple[Array, ...]
    h: tuple[Array, ...]

    def came(self, stage: int) -> Array:
        """What came into a stage: the image, or h of the stage before it.

        Parameters
        ----------
        stage : int
            Its number.

        Returns
        -------
        (H, W, C) or (C,)
        """
        return self.h[stage - 1] if stage else self.x

    @property
    def scores(self) -> Array:
        """What the network gives in the end, (D,) or (H', W', D)."""
        return self.h[-1]


def forward(network: Network, x: ArrayLike) -> Forward:
    """Send one image through a network, as in `predict`, and keep what every stage makes of it.

    Parameters
    ----------
    network : Network
        From images, of Conv2D, pooling, nonlinearities, Flatten and Dense.
    x : (H, W, C) float32 or float64
        One image.

    Returns
    -------
    Forward

    Raises
    ------
    TypeError, ValueError
        For an image that does not fit, and a network with other layers.

    Source
    ------
    Lecture topics 10, 11 and 18.
    """
    parts = stages(network)
    out = [network.checked(np.asarray(x)[None])]
    for layer in network:
        out.append(layer.predict(out[-1]))
    linear = ("convolution", "fully connected")
    e = tuple(out[part.first + 1 if part.kind in linear else part.first][0] for part in parts)
    return Forward(network, parts, out[0][0], e, tuple(out[part.last + 1][0] for part in parts))
