"""Kernels at work on a photograph: blur, edges, sharpen, emboss, colours, and one drawn by hand (lecture topic 8)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import Convolution, convolution_of, image_of
from cnnlab.datasets import photo
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Cell, Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Rectangle
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.scene import Grid, Image, Scene, Table, screen_colours, screen_sized
from cnnlab.explore.toolkit.settings import TOP
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

SIDE = 5
OWN = "draw your own"
PHOTOS = ("chelsea", "coffee", "astronaut", "rocket", "camera", "brick")
ONE, EACH = "one map, colours added up", "a colour picture, each colour apart"
DIVISORS = [1, 2, 3, 4, 5, 8, 9, 12, 16, 25, 27, 48, 75]


def _middle(kernel):
    """A small kernel in the middle of a SIDE x SIDE one."""
    kernel = np.array(kernel, dtype=float)
    edge = [(SIDE - side) // 2 for side in kernel.shape]
    return np.pad(kernel, [(edge[0], SIDE - kernel.shape[0] - edge[0]), (edge[1], SIDE - kernel.shape[1] - edge[1])])


BLUR, SOBEL = np.ones((SIDE, SIDE)), _middle([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
EMBOSS = _middle([[2, 1, 0], [1, 1, -1], [0, -1, -2]])
SPOT = _middle([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
DOT = _middle([[1]])
CORNER = np.zeros((SIDE, SIDE))
CORNER[SIDE - 1, SIDE - 1] = 1
# name: (red, green, blue) or one for all three, divisor, what comes out
KERNELS = {
    "blur": (BLUR, 25, EACH),
    "soft blur": (SPOT, 16, EACH),
    "blur along a diagonal": (np.eye(SIDE), 5, EACH),
    "sharpen": (_middle([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]), 1, EACH),
    "emboss": (EMBOSS, 1, EACH),
    "vertical edges": (SOBEL, 3, ONE),
    "horizontal edges": (SOBEL.T, 3, ONE),
    "edges all round": (_middle([[0, 1, 0], [1, -4, 1], [0, 1, 0]]), 3, ONE),
    "move by 2 down, 2 right": (CORNER, 1, EACH),
    "red against green": ((SPOT, -SPOT, 0 * SPOT), 16, ONE),
    "yellow against blue": ((SPOT, SPOT, -2 * SPOT), 16, ONE),
    "orange": ((3 * DOT, 6 * DOT, -9 * DOT), 1, ONE),
    "warm left, cold right": ((-SOBEL, 0 * SOBEL, SOBEL), 4, ONE),
    OWN: None,
}
CHANNELS = ("red", "green", "blue")
HEIGHT = 276  # pixels of a photograph on the screen


class PhotoFilter(Explorer):
    """A kernel slides over a whole photograph; its weights, one 5 x 5 square for each colour, can be drawn by hand.

    Parameters
    ----------
    image : (H, W), (H, W, 1) or (H, W, 3), optional
        Values 0..1; by default the embedded photographs to choose from.
    layer : Conv2D over 1 or 3 channels, optional
        Its filters are then what there is to choose from, with its stride and padding.  Weights are whole numbers over
        a common divisor, or, from a layer, as they are.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 8.
    """

    title = "Kernels on a photograph"

    def __init__(self, image: ArrayLike | None = None, layer: Layer | None = None) -> None:
        self.image = None if image is None else image_of(image)
        if self.image is not None and self.image.shape[2] not in (1, 3):
            raise ValueError(f"image must have 1 or 3 channels to be shown; it has {self.image.shape[2]}")
        self.cache: dict[str, Array] = {}
        self.answered: tuple[Any, Any] = (None, None)
        self.layer = None if layer is None else convolution_of(layer, self._image(PHOTOS[0]).shape)
        channels = 1 if self.image is not None and self.image.shape[2] == 1 else 3
        controls: list[Control] = [] if image is not None else [Choice("photo", "photograph", list(PHOTOS))]
        if self.layer is None:
            coloured = [name for name, spec in KERNELS.items() if spec and isinstance(spec[0], tuple)]
            fit = {name: spec for name, spec in KERNELS.items() if channels == 3 or name not in coloured}
            self.kernels: dict[str, Any] = {
                name: spec and (self._squares(spec[0], channels), spec[1]) for name, spec in fit.items()
            }
            outputs = {name: spec[2] if spec and channels == 3 else ONE for name, spec in fit.items()}
            lo, hi, step, shape = -TOP, TOP, 1.0, (SIDE, SIDE)
        else:
            w = self.layer.w
            self.kernels = {f"filter d = {d}": (w[:, :, :, d].transpose(2, 0, 1), 1) for d in range(w.shape[3])}
            self.kernels[OWN], outputs = None, {}
            top = float(np.ceil(np.abs(w).max())) or 1.0
            lo, hi, step, shape = -top, top, top / 50, w.shape[:2]
        self.outputs = outputs
        first = next(iter(self.kernels))
        names = ["w"] if channels == 1 else ["w_red", "w_green", "w_blue"]
        self.names = names
        controls.append(Choice("kernel", "kernel", list(self.kernels), first))
        if self.layer is None:
            if channels == 3:
                controls.append(Choice("output", "comes out", [EACH, ONE], outputs[first]))
            controls.append(Slider("divisor", "weights divided by", choices=DIVISORS, value=self.kernels[first][1]))
        conv = self.layer or Convolution(np.zeros((SIDE, SIDE, channels, 1)), padding="same")
        rows, columns, _ = conv.e_shape(self._image(PHOTOS[0]).shape)
        controls.append(Cell("where", "pixel of e", rows, columns, (rows // 3, columns // 2)))
        for name, start in zip(names, self.kernels[first][0], strict=True):
            weights = Matrix(name, name.replace("_", ", "), start.reshape(shape), lo, hi, step, carries=("kernel",))
            controls.append(weights)
        super().__init__(controls)

    @staticmethod
    def _squares(spec, channels):
        """One square of weights for each channel."""
        return np.array(spec if isinstance(spec, tuple) else [spec] * channels, dtype=float)

    def _image(self, name):
        if self.image is not None:
            return self.image
        if name not in self.cache:
            pixels = photo(name, side=200).astype(np.float64)
            self.cache[name] = pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)
        return self.cache[name]

    def convolution(self, divisor: float = 1, output: str = ONE, **values: Any) -> Convolution:
        """The convolution of these values: one map, or a map for each colour, which only that colour feeds.

        Parameters
        ----------
        divisor : float
            By which all weights are divided.
        output : str
            What comes out, `ONE` or `EACH`.
        **values : object
            The rest of the values of the controls.

        Returns
        -------
        conv : Convolution
            Of the photograph.
        """
        squares = np.stack([values[name] for name in self.names], axis=2) / divisor
        start = self.layer or Convolution(np.zeros((SIDE, SIDE, len(self.names), 1)), padding="same")
        if output == ONE:
            b = None
            if self.layer is not None and self.layer.b is not None and values["kernel"] != OWN:
                b = np.ascontiguousarray(self.layer.b[..., self._filter(values["kernel"])][..., None])
            return start.but(w=np.ascontiguousarray(squares[..., None]), b=b, connections=None)
        table = np.eye(len(self.names), dtype=bool)
        return start.but(w=squares[..., None] * table, connections=table)

    def _answer(self, photo, values):
        """(convolution, e, h and e as pixels) of these values: worked out once while only the chosen pixel moves."""
        key = (photo, *((name, np.asarray(value).tobytes()) for name, value in sorted(values.items())))
        if self.answered[0] != key:
            h, conv = self._image(photo), self.convolution(**values)
            e = conv.e(h)
            pixels = [screen_colours(map_) if map_.shape[2] == 3 else map_[:, :, 0] for map_ in (h, e)]
            self.answered = key, (conv, e, *(screen_sized(shown, HEIGHT) for shown in pixels))
        return self.answered[1]

    def _filter(self, kernel):
        return list(self.kernels).index(kernel)

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        further = {}
        kernel = values["kernel"]
        if name == "kernel" and kernel != OWN:
            squares, divisor = self.kernels[kernel]
            further = dict(zip(self.names, squares, strict=True))
            if self.layer is None:
                further["divisor"] = divisor
                if len(self.names) == 3:
                    further["output"] = self.outputs[kernel]
        elif name in self.names or name == "divisor":
            further["kernel"] = OWN
        now = {**values, **further}
        image = self._image(now.get("photo"))
        rows, columns, _ = self.convolution(**now).e_shape(image.shape)
        row, column = now["where"]
        return further | {"where": (min(row, rows - 1), min(column, columns - 1))}

    def scene(self, where: tuple[int, int], photo: str | None = None, **values: Any) -> Scene:
        h = self._image(photo)
        conv, e, h_pixels, e_pixels = self._answer(photo, values)
        m, n = where
        rows, columns = conv.w.shape[:2]
        row, column = conv.window(m, n)
        mark = [Rectangle(m - 2, n - 2, 5, 5, "round this pixel", 1)]
        each = e.shape[2] == 3 and values.get("output") == EACH
        total = float(conv.w.sum()) / (3 if each else 1)
        keeps = each or abs(total - 1) < 1e-9
        if each:
            look: dict[str, Any] = {}
        elif keeps:
            look = {"colours": "grey", "scale": (0.0, 1.0)}
        else:
            look = {"colours": "diverging", "scale": strongest(e)}
        sums = [conv.one_sum(h, m, n, d) for d in range(e.shape[2])]
        grey: dict[str, Any] = {} if h.shape[2] == 3 else {"scale": (0.0, 1.0)}
        large: dict[str, Any] = {"height": HEIGHT, "width": 1.3}
        small: dict[str, Any] = {"height": 186, "cell": 30.0, "indices": False}
        box = [Rectangle(row, column, rows, columns, "under the kernel", 1)]
        titles = [f"w, {word}" for word in CHANNELS] if len(self.names) == 3 else ["w"]
        whole = self.layer is None
        scale = TOP if whole else max(float(max(np.abs(values[name]).max() for name in self.names)), 1e-9)
        grids = [
            Grid(
                name=name,
                title=f"{title} (drag)",
                symbol="w",
                values=values[name],
                edit=name,
                scale=scale,
                digits=0 if whole else 2,
                **small,
            )
            for name, title in zip(self.names, titles, strict=True)
        ]
        panels = [
            [
                Image(
                    name="h", title="h", symbol="h", pixels=h_pixels, whole=h.shape[:2], rectangles=box, **grey, **large
                ),
                Image(
                    name="e",
                    title="e: a colour each" if each else "e",
                    symbol="e",
                    pixels=e_pixels,
                    whole=e.shape[:2],
                    click="where",
                    rectangles=mark,
                    **look,
                    **large,
                ),
                self._sums(sums, e[m, n]),
            ],
            [
                Image(name="window", title="under the kernel", symbol="h", pixels=sums[0].window, **grey, height=186),
                *grids,
            ],
        ]
        return Scene(panels, self._words(conv, e, m, n, each, total, values))

    @staticmethod
    def _sums(found, pixel):
        """What each colour adds."""
        each = len(found) == 3
        sums = [found[c if each else 0].sums[c] for c in range(len(found[0].sums))]
        names = CHANNELS if len(sums) == 3 else ("h",)
        rows = [[f"from {name}", format_number(value)] for name, value in zip(names, sums, strict=True)]
        if not each:
            rows += [["bias", format_number(found[0].bias)]] if found[0].bias else []
            rows.append(["sum = e", format_number(pixel[0])])
        return Table(name="sum", title="at this pixel", rows=rows, align="lr", height=276, width=0.75)

    def _words(self, conv, e, m, n, each, total, values):
        size = f"{conv.w.shape[0]} × {conv.w.shape[1]}"
        value = ", ".join(format_number(v) for v in e[m, n])
        what = (
            "the weights add up to 1: brightness is kept"
            if abs(total - 1) < 1e-9
            else "the weights add up to 0: only change is answered"
            if abs(total) < 1e-9
            else f"the weights add up to {format_number(total)}"
        )
        comes = "each colour by itself" if each else "the colours added up"
        name = values["kernel"]
        return f"{name[:1].upper()}{name[1:]}, {size}, {comes}; {what}. At row {m}, column {n}: e = {value}."
