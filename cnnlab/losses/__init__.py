"""Error metrics (lecture topic 5): how badly yhat differs from y, and the gradient that starts back-propagation.

Every loss takes the excitation e of the last layer and applies its own output nonlinearity, because the two together
have a simple and stable gradient. e is (N, ...), one row per sample. y is either

- integer labels (N,): the number of the class, 0 .. D-1 for e (N, D), or 0 / 1 for e with one output, (N, 1) or (N,);
  or
- float targets of the shape of e (and (N,) for (N, 1)).

`loss(e, y)` is the mean over the batch as a Python float; `loss.gradient(e, y)` is the derivative of that mean, dL/de,
in the shape and dtype of e; `loss.yhat(e)` is what the network says; `loss.decide(e)` is yhat with the uncertainty
thrown away: the label (N,). All of them raise TypeError or ValueError, naming e or y, for shapes that do not fit and
labels out of range.
"""

from cnnlab.losses.base import Loss, checked_targets
from cnnlab.losses.metrics import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.losses.targets import classes, decide, excitation, targets

__all__ = [
    "MSE",
    "BinaryCrossEntropy",
    "CrossEntropy",
    "Loss",
    "checked_targets",
    "classes",
    "decide",
    "excitation",
    "targets",
]
