"""A model of data-parallel training: how long a step takes, and where the time goes (lecture topic 28).

Every worker has the whole network and a part of the batch. A step is the way forward and back, and the sum of all
gradients, which has to be at every worker before the next step. What it leaves out: workers that are not equally fast,
links that others use, and the time for adding.
"""

import math
from dataclasses import dataclass, replace

from cnnlab import arguments
from cnnlab.analysis.machines.work import FORWARD, Work

__all__ = [
    "BUCKET",
    "GIGABIT",
    "OVERLAPS",
    "SCALINGS",
    "WAYS",
    "Cluster",
    "Step",
    "efficiency",
    "exchange",
    "sent",
    "step",
]

WAYS = ("ring", "halving", "server")
OVERLAPS = ("none", "layers", "buckets")
SCALINGS = ("weak", "strong")
BUCKET = 25e6  # bytes that are gathered before they are sent
GIGABIT = 1e9 / 8  # bytes


@dataclass(frozen=True)
class Cluster:
    """Equal workers, each with one link to the network between them.

    Parameters
    ----------
    workers : int
        How many.
    gigabits : float
        Of a link, per second, in each direction.
    microseconds : float
        Until a message begins to arrive: the latency.
    way : "ring", "halving" or "server"
        How gradients are added: in a ring; in pairs, with half of what is left each time; at one of the workers.
    overlap : "none", "layers" or "buckets"
        When they travel: after the way back; each layer's as soon as they are ready; in buckets of 25 MB.
    cards : int
        Processors in one worker, which share its link; what they exchange among themselves is not counted.

    Raises
    ------
    ValueError
        Naming what does not fit.
    """

    workers: int
    gigabits: float
    microseconds: float = 0.0
    way: str = "ring"
    overlap: str = "none"
    cards: int = 1

    def __post_init__(self) -> None:
        arguments.whole("workers", self.workers)
        arguments.whole("cards", self.cards)
        arguments.positive("gigabits", self.gigabits)
        arguments.real("microseconds", self.microseconds, at_least=0)
        arguments.one_of("way", self.way, WAYS)
        arguments.one_of("overlap", self.overlap, OVERLAPS)

    @property
    def bandwidth(self) -> float:
        """Bytes per second."""
        return self.gigabits * GIGABIT

    @property
    def latency(self) -> float:
        """Seconds."""
        return self.microseconds * 1e-6


def exchange(cluster: Cluster, size: float) -> float:
    """How long it takes until every worker has the sum of what all of them have.

    Parameters
    ----------
    cluster : Cluster
        Of K workers.
    size : float
        Bytes.

    Returns
    -------
    float
        Seconds. Ring: 2 (K - 1) messages of size / K one after the other. Halving and doubling: 2 log2 K messages, of a
        half, a quarter, ... and back. Server: K - 1 gradients come in through one link, and K - 1 sums go out.

    Source
    ------
    P. Patarasuk and X. Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", 2009; R. Thakur,
    R. Rabenseifner and W. Gropp, "Optimization of collective communication operations in MPICH", 2005.
    """
    others = cluster.workers - 1
    if not others:
        return 0.0
    if cluster.way == "ring":
        return 2 * others * (cluster.latency + size / cluster.workers / cluster.bandwidth)
    if cluster.way == "halving":
        rounds = math.ceil(math.log2(cluster.workers))
        return 2 * rounds * cluster.latency + 2 * others / cluster.workers * size / cluster.bandwidth
    return 2 * (cluster.latency + others * size / cluster.bandwidth)


def sent(cluster: Cluster, size: float) -> float:
    """Bytes that the busiest link carries away in one exchange.

    Parameters
    ----------
    cluster : Cluster
        Of K workers.
    size : float
        Bytes of the gradients.

    Returns
    -------
    float
        2 (K - 1) / K of them in a ring or by halving, K - 1 times as many from a server.
    """
    others = cluster.workers - 1
    return others * size if cluster.way == "server" else 2 * others / cluster.workers * size


