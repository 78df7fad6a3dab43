"""How good a network is on images it was not trained on."""

from dataclasses import dataclass

import numpy as np

from cnnlab import losses
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` found.

    Attributes
    ----------
    loss : float or None
        The mean loss.
    accuracy, error : float or None
        Fractions of the samples; None without labels.
    confusion : (classes, classes) int64, or None
        How often class [row] was taken for class [column].
    samples : int
        How many there were.
    """

    loss: float | None
    accuracy: float | None
    error: float | None
    confusion: Array | None
    samples: int

    def __repr__(self) -> str:
        parts = []
        if self.error is not None:
            parts.append(f"error {100 * self.error:.2f} % ({round(self.error * self.samples)} of {self.samples:,})")
        if self.loss is not None:
            parts.append(f"loss {self.loss:.3g}")
        return ", ".join(parts)


def evaluate(
    network: Network, x: ArrayLike, y: ArrayLike, loss: losses.Loss | None = None, batch: int = 256
) -> Evaluation:
    """Run a network on samples it has not been trained on.

    Parameters
    ----------
    network : Network
        Any network.
    x : (N, *input_shape) float32 or float64
        The samples.
    y : (N,) labels, or float targets
        As for the loss.
    loss : Loss or None
        Also compute it; it then decides what one output means (without it: 1 where the output is positive).
    batch : int
        Samples computed at once.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        Naming x, y or batch, for anything that does not fit; ValueError for float targets without a loss, as there
        would be nothing to measure, and for samples that give NaN.
    """
    e = network.predict(x, batch)
    y = losses.targets(y, e)
    if y.dtype.kind == "f":
        if loss is None:
            raise ValueError("loss must be given where y holds float targets: there are no labels to count")
        return Evaluation(loss(e, y), None, None, None, len(e))
    said, count = (loss or losses).decide(e), losses.classes(e)
    confusion = np.zeros((count, count), np.int64)
    np.add.at(confusion, (y, said), 1)
    accuracy = float(np.trace(confusion) / len(e))
    return Evaluation(None if loss is None else loss(e, y), accuracy, 1 - accuracy, confusion, len(e))
