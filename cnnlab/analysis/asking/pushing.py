"""An image walked along the gradient until the network gives another answer (lecture topic 28)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.attribution import copied
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = ["Pushed", "pushed"]


@dataclass(frozen=True, eq=False)
class Pushed:
    """The way of an image, step by step, the first one as it was.

    Parameters
    ----------
    x : (K + 1, H, W, C)
        The images.
    yhat : (K + 1, D)
        What the network says of each.
    step : float
        By how much a pixel changes in each step, at most.
    """

    x: Array
    yhat: Array
    step: float

    def first(self, label: int) -> int | None:
        """The first step after which the network's answer is this class.

        Parameters
        ----------
        label : int
            The class.

        Returns
        -------
        step : int or None
            None: at no step.
        """
        there = np.flatnonzero(self.yhat.argmax(axis=1) == label)
        return int(there[0]) if len(there) else None


def pushed(
    network: Network,
    image: ArrayLike,
    label: int,
    steps: int = 12,
    step: float = 1 / 255,
    rng: np.random.Generator | None = None,
) -> Pushed:
    """Walk an image down the gradient of the loss for a class that the learner chooses.

    As in training, but the weights stay and the image moves: every number of every pixel by the same small step, up
    or down, as the sign of dL/dx says, where L = -log yhat[label].

    Parameters
    ----------
    network : Network
        From images in 0..1 to one output for each class; asked with the softmax.
    image : (H, W, C), dtype of network
        Where it begins.
    label : int
        The class that it is to become.
    steps : int
        How many.
    step : float
        How far a pixel moves each time.
    rng : numpy Generator, optional
        Given, the signs are drawn by chance, for comparison: the same changes without the gradient.

    Returns
    -------
    Pushed

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Goodfellow, Shlens and Szegedy 2015, "Explaining and harnessing adversarial examples", in several steps; lecture
    topic 28.
    """
    pixels = network.checked(np.asarray(image)[None], "image")
    steps, step = arguments.whole("steps", steps), arguments.positive("step", step)
    if len(network.output_shape) != 1 or not 0 <= label < network.output_shape[0]:
        raise ValueError(f"label must be one of the outputs {network.output_shape} of the network; got {label!r}")
    net, loss, y = copied(network), CrossEntropy(), np.array([label])
    x, yhat = [pixels], []
    for _ in range(steps):
        e = net.forward(x[-1])
        yhat.append(loss.yhat(e))
        if rng is None:
            dx: Any = net.backward(loss.gradient(e, y), need_input=True)
            signs = np.sign(dx)
        else:
            signs = rng.choice(np.array([-1, 1], net.dtype), pixels.shape)
        x.append(np.clip(x[-1] - np.asarray(step, net.dtype) * signs, 0, 1))
    yhat.append(loss.yhat(net.forward(x[-1])))
    return Pushed(np.concatenate(x), np.concatenate(yhat), step)