@dataclass(frozen=True)
class Step:
    """One step of training, in seconds from its beginning.

    Parameters
    ----------
    forward, backward : float
        How long the two ways take on the worker with most images, the exchange of statistics included.
    statistics : float
        How much of that is waiting for the statistics of batch normalisation.
    messages : tuple of (begin, end)
        When gradients travel.
    images : int
        Of all workers.
    """

    forward: float
    backward: float
    statistics: float
    messages: tuple[tuple[float, float], ...]
    images: int

    @property
    def compute(self) -> float:
        """Seconds of arithmetic."""
        return self.forward + self.backward - self.statistics

    @property
    def seconds(self) -> float:
        """Until the next step can begin."""
        return max([self.forward + self.backward, *(end for _, end in self.messages)])

    @property
    def communication(self) -> float:
        """Seconds in which something travels."""
        return self.statistics + sum(end - begin for begin, end in self.messages)

    @property
    def waiting(self) -> float:
        """Seconds in which nothing is computed, for something still travels."""
        return self.seconds - self.compute

    @property
    def images_per_second(self) -> float:
        """Of all workers together."""
        return self.images / self.seconds


def step(work: Work, cluster: Cluster, images: int, scaling: str = "weak") -> Step:
    """One step of data-parallel training.

    Parameters
    ----------
    work : Work
        What one processor has to do.
    cluster : Cluster
        Who does it.
    images : int
        With "weak" scaling those of every worker, with "strong" scaling those of all workers together.
    scaling : "weak" or "strong"
        Whether the batch grows with the workers.

    Returns
    -------
    Step

    Raises
    ------
    ValueError
        For another scaling, or no images.
    """
    arguments.whole("images", images)
    arguments.one_of("scaling", scaling, SCALINGS)
    most = images if scaling == "weak" else math.ceil(images / cluster.workers)
    compute = work.seconds(math.ceil(most / cluster.cards))
    statistics = work.rounds * exchange(cluster, 0.0)  # some numbers for each channel: only the latency counts
    forward = FORWARD * compute + statistics / 2
    backward = (1 - FORWARD) * compute + statistics / 2
    all_images = images * cluster.workers if scaling == "weak" else images
    return Step(forward, backward, statistics, _messages(work, cluster, forward, backward), all_images)


def _messages(work: Work, cluster: Cluster, forward: float, backward: float) -> tuple[tuple[float, float], ...]:
    """When the gradients travel: a message begins when what it holds is ready, and the one before has arrived."""
    if cluster.workers == 1:
        return ()
    if cluster.overlap == "none":
        begin = forward + backward
        return ((begin, begin + exchange(cluster, work.gradient_bytes)),)
    messages: list[tuple[float, float]] = []
    least, held, parts = (BUCKET if cluster.overlap == "buckets" else 0.0), 0, work.ready(backward)
    for number, (ready, size) in enumerate(parts, start=1):
        held += size
        if held >= least or number == len(parts):
            begin = max([forward + ready, *(end for _, end in messages[-1:])])
            messages.append((begin, begin + exchange(cluster, held)))
            held = 0
    return tuple(messages)


def efficiency(work: Work, cluster: Cluster, images: int, scaling: str = "weak") -> float:
    """Images per second, as a share of what as many workers would do that need not talk to each other.

    Parameters
    ----------
    work : Work
        What one processor has to do.
    cluster : Cluster
        Who does it.
    images : int
        As for `step`.
    scaling : "weak" or "strong"
        As for `step`. One worker alone has the images of every one, or those of all.

    Returns
    -------
    float
        From 0 to 1; 1 for one worker.

    Raises
    ------
    ValueError
        As `step`.
    """
    alone = step(work, replace(cluster, workers=1), images, scaling)
    together = step(work, cluster, images, scaling)
    return together.images_per_second / (cluster.workers * alone.images_per_second)
