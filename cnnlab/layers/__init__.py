"""The layers of a network.  Every layer keeps what its backward pass needs; see `Layer`."""

from typing import Any

import numpy as np

from cnnlab.layers.base import Layer
from cnnlab.layers.convolution import Conv1D, Conv2D
from cnnlab.layers.custom import Custom
from cnnlab.layers.dense import Dense
from cnnlab.layers.dropout import Dropout
from cnnlab.layers.nonlinear import LeakyReLU, NoGradient, PReLU, ReLU, ScaledTanh, Sigmoid, Signum, Tanh, UnitStep
from cnnlab.layers.normalise import BatchNorm, LocalResponseNorm
from cnnlab.layers.pooling import AveragePool2D, Decimate2D, MaxPool2D
from cnnlab.layers.shape import Flatten
from cnnlab.layers.standardise import Standardise
from cnnlab.layers.time import MaxOverTime, SumOverTime

__all__ = [
    "AveragePool2D",
    "BatchNorm",
    "Conv1D",
    "Conv2D",
    "Custom",
    "Decimate2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "LeakyReLU",
    "LocalResponseNorm",
    "MaxOverTime",
    "MaxPool2D",
    "NoGradient",
    "PReLU",
    "ReLU",
    "ScaledTanh",
    "Sigmoid",
    "Signum",
    "Standardise",
    "SumOverTime",
    "Tanh",
    "UnitStep",
    "from_config",
    "to_config",
]

KINDS: dict[str, type[Layer]] = {
    name: found
    for name in __all__
    if isinstance(found := globals().get(name), type) and issubclass(found, Layer) and found not in (Layer, Custom)
}
"""The layers that a description can make; not `Custom`, whose functions no file holds."""


def from_config(config: dict[str, Any]) -> Layer:
    """The layer that a description describes.

    Parameters
    ----------
    config : dict
        {"kind": "Conv2D", ...}, as `to_config` gives it.

    Returns
    -------
    Layer
        A new one, not built yet.

    Raises
    ------
    ValueError
        For an unknown kind, and for `Custom`, of whose functions a description knows the names only.
    """
    options = dict(config)
    kind = options.pop("kind", None)
    if kind == "Custom":
        raise ValueError(
            "kind must be one that a description can make; Custom has functions, and it knows their names only"
        )
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    for key in ("size", "stride", "padding"):
        if isinstance(options.get(key), list):
            options[key] = tuple(options[key])
    if options.get("connections") is not None:
        options["connections"] = np.array(options["connections"], dtype=bool)
    frozen = bool(options.pop("frozen", False))
    layer = KINDS[kind](**options)
    layer.frozen = frozen
    return layer


def to_config(layer: Layer) -> dict[str, Any]:
    """The description of a layer that `from_config` understands.

    Parameters
    ----------
    layer : Layer
        Any layer, built or not.

    Returns
    -------
    dict
        Plain data that JSON can hold, without weights.
    """
    return {"kind": type(layer).__name__} | layer.config() | ({"frozen": True} if layer.frozen else {})
