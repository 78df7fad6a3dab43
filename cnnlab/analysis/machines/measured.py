"""The model beside two workers of one computer, as `benchmarks/data_parallel.py` measures them (lecture topic 28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.analysis.machines.cluster import GIGABIT, Cluster, exchange
from cnnlab.analysis.machines.work import BYTES

__all__ = ["Foretold", "two_workers"]


@dataclass(frozen=True)
class Foretold:
    """Images per second of two workers.

    Parameters
    ----------
    foretold : float
        By the model, from what was measured with one worker.
    measured : float
        The median of what was measured with two.
    gigabits : float
        Bandwidth per second between the caller and its one worker, as its talking shows.
    """

    foretold: float
    measured: float
    gigabits: float


def two_workers(found: Mapping[str, Any]) -> Foretold:
    """What the model says of two workers when it knows one.

    `fit` stands between its workers: weights go out to each of them, gradients come back. So it is the server of the
    model, as one more member that computes nothing. One worker tells how long a batch takes, and how fast the link is;
    with two, each computes a half, and twice as much travels.

    Parameters
    ----------
    found : dict
        As data/measured/data_parallel.json holds it.

    Returns
    -------
    Foretold

    Raises
    ------
    KeyError
        For something else.
    """
    one, two = (float(np.median(found["images_per_second"][side])) for side in ("1 worker", "2 workers"))
    step, talking = found["batch"] / one, float(np.median(found["talking"]["1 worker"]))
    size = float(BYTES * found["parameters"])
    gigabits = 2 * size / (talking * step) / GIGABIT
    seconds = (1 - talking) * step / 2 + exchange(Cluster(3, gigabits, way="server"), size)
    return Foretold(found["batch"] / seconds, two, gigabits)
