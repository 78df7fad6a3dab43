"""Compiling before anybody waits for it."""

import numpy as np
import numpy.typing as npt

from cnnlab import layers as L
from cnnlab.loops.runtime.processor import MISSING
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.packages import bars
from cnnlab.training.fit import fit
from cnnlab.types import as_dtype


def _every(dtype: npt.DTypeLike) -> Network:
    """A network with every operation that a batch can go through."""
    layers = [
        *(L.Standardise(), L.Conv2D(3, 3, bias=None), L.BatchNorm(), L.ReLU(), L.MaxPool2D(2), L.LocalResponseNorm()),
        *(L.Conv2D(2, 2), L.ReLU(), L.Flatten(), L.Dropout(0.5), L.Tanh(), L.Dense(2)),
    ]
    return Network(layers, (8, 8, 3), dtype=dtype)


def _batches(dtype: npt.DTypeLike) -> None:
    """Steps on batches."""
    from cnnlab.datasets.views import moved  # `import cnnlab` need not wait for the data sets

    x, y = np.zeros((4, 8, 8, 3), dtype), np.arange(4) % 2
    fit(_every(dtype), x, y, loss=CrossEntropy(), optimiser=SGD(), epochs=1, batch=4, augment=moved, progress=False)


def _few(dtype: npt.DTypeLike) -> None:
    """Many steps at once on small networks: over time, and with pooling on its own, over few pixels and over many."""
    pooled = [L.Conv2D(1, 1), L.Tanh(), L.MaxPool2D(2), L.Tanh(), L.MaxPool2D(16), L.Flatten(), L.Dense(2)]
    for layers, shape in (
        ([L.Conv1D(2, 2), L.Sigmoid(), L.SumOverTime(), L.Tanh()], (4, 2)),
        ([L.Conv1D(2, 2), L.MaxOverTime()], (4, 2)),
        (pooled, (32, 32, 1)),
    ):
        network, x = Network(layers, shape, dtype=dtype), np.zeros((2, *shape), dtype)
        fit(network, x, np.arange(2), loss=MSE(), optimiser=SGD(), epochs=1, batch=1, progress=False)
        network.predict(x)


def _layers(dtype: npt.DTypeLike) -> None:
    """Layer by layer, as explorers and traces look at a network."""
    for network in (_every(dtype), Network([L.AveragePool2D(2)], (8, 8, 3), dtype=dtype)):
        network.backward(network.forward(np.zeros((2, 8, 8, 3), dtype), training=True), need_input=True)


def _use(dtype: npt.DTypeLike) -> None:
    """A network in use."""
    _every(dtype).predict(np.zeros((1, 8, 8, 3), dtype))


PARTS = {"layer by layer": _layers, "networks in use": _use, "steps on batches": _batches, "many small steps": _few}


def warmup(dtype: npt.DTypeLike = np.float32, progress: bool = True) -> None:
    """Compile all loops now, or load them if that was done before, so that the first training starts at once.

    Machine code is kept on disk: only the first time on a computer, and after an update of cnnlab, takes longer than a
    moment. Without numba there is nothing to compile.

    Parameters
    ----------
    dtype : float32 or float64
        What training will use; float64 is for gradient checks.
    progress : bool
        Show a bar.
    """
    if MISSING:
        return
    dtype = as_dtype(dtype)
    with bars()(PARTS.items(), disable=not progress, leave=False) as bar:
        for words, part in bar:
            bar.set_description(f"Compiling: {words}")
            part(dtype)
