"""What becomes of an answer when the image is moved over its field (lecture topic 7)."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnlab import ops
from cnnlab.datasets import photo, photos
from cnnlab.layers import Dense, Flatten
from cnnlab.losses import BinaryCrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import fit
from cnnlab.types import Array

__all__ = ["CentredUnit", "ShiftedAnswers", "learned", "lessons", "pieces", "place", "shifted", "slide", "square"]

STEPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 400)  # of gradient descent, at which a unit is looked at
ETA = 0.05
SMALLEST = 48  # pixels: the side of a piece of a photograph, at least


def place(
    photo: npt.ArrayLike, canvas: tuple[int, int], row: int, column: int, ground: float | npt.ArrayLike = 0.0
) -> Array:
    """A photo on an empty canvas; what sticks out is cut off.

    Parameters
    ----------
    photo : (H, W, C)
        Of any dtype.
    canvas : (int, int)
        Rows and columns of the result.
    row, column : int
        Where the top left corner of the photo goes; it may be outside.
    ground : float, or (C,)
        What the rest is filled with.

    Returns
    -------
    (rows, columns, C), dtype of photo

    Raises
    ------
    ValueError
        If photo has not three axes.
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


def shifted(images: Array, columns: int, rows: int = 0) -> Array:
    """Images moved to the right and down; what comes in has the value of each image's top left pixel.

    Parameters
    ----------
    images : (N, H, W, C)
        Of any dtype.
    columns, rows : int
        How many pixels to the right and down; negative ones go the other way.

    Returns
    -------
    (N, H, W, C), dtype of images
    """
    return np.stack([place(image, image.shape[:2], rows, columns, ground=image[0, 0]) for image in images])


def slide(h: Array, w: Array, b: Array) -> Array:
    """The excitation of one unit at every place of an image where its window fits.

    Parameters
    ----------
    h : (H, W, C) float32 or float64
        The image.
    w : (P, Q, C), dtype of h
        Weights of the unit, as a fully-connected unit has them: not flipped.
    b : (1,), dtype of h
        Its bias.

    Returns
    -------
    (H - P + 1, W - Q + 1), dtype of h
    """
    flipped = np.ascontiguousarray(w[::-1, ::-1, :, None])  # convolution flips them back
    return ops.conv2d(h[None], flipped, b)[0, :, :, 0]


