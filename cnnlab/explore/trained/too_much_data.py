"""Multimedia inputs are too much data for a fully-connected layer: its weights drawn to scale (lecture topic 6)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.costs import convolution_cost, dense_cost
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Line, Points
from cnnlab.explore.toolkit.scene import Plane, Scene, Table

SIDES = [8, 16, 32, 64, 128, 224, 256, 512, 1000, 1500, 2000, 3000, 4000, 6000, 10_000]
UNITS = [1, 10, 50, 100, 200, 500, 1000, 2000, 4096, 10_000]
KERNELS = [1, 2, 4, 8, 16, 32, 64, 96, 128, 256, 512]
MOST = 1_000_000  # of anything that is counted
ZOOMS = [digit * 10**power for power in range(5) for digit in (1, 2, 5)]
FIRST_ZOOM = 1000
ALL = "all weights, 1 mm² each"
NAMES = ("height", "width", "channels", "units", "size", "kernels")
COLOURS = (0, 4, 1, 3, "ink")  # of the squares
HEIGHT = 330  # pixels of a picture
THINGS = [  # that one knows: the longer and the shorter side, in millimetres, the longest first
    ("a football field", 105_000, 68_000),
    ("a tennis court", 23_770, 10_970),
    ("a parking space", 5_000, 2_500),
    ("a sheet of A4 paper", 297, 210),
    ("a matchbox", 53, 36),
]


class Amount(Slider):
    """How many: the hand takes one of `choices`, Python any whole number from 1 to MOST."""

    def check(self, value: Any) -> int:
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)
        if not whole or not 1 <= value <= MOST:
            self.refuse(value, f"a whole number from 1 to {MOST:,}")
        return int(value)


class TooMuchData(Explorer):
    """What a fully-connected first layer costs for an image of any size, beside a convolution, drawn to scale.

    Each weight is a square millimetre; the corner can be enlarged until the convolution is seen. All take any whole
    number from 1 to a million, here and in `set`; the sliders take the usual ones.

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
        amounts = [
            Amount("height", "image height", choices=SIDES, value=height),
            Amount("width", "image width", choices=SIDES, value=width),
            Amount("channels", "channels (3 = RGB)", choices=[1, 2, 3, 4], value=channels),
            Amount("units", "hidden units", choices=UNITS, value=units, group=full),
            Amount("size", "kernel side", choices=[1, 3, 5, 7, 9, 11], value=size, group=shared),
            Amount("kernels", "kernels", choices=KERNELS, value=kernels, group=shared),
        ]
        zoom = self._fitting(FIRST_ZOOM, {amount.name: amount.value for amount in amounts})
        super().__init__([*amounts, Slider("zoom", "enlarge the corner", choices=ZOOMS, value=zoom)])

    @staticmethod
    def _counts(values: Mapping[str, Any]) -> dict[str, int]:
        """What is drawn as a square, and how many weights it is."""
        height, width, channels, units, size, kernels = (values[name] for name in NAMES)
        full = dense_cost(height, width, channels, units)
        return {
            "fully connected": full["weights"],
            "one of its units": full["inputs"],
            "convolution": convolution_cost(size, channels, kernels)["weights"],
            "one kernel": convolution_cost(size, channels, 1)["weights"],
            "one weight": 1,
        }

    def _fitting(self, zoom: int, values: Mapping[str, Any]) -> int:
        """This enlargement, or the largest one in which one kernel still takes no more than half of the side."""
        counts = self._counts(values)
        most = max(counts.values()) ** 0.5 / (2 * counts["one kernel"] ** 0.5)
        return max((choice for choice in ZOOMS if choice <= min(zoom, most)), default=1)

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"zoom": self._fitting(values["zoom"], values)}

    def scene(self, zoom: int, **values: int) -> Scene:
        counts = self._counts(values)
        side = max(counts.values()) ** 0.5
        cost = dense_cost(*(values[name] for name in NAMES[:4]))
        shared = convolution_cost(values["size"], values["channels"], values["kernels"])
        table = Table(
            name="numbers",
            title="the same in numbers",
            height=HEIGHT,
            width=1.3,
            narrowest=250,  # on a narrow page the numbers stand below the pictures, not in tiny letters beside them
            align="lrr",
            header=["", "fully connected", "convolution"],
            rows=[
                ["inputs", f"{cost['inputs']:,}", f"{cost['inputs']:,}"],
                ["weights", f"{cost['weights']:,}", f"{shared['weights']:,}"],
                ["side of its square", length(cost["weights"] ** 0.5), length(shared["weights"] ** 0.5)],
                ["memory (float32)", size_words(cost["bytes"]), size_words(shared["bytes"])],
                ["images, one per weight", f"{cost['weights']:,}", f"{shared['weights']:,}"],
                ["at 1 image a second", duration(cost["weights"]), duration(shared["weights"])],
            ],
            size=13,
        )
        return Scene(
            [
                self._drawn("all", ALL, counts, side, side / zoom),
                self._drawn("corner", f"its corner, enlarged {zoom:,} times" if zoom > 1 else ALL, counts, side / zoom),
                table,
            ],
            self._words(values, counts, zoom, side),
        )

    @staticmethod
    def _drawn(name: str, title: str, counts: Mapping[str, int], side: float, frame: float = 0.0) -> Plane:
        """Squares on top of one another, from one corner, as large as what they count; and a thing that one knows."""
        items: list[Any] = []
        for k, (what, count) in enumerate(counts.items()):
            one = min(count**0.5, side)
            items.append((count, Bars(np.array([one / 2]), np.array([one]), what, COLOURS[k], width=one)))
        items = [bars for _, bars in sorted(items, key=lambda pair: -pair[0])]
        said = []
        for thing, width, height in [thing for thing in THINGS if thing[1] < 0.97 * side][:1]:
            items.append(_outline(width, height, dash=True))
            said.append(f"dashed: {thing}")
        if 0 < frame < side:
            items.append(_outline(frame, frame))
            if small := frame < 0.05 * side:
                items.append(Points(frame / 2, frame / 2, colour="ink", size=7, shape="ring"))
            said.append(f"{'ring' if small else 'black'}: enlarged")
        ends = [(0.0, "0"), (side, length(side))]
        look: dict[str, Any] = {"x_ticks": ends, "y_ticks": ends, "x_label": "; ".join(said), "height": HEIGHT}
        return Plane(name=name, title=title, x=(0, side), y=(0, side), items=items, **look)

    @staticmethod
    def _words(values: Mapping[str, int], counts: Mapping[str, int], zoom: int, side: float) -> str:
        sides = {what: length(count**0.5) for what, count in counts.items()}
        full, shared = counts["fully connected"], counts["convolution"]
        units, kernels = plural(values["units"], "hidden unit"), plural(values["kernels"], "kernel")
        return (
            f"{values['height']} x {values['width']} x {values['channels']} = {counts['one of its units']:,} inputs; "
            f"{units} make {full:,} weights. Were a weight 1 mm², they would fill a square of "
            f"{sides['fully connected']}, one unit {sides['one of its units']}. {kernels} of "
            f"{values['size']} x {values['size']} have {shared:,} weights: {sides['convolution']}, "
            f"one kernel {sides['one kernel']}. The corner on the right is {length(side / zoom)} wide."
        )


def _outline(width: float, height: float, dash: bool = False) -> Line:
    """Of a rectangle in the corner."""
    x, y = np.array([0.0, width, width]), np.array([height, height, 0.0])
    return Line(x, y, colour="ink", width=1.5, dash=dash)


def length(millimetres: float) -> str:
    """A length in words: 8.7 mm, 4.9 cm, 95 m, 12 km."""
    units = ((9.95, 1, "mm"), (995, 10, "cm"), (995_000, 1000, "m"), (np.inf, 1_000_000, "km"))
    factor, unit = next((factor, unit) for below, factor, unit in units if millimetres < below)
    return f"{millimetres / factor:,.{0 if millimetres / factor >= 9.95 else 1}f} {unit}"


def plural(count: int, word: str) -> str:
    """1 kernel, 2 kernels."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


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
    return f"{seconds:,.0f} years" if seconds >= 1000 else f"{seconds:.3g} years"
