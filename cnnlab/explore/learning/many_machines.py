"""Many machines: a step of training that is shared, and what the talking costs (lecture topic 28)."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlab.analysis.machines import published
from cnnlab.analysis.machines.cluster import OVERLAPS, SCALINGS, WAYS, Cluster, Step, efficiency, sent, step
from cnnlab.analysis.machines.work import Work
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.types import Array

WORKERS = [1, 2, 4, 8, 16, 32, 64, 128, 256]
IMAGES = [32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
GIGABITS = [0.1, 0.3, 1.0, 2.5, 10.0, 25.0, 50.0, 100.0, 400.0]
MICROSECONDS = [1, 3, 10, 30, 100, 300, 1000]
BATCHES = dict(zip(("each worker has so many", "all of them together"), SCALINGS, strict=True))
ADDED = dict(zip(("in a ring", "in halves", "at one worker"), WAYS, strict=True))
TRAVEL = dict(zip(("after the way back", "layer by layer", "in buckets of 25 MB"), OVERLAPS, strict=True))
KEPT = 64  # sets of curves that are remembered
UPPER, LOWER = 215, 150  # pixels of the two rows


class ManyMachines(Explorer):
    """How a cluster trains one network together: where the time of a step goes, and how many images it sees.

    Every worker has the whole network and a part of the batch; the gradients are added, and the sum travels to all of
    them before the next step. It is a model: links and workers are all alike, and nobody else uses them.

    Parameters
    ----------
    works : {name: Work}, optional
        What a step asks of one worker, by the name of the network; by default AlexNet, ResNet-50 and VGG-16 on a card
        of 2016, and AlexNet-lite on one processor core. `Work.of` makes one of a network of your own.
    workers, images : int
        As in the controls.
    gigabits, microseconds : float
        Bandwidth of each link, and its latency; values of the controls.

    Raises
    ------
    TypeError, ValueError
        For others; the message names the argument.

    Source
    ------
    Lecture topic 28; `cnnlab.analysis.machines` has the formulas and where the figures come from.
    """

    title = "Many machines: one step, shared"
    longest = 330

    def __init__(
        self,
        works: Mapping[str, Work] | None = None,
        workers: int = 16,
        images: int = 64,
        gigabits: float = 10.0,
        microseconds: float = 30,
    ) -> None:
        if works is None:
            some = published.resnet(50), published.vgg16(), published.alexnet(), published.alexnet_lite()
            works = {work.name: work for work in some}
        if not isinstance(works, Mapping) or not works or not all(isinstance(one, Work) for one in works.values()):
            raise TypeError(f"works must be one or more {{name: Work}}; got {works!r}")
        self.works = {str(name): work for name, work in works.items()}
        self.speeds: dict[tuple[Any, ...], dict[str, Array]] = {}
        super().__init__(
            [
                Choice("network", "network", list(self.works)),
                Slider("workers", "workers", choices=WORKERS, value=workers),
                Slider("images", "images in a batch", choices=IMAGES, value=images),
                Choice("batch", "of which", list(BATCHES)),
                Slider("gigabits", "bandwidth (Gbit/s)", choices=GIGABITS, value=gigabits, glide=False),
                Slider("microseconds", "latency (µs)", choices=MICROSECONDS, value=microseconds),
                Choice("added", "gradients are added", list(ADDED)),
                Choice("travel", "and travel", list(TRAVEL)),
            ]
        )

    def scene(
        self,
        network: str,
        workers: int,
        images: int,
        batch: str,
        gigabits: float,
        microseconds: float,
        added: str,
        travel: str,
    ) -> Scene:
        work, scaling = self.works[network], BATCHES[batch]
        cluster = Cluster(workers, gigabits, microseconds, ADDED[added], TRAVEL[travel])
        now, share = step(work, cluster, images, scaling), efficiency(work, cluster, images, scaling)
        speeds, at = self._speeds(work, cluster, images, scaling), WORKERS.index(workers)
        upper = self._efficiency(speeds, cluster, at), self._speed(speeds[cluster.way], WAYS.index(cluster.way), at)
        lower = self._time(now), self._table(now, share)
        return Scene([list(upper), list(lower)], self._words(work, cluster, now, share, images, scaling))

    def _speeds(self, work: Work, cluster: Cluster, images: int, scaling: str) -> dict[str, Array]:
        """{way: images per second of all numbers of workers}, remembered: another number of workers changes nothing."""
        key = work, cluster.gigabits, cluster.microseconds, cluster.overlap, images, scaling
        if key not in self.speeds:
            if len(self.speeds) >= KEPT:
                self.speeds.pop(next(iter(self.speeds)))
            clusters = {way: [replace(cluster, workers=k, way=way) for k in WORKERS] for way in WAYS}
            self.speeds[key] = {
                way: np.array([step(work, one, images, scaling).images_per_second for one in some])
                for way, some in clusters.items()
            }
        return self.speeds[key]

    @staticmethod
    def _efficiency(speeds: dict[str, Array], cluster: Cluster, at: int) -> Curves:
        lines = []
        for colour, (words, way) in enumerate(ADDED.items()):
            shares, chosen = 100 * speeds[way] / (speeds[way][0] * np.array(WORKERS)), way == cluster.way
            lines.append(Line(_places(), shares, words, colour, 3.0 if chosen else 1.5, dash=not chosen))
        return Curves(
            name="efficiency",
            title="efficiency: images per second, of what they could do without talking",
            height=UPPER,
            x=(0, len(WORKERS) - 1),
            y=(0, 105),
            x_label="workers",
            y_label="efficiency (%)",
            x_ticks=_ticks(),
            items=[*lines, Points(at, lines[WAYS.index(cluster.way)].y[at], colour="ink", size=5)],
        )

    @staticmethod
    def _speed(speeds: Array, colour: int, at: int) -> Curves:
        ideal = speeds[0] * np.array(WORKERS)
        return Curves(
            name="speed",
            title="images per second, of all workers",
            height=UPPER,
            x=(0, len(WORKERS) - 1),
            y=(10.0 ** math.floor(math.log10(min(speeds))), 10.0 ** math.ceil(math.log10(ideal[-1]))),
            y_log=True,
            x_label="workers",
            y_label="images per second",
            x_ticks=_ticks(),
            items=[
                Line(_places(), ideal, "if they need not talk", "muted", 1.5, dash=True),
                Line(_places(), speeds, "this cluster", colour, 3.0),
                Points(at, speeds[at], colour="ink", size=5),
            ],
        )

    @staticmethod
    def _time(now: Step) -> Curves:
        """One step from left to right: above what a worker computes, below when its link is busy."""
        top = _reach(now.seconds, now.compute)
        unit, scale = ("milliseconds", 1000.0) if top < 2 else ("seconds", 1.0)
        way_back = now.forward + now.backward
        pieces = [("forward", 0, 0.0, now.forward, 1.0), ("back", 4, now.forward, way_back, 1.0)]
        for number, (begin, end) in enumerate(_busy(now.messages)):
            pieces.append(("" if number else "gradients", 1, begin, end, -1.0))
        return Curves(
            name="time",
            title="one step, from its beginning to that of the next",
            height=LOWER,
            width=1.4,
            x=(0, scale * top),
            y=(-1.2, 1.2),
            x_label=unit,
            y_ticks=[(0.5, "computes"), (-0.5, "link")],
            items=[
                *(
                    Bars([scale * (begin + end) / 2], [height], label, colour, scale * (end - begin))
                    for label, colour, begin, end, height in pieces
                ),
                Mark(scale * now.seconds, colour="ink"),
            ],
        )

    @staticmethod
    def _table(now: Step, share: float) -> Table:
        rows = [
            ["computing", _seconds(now.compute)],
            ["travelling", _seconds(now.communication)],
            ["the step", _seconds(now.seconds)],
            ["images per second", f"{now.images_per_second:,.{0 if now.images_per_second >= 100 else 2}f}"],
            ["efficiency", _percent(share)],
        ]
        return Table(name="numbers", title="in numbers", height=LOWER, align="lr", rows=rows)

    @staticmethod
    def _words(work: Work, cluster: Cluster, now: Step, share: float, images: int, scaling: str) -> str:
        count, speed = cluster.workers, f"{now.images_per_second:,.{0 if now.images_per_second >= 100 else 2}f}"
        size = f"{_megabytes(work.gradient_bytes)} of gradients"
        if count == 1:
            return (
                f"One worker, {images:,} images, {speed} a second: the {size} stay where they are, and nothing travels."
            )
        each = f"with {images:,} images each" if scaling == "weak" else f"with {images:,} images together"
        hidden = now.communication - now.waiting
        told = f"{_seconds(now.waiting)} of waiting"
        if hidden > 1e-9 * now.seconds:
            told += f" ({_seconds(hidden)} more of travelling lie behind the computing)"
        carried = _megabytes(sent(cluster, work.gradient_bytes))
        idle = " Some workers have no image." if scaling == "strong" and images < count else ""
        return (
            f"{count} workers {each}, {speed} a second. A step is {_seconds(now.compute)} of computing and {told}: "
            f"{_percent(share)} of what they could do without talking. Of the {size} the busiest link carries "
            f"{carried} away in each step.{idle}"
        )


def _places() -> Array:
    return np.arange(len(WORKERS), dtype=float)


def _ticks() -> list[tuple[float, str]]:
    return [(float(place), f"{count}") for place, count in enumerate(WORKERS)]


def _reach(seconds: float, compute: float) -> float:
    """The end of the axis: that of the computing, doubled until the step fits, so that it moves seldom."""
    return 1.15 * compute * 2.0 ** max(0, math.ceil(math.log2(seconds / compute) - 1e-9))


def _busy(messages: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """When a link is busy: messages that follow each other without a pause are one."""
    found: list[tuple[float, float]] = []
    for begin, end in messages:
        if found and begin - found[-1][1] < 1e-12:
            found[-1] = found[-1][0], end
        else:
            found.append((begin, end))
    return found


def _percent(share: float) -> str:
    return f"{format_number(100 * share, 1)} %" if share > 0.0005 else f"{100 * share:.1g} %"


def _seconds(value: float) -> str:
    """A time with three digits."""
    if value >= 999.5:
        return f"{value:,.0f} s"
    return f"{np.format_float_positional(value, 3, unique=False, fractional=False, trim='-')} s"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.3g} MB" if size < 999.5e6 else f"{size / 1e6:,.0f} MB"