def square(photo: Array, size: int) -> Array:
    """The square in the middle of a photograph, in fewer pixels.

    Parameters
    ----------
    photo : (H, W, C)
        Of any dtype.
    size : int
        Rows and columns of the result.

    Returns
    -------
    (size, size, C), dtype of photo
    """
    side = min(photo.shape[:2])
    return _reduced(photo, (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2, side, size)


def pieces(size: int, channels: int, without: Array | None = None, count: int = 40) -> Array:
    """Square pieces of the embedded photographs, of any place and extent, each minus its own mean colour.

    Parameters
    ----------
    size : int
        Rows and columns of each.
    channels : {1, 3}
        Grey, or colours.
    without : (H, W, C), optional
        A photograph that is left out.
    count : int
        Pieces of each photograph.

    Returns
    -------
    (N, size, size, channels) float32
        `count` of each photograph; the same ones at every call.
    """
    rng, found = np.random.default_rng(0), []
    for name in photos():
        one = photo(name)
        if without is not None and np.array_equal(one, without):
            continue
        one = one.mean(axis=2, keepdims=True) if channels == 1 else np.broadcast_to(one, (*one.shape[:2], 3))
        for _ in range(count):
            side = int(rng.integers(SMALLEST, min(one.shape[:2])))
            top, left = (int(rng.integers(0, length - side + 1)) for length in one.shape[:2])
            found.append(_reduced(one, top, left, side, size))
    x = np.stack(found)
    return x - x.mean(axis=(1, 2), keepdims=True)


def _reduced(photo: Array, top: int, left: int, side: int, size: int) -> Array:
    """Every so manyth pixel of a square of a photograph."""
    index = ((np.arange(size) + 0.5) * side / size).astype(int)
    return photo[np.ix_(top + index, left + index)]


def lessons(cat: Array, others: Array) -> tuple[Array, Array]:
    """What a unit can learn one picture from: the picture in many lights, as often as other pictures.

    Parameters
    ----------
    cat : (size, size, C) float32
        The picture.
    others : (N, size, size, C) float32
        What it is not.

    Returns
    -------
    x : (2 N, size, size, C) float32
        First the picture, then the others.
    y : (2 N,) int
        1 for the picture, 0 for the others.
    """
    light = np.random.default_rng(0).uniform(0.8, 1.2, (len(others), 1, 1, 1)).astype(np.float32)
    return np.concatenate([cat * light, others]), np.repeat([1, 0], len(others))


def learned(x: Array, y: Array, steps: Sequence[int] = STEPS) -> tuple[Array, Array]:
    """One fully-connected unit learns to say yes or no: gradient descent from zero, all images at every step.

    From zero and with one eta for all weights, they are a weighted sum of the images, so they can be read.

    Parameters
    ----------
    x : (N, H, W, C) float32
        Images.
    y : (N,) int
        0 or 1.
    steps : sequence of int
        Ascending: after so many steps it is looked at.

    Returns
    -------
    w : (len(steps), H, W, C) float32
        Its weights.
    b : (len(steps), 1) float32
        Its bias.
    """
    unit, done, seen = Network([Flatten(), Dense(1, initialiser="zeros")], x.shape[1:]), 0, []
    for step in steps:
        if step > done:
            fit(
                unit,
                x,
                y,
                loss=BinaryCrossEntropy(),
                optimiser=SGD(ETA),
                epochs=step - done,
                batch=len(x),
                shuffle=False,
                progress=False,
            )
            done = step
        seen.append([unit[1].parameters[name].copy() for name in ("w", "b")])
    return np.stack([w.reshape(x.shape[1:]) for w, _ in seen]), np.stack([b for _, b in seen])


@functools.lru_cache(maxsize=8)
def _learned_once(x: bytes, dtype: str, shape: tuple[int, ...], y: bytes, steps: tuple[int, ...]) -> Any:
    """What `learned` gives, kept for the next unit that is to learn the same."""
    images = np.frombuffer(x, dtype).reshape(shape).copy()  # what cannot be written to is copied at every step
    return learned(images, np.frombuffer(y, int), steps)


class CentredUnit:
    """A fully-connected unit that has learned one picture in the middle of an empty field, asked at every place.

    Its other inputs were 0 in training, and so are their weights.

    Parameters
    ----------
    picture : (size, size, C) float32
        Where it is 0, it is as empty as the field.
    field : (int, int)
        Rows and columns of the whole image, larger than the picture.
    others : (N, size, size, C) float32
        What it learns to tell the picture from, in the middle, too.
    steps : sequence of int
        Of gradient descent: after so many of them it can be asked.

    Attributes
    ----------
    steps : tuple of int
        As given.
    middle : (int, int)
        Where the top left corner of the picture was in training.
    right : (len(steps),) float64
        The share of right answers on what it was trained with.
    """

    def __init__(self, picture: Array, field: tuple[int, int], others: Array, steps: Sequence[int] = STEPS) -> None:
        size = len(picture)
        self.picture, self.field, self.steps = picture, field, tuple(steps)
        self.middle = ((field[0] - size) // 2, (field[1] - size) // 2)
        x, y = lessons(picture, others)
        found = _learned_once(x.tobytes(), x.dtype.str, x.shape, y.tobytes(), self.steps)
        self._w, self._b = (array.copy() for array in found)
        said = np.einsum("nijc,kijc->kn", x, self._w, optimize=True) + self._b > 0
        self.right = (said == y).mean(axis=1)
        self._answers: dict[int, Array] = {}
        self._around: dict[int, Array] = {}

    def kernel(self, steps: int | None = None) -> tuple[Array, Array]:
        """The weights that have learned something, and the bias.

        Parameters
        ----------
        steps : int, optional
            One of `steps`; by default the last.

        Returns
        -------
        w : (size, size, C) float32
        b : (1,) float32
        """
        k = self.steps.index(self.steps[-1] if steps is None else steps)
        return self._w[k], self._b[k]

    def weights(self, steps: int | None = None) -> Array:
        """All weights, 0 where the picture never was.

        Parameters
        ----------
        steps : int, optional
            As in `kernel`.

        Returns
        -------
        w : (rows, columns, C) float32
        """
        return place(self.kernel(steps)[0], self.field, *self.middle)

    def network(self, steps: int | None = None) -> Network:
        """The unit as a network.

        Parameters
        ----------
        steps : int, optional
            As in `kernel`.

        Returns
        -------
        network : Network
            From (rows, columns, C) to (1,); a new one at every call.
        """
        w = self.weights(steps)
        network = Network([Flatten(), Dense(1, initialiser="zeros")], w.shape)
        network[1].parameters["w"][:], network[1].parameters["b"][:] = w.reshape(-1, 1), self.kernel(steps)[1]
        return network

    def answers(self, steps: int | None = None) -> Array:
        """What the unit says to the picture at every place.

        Parameters
        ----------
        steps : int, optional
            As in `kernel`.

        Returns
        -------
        e : (rows - size + 1, columns - size + 1) float32
            The excitation for the picture with its top left corner at [row, column].
        """
        steps = self.steps[-1] if steps is None else steps
        if steps not in self._answers:
            self._answers[steps] = slide(self.weights(steps), self.picture, self.kernel(steps)[1])
        return self._answers[steps]

    def places(self, steps: int | None = None) -> Array:
        """Where the unit says yes.

        Parameters
        ----------
        steps : int, optional
            As in `kernel`.

        Returns
        -------
        places : (n, 2) int
            By how many pixels (down, right) the picture stands off the middle.
        """
        return np.argwhere(self.answers(steps) > 0) - self.middle

    def sliding(self, row: int, column: int, steps: int | None = None) -> float:
        """The largest e that the learned weights find as a kernel that slides over the field with the picture on it.

        Parameters
        ----------
        row, column : int
            Where the top left corner of the picture is, all of which lies on the field.
        steps : int, optional
            As in `kernel`.

        Returns
        -------
        float
        """
        steps, size = self.steps[-1] if steps is None else steps, len(self.picture)
        if steps not in self._around:
            empty = (3 * size - 2,) * 2  # room for the picture, and the kernel up to a pixel from it on every side
            self._around[steps] = slide(place(self.picture, empty, size - 1, size - 1), *self.kernel(steps))
        ends = [(at, side - size - at) for at, side in zip((row, column), self.field, strict=True)]
        low, right = (slice(max(size - 1 - before, 0), size + min(after, size - 1)) for before, after in ends)
        beside = any(room >= size for two in ends for room in two)  # there the kernel sees nothing
        best = float(self._around[steps][low, right].max())
        return max(best, float(self.kernel(steps)[1][0])) if beside else best


class ShiftedAnswers:
    """What networks say about test images that are shifted sideways, and how often they are right.

    Parameters
    ----------
    images : (N, H, W, C) float32 or float64
        What they are shown.
    labels : (N,) int
        The right answers.
    networks : {name: Network}
        Trained classifiers.
    shifts : sequence of int
        Pixels to the right.

    Attributes
    ----------
    answers : {name: {shift: (N,) int}}
        The classes that were said.
    accuracy : {name: (len(shifts),) float64}
        The share of right answers.
    """

    def __init__(self, images: Array, labels: Array, networks: Mapping[str, Network], shifts: Sequence[int]) -> None:
        self.answers: dict[str, dict[int, Array]] = {name: {} for name in networks}
        for s in shifts:
            moved = shifted(images, s)
            for name, network in networks.items():
                self.answers[name][s] = network.classify(moved)
        self.accuracy = {
            name: np.array([np.mean(answers[s] == labels) for s in shifts]) for name, answers in self.answers.items()
        }
