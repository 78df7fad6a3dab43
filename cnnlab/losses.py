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

import numpy as np

from cnnlab import arguments


class Loss:
    """What all losses share: checking e and y, and turning labels into targets."""

    off, on = 0.0, 1.0  # the targets of an output whose class is not, and is, the label

    def __call__(self, e, y):
        e, target = self._pair(e, y)
        with np.errstate(all="ignore"):  # a network that diverges gives inf or NaN, which `fit` finds and explains
            return float(np.mean(self._terms(e, target), dtype=np.float64))

    def gradient(self, e, y):
        """dL/de, the gradient of the mean that calling the loss gives; shape and dtype of e."""
        e, target = self._pair(e, y)
        with np.errstate(all="ignore"):
            return self._slope(e, target)

    def encoded(self, e, y):
        """What y means for outputs like e: targets of the shape and dtype of e."""
        return self._pair(e, y)[1]

    def decide(self, e):
        """The label of every sample, (N,) int64: the largest output; of one output, whether it is over a threshold."""
        return decide(e, self.threshold())

    def config(self):
        """Name and settings as plain data."""
        return {"loss": type(self).__name__, **vars(self)}

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def threshold(self):
        """Above it, a single output means "yes"."""
        return 0.0

    def _pair(self, e, y):
        e = excitation(e)
        return e, self._encode(targets(y, e), e)

    def _encode(self, y, e):
        """Targets of the shape and dtype of e."""
        if y.dtype.kind == "f":
            return y
        outputs = classes(e)
        hot = y[:, None] == (np.arange(outputs) if e.ndim > 1 and e.shape[1] > 1 else 1)
        return np.where(hot, self.on, self.off).astype(e.dtype).reshape(e.shape)


class MSE(Loss):
    """Mean squared error: L = mean over samples and outputs of (yhat - y)^2, with yhat = e.

    Trained with it, yhat tends to E[y given x] (lecture topic 5).  off, on : the targets that labels are encoded as;
    LeCun et al. (1989) use -1 and 1 with tanh outputs, so that the network's last layer is the nonlinearity, not this
    loss.
    """

    def __init__(self, off=0.0, on=1.0):
        self.off, self.on = arguments.real("off", off), arguments.real("on", on)
        if not off < on:
            raise ValueError(f"off and on must be two finite numbers, off < on; got off={off!r}, on={on!r}")

    def _terms(self, e, y):
        return (e - y) ** 2

    def _slope(self, e, y):
        """dL/de = 2 (yhat - y) / (number of outputs of the batch)"""
        return (e - y) * e.dtype.type(2 / e.size)

    def yhat(self, e):
        """e itself."""
        return excitation(e)

    def threshold(self):
        """Between the two targets."""
        return (self.off + self.on) / 2


class BinaryCrossEntropy(Loss):
    """Binary cross-entropy: L = mean of -y log yhat - (1 - y) log(1 - yhat), with yhat = sigmoid(e) (lecture topic 5).

    dL/de = yhat - y, whatever e is: no vanishing gradient. Float targets lie in 0..1; with several outputs, each is a
    yes-or-no question of its own, and the mean runs over them too.
    """

    def _terms(self, e, y):
        """-y log yhat - (1-y) log(1-yhat) = max(e,0) - e y + log(1 + exp(-|e|)), which no logit makes overflow"""
        return np.maximum(e, 0) - e * y + np.log1p(np.exp(-np.abs(e)))

    def _slope(self, e, y):
        """dL/de = (yhat - y) / (number of outputs of the batch)"""
        return (self.yhat(e) - y) * e.dtype.type(1 / e.size)

    def yhat(self, e):
        """sigmoid(e), the probability of "yes"."""
        e = excitation(e)
        with np.errstate(all="ignore"):
            small = np.exp(-np.abs(e))
            return np.where(e >= 0, 1, small) / (1 + small)

    def _encode(self, y, e):
        if y.dtype.kind == "f" and not ((y >= 0) & (y <= 1)).all():
            raise ValueError(f"y must be probabilities between 0 and 1; got values from {y.min():.3g} to {y.max():.3g}")
        return super()._encode(y, e)


