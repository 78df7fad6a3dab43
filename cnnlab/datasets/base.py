"""What every data set is made of, and where the embedded ones live."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

# In a wheel the folder data/ travels inside of the package; in a clone (and so in an editable install) it lies beside
# the package.
_FOLDERS = (Path(__file__).resolve().parents[1] / "data", Path(__file__).resolve().parents[2] / "data")


def embedded(name):
    """The path of a file that comes with cnnlab, such as "digits.npz".  Raises FileNotFoundError, saying where it
    looked.
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

    x_train (N, H, W, C), x_test (N', H, W, C) : float32, channel-last (or (N, T, C), sequences of T frames).
    y_train (N,), y_test (N',) : integers, the number of the class.
    names : one name for each class, so that names[y] is the name of label y.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    names: tuple

    def __iter__(self):
        """Unpack it: x_train, y_train, x_test, y_test, names = dataset."""
        return (getattr(self, field.name) for field in fields(self))

    @property
    def shape(self):
        """The shape of one image, (H, W, C)."""
        return self.x_train.shape[1:]

    def __repr__(self):
        names = ", ".join(map(str, self.names[:10])) + (", ..." if len(self.names) > 10 else "")
        return (
            f"Dataset: {len(self.x_train):,} images to train on, {len(self.x_test):,} to test on, each {self.shape}"
            f" {self.x_train.dtype}; {len(self.names)} classes: {names}"
        )
