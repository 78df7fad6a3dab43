"""Multimedia inputs are too much data for a fully-connected layer, and the cat moves (lecture topics 6 and 7)."""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.analysis.shifts import place
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Points, Rectangle
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Image, Scene, Table
from cnnlab.layers import Dense, Flatten
from cnnlab.losses import BinaryCrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import Adam
from cnnlab.training import fit

BYTES = 4  # of one float32 weight
SIDES = [8, 16, 32, 64, 128, 224, 256, 512, 1000, 1500, 2000, 3000, 4000, 6000, 10_000]
UNITS = [1, 10, 50, 100, 200, 500, 1000, 2000, 4096, 10_000]
KERNELS = [1, 2, 4, 8, 16, 32, 64, 96, 128, 256, 512]
MOST = 1_000_000  # of anything that is counted


def dense_cost(height, width, channels, units):
    """A first fully-connected layer: inputs, weights (biases apart, as the lecture counts) and bytes of its weights."""
    inputs = height * width * channels
    return {"inputs": inputs, "weights": inputs * units, "bytes": BYTES * inputs * units}


def convolution_cost(size, channels, kernels):
    """A first convolutional layer: weights and bytes; the size of the image is not in the formula."""
    weights = size * size * channels * kernels
    return {"weights": weights, "bytes": BYTES * weights}


class Amount(Slider):
    """How many: the hand takes one of `choices`, Python any whole number from 1 to MOST."""

    def check(self, value):
        if arguments.whole(self.name, value) > MOST:
            self.refuse(value, f"a whole number of at most {MOST:,}")
        return int(value)


class TooMuchData(Explorer):
    """The calculator: what a fully-connected first layer costs for an image of any size, beside a convolution.

    height, width, channels : of the image.  units : of the fully-connected layer.  size, kernels : the convolution has
    so many kernels of size x size.  Any whole numbers from 1 to a million, here and in `set`; the sliders take the
    usual ones.  Raises TypeError or ValueError, naming the argument.
    """

    title = "How many weights does one image need?"

    def __init__(self, height=2000, width=3000, channels=3, units=500, size=5, kernels=32):
        full, shared = {"group": "Fully connected"}, {"group": "Convolution"}
        super().__init__(
            [
                Amount("height", "image height", choices=SIDES, value=height),
                Amount("width", "image width", choices=SIDES, value=width),
                Amount("channels", "channels (3 = RGB)", choices=[1, 2, 3, 4], value=channels),
                Amount("units", "hidden units", choices=UNITS, value=units, **full),
                Amount("size", "kernel side", choices=[1, 3, 5, 7, 9, 11], value=size, **shared),
                Amount("kernels", "kernels", choices=KERNELS, value=kernels, **shared),
            ]
        )

    def scene(self, height, width, channels, units, size, kernels):
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


