"""Multimedia inputs are too much data for a fully-connected layer, and the cat moves (lecture topics 6 and 7)."""

import numpy as np

from .. import arguments
from .controls import Slider
from .explorer import Explorer
from .items import Line, Points, Rectangle
from .scene import Curves, Image, Scene, Table

BYTES = 4  # of one float32 weight
SIDES = [8, 16, 32, 64, 128, 227, 256, 512, 1000, 1500, 2000, 3000, 4000]


def dense_cost(height, width, channels, units):
    """A first fully-connected layer: inputs, weights (biases apart, as the lecture counts) and bytes of its weights."""
    inputs = height * width * channels
    return {"inputs": inputs, "weights": inputs * units, "bytes": BYTES * inputs * units}


def convolution_cost(size, channels, kernels):
    """A first convolutional layer: weights and bytes; the size of the image is not in the formula."""
    weights = size * size * channels * kernels
    return {"weights": weights, "bytes": BYTES * weights}


class TooMuchData(Explorer):
    """The calculator: what a fully-connected first layer costs for an image of any size, beside a convolution."""

    title = "How many weights does one image need?"

    def __init__(self, height=2000, width=3000, channels=3, units=500, size=5, kernels=32):
        super().__init__(
            [
                Slider("height", "image height", choices=SIDES, value=height),
                Slider("width", "image width", choices=SIDES, value=width),
                Slider("channels", "channels (3 = RGB)", 1, 4, 1, value=channels),
                Slider(
                    "units",
                    "hidden units",
                    choices=[1, 10, 50, 100, 500, 1000, 4096],
                    value=units,
                    group="Fully connected",
                ),
                Slider("size", "kernel side", 1, 11, 2, value=size, group="Convolution"),
                Slider(
                    "kernels",
                    "kernels",
                    choices=[1, 8, 16, 32, 64, 96, 128, 256, 500],
                    value=kernels,
                    group="Convolution",
                ),
            ]
        )

    def scene(self, height, width, channels, units, size, kernels):
        full, shared = dense_cost(height, width, channels, units), convolution_cost(size, channels, kernels)
        sides = np.array(SIDES, dtype=float)
        curve = Curves(
            name="growth",
            title="weights of the first layer",
            height=300,
            x=(8, 4000),
            y=(1, 1e12),
            x_log=True,
            y_log=True,
            x_label="side of a square image",
            y_label="weights",
            items=[
                Line(sides, channels * units * sides**2, label="fully connected", colour=1),
                Line(sides, np.full(len(sides), float(shared["weights"])), label="convolution", colour=0, dash=True),
                Points(
                    np.sqrt(height * width), full["weights"], label="this image", colour="ink", size=6, shape="square"
                ),
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
                ["years at 1 image a second", years(full["weights"]), years(shared["weights"])],
            ],
        )
        return Scene(
            [curve, table],
            f"{height} x {width} x {channels} = {full['inputs']:,} inputs; {units} hidden units make "
            f"{full['weights']:,} weights ({size_words(full['bytes'])}). {kernels} kernels of {size} x {size} have "
            f"{shared['weights']:,}.",
        )


def size_words(count):
    """Bytes in words: 36 GB, 9.6 kB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def years(seconds):
    """Seconds as years, or as something shorter."""
    for limit, name in ((60, "seconds"), (60, "minutes"), (24, "hours"), (365, "days")):
        if seconds < limit:
            return f"{seconds:.3g} {name}"
        seconds /= limit
    return f"{seconds:.3g} years"


def place(photo, canvas, row, column, ground=0.0):
    """The photo (H, W, C) on an empty canvas (height, width), its top left corner at (row, column); what sticks out is
    cut off.
    """
    photo = np.asarray(photo)
    if photo.ndim != 3:
        raise ValueError(f"photo must be (H, W, C); got an array of shape {photo.shape}")
    height, width = canvas
    out = np.full((height, width, photo.shape[2]), ground, dtype=photo.dtype)
    top, left = max(row, 0), max(column, 0)
    bottom, right = min(row + photo.shape[0], height), min(column + photo.shape[1], width)
    if bottom > top and right > left:
        out[top:bottom, left:right] = photo[top - row : bottom - row, left - column : right - column]
    return out


class MovingCat(Explorer):
    """A picture moves over an empty field: which inputs, hence which weights of a fully-connected unit, see it?

    photo : (H, W, 3) or (H, W, 1), values 0..1, or uint8 0..255.  field : (height, width) of the whole image.
    size : side that the photo is reduced to.  Raises TypeError or ValueError, naming the argument.
    """

    title = "The cat moves, and other weights see it"

    def __init__(self, photo, field=(48, 72), size=24):
        photo = np.asarray(photo)
        photo = photo / np.float32(255) if photo.dtype == np.uint8 else photo
        if photo.ndim != 3 or photo.shape[2] not in (1, 3):
            raise ValueError(
                f"photo must be (H, W, 3) or (H, W, 1) with values 0..1; got an array of shape {photo.shape}"
            )
        photo = arguments.array("photo", photo, finite=True).astype(np.float32)
        if photo.min() < 0 or photo.max() > 1:
            raise ValueError(f"photo must hold values 0..1; got values from {photo.min():g} to {photo.max():g}")
        if min(field) < size:
            raise ValueError(f"field must be at least size x size, {size} x {size}; got {field}")
        side = min(photo.shape[:2])
        top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
        index = (np.arange(size) + 0.5) * side / size
        rows, columns = (top + index).astype(int), (left + index).astype(int)
        self.cat, self.field = photo[np.ix_(rows, columns)], field
        middle = ((field[0] - size) // 2, (field[1] - size) // 2)
        self.middle = middle
        super().__init__(
            [
                Slider("right", "move to the right", -middle[1], field[1] - size - middle[1], 1, value=0),
                Slider("down", "move down", -middle[0], field[0] - size - middle[0], 1, value=0),
            ]
        )

    @classmethod
    def example(cls):
        from ..datasets import photo

        return cls(photo("chelsea"))

    def scene(self, right, down):
        size = len(self.cat)
        row, column = self.middle[0] + down, self.middle[1] + right
        image = place(self.cat, self.field, row, column, 0.92)
        seen, learned = np.zeros(self.field, bool), np.zeros(self.field, bool)
        seen[row : row + size, column : column + size] = True
        learned[self.middle[0] : self.middle[0] + size, self.middle[1] : self.middle[1] + size] = True
        shared, all_ = int((seen & learned).sum()), int(learned.sum())
        use = seen.astype(float) + 2 * learned
        frame = Rectangle(self.middle[0], self.middle[1], size, size, "where the cat was in training", colour=0)
        now = Rectangle(row, column, size, size, "where the cat is now", colour=1)
        picture = Image(name="image", title="the image", pixels=image, height=320, rectangles=[frame, now])
        weights = Image(
            name="weights",
            title="weights of one fully-connected unit",
            pixels=use / 3,
            colours="ink",
            scale=(0.0, 1.0),
            height=320,
            rectangles=[frame, now],
        )
        return Scene(
            [picture, weights],
            f"The cat moved {right} pixels to the right and {down} down. Of the {all_} pixels whose weights learned "
            f"the cat, {shared} ({100 * shared // all_} %) still see it; the {int((seen & ~learned).sum())} others "
            f"that see it now "
            f"learned nothing. A kernel that slides over the image meets the cat at every place.",
        )


__all__ = [
    "MovingCat",
    "TooMuchData",
    "convolution_cost",
    "dense_cost",
    "place",
    "size_words",
    "years",
]
