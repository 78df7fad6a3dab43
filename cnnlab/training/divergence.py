"""Where numbers stopped being finite, and what helps."""

from typing import Any

import numpy as np

from cnnlab import losses
from cnnlab.layers import BatchNorm, Layer, LocalResponseNorm
from cnnlab.network import Network
from cnnlab.optimisers import Optimiser
from cnnlab.types import Array

LARGE = 100  # numbers in x beyond this are no usual ones: pixels are 0..1, or standardised


def explained(
    network: Network,
    kept: dict[str, Array],
    batch: tuple[Array, Array],
    loss: losses.Loss,
    optimiser: Optimiser,
    epochs: int = 0,
) -> str:
    """Which layer was the first with numbers that are not finite, and a remedy, as sentences.

    network : as it diverged, with its last gradients; layers are walked through, so its states change.  kept : the
    weights with which the epoch began.  batch : x and y of the step.  epochs : of this training that came before it.
    """
    place, x = _last_step(network), batch[0]
    broken = [name for name, array in kept.items() if not np.isfinite(array).all()]
    if place and not broken:
        return f"{place} {_smaller_steps(optimiser, x)}"
    found, _, _ = _first(network, *batch, loss)
    network.set_weights(kept)
    place, reach, layer = _first(network, *batch, loss)
    if broken:
        return f"{place} {broken[0]} was not finite before: train a new network, or load it again"
    if not place:
        return f"{found} {_smaller_steps(optimiser, x)}".lstrip()
    if layer is not None and isinstance(layer, BatchNorm | LocalResponseNorm):
        why = f"its statistics are sums of squares, and it is given numbers up to {reach:.3g}"
    else:
        why = f"its input reaches {reach:.3g}"
    if epochs:
        return (
            f"{place} The weights with which the epoch began give the same: {why}. They come from the steps of "
            f"{epochs} epoch{'s' * (epochs > 1)}. {_smaller_steps(optimiser, x)}"
        )
    return (
        f"{place} The weights from before the first step give the same, so eta is not to blame: {why}. Make the "
        f"numbers smaller: x reaches {np.abs(x).max():.3g}; standardise it (Standardise), and look at y and at the "
        "first weights"
    )


def _smaller_steps(optimiser: Optimiser, x: Array) -> str:
    said, reach = f"The steps of {optimiser!r} are too large here: try a tenth of eta", float(np.abs(x).max())
    return said + (f", or smaller numbers in x, which reach {reach:.3g}" if reach > LARGE else "")


def _last_step(network: Network) -> str:
    """If the step before led out of the finite, in which layer: the last of them is the first on the way back."""
    broken = [name for name, array in network.parameters.items() if not np.isfinite(array).all()]
    if not broken:
        return ""
    name = network.layers[int(broken[-1].partition(".")[0])].name
    return f"The first numbers that were not finite are in the weights of {name}, since its last step."


def _named(network: Network, parameter: str) -> str:
    """ "0.w" -> "w of conv1" """
    place, _, name = parameter.partition(".")
    return f"{name} of {network.layers[int(place)].name}"


def _first(network: Network, x: Array, y: Array, loss: losses.Loss) -> tuple[str, float, Layer | None]:
    """Where the first numbers that are not finite appear ("": nowhere), how large those before are, and the layer."""
    h: Any = x
    for layer in network.layers:
        reach = float(np.abs(h).max())
        h = layer.forward(h, training=True)
        states = [name for name, array in layer.state.items() if not np.isfinite(array).all()]
        if states or not np.isfinite(h).all():
            what = f"the {states[0]} that {layer.name} remembers" if states else f"what {layer.name} gives"
            kind = type(layer).__name__
            return f"The first numbers that were not finite are in {what} ({kind}).", reach, layer
    reach = float(np.abs(h).max())
    if not np.isfinite(loss(h, y)):
        return f"All layers gave finite numbers, up to {reach:.3g}; the loss of them is not.", reach, None
    network.backward(loss.gradient(h, y))
    for name, array in reversed(network.gradients.items()):
        if not np.isfinite(array).all():
            return f"The first numbers that were not finite are in dL/d{_named(network, name)}.", reach, None
    return "", reach, None
