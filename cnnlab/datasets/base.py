"""What every data set is made of, and where the embedded ones live."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.files import squared
from cnnlab.packages import lacking
from cnnlab.types import Array

if TYPE_CHECKING:
    from PIL.Image import Image

# In a wheel the folder data/ travels inside of the package; in a clone (and so in an editable install) it lies beside
# the package.
_FOLDERS = (Path(__file__).resolve().parents[1] / "data", Path(__file__).resolve().parents[2] / "data")


def embedded(name: str) -> Path:
    """The path of a file that comes with cnnlab.

    Parameters
    ----------
    name : str
        Such as "digits.npz", or "photos/chelsea.png".

    Returns
    -------
    path : Path
        The file, which is there.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says where it was looked for.
    """
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f"the embedded file {name} is missing; it should be in {' or in '.join(map(str, _FOLDERS))}"
        ". Install cnnlab again, or clone the whole repository"
    )


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and their labels, one part to train on and one to test on.

    It can be unpacked: x_train, y_train, x_test, y_test, names = dataset.

    Parameters
    ----------
    x_train : (N, H, W, C) float32
        Images to train on, channel-last; or (N, T, C), sequences of T frames.
    y_train : (N,) integers
        The number of the class of each, from 0.
    x_test : (N', H, W, C) float32
        Images to test on, of the same shape.
    y_test : (N',) integers
        Their classes.
    names : tuple of str
        One name for each class, so that names[y] is the name of label y.
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    names: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        """The five parts, in this order: x_train, y_train, x_test, y_test, names."""
        return (getattr(self, field.name) for field in fields(self))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one image, (H, W, C), or of one sequence, (T, C)."""
        return self.x_train.shape[1:]

    def __repr__(self) -> str:
        names = ", ".join(map(str, self.names[:10])) + (", ..." if len(self.names) > 10 else "")
        return (
            f"Dataset: {len(self.x_train):,} images to train on, {len(self.x_test):,} to test on, each {self.shape}"
            f" {self.x_train.dtype}; {len(self.names)} classes: {names}"
        )


def square_of(values: Array, side: int | None = None) -> Array:
    """Pixels (H, W) or (H, W, 3) uint8 as float32, 0..1: all of them, or the square in their middle, scaled."""
    if "pillow" not in lacking():
        from PIL import Image

        return pixels(Image.fromarray(values), side)
    return (values if side is None else squared(values, side)).astype(np.float32) / np.float32(255)


def pixels(picture: "Image", side: int | None = None) -> Array:
    """A picture of Pillow as float32, 0..1: as it is, or the square in its middle scaled to side x side."""
    if side is not None:
        from PIL import Image, ImageOps  # comes with matplotlib

        picture = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32) / np.float32(255)
