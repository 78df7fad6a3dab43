"""How far a difference quotient is from the gradient of back-propagation, over the size of its step (lecture topics 16
to 18).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnlab import arguments
from cnnlab.gradcheck import relative_error
from cnnlab.layers import Conv2D, Dense, Flatten, Layer, ReLU, Tanh, from_config, to_config
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike, as_dtype

Place = tuple[int, int, int, int]
NONLINEARITIES: dict[str, list[type[Layer]]] = {"tanh": [Tanh], "ReLU": [ReLU], "none": []}


class DifferenceQuotients:
    """The loss of a network on a batch as a function of one weight of its first convolution, in float64 and float32.

    What was computed once is kept, not computed again: the last digit of a float32 sum can depend on where its numbers
    lie in memory, and here the last digits are what is shown.

    Parameters
    ----------
    network : Network
        With a Conv2D and neither dropout nor batch normalisation; it is copied, and stays as it is.
    x, y : arrays
        A batch as the network and the loss take it.
    loss : Loss
        Compares the network's e with y.

    Attributes
    ----------
    networks : {dtype: Network}
        The copies of both precisions.

    Raises
    ------
    TypeError
        If network is no Network.
    ValueError
        If it has no Conv2D, or weights that are not finite.
    """

    DTYPES = (np.float64, np.float32)

    def __init__(self, network: Network, x: Any, y: Any, loss: Any) -> None:
        if not isinstance(network, Network):
            raise TypeError(f"network must be a Network; got {type(network).__name__}")
        arguments.finite_weights("network", network.parameters | network.state)
        self.x, self.y, self.loss = x, y, loss
        self.networks = {as_dtype(dtype): _copy(network, dtype) for dtype in self.DTYPES}
        where = [i for i, layer in enumerate(network.layers) if isinstance(layer, Conv2D)]
        if not where:
            raise ValueError("network must have a Conv2D: its weights are what is checked")
        self._where = where[0]
        self._kept: dict[Any, Any] = {}

    @property
    def w_shape(self) -> tuple[int, int, int, int]:
        """(P, Q, C, D) of the first convolution."""
        return self._convolution(np.float64).parameters["w"].shape

    def _convolution(self, dtype):
        return self.networks[as_dtype(dtype)].layers[self._where]

    def gradient(self) -> Array:
        """The gradient by back-propagation, in float64.

        Returns
        -------
        dw : (P, Q, C, D)
            dL/dw of the first convolution.
        """
        if "gradient" not in self._kept:
            net = self.networks[np.dtype(np.float64)]
            e = net.forward(self.x)
            net.backward(self.loss.gradient(e, self.y))
            self._kept["gradient"] = self._convolution(np.float64).gradients["w"].copy()
        return self._kept["gradient"]

    def losses(self, place: Place, changes: ArrayLike, dtype: npt.DTypeLike) -> Array:
        """The loss where one weight is changed.

        Parameters
        ----------
        place : (p, q, c, d)
            Of the weight.
        changes : (n,)
            What is added to it.
        dtype : float64 or float32
            What all of it is computed in.

        Returns
        -------
        losses : (n,)
            L for each change.
        """
        kept = self._kept.setdefault((place, as_dtype(dtype)), {})
        all_changes: list[float] = np.asarray(changes, np.float64).tolist()
        net, w = self.networks[as_dtype(dtype)], self._convolution(dtype).parameters["w"]
        before = w[place]
        for change in all_changes:
            if change not in kept:  # most are asked for again: by other step sizes, and by the curve
                w[place] = before + w.dtype.type(change)
                kept[change] = self.loss(net.forward(self.x), self.y)
        w[place] = before
        return np.array([kept[change] for change in all_changes], dtype)

    def differences(
        self, place: Place, steps: ArrayLike, both: bool, dtype: npt.DTypeLike
    ) -> tuple[Array, Array, Array]:
        """Difference quotients at w[place], for n step sizes s.

        Parameters
        ----------
        place : (p, q, c, d)
            Of the weight.
        steps : (n,)
            Step sizes.
        both : bool
            (L(w + s) - L(w - s)) / 2 s, or (L(w + s) - L(w)) / s.
        dtype : float64 or float32
            What all of it is computed in.

        Returns
        -------
        up, down : (n,)
            L at both ends.
        quotient : (n,)
            Their difference divided by their distance.
        """
        steps = np.asarray(steps)
        up = self.losses(place, steps, dtype)
        down = self.losses(place, -steps if both else [0.0], dtype)
        return up, down, (up - down) / ((2 if both else 1) * steps).astype(dtype)

    def errors(self, place: Place, steps: ArrayLike, both: bool, dtype: npt.DTypeLike) -> Array:
        """How far the difference quotients are from the gradient.

        Parameters
        ----------
        place, steps, both, dtype : as in `differences`
            What is asked.

        Returns
        -------
        errors : (n,)
            Relative errors.
        """
        key = place, tuple(np.asarray(steps)), both, as_dtype(dtype), "errors"
        if key not in self._kept:
            quotients = self.differences(place, steps, both, dtype)[2].astype(np.float64)
            exact = self.gradient()[place]
            self._kept[key] = np.array([relative_error(one, exact) for one in quotients])
        return self._kept[key]

    def relative_changes(self, place: Place, step: float, turns: ArrayLike, dtype: npt.DTypeLike) -> Array:
        """How the loss changes near w[place], as a share of what the gradient promises for one step.

        Parameters
        ----------
        place : (p, q, c, d)
            Of the weight.
        step : float
            A step size s.
        turns : (n,)
            The changes of the weight, in steps; one of them is 0.
        dtype : float64 or float32
            What the losses are computed in.

        Returns
        -------
        changes : (n,) float64
            (L(w + turn s) - L(w)) / (s |dL/dw|); straight where the loss is.
        """
        turns = np.asarray(turns, np.float64)
        losses = self.losses(place, turns * step, dtype).astype(np.float64)
        promised = step * max(abs(float(self.gradient()[place])), 1e-12)
        return (losses - losses[np.abs(turns).argmin()]) / promised


def expected_errors(
    steps: ArrayLike, errors: Array, order: int, between: tuple[float, float] = (0.01, 0.1)
) -> Array | None:
    """The errors that would grow as a power of the step: those of a loss that bends and has no kink nearby.

    Parameters
    ----------
    steps, errors : (n,)
        Step sizes, and the relative errors of their difference quotients.
    order : int
        1 for differences to one side, 2 for those to both sides.
    between : (float, float)
        Two of the steps, at which the bend decides and not the rounding.

    Returns
    -------
    errors : (n,) or None
        Through the error of the larger step; None if from one step to the other the errors grow otherwise.
    """
    steps = np.asarray(steps, np.float64)
    close, wide = (float(errors[np.abs(np.log(steps / step)).argmin()]) for step in between)
    if wide > 1e-9 and 0.3 < wide / max(close, 1e-14) / (between[1] / between[0]) ** order < 3:
        return wide * (steps / between[1]) ** order
    return None


def checked_networks(input_shape: Sequence[int]) -> dict[str, Network]:
    """Small networks that differ in their nonlinearity alone, for a gradient check.

    Parameters
    ----------
    input_shape : (H, W, C)
        Of their images.

    Returns
    -------
    networks : {nonlinearity: Network}
        One each for `NONLINEARITIES`: a convolution and a Dense layer of ten units, float64.
    """
    return {
        name: Network(
            [Conv2D(2, 3), *(kind() for kind in kinds), Flatten(), Dense(10)],
            tuple(input_shape),
            rng=3,
            dtype=np.float64,
        )
        for name, kinds in NONLINEARITIES.items()
    }


def _copy(network, dtype):
    """The same network with weights of another precision."""
    layers = [from_config(to_config(layer)) for layer in network.layers]
    copy = Network(layers, network.input_shape, dtype=dtype)
    copy.set_weights({name: array.astype(dtype) for name, array in network.weights().items()})
    return copy