class CrossEntropy(Loss):
    """Cross-entropy: L = mean over samples of -sum_d y_d log yhat_d, with yhat = softmax(e) (lecture topic 5).

    dL/de = yhat - y for each sample, whatever e is.  smoothing : s in [0, 1) turns the target 1 into 1 - s + s/D and
    the target 0 into s/D (Szegedy et al. 2016).  Float targets (N, D) are probabilities that add up to 1 for each
    sample.
    """

    def __init__(self, smoothing=0.0):
        self.smoothing = arguments.real("smoothing", smoothing)
        if not 0 <= smoothing < 1:
            raise ValueError(f"smoothing must be in [0, 1); got {smoothing!r}")

    def _terms(self, e, y):
        """-sum_d y_d log yhat_d for each sample; classes of probability 0 take no part, even where log yhat is -inf"""
        log_yhat = _log_softmax(e)
        return -np.where(y == 0, 0, y * log_yhat).sum(axis=1)

    def _slope(self, e, y):
        """dL/de = (yhat - y) / N"""
        return (self.yhat(e) - y) * e.dtype.type(1 / len(e))

    def yhat(self, e):
        """softmax(e), (N, D): the probability of each class."""
        with np.errstate(all="ignore"):
            return np.exp(_log_softmax(_two_outputs(excitation(e))))

    def _encode(self, y, e):
        _two_outputs(e)
        if y.dtype.kind == "f" and not ((y >= 0).all() and np.allclose(y.sum(axis=1), 1, atol=1e-3)):
            sums = y.sum(axis=1)
            raise ValueError(
                "y must be probabilities that are not negative and add up to 1 for each sample; "
                f"got sums from {sums.min():.3g} to {sums.max():.3g}, smallest value {y.min():.3g}"
            )
        y = super()._encode(y, e)
        return y if self.smoothing == 0 else (y * (1 - self.smoothing) + self.smoothing / e.shape[1]).astype(e.dtype)


def _log_softmax(e):
    """log softmax(e)_d = e_d - m - log sum_k exp(e_k - m), m = max_k e_k: the largest exponent is 0"""
    shifted = e - e.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _two_outputs(e):
    if e.ndim != 2 or e.shape[1] < 2:
        raise ValueError(
            "e must be (N, D) with two classes or more for a cross-entropy; got an array of shape "
            f"{e.shape}. For one output, yes or no, take BinaryCrossEntropy"
        )
    return e


def decide(e, threshold=0.0):
    """Throw the uncertainty away (lecture topic 5): the label of every sample, (N,) int64.

    It is the number of the largest output; with one output, it is 1 where the output is over the threshold.
    """
    e = excitation(e)
    if e.ndim == 1 or e.shape[1:] == (1,):
        return (e.reshape(len(e)) > threshold).astype(np.int64)
    return e.reshape(len(e), -1).argmax(axis=1)


def classes(e):
    """How many classes labels can name when the last layer gives e: D for (N, D), 2 for one output."""
    return e.shape[1] if e.ndim > 1 and e.shape[1] > 1 else 2


def excitation(e):
    """e as an array of float32 or float64 with at least one sample."""
    e = arguments.array("e", e)
    if e.ndim == 0:
        raise ValueError("e must be (N, ...), one row for each sample; got a single number")
    return e


def targets(y, e):
    """y as int64 labels (N,), or as float targets in shape and dtype of e."""
    y = np.asarray(y)
    if y.dtype.kind not in "iufb":
        raise TypeError(f"y must be integer labels or float targets; got dtype {y.dtype}")
    if y.ndim == 0 or len(y) != len(e):
        came = "a single number" if y.ndim == 0 else f"{len(y)} of them, shape {y.shape}"
        raise ValueError(f"y must have one entry for each of the {len(e)} samples in e; got {came}")
    if y.dtype.kind != "f" and y.ndim == 1 and (e.ndim <= 2):
        y, limit = y.astype(np.int64), classes(e)
        wrong = np.flatnonzero((y < 0) | (y >= limit))
        if len(wrong):
            single = e[0].size == 1
            raise ValueError(
                f"y must be labels from 0 to {limit - 1}, because the network has "
                f"{'one output' if single else f'{limit} outputs'}; got {y[wrong[0]]} for sample "
                f"{wrong[0]}{'. For targets that are not classes give floats' if single else ''}"
            )
        return y
    if y.shape != e.shape and (*y.shape, 1) != e.shape:
        raise ValueError(
            f"y must be integer labels ({len(e)},) or float targets of the shape of e, {e.shape}; "
            f"got {y.dtype} of shape {y.shape}"
        )
    y = y.reshape(e.shape).astype(e.dtype)
    if not np.isfinite(y).all():
        raise ValueError(f"y must be finite; sample {np.argwhere(~np.isfinite(y))[0][0]} holds NaN or infinity")
    return y
