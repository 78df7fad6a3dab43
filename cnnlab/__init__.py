"""cnnlab: convolutional neural networks by hand.

One notation in prose, code and pictures:

| symbol | in code | meaning |
| --- | --- | --- |
| x[m,n,c] = h_0[m,n,c] | `x` (N, H, W, C) | the input images: row m, column n, channel c; a batch of N in front |
| N, H, W, C, D | shapes | images in a batch, rows, columns, channels in and out (the lecture's N is the side H = W) |
| e_l[m,n,d] | `e` | excitation: what layer l computes, before the nonlinearity |
| h_l[m,n,d] | `h` | activation: after the nonlinearity; what the next layer takes |
| w_l[m',n',c,d] | `w` (P, Q, C, D) | kernel from input channel c to output channel d |
| m', n' | `p`, `q` | row and column in a kernel or a window; P and Q: how many rows and columns a kernel has |
| b_l[d] | `b` (D,) | bias of output channel d |
| w_j, b_j; v_j, v_0 | `w`, `b`; `v`, `bias` | hidden unit j: weight, bias; its weight in yhat, and the bias of yhat |
| yhat, y | `yhat`, `y` | what the network says, and what is right |
| L | `loss` | the loss: one number, how badly yhat differs from y |
| dL/de, dL/dh, dL/dw, dL/db | `de`, `dh`, `dw`, `db` | its derivatives, each in the shape of e, h, w, b |
| eta | `eta` | learning rate: u <- u - eta dL/du for every parameter u |
| M | `size`, `stride` | pooling factor: the side of a window, and how far it moves |
| exp(e) | `np.exp(e)` | the exponential function: the letter e is the excitation alone |

Images are channel-last, (rows, columns, channels).  `*` is TRUE convolution, e[m,n] = sum w[m',n'] h[m-m',n-n']: the
kernel is flipped before it slides.  PyTorch and most frameworks slide it as it is (correlation) and call that
convolution.
"""

import importlib
from typing import Any

from cnnlab import stopping as stopping  # first, for it tells of a Ctrl-C during the other imports
from cnnlab.layers import (
    AveragePool2D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Custom,
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
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam
from cnnlab.training import Diverged, evaluate, fit, warmup

__version__ = "0.1.0"

# Rooms with a door of their own; they are opened when somebody asks for them, so that `import cnnlab` stays quick.
_ROOMS = (
    "analysis",
    "arguments",
    "check",
    "datasets",
    "draw",
    "explore",
    "export",
    "gradcheck",
    "health",
    "initialisers",
    "layers",
    "lettering",
    "losses",
    "models",
    "network",
    "ops",
    "optimisers",
    "paper",
    "parallel",
    "picture",
    "recipes",
    "since_1989",
    "style",
    "sweeps",
    "teaching",
    "themes",
    "training",
    "types",
)

__all__ = [
    "MSE",
    "SGD",
    "Adam",
    "AveragePool2D",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Conv1D",
    "Conv2D",
    "CrossEntropy",
    "Custom",
    "Decimate2D",
    "Dense",
    "Diverged",
    "Dropout",
    "Flatten",
    "LeakyReLU",
    "LocalResponseNorm",
    "MaxOverTime",
    "MaxPool2D",
    "Network",
    "PReLU",
    "ReLU",
    "ScaledTanh",
    "Sigmoid",
    "Signum",
    "Standardise",
    "SumOverTime",
    "Tanh",
    "UnitStep",
    "doctor",
    "evaluate",
    "fit",
    "warmup",
]


def doctor() -> str:
    """A report of what cnnlab finds on this computer; what is amiss comes with a remedy.

    Returns
    -------
    report : str
        Lines for people: versions, processor, threads, machine code, data.  `print` it.
    """
    from cnnlab import health  # late, so that `import cnnlab` stays quick

    return health.doctor()


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"cnnlab.{name}")
    if name == "sweep":
        return importlib.import_module("cnnlab.sweeps").sweep
    raise AttributeError(f"module 'cnnlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS, "sweep"})
