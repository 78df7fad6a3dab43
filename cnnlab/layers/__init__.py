"""The layers of a network.  Every layer keeps what its backward pass needs; see `Layer`."""

from cnnlab.layers.base import Layer
from cnnlab.layers.linear import Conv1D, Conv2D, Dense, SumOverTime
from cnnlab.layers.nonlinear import LeakyReLU, NoGradient, PReLU, ReLU, ScaledTanh, Sigmoid, Signum, Tanh, UnitStep
from cnnlab.layers.normalise import BatchNorm, Dropout, LocalResponseNorm
from cnnlab.layers.pooling import AveragePool2D, Decimate2D, Flatten, MaxPool2D
from cnnlab.layers.standardise import Standardise
from cnnlab.layers.time import MaxOverTime

KINDS = {
    kind.__name__: kind
    for kind in (
        AveragePool2D,
        BatchNorm,
        Conv1D,
        Conv2D,
        Decimate2D,
        Dense,
        Dropout,
        Flatten,
        LeakyReLU,
        LocalResponseNorm,
        MaxOverTime,
        MaxPool2D,
        PReLU,
        ReLU,
        ScaledTanh,
        Sigmoid,
        Signum,
        Standardise,
        SumOverTime,
        Tanh,
        UnitStep,
    )
}


def from_config(config):
    """The layer that {"kind": "Conv2D", ...} describes.  Raises ValueError for an unknown kind."""
    options = dict(config)
    kind = options.pop("kind", None)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    for key in ("size", "stride", "padding"):
        if isinstance(options.get(key), list):
            options[key] = tuple(options[key])
    if options.get("connections") is not None:
        import numpy as np

        options["connections"] = np.array(options["connections"], dtype=bool)
    return KINDS[kind](**options)


def to_config(layer):
    """The JSON-able description of a layer that `from_config` understands."""
    return {"kind": type(layer).__name__} | layer.config()


__all__ = ["Layer", "NoGradient", "from_config", "to_config", *sorted(KINDS)]
