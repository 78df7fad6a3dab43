"""What stands in the way of learning: numbers of data and of a network that are looked at before eta is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.layers import MaxPool2D, ReLU, ScaledTanh, Sigmoid, Standardise, Tanh
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

SAMPLES = 512  # of them the network sees no more
FAR, WIDE, NARROW = 3.0, 10.0, 0.01  # unusual for what a network is given: mean / deviation, and the deviation
BALANCE = 10  # samples of the largest class for one of the smallest
LIMITS = {Sigmoid: (0.0, 1.0), Tanh: (-1.0, 1.0), ScaledTanh: (-1.7159, 1.7159)}
EDGE = 0.025  # of the range of a nonlinearity: nearer to its end its slope is a tenth of the steepest or less
OFTEN = 0.9  # of the samples


@dataclass(frozen=True)
class Finding:
    """One thing that `diagnose` noticed.

    Attributes
    ----------
    kind : str
        "dead ReLUs", "saturated units", "constant inputs", "unscaled inputs" or "unbalanced classes".
    where : str
        A layer by its name, or "x" or "y".
    count, of : int
        How many units, inputs, channels or classes; of how many.
    words : str
        The same as a sentence, and what helps.
    """

    kind: str
    where: str
    count: int
    of: int
    words: str


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` noticed; as text one line for each finding, and true if there is any.

    Attributes
    ----------
    findings : tuple of Finding
        Those about data first, then layer by layer.
    """

    findings: tuple[Finding, ...]

    def __bool__(self) -> bool:
        return bool(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, kind: str) -> tuple[Finding, ...]:
        """The findings of one kind.

        Parameters
        ----------
        kind : str
            As in `Finding`.

        Returns
        -------
        tuple of Finding
        """
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def __repr__(self) -> str:
        if not self.findings:
            return "Diagnosis: nothing unusual"
        return "\n".join(["Diagnosis:", *(f"- {finding.words}" for finding in self.findings)])


def diagnose(network: Network, x: ArrayLike, y: ArrayLike) -> Diagnosis:
    """Look for what keeps a network from learning, in the data and in its units; nothing is changed.

    Dead ReLUs are 0 for every sample, and get no gradient any more.  Saturated units (Sigmoid, Tanh, ScaledTanh) stay,
    for nine samples of ten, so near to an end of their range that hardly any gradient comes through.  Constant inputs
    are the same in every sample.  Inputs are unscaled if what the first layer with weights is given has a channel with
    a deviation above 10 or below 0.01, or a mean of more than 3 deviations.  Classes are unbalanced if one has ten
    times the samples of another, or none.

    Parameters
    ----------
    network : Network
        Trained or not.
    x : (N, *input_shape) float32 or float64
        The samples, finite; of many, 512 spread over all of them are shown to the network.
    y : (N,) integer labels, or float targets
        Targets have no classes to count.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError, ValueError
        Naming the argument.

    Source
    ------
    Lecture topics 2, 3 and 4.
    """
    arguments.of_kind("network", network, Network, "a network, such as Network([Dense(10)], (64,))")
    x, y = network.checked(x), np.asarray(y)
    if y.ndim < 1 or len(y) != len(x):
        raise ValueError(f"y must hold one answer for each of the {len(x)} samples; got shape {y.shape}")
    if y.dtype.kind not in "iuf":
        raise TypeError(f"y must hold integer labels or float targets; got dtype {y.dtype}")
    if y.dtype.kind in "iu" and (y.ndim != 1 or y.min() < 0):
        raise ValueError(f"y must hold labels 0, 1, ..., one for each sample; got shape {y.shape}, lowest {y.min()}")
    found = [*_constant(x), *_unscaled(network, x), *_unbalanced(network, y)]
    if len(x) > SAMPLES:
        x = x[np.linspace(0, len(x) - 1, SAMPLES).astype(int)]
    with np.errstate(all="ignore"):
        h: Any = x
        for layer in network:
            h = layer.predict(h)
            found += _dead(layer, h) + _saturated(layer, h)
    return Diagnosis(tuple(found))


