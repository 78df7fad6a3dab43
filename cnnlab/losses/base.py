"""What all losses share."""

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnlab.losses.targets import classes, decide, excitation, targets
from cnnlab.types import Array, ArrayLike, Shape, as_dtype


class Loss:
    """What all losses share: checking e and y, and turning labels into targets.

    Attributes
    ----------
    off, on : float
        The targets of an output whose class is not, and is, the label.
    """

    off: float = 0.0
    on: float = 1.0

    def __call__(self, e: ArrayLike, y: ArrayLike) -> float:
        """The mean loss of a batch.

        Parameters
        ----------
        e : (N, ...) float32 or float64
            Excitation of the last layer.
        y : (N,) labels, or float targets of the shape of e
            What is right.

        Returns
        -------
        float
            inf or NaN where a network diverges, which `fit` finds and explains.

        Raises
        ------
        TypeError, ValueError
            Naming e or y, for shapes that do not fit and labels out of range.
        """
        e, target = self._pair(e, y)
        with np.errstate(all="ignore"):
            terms = self._terms(e, target)
            return float(np.add.reduce(terms, axis=None, dtype=np.float64) / terms.size)  # np.mean takes twice as long

    def gradient(self, e: ArrayLike, y: ArrayLike) -> Array:
        """dL/de, the gradient of the mean that calling the loss gives.

        Parameters
        ----------
        e, y : as for the loss itself

        Returns
        -------
        de : shape and dtype of e

        Raises
        ------
        TypeError, ValueError
            As the loss itself.
        """
        e, target = self._pair(e, y)
        with np.errstate(all="ignore"):
            return self._slope(e, target)

    def yhat(self, e: ArrayLike) -> Array:
        """What the network says: the loss's own output nonlinearity of e.

        Parameters
        ----------
        e : (N, ...) float32 or float64
            Excitation of the last layer.

        Returns
        -------
        yhat : shape and dtype of e

        Raises
        ------
        TypeError, ValueError
            For anything that the loss does not take.
        """
        raise NotImplementedError

    def encoded(self, e: ArrayLike, y: ArrayLike) -> Array:
        """What y means for outputs like e.

        Parameters
        ----------
        e, y : as for the loss itself

        Returns
        -------
        target : shape and dtype of e
            Labels become `on` and `off`.

        Raises
        ------
        TypeError, ValueError
            As the loss itself.
        """
        return self._pair(e, y)[1]

    def decide(self, e: ArrayLike) -> Array:
        """The label of every sample: the largest output; of one output, whether it is over the threshold.

        Parameters
        ----------
        e : (N, ...) float32 or float64
            Excitation of the last layer.

        Returns
        -------
        (N,) int64

        Raises
        ------
        TypeError, ValueError
            For anything but such an array; ValueError where a sample has NaN, which stands for no label.

        Source
        ------
        Lecture topic 5.
        """
        return decide(e, self.threshold())

    def config(self) -> dict[str, Any]:
        """Name and settings.

        Returns
        -------
        dict
            Plain data that JSON can hold.
        """
        return {"loss": type(self).__name__, **vars(self)}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def threshold(self) -> float:
        """Above it, a single output means "yes".

        Returns
        -------
        float
        """
        return 0.0

    def _terms(self, e: Array, y: Array) -> Array:
        """The numbers whose mean is the loss."""
        raise NotImplementedError

    def _slope(self, e: Array, y: Array) -> Array:
        """dL/de, the gradient of that mean."""
        raise NotImplementedError

    def _pair(self, e: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        e = excitation(e)
        return e, self._encode(targets(y, e), e)

    def _encode(self, y: Array, e: Array) -> Array:
        """Targets of the shape and dtype of e."""
        if y.dtype.kind == "f":
            return y
        outputs = classes(e)
        hot = y[:, None] == (np.arange(outputs) if e.ndim > 1 and e.shape[1] > 1 else 1)
        return np.where(hot, e.dtype.type(self.on), e.dtype.type(self.off)).reshape(e.shape)


def checked_targets(loss: Loss, y: ArrayLike, e_shape: Shape, dtype: npt.DTypeLike, name: str = "y") -> Array:
    """Labels or float targets that fit a network's output and the loss; the network computes nothing for it.

    Parameters
    ----------
    loss : Loss
        Such as CrossEntropy().
    y : (N,) labels, or float targets
        As the loss takes it.
    e_shape : (N, ...)
        Shape of what the network gives for the samples.
    dtype : float32 or float64
        Of what the network gives.
    name : str
        What y is called in messages.

    Returns
    -------
    (N,) int64, or e_shape, dtype

    Raises
    ------
    TypeError, ValueError
        Naming y, or the loss where it does not fit the network.
    """
    e = np.broadcast_to(as_dtype(dtype).type(0), e_shape)
    try:
        y = targets(y, e)
        loss.encoded(e, y)
    except (TypeError, ValueError) as problem:
        if str(problem).startswith("e must"):
            text = f"loss must fit the network, which gives {e.shape[1:]} for each sample: {problem}"
        else:
            text = str(problem).replace("y must", f"{name} must", 1).replace("in e", "in x")
        raise type(problem)(text) from None
    return y
