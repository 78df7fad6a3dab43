"""What explorers of a trained network are given: images, their names, and names of its answers."""

from collections.abc import Sequence
from typing import Any

from cnnlab import arguments
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike


def images_of(network: Network, images: ArrayLike, pixels: bool = False) -> Array:
    """Checked images of a network that takes images, grey or in colours; pixels: they must lie in 0..1."""
    if not isinstance(network, Network) or len(network.input_shape) != 3:
        raise TypeError(f"network must be a Network that takes images (H, W, C); got {network!r}")
    arguments.finite_weights("network", network.parameters | network.state)
    x = network.checked(images, "images")
    if x.shape[3] not in (1, 3):
        raise ValueError(f"images must be grey or in three colours; got {x.shape[3]} channels")
    if pixels and not 0 <= x.min() <= x.max() <= 1:
        raise ValueError(f"images must lie in 0..1; got values from {x.min():g} to {x.max():g}")
    return x


def names_of(count: int, names: Sequence[Any] | None) -> list[str]:
    """A word for each image."""
    found = [f"image {k}" for k in range(count)] if names is None else shortened(names)
    if len(found) != count:
        raise ValueError(f"names must be {count} words, one for each image; got {len(found)}")
    return found


def classes_of(network: Network, classes: Sequence[Any] | None) -> list[str]:
    """A word for each output of a network that classifies."""
    if len(network.output_shape) != 1 or network.output_shape[0] < 2:
        raise ValueError(f"network must have two outputs or more, one for each class; got {network.output_shape}")
    found = [str(k) for k in range(network.output_shape[0])] if classes is None else shortened(classes)
    if len(found) != network.output_shape[0] or len(set(found)) < len(found):
        raise ValueError(
            f"classes must be different names, one for each of the outputs {network.output_shape}; got {found}"
        )
    return found