def _constant(x: Array) -> list[Finding]:
    if len(x) < 2:
        return []
    same = (x == x[0]).all(axis=0)
    count = int(same.sum())
    words = (
        f"{count} of {same.size} inputs {_are(count)} the same in every sample: they tell nothing, leave them "
        "out or crop"
    )
    return [Finding("constant inputs", "x", count, same.size, words)] if count else []


def _unscaled(network: Network, x: Array) -> list[Finding]:
    h, ready = x, False
    for layer in network:
        if layer.parameters:  # weights meet what has been standardised, if it has been
            break
        if isinstance(layer, Standardise):
            h, ready = layer.predict(h), True
    flat, seen = (array.reshape(-1, array.shape[-1]) for array in (h, x))
    mean, deviation = flat.mean(axis=0, dtype=np.float64), flat.std(axis=0, dtype=np.float64)
    varies = deviation > 0
    off = varies & ((deviation > WIDE) | (deviation < NARROW) | (np.abs(mean) > FAR * deviation))
    if not off.any():
        return []
    worst = int(np.flatnonzero(off)[0])
    own = seen[:, worst]  # what Standardise is to be told are numbers of x, not of what another one made of it
    fitting = f"Standardise({own.mean(dtype=np.float64):.3g}, {own.std(dtype=np.float64):.3g})"
    words = (
        f"{int(off.sum())} of {off.size} channels of x {_are(off.sum())} unscaled{' even behind Standardise' * ready} "
        f"(channel {worst}: mean {mean[worst]:.3g}, deviation {deviation[worst]:.3g}): "
        + (f"put {fitting} in its place" if ready else f"begin with {fitting}")
    )
    return [Finding("unscaled inputs", "x", int(off.sum()), off.size, words)]


def _unbalanced(network: Network, y: Array) -> list[Finding]:
    if y.dtype.kind == "f" or len(network.output_shape) != 1:
        return []
    classes = max(2, network.output_shape[0])
    counts = np.bincount(y, minlength=classes)
    if counts.max() < BALANCE * counts.min():
        return []
    few = int((counts * BALANCE <= counts.max()).sum())
    words = (
        f"classes are unbalanced: {counts.max()} samples of class {counts.argmax()}, {counts.min()} of class "
        f"{counts.argmin()}; a network that always says the first is right for {counts.max() / counts.sum():.0%}"
    )
    return [Finding("unbalanced classes", "y", few, len(counts), words)]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _units(layer: Any, stuck: Array) -> tuple[int, int]:
    """How many units a (units,) answer speaks of: of maps those count that are so everywhere."""
    maps = stuck.reshape(-1, layer.output_shape[-1]).all(axis=0)
    return int(maps.sum()), maps.size


def _dead(layer: Any, h: Array) -> list[Finding]:
    if not (isinstance(layer, ReLU) or (isinstance(layer, MaxPool2D) and layer.rectify)):
        return []
    count, size = _units(layer, np.asarray((h <= 0).all(axis=0)))
    words = (
        f"{count} of {size} units of {layer.name} {_are(count)} dead (0 for every sample, no gradient): smaller eta, "
        "He's first weights, or LeakyReLU"
    )
    return [Finding("dead ReLUs", layer.name, count, size, words)] if count else []


def _saturated(layer: Any, h: Array) -> list[Finding]:
    limits = LIMITS.get(type(layer))
    if limits is None:
        return []
    low, high = limits
    near = EDGE * (high - low)
    count, size = _units(layer, ((h < low + near) | (h > high - near)).mean(axis=0) >= OFTEN)
    words = (
        f"{count} of {size} units of {layer.name} {_are(count)} saturated (at the ends of {type(layer).__name__}, "
        "hardly any gradient): smaller first weights, or standardise x"
    )
    return [Finding("saturated units", layer.name, count, size, words)] if count else []
