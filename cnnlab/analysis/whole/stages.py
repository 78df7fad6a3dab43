"""The layers of a network in stages: a convolution with its nonlinearity is one, so is pooling (topics 10 and 11)."""

from dataclasses import dataclass
from typing import Any

from cnnlab import layers
from cnnlab.network import Network
from cnnlab.types import Shape

__all__ = ["Stage", "stages", "trouble"]

POOLING = (layers.MaxPool2D, layers.AveragePool2D, layers.Decimate2D)
NONLINEAR = (
    layers.ReLU,
    layers.LeakyReLU,
    layers.PReLU,
    layers.Sigmoid,
    layers.Tanh,
    layers.ScaledTanh,
    layers.UnitStep,
    layers.Signum,
)
KINDS: dict[type, str] = {
    layers.Conv2D: "convolution",
    layers.Dense: "fully connected",
    layers.Flatten: "flatten",
    **dict.fromkeys(POOLING, "pooling"),
    **dict.fromkeys(NONLINEAR, "nonlinearity"),
}


@dataclass(frozen=True)
class Stage:
    """Layers that belong together: one that multiplies by w with the nonlinearity behind it, or one alone.

    Parameters
    ----------
    kind : str
        "convolution", "pooling", "flatten", "fully connected" or "nonlinearity".
    first, last : int
        The numbers of its first and its last layer in the network.
    name : str
        Of its first layer.
    gate : str
        Of its nonlinearity, in the words of the class ("ReLU"); "" where it has none.
    input_shape, shape : tuple of int
        Of what comes in, and of what goes out.
    """

    kind: str
    first: int
    last: int
    name: str
    gate: str
    input_shape: Shape
    shape: Shape

    @property
    def symbol(self) -> str:
        """What its numbers are called: e where no nonlinearity has made h of it."""
        return "e" if self.kind in ("convolution", "fully connected") and not self.gate else "h"


def trouble(network: Any) -> str:
    """Why a network cannot be taken apart here, in a sentence for a learner; "" where it can.

    Parameters
    ----------
    network : object
        A `Network` from images (H, W, C), of Conv2D, pooling, nonlinearities, Flatten and Dense; or anything else.

    Returns
    -------
    str
    """
    if not isinstance(network, Network):
        return f"network must be a Network; got {type(network).__name__}."
    if len(network.input_shape) != 3:
        return f"network must take images (H, W, C); this one takes inputs of shape {tuple(network.input_shape)}."
    others = [layer for layer in network if type(layer) not in KINDS]
    if others:
        named = ", ".join(f"{layer.name} ({type(layer).__name__})" for layer in others)
        return f"Only Conv2D, pooling, nonlinearities, Flatten and Dense can be taken apart; this network has {named}."
    return ""


def stages(network: Network) -> tuple[Stage, ...]:
    """The layers of a network in stages, from the image upwards.

    Parameters
    ----------
    network : Network
        One in which `trouble` finds nothing.

    Returns
    -------
    tuple of Stage

    Raises
    ------
    ValueError
        For any other network.

    Source
    ------
    Lecture topics 10 and 11.
    """
    wrong = trouble(network)
    if wrong:
        raise ValueError(wrong)
    groups: list[list[int]] = []
    for number, layer in enumerate(network):
        gate = KINDS[type(layer)] == "nonlinearity"
        opened = groups and KINDS[type(network[groups[-1][0]])] in ("convolution", "fully connected")
        if gate and opened:
            groups[-1].append(number)
        else:
            groups.append([number])
    return tuple(_stage(network, group) for group in groups)


def _stage(network: Network, group: list[int]) -> Stage:
    first: Any = network[group[0]]
    last = network[group[-1]]
    kind = KINDS[type(first)]
    gates = [type(network[k]).__name__ for k in group if KINDS[type(network[k])] == "nonlinearity"]
    if kind == "pooling" and first.rectify:
        gates = ["ReLU"]
    return Stage(
        kind, group[0], group[-1], first.name, " + ".join(gates), tuple(first.input_shape), tuple(last.output_shape)
    )
