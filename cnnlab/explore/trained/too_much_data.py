"""Multimedia inputs are too much data for a fully-connected layer: the calculator (lecture topic 6)."""

from typing import Any

import numpy as np

from cnnlab.analysis.costs import convolution_cost, dense_cost
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Points
from cnnlab.explore.toolkit.scene import Curves, Scene, Table

SIDES = [8, 16, 32, 64, 128, 224, 256, 512, 1000, 1500, 2000, 3000, 4000, 6000, 10_000]
UNITS = [1, 10, 50, 100, 200, 500, 1000, 2000, 4096, 10_000]
KERNELS = [1, 2, 4, 8, 16, 32, 64, 96, 128, 256, 512]
MOST = 1_000_000  # of anything that is counted


class Amount(Slider):
    """How many: the hand takes one of `choices`, Python any whole number from 1 to MOST."""

    def check(self, value: Any) -> int:
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)
        if not whole or not 1 <= value <= MOST:
            self.refuse(value, f"a whole number from 1 to {MOST:,}")
        return int(value)


class TooMuchData(Explorer):
    """The calculator: what a fully-connected first layer costs for an image of any size, beside a convolution.

    All take any whole number from 1 to a million, here and in `set`; the sliders take the usual ones.

    Parameters
    ----------
    height, width, channels : int
        Of the image.
    units : int
        Of the fully-connected layer.
    size, kernels : int
        The convolution has so many kernels of size x size.

    Raises
    ------
    ValueError
        For anything else; the message names the argument.

    Source
    ------
    Lecture topic 6.
    """

    title = "How many weights does one image need?"

    def __init__(
        self,
        height: int = 2000,
        width: int = 3000,
        channels: int = 3,
        units: int = 500,
        size: int = 5,
        kernels: int = 32,
    ) -> None:
        full, shared = "Fully connected", "Convolution"
        super().__init__(
            [
                Amount("height", "image height", choices=SIDES, value=height),
                Amount("width", "image width", choices=SIDES, value=width),
                Amount("channels", "channels (3 = RGB)", choices=[1, 2, 3, 4], value=channels),
                Amount("units", "hidden units", choices=UNITS, value=units, group=full),
                Amount("size", "kernel side", choices=[1, 3, 5, 7, 9, 11], value=size, group=shared),
                Amount("kernels", "kernels", choices=KERNELS, value=kernels, group=shared),
            ]
        )

    def scene(self, height: int, width: int, channels: int, units: int, size: int, kernels: int) -> Scene:
        full, shared = dense_cost(height, width, channels, units), convolution_cost(size, channels, kernels)
        side = np.sqrt(height * width)
        ends = np.array([1.0, max(SIDES[-1], side)])
        curve = Curves(
            name="growth",
            title="weights of the first layer",
            height=300,
            x=tuple(ends),
            y=(1, max(1e13, 10.0 * full["weights"])),
            x_log=True,
            y_log=True,
            x_label="side of a square image",
            y_label="weights",
            items=[
                Line(ends, channels * units * ends**2, label="fully connected", colour=1),
                Line(ends, np.full(2, float(shared["weights"])), label="convolution", colour=0, dash=True),
                Points(side, full["weights"], label="this image", colour="ink", size=6, shape="square"),
            ],
        )
        table = Table(
            name="numbers",
            title="the same in numbers",
            height=300,
            align="lrr",
            header=["", "fully connected", "convolution"],
            rows=[
                ["inputs", f"{full['inputs']:,}", f"{full['inputs']:,}"],
                ["weights", f"{full['weights']:,}", f"{shared['weights']:,}"],
                ["memory (float32)", size_words(full["bytes"]), size_words(shared["bytes"])],
                ["images, one per weight", f"{full['weights']:,}", f"{shared['weights']:,}"],
                ["time at 1 image a second", duration(full["weights"]), duration(shared["weights"])],
            ],
        )
        return Scene(
            [curve, table],
            f"{height} x {width} x {channels} = {full['inputs']:,} inputs; {units} hidden units make "
            f"{full['weights']:,} weights ({size_words(full['bytes'])}). {kernels} kernels of {size} x {size} have "
            f"{shared['weights']:,}.",
        )


def size_words(count: float) -> str:
    """Bytes in words: 36 GB, 9.6 kB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def duration(seconds: float) -> str:
    """Seconds in words: 40 minutes, 285 years."""
    for limit, name in ((60, "seconds"), (60, "minutes"), (24, "hours"), (365, "days")):
        if seconds < limit:
            return f"{seconds:.3g} {name}"
        seconds /= limit
    return f"{seconds:.3g} years"
