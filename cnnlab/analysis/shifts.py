"""What becomes of an answer when the image is moved over its field (lecture topic 7)."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from cnnlab import ops
from cnnlab.layers import Dense, Flatten
from cnnlab.losses import BinaryCrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import Adam
from cnnlab.training import fit
from cnnlab.types import Array

__all__ = ["CentredUnit", "ShiftedAnswers", "learned", "lessons", "place", "shifted", "slide"]


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


def lessons(cat: Array, count: int = 100) -> tuple[Array, Array]:
    """What a unit can learn one picture from: the picture and its pieces in disorder, in many lights.

    Parameters
    ----------
    cat : (size, size, C) float32 or float64
        The picture.
    count : int
        How many of each.

    Returns
    -------
    x : (2 count, size, size, C), dtype of cat
        First the pictures, then the disorders.
    y : (2 count,) int
        1 for the picture, 0 for its pieces.
    """
    rng = np.random.default_rng(0)
    strips = np.array_split(np.arange(len(cat)), 4)

    def disorder() -> Array:
        return np.concatenate([strips[i] for i in rng.permutation(4)])

    x = np.stack([*[cat] * count, *[cat[np.ix_(disorder(), disorder())] for _ in range(count)]])
    return x * rng.uniform(0.8, 1.2, (2 * count, 1, 1, 1)).astype(x.dtype), np.repeat([1, 0], count)


def learned(x: Array, y: Array, epochs: int = 20) -> tuple[Array, Array]:
    """One fully-connected unit learns to say yes or no, from zero.

    Parameters
    ----------
    x : (N, H, W, C) float32
        Images.
    y : (N,) int
        0 or 1.
    epochs : int
        How often it sees all of them.

    Returns
    -------
    w : (H, W, C) float32
        Its weights.
    b : (1,) float32
        Its bias.
    """
    unit = Network([Flatten(), Dense(1, initialiser="zeros")], x.shape[1:])
    fit(unit, x, y, loss=BinaryCrossEntropy(), optimiser=Adam(1e-3), epochs=epochs, progress=False)
    return unit[1].parameters["w"].reshape(x.shape[1:]), unit[1].parameters["b"]


class CentredUnit:
    """A fully-connected unit that has learned one picture in the middle of an empty field, asked at every place.

    Its other inputs were 0 in training, and so are their weights.

    Parameters
    ----------
    picture : (size, size, C) float32
        Where it is 0, it is as empty as the field.
    field : (int, int)
        Rows and columns of the whole image, larger than the picture.

    Attributes
    ----------
    network : Network
        The trained unit, from (rows, columns, C) to (1,).
    middle : (int, int)
        Where the top left corner of the picture was in training.
    answers : (rows - size + 1, columns - size + 1) float32
        The excitation e for the picture with its top left corner at [row, column].
    w : (rows, columns) float32
        The weights, added up over the channels.
    """

    def __init__(self, picture: Array, field: tuple[int, int]) -> None:
        size = len(picture)
        self.middle = ((field[0] - size) // 2, (field[1] - size) // 2)
        self.kernel, self.b = learned(*lessons(picture))
        w = place(self.kernel, field, *self.middle)
        self.network = Network([Flatten(), Dense(1, initialiser="zeros")], w.shape)
        self.network[1].parameters["w"][:], self.network[1].parameters["b"][:] = w.reshape(-1, 1), self.b
        self.answers = slide(w, picture, self.b)
        self.w = w.sum(axis=2)

    def sliding(self, image: Array) -> float:
        """The largest e that the learned weights find as a kernel that slides over an image.

        Parameters
        ----------
        image : (rows, columns, C) float32
            At least as large as the picture.

        Returns
        -------
        float
        """
        return slide(image, self.kernel, self.network[1].parameters["b"]).max()


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
