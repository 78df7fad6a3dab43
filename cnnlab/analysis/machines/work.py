"""What a network asks of one machine in a step of training: seconds for each image, bytes of gradients (topic 28)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from cnnlab import arguments
from cnnlab.network import Network

__all__ = ["BYTES", "FORWARD", "Part", "Work", "timed"]

BYTES = 4  # of a float32
FORWARD = 1 / 3  # of a step: one sliding sum of three goes forward, two go back (topic 29)


@dataclass(frozen=True)
class Part:
    """A layer, or some: its gradients are ready when the errors have come back through it.

    Parameters
    ----------
    name : str
        What it is called.
    multiply_adds : float
        Of one image, forward: its share of the time.
    parameters : int
        Each has a gradient of four bytes.
    """

    name: str
    multiply_adds: float
    parameters: int


@dataclass(frozen=True)
class Work:
    """A network on one machine: a step takes `overhead` + images x `per_image` seconds.

    Parameters
    ----------
    name : str
        What it is called.
    parts : tuple of Part
        From the input on.
    per_image, overhead : float
        Seconds.
    rounds : int
        How often in a step all machines must wait for each other before the gradients: twice for each layer of batch
        normalisation whose statistics are those of the whole batch, otherwise never.

    Raises
    ------
    ValueError
        Without parts, or for times that are none.
    """

    name: str
    parts: tuple[Part, ...]
    per_image: float
    overhead: float = 0.0
    rounds: int = 0

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError(f"{self.name} must have one part or more; got none")
        arguments.positive("per_image", self.per_image)
        arguments.real("overhead", self.overhead, at_least=0)
        arguments.whole("rounds", self.rounds, at_least=0)

    @classmethod
    def of(cls, network: Network, measured: Mapping[int, float], name: str = "", synchronised: bool = False) -> Self:
        """The work of a network of this library.

        Parameters
        ----------
        network : Network
            A part for every layer that has parameters; the work of the others is that of the one before.
        measured : dict of int to float
            Images in a batch -> images per second, of one machine; two batches tell per_image from overhead.
        name : str
            What it is called.
        synchronised : bool
            Whether batch normalisation looks at the whole batch, wherever its images are.

        Returns
        -------
        Work

        Raises
        ------
        TypeError, ValueError
            For what is no network, or one without parameters; see `timed`.
        """
        arguments.of_kind("network", network, Network, "a network, such as models.alexnet_lite()")
        parts: list[Part] = []
        for layer in network:
            work = float(layer.multiply_adds or 0)
            if layer.parameter_count:
                parts.append(Part(layer.name, work, layer.parameter_count))
            elif parts:
                last = parts[-1]
                parts[-1] = Part(last.name, last.multiply_adds + work, last.parameters)
        normed = sum(type(layer).__name__ == "BatchNorm" for layer in network)
        per_image, overhead = timed(measured)
        return cls(name or "network", tuple(parts), per_image, overhead, 2 * normed if synchronised else 0)

    @property
    def parameters(self) -> int:
        """Of all parts."""
        return sum(part.parameters for part in self.parts)

    @property
    def gradient_bytes(self) -> int:
        """Of all gradients, float32."""
        return BYTES * self.parameters

    def seconds(self, images: float) -> float:
        """A step on one machine, without talking to anybody.

        Parameters
        ----------
        images : float
            In the batch.

        Returns
        -------
        float
        """
        return self.overhead + images * self.per_image

    def ready(self, backward: float) -> Sequence[tuple[float, int]]:
        """When the gradients of the parts are ready on the way back, the last part first.

        Parameters
        ----------
        backward : float
            Seconds of the whole way back, shared out by multiply-adds.

        Returns
        -------
        list of (seconds since the way back began, bytes)
        """
        return [(backward * share, size) for share, size in self._way_back]

    @cached_property
    def _way_back(self) -> list[tuple[float, int]]:
        """(share of the way back that is done, bytes) of each part, the last one first."""
        total = sum(part.multiply_adds for part in self.parts)
        done, found = 0.0, []
        for part in reversed(self.parts):
            done += part.multiply_adds / total if total else 1 / len(self.parts)
            found.append((min(done, 1.0), BYTES * part.parameters))
        return found


def timed(measured: Mapping[int, float]) -> tuple[float, float]:
    """Seconds for an image, and for a step whatever its batch, from measured speeds.

    Parameters
    ----------
    measured : dict of int to float
        Images in a batch -> images per second; of more than two batches the smallest and the largest count.

    Returns
    -------
    per_image, overhead : float
        Seconds; with one batch, or a larger one that is not faster, the overhead is 0.

    Raises
    ------
    ValueError
        For no measurement, or a speed that is none.
    """
    if not measured:
        raise ValueError("measured must have one batch or more, such as {64: 416.0}; got none")
    steps = {
        arguments.whole("images in a batch", batch): batch / arguments.positive("images per second", speed)
        for batch, speed in measured.items()
    }
    small, large = min(steps), max(steps)
    if small < large:
        per_image = (steps[large] - steps[small]) / (large - small)
        overhead = steps[small] - small * per_image
        if per_image > 0 and overhead > 0:
            return per_image, overhead
    return steps[large] / large, 0.0
