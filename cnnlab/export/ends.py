"""What the loss of a network does to its output, and how other programs call it."""

from typing import Any

from cnnlab import losses

__all__ = ["ENDS", "check_loss"]

ENDS: dict[type[losses.Loss], str] = {
    losses.CrossEntropy: "Softmax",
    losses.BinaryCrossEntropy: "Sigmoid",
    losses.MSE: "",
}


def check_loss(loss: Any) -> str:
    """The name of what comes behind the excitation of the last layer, "" for nothing.

    Raises
    ------
    TypeError
        For what is neither None nor a loss that others know.
    """
    if loss is not None and type(loss) not in ENDS:
        known = ", ".join(kind.__name__ for kind in ENDS)
        raise TypeError(f"loss must be None or one of {known}, whose yhat other programs can compute; got {loss!r}")
    return "" if loss is None else ENDS[type(loss)]
