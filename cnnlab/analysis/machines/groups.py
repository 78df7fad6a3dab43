"""A network in two halves, on two machines: what has to travel between them for every image (lecture topic 28)."""

from cnnlab import arguments
from cnnlab.network import Network

__all__ = ["crossing"]


def crossing(network: Network) -> dict[str, int]:
    """Numbers of one image that a machine with half of all maps and units needs from the other, forward.

    As many errors go the other way. A convolution of two groups sees the maps of its own machine: nothing travels.
    Where a layer sees all of its input, each machine needs the half that the other one has made. Both have the image.

    Parameters
    ----------
    network : Network
        With an even number of maps or units in all its layers but the last, and at most two groups.

    Returns
    -------
    dict of str to int
        For every layer with weights but the first.

    Raises
    ------
    TypeError
        For anything but a Network.
    ValueError
        For one that has no halves.

    Source
    ------
    Krizhevsky et al. 2012, figure 2.
    """
    arguments.of_kind("network", network, Network, "a network, such as alexnet_2012(initialiser='zeros')")
    found: dict[str, int] = {}
    first = True
    for layer in network:
        if type(layer).__name__ not in ("Conv2D", "Dense"):
            continue
        groups, size = getattr(layer, "groups", 1), 1
        for side in layer.input_shape:
            size *= side
        if groups > 2 or (not first and layer.input_shape[-1] % 2):
            raise ValueError(
                f"network must have at most two groups and an even number of maps; {layer.name} has {groups} groups "
                f"and takes {layer.input_shape[-1]} maps"
            )
        if not first:
            found[layer.name] = 0 if groups == 2 else size // 2
        first = False
    if not found:
        raise ValueError("network must have two layers with weights or more")
    return found
