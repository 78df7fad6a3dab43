"""Logits, what softmax makes of them, which way descent pushes them, and what is decided (lecture topic 5)."""

from dataclasses import dataclass

import numpy as np

from cnnlab.analysis.error_metrics import ranked
from cnnlab.losses import CrossEntropy
from cnnlab.types import Array, ArrayLike

__all__ = ["Outcome", "outcome", "refusals", "stepped"]

ENTROPY = CrossEntropy()


@dataclass(frozen=True)
class Outcome:
    """What becomes of the logits of one sample.

    Parameters
    ----------
    yhat, y, gradient : (K,) float64
        softmax(e); the one-hot target; dL/de = yhat - y.
    loss : float
        The cross-entropy, -log yhat of the right class.
    cheap : int
        The class with the largest logit.
    answer : int or None
        The class with the largest probability; None where that is below the threshold, and the sample is refused.
    """

    yhat: Array
    y: Array
    gradient: Array
    loss: float
    cheap: int
    answer: int | None


def outcome(e: ArrayLike, right: int, threshold: float = 0.0) -> Outcome:
    """Everything about the logits of one sample.

    Parameters
    ----------
    e : (K,)
        Logits.
    right : int
        The right class.
    threshold : float
        Samples whose largest probability is below are refused.

    Returns
    -------
    Outcome

    Source
    ------
    Lecture topic 5.
    """
    logits, label = np.asarray(e, dtype=float)[None], np.array([right])
    yhat = ENTROPY.yhat(logits)[0]
    best = int(ranked(yhat)[0])
    return Outcome(
        yhat,
        ENTROPY.encoded(logits, label)[0],
        ENTROPY.gradient(logits, label)[0],
        ENTROPY(logits, label),
        int(ranked(logits[0])[0]),
        best if yhat[best] >= threshold else None,
    )


def stepped(e: ArrayLike, right: int, eta: float = 1.0) -> Array:
    """One step of gradient descent on the logits themselves.

    Parameters
    ----------
    e : (K,)
        Logits.
    right : int
        The right class.
    eta : float
        Learning rate.

    Returns
    -------
    (K,) float64
    """
    return np.asarray(e, dtype=float) - eta * outcome(e, right).gradient


def refusals(e: ArrayLike, y: ArrayLike, threshold: float) -> tuple[float, float]:
    """What a threshold does to many samples.

    Parameters
    ----------
    e : (N, K)
        Logits.
    y : (N,) int
        The right classes.
    threshold : float
        Samples whose largest probability is below are refused.

    Returns
    -------
    refused, wrong : float
        The share of all samples that is refused; and of those that are answered, the share that is wrong (NaN if none
        is answered).
    """
    yhat = ENTROPY.yhat(np.asarray(e))
    answered = yhat.max(axis=1) >= threshold
    missed = yhat.argmax(axis=1) != np.asarray(y)
    return float(1 - answered.mean()), float(missed[answered].mean()) if answered.any() else float("nan")
