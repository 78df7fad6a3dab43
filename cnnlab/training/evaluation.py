"""How good a network is on images it was not trained on."""

from dataclasses import dataclass

import numpy as np

from cnnlab import losses


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` found.

    loss : mean loss, or None.  accuracy, error : fractions of the samples, or None without labels.
    confusion : (classes, classes) integers, how often class [row] was taken for class [column], or None.
    samples : how many there were.
    """

    loss: float | None
    accuracy: float | None
    error: float | None
    confusion: np.ndarray | None
    samples: int

    def __repr__(self):
        parts = []
        if self.error is not None:
            parts.append(f"error {100 * self.error:.2f} % ({round(self.error * self.samples)} of {self.samples:,})")
        if self.loss is not None:
            parts.append(f"loss {self.loss:.3g}")
        return ", ".join(parts)


def evaluate(network, x, y, loss=None, batch=256):
    """Run a network on samples it has not been trained on -> Evaluation.

    x : (N, *input_shape).  y : labels (N,) or float targets, as for the loss.
    loss : also compute it; it then decides what one output means (without it: 1 where the output is positive).
    batch : samples computed at once.

    Raises TypeError or ValueError, naming x, y or batch, for anything that does not fit, and ValueError for float
    targets without a loss: there would be nothing to measure.
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