def size_words(count):
    """Bytes in words: 36 GB, 9.6 kB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def duration(seconds):
    """Seconds in words: 40 minutes, 285 years."""
    for limit, name in ((60, "seconds"), (60, "minutes"), (24, "hours"), (365, "days")):
        if seconds < limit:
            return f"{seconds:.3g} {name}"
        seconds /= limit
    return f"{seconds:.3g} years"


class MovingCat(Explorer):
    """A picture moves over an empty field: which weights of a fully-connected unit see it, and what does it say?

    photo : (H, W, 3) or (H, W, 1), values 0..1, or uint8 0..255.  field : (height, width) of the whole image, or one
    number for both.  size : side that the photo is reduced to, smaller than the field.

    The unit is a real one, `network`: made here, it has learned to tell the picture from its own pieces in disorder,
    always in the middle of the field.  Raises TypeError or ValueError, naming the argument.
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
        self.field, size = arguments.pair("field", field), arguments.whole("size", size)
        if min(self.field) <= size:
            raise ValueError(
                f"field must be larger than the picture, {size} x {size}, both ways, so that it can move; got {field!r}"
            )
        side = min(photo.shape[:2])
        top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
        index = (np.arange(size) + 0.5) * side / size
        self.cat = photo[np.ix_((top + index).astype(int), (left + index).astype(int))]
        self.ground = self.cat.mean(axis=(0, 1))  # to the unit this is 0: an empty field says nothing
        self.middle = middle = ((self.field[0] - size) // 2, (self.field[1] - size) // 2)
        self._learn()
        super().__init__(
            [
                Slider("right", "move to the right", -middle[1], self.field[1] - size - middle[1], 1, value=0),
                Slider("down", "move down", -middle[0], self.field[0] - size - middle[0], 1, value=0),
            ]
        )

    @classmethod
    def example(cls):
        from cnnlab.datasets import photo

        return cls(photo("chelsea"))

    def _learn(self):
        """Train the unit, and let it answer at every place: `answers[row, column]`, the excitation e."""
        self.kernel, b = learned(*lessons(self.cat - self.ground))
        w = place(self.kernel, self.field, *self.middle)  # all other inputs were 0: so is their dw, and so are they
        self.network = Network([Flatten(), Dense(1, initialiser="zeros")], w.shape)
        self.network[1].parameters["w"][:], self.network[1].parameters["b"][:] = w.reshape(-1, 1), b
        self.answers = _slide(w, self.cat - self.ground, b)
        self.w = w.sum(axis=2)

    def scene(self, right, down):
        size, (top, left) = len(self.cat), self.middle
        row, column = top + down, left + right
        image = place(self.cat, self.field, row, column, self.ground)
        shared, all_ = max(size - abs(right), 0) * max(size - abs(down), 0), size * size
        e, centred = self.answers[row, column], self.answers[self.middle]
        sliding = _slide(image - self.ground, self.kernel, self.network[1].parameters["b"]).max()
        out = size / 24  # around the other frame, so that both are seen where they meet
        frames = [
            Rectangle(top - out, left - out, size + 2 * out, size + 2 * out, "where the cat was in training", colour=0),
            Rectangle(row, column, size, size, "where the cat is now", colour=1),
        ]
        look = {"height": 300, "rectangles": frames}
        low, high = float(min(self.answers.min(), 0)), float(max(self.answers.max(), 0)) or 1.0
        places = self.controls["right"].positions()
        answer = Curves(
            name="answer",
            title="what the unit says along this row: is it the cat?",
            height=210,
            x=(places[0], places[-1]),
            y=(low - 0.1 * (high - low), high + 0.25 * (high - low)),
            y_ticks=[(0.0, "0"), *([(centred, format_number(centred, 1))] if centred > 0.2 * (high - low) else [])],
            x_label="moved to the right (pixels)",
            y_label="e (yes above 0)",
            items=[
                Line(np.array(places, float), self.answers[row], label="fully connected", colour=1),
                Points(right, e, colour=1, size=6),
                Points(right, sliding, label="the same weights as a sliding kernel", colour=2, size=6, shape="ring"),
            ],
        )
        return Scene(
            [
                [
                    Image(name="image", title="the image", pixels=image, **look),
                    Image(
                        name="weights",
                        title="learned weights of one fully-connected unit",
                        pixels=self.w,
                        colours="diverging",
                        symbol="w",
                        **look,
                    ),
                ],
                [answer],
            ],
            f"The cat moved {format_number(right, 0)} pixels to the right and {format_number(down, 0)} down. Of the "
            f"{all_} pixels whose weights learned the cat, {shared} ({100 * shared // all_} %) still see it: the unit "
            f"says e = {format_number(e)}, {'yes' if e > 0 else 'no'} (in the middle {format_number(centred)}). The "
            f"same weights as a kernel that slides over the image find e = {format_number(sliding)} at the best place.",
        )


def lessons(cat, count=100):
    """What the unit learns from: x (2 count, size, size, C), the picture `cat` (size, size, C) and its pieces in
    disorder, in many lights; and y (2 count,), 1 for the picture.
    """
    rng = np.random.default_rng(0)
    strips = np.array_split(np.arange(len(cat)), 4)

    def disorder():
        return np.concatenate([strips[i] for i in rng.permutation(4)])

    x = np.stack([*[cat] * count, *[cat[np.ix_(disorder(), disorder())] for _ in range(count)]])
    return x * rng.uniform(0.8, 1.2, (2 * count, 1, 1, 1)).astype(x.dtype), np.repeat([1, 0], count)


def learned(x, y, epochs=20):
    """One fully-connected unit learns to say yes or no, from zero: its weights w (H, W, C) and b (1,)."""
    unit = Network([Flatten(), Dense(1, initialiser="zeros")], x.shape[1:])
    fit(unit, x, y, loss=BinaryCrossEntropy(), optimiser=Adam(1e-3), epochs=epochs, progress=False)
    return unit[1].parameters["w"].reshape(x.shape[1:]), unit[1].parameters["b"]


def _slide(h, w, b):
    """e of a unit with the weights w (P, Q, C) at every place of h (H, W, C) where they fit."""
    flipped = np.ascontiguousarray(w[::-1, ::-1, :, None])  # convolution flips them back
    return ops.conv2d(h[None], flipped, b)[0, :, :, 0]


__all__ = [
    "MovingCat",
    "TooMuchData",
    "convolution_cost",
    "dense_cost",
    "duration",
    "learned",
    "lessons",
    "size_words",
]
