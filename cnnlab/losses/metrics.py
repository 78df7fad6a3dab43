"""The three losses (lecture topic 5)."""

import numpy as np

from cnnlab import arguments
from cnnlab.losses.base import Loss
from cnnlab.losses.targets import excitation
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike


class MSE(Loss):
    """Mean squared error: L = mean over samples and outputs of (yhat - y)^2, with yhat = e.

    Trained with it, yhat tends to E[y given x].

    Parameters
    ----------
    off, on : float
        The targets that labels are encoded as; LeCun et al. (1989) use -1 and 1 with tanh outputs, so that the
        network's last layer is the nonlinearity, not this loss.

    Raises
    ------
    TypeError, ValueError
        Unless both are finite and off < on.

    Source
    ------
    Lecture topic 5.
    """

    def __init__(self, off: float = 0.0, on: float = 1.0) -> None:
        self.off, self.on = arguments.real("off", off), arguments.real("on", on)
        if not off < on:
            raise ValueError(f"off and on must be two finite numbers, off < on; got off={off!r}, on={on!r}")

    def _terms(self, e: Array, y: Array) -> Array:
        return (e - y) ** 2

    def _slope(self, e: Array, y: Array) -> Array:
        """dL/de = 2 (yhat - y) / (number of outputs of the batch)"""
        return (e - y) * e.dtype.type(2 / e.size)

    def yhat(self, e: ArrayLike) -> Array:
        """The network's output as it is: yhat = e."""
        return excitation(e)

    def threshold(self) -> float:
        """Between the two targets."""
        return (self.off + self.on) / 2


class BinaryCrossEntropy(Loss):
    """Binary cross-entropy: L = mean of -y log yhat - (1 - y) log(1 - yhat), with yhat = sigmoid(e).

    dL/de = yhat - y, whatever e is: no vanishing gradient. Float targets lie in 0..1; with several outputs, each is a
    yes-or-no question of its own, and the mean runs over them too.

    Source
    ------
    Lecture topic 5.
    """

    def _terms(self, e: Array, y: Array) -> Array:
        """-y log yhat - (1-y) log(1-yhat) = max(e,0) - e y + log(1 + exp(-|e|)), which no logit makes overflow"""
        return np.maximum(e, 0) - e * y + np.log1p(np.exp(-np.abs(e)))

    def _slope(self, e: Array, y: Array) -> Array:
        """dL/de = (yhat - y) / (number of outputs of the batch)"""
        return (unchecked.sigmoid(e) - y) * e.dtype.type(1 / e.size)

    def yhat(self, e: ArrayLike) -> Array:
        """sigmoid(e), the probability of "yes"."""
        with np.errstate(all="ignore"):
            return unchecked.sigmoid(excitation(e))

    def _encode(self, y: Array, e: Array) -> Array:
        if y.dtype.kind == "f" and not ((y >= 0) & (y <= 1)).all():
            raise ValueError(f"y must be probabilities between 0 and 1; got values from {y.min():.3g} to {y.max():.3g}")
        return super()._encode(y, e)


class CrossEntropy(Loss):
    """Cross-entropy: L = mean over samples of -sum_d y_d log yhat_d, with yhat = softmax(e).

    dL/de = yhat - y for each sample, whatever e is.  Float targets (N, D) are probabilities that add up to 1 for each
    sample.

    Parameters
    ----------
    smoothing : float
        s in [0, 1) turns the target 1 into 1 - s + s/D and the target 0 into s/D (Szegedy et al. 2016).

    Raises
    ------
    TypeError, ValueError
        For another smoothing.

    Source
    ------
    Lecture topic 5.
    """

    def __init__(self, smoothing: float = 0.0) -> None:
        self.smoothing = arguments.share("smoothing", smoothing)

    def _terms(self, e: Array, y: Array) -> Array:
        """-sum_d y_d log yhat_d for each sample; classes of probability 0 take no part, even where log yhat is -inf"""
        log_yhat = _log_softmax(e)
        return -np.where(y == 0, 0, y * log_yhat).sum(axis=1)

    def _slope(self, e: Array, y: Array) -> Array:
        """dL/de = (yhat - y) / N"""
        return (np.exp(_log_softmax(e)) - y) * e.dtype.type(1 / len(e))

    def yhat(self, e: ArrayLike) -> Array:
        """softmax(e), (N, D): the probability of each class."""
        with np.errstate(all="ignore"):
            return np.exp(_log_softmax(_two_outputs(excitation(e))))

    def _encode(self, y: Array, e: Array) -> Array:
        _two_outputs(e)
        if y.dtype.kind == "f" and not ((y >= 0).all() and np.allclose(y.sum(axis=1), 1, atol=1e-3)):
            sums = y.sum(axis=1)
            raise ValueError(
                "y must be probabilities that are not negative and add up to 1 for each sample; "
                f"got sums from {sums.min():.3g} to {sums.max():.3g}, smallest value {y.min():.3g}"
            )
        y = super()._encode(y, e)
        return y if self.smoothing == 0 else (y * (1 - self.smoothing) + self.smoothing / e.shape[1]).astype(e.dtype)


def _log_softmax(e: Array) -> Array:
    """log softmax(e)_d = e_d - m - log sum_k exp(e_k - m), m = max_k e_k: the largest exponent is 0"""
    shifted = e - e.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _two_outputs(e: Array) -> Array:
    if e.ndim != 2 or e.shape[1] < 2:
        raise ValueError(
            "e must be (N, D) with two classes or more for a cross-entropy; got an array of shape "
            f"{e.shape}. For one output, yes or no, take BinaryCrossEntropy"
        )
    return e
