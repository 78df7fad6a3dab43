"""Better silent than wrong: answers are refused whose best output is not clearly above the second (topic 27)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from cnnlab import arguments
from cnnlab.losses import decide
from cnnlab.types import Array, ArrayLike

__all__ = ["Answers", "Left", "leads"]


def leads(outputs: Array) -> Array:
    """How far the largest output is above the second largest.

    Parameters
    ----------
    outputs : (N, K)
        Of two or more classes.

    Returns
    -------
    (N,), dtype of outputs
    """
    two = np.partition(outputs, -2, axis=1)[:, -2:]
    return two[:, 1] - two[:, 0]


@dataclass(frozen=True)
class Left:
    """What is left when some answers are refused.

    Parameters
    ----------
    accepted : (N,) bool
        Which are answered.
    refused : int
        How many are not.
    spared : int
        How many of those would have been wrong.
    wrong : int
        How many of the answers are.
    """

    accepted: Array
    refused: int
    spared: int
    wrong: int

    @property
    def share(self) -> float:
        """The part of all that is refused."""
        return self.refused / len(self.accepted)

    @property
    def error(self) -> float:
        """The part of the answers that is wrong; NaN where nothing is answered."""
        answered = len(self.accepted) - self.refused
        return self.wrong / answered if answered else float("nan")


class Answers:
    """What a network says of samples whose classes are known, and how sure it is of each.

    Parameters
    ----------
    outputs : (N, K)
        Of two or more classes; the largest is the answer.
    y : (N,) int
        The right classes.

    Attributes
    ----------
    said : (N,) int
        The answers.
    gap : (N,)
        How far the largest output is above the second largest.
    wrong : (N,) bool
        Which answers are.

    Raises
    ------
    TypeError, ValueError
        For anything but such outputs and classes; the message names the argument.

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """

    def __init__(self, outputs: ArrayLike, y: ArrayLike) -> None:
        outputs, y = arguments.array("outputs", outputs, 2, "(N, K)"), np.asarray(y)
        if not len(outputs) or outputs.shape[1] < 2:
            raise ValueError(f"outputs must be (N, K) of one sample and two classes at least; got {outputs.shape}")
        if y.shape != (len(outputs),):
            raise ValueError(f"y must be {len(outputs)} classes, one for each row of outputs; got shape {y.shape}")
        arguments.labels("y", y, outputs.shape[1])
        self.said = decide(outputs)
        self.gap = leads(outputs)
        self.wrong = self.said != y

    @classmethod
    def of_gaps(cls, gap: ArrayLike, wrong: ArrayLike) -> Self:
        """Answers of which a measurement has kept only how sure they were, and which were wrong.

        Parameters
        ----------
        gap : (N,)
            How far the largest output is above the second largest.
        wrong : (N,) bool
            Which answers are.

        Returns
        -------
        Answers
            What was said is not known: -1 everywhere.
        """
        found = cls.__new__(cls)
        found.gap, found.wrong = arguments.array("gap", gap, 1, "(N,)"), np.asarray(wrong, bool)
        if found.wrong.shape != found.gap.shape:
            raise ValueError(f"wrong must be (N,) bool, as many as gap; got shape {found.wrong.shape}")
        found.said = np.full(len(found.gap), -1)
        return found

    def left(self, accepted: ArrayLike) -> Left:
        """What is left of these answers.

        Parameters
        ----------
        accepted : (N,) bool
            Which are not refused.

        Returns
        -------
        Left
        """
        kept = np.asarray(accepted, bool)
        refused = ~kept
        return Left(kept, int(refused.sum()), int((refused & self.wrong).sum()), int((kept & self.wrong).sum()))

    def beyond(self, gap: float) -> Left:
        """What is left by the rule of 1989: the largest output must be more than a gap above the second largest.

        Parameters
        ----------
        gap : float
            In units of the outputs.

        Returns
        -------
        Left
        """
        return self.left(self.gap > gap)

    def errors(self) -> Array:
        """The error among the rest, when ever more of the least sure answers are refused.

        Returns
        -------
        (N,) float64
            [k] : a fraction, of the N - k that are left.
        """
        wrong = self.wrong[np.argsort(self.gap, kind="stable")]
        errors: Array = wrong[::-1].cumsum()[::-1] / np.arange(len(wrong), 0, -1)
        return errors

    def refused_for(self, error: float) -> float:
        """The part that must be refused, least sure first, for an error that is no larger.

        Parameters
        ----------
        error : float
            A fraction.

        Returns
        -------
        float
            1, if even the surest answer is wrong.
        """
        enough = np.flatnonzero(self.errors() <= error)
        return int(enough[0]) / len(self.wrong) if len(enough) else 1.0
