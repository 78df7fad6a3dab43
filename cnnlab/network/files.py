"""Arrays in .npz files: written in one stroke, read without pickle, damage reported."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.files import Npz, PathLike, in_one_stroke, parsed
from cnnlab.files.text import LENGTH
from cnnlab.types import Array, ArrayLike, Shape


def write(path: PathLike, arrays: Mapping[str, Array]) -> None:
    """Write arrays to an .npz file, in one stroke.

    Parameters
    ----------
    path : str or Path
        Where.
    arrays : dict of str to array
        What.

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    with in_one_stroke(path) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def read(path: PathLike, document: str, length: int = LENGTH) -> tuple[dict[str, Any], dict[str, Array]]:
    """All of an .npz file that cnnlab wrote.

    Parameters
    ----------
    path : str or Path
        Where.
    document : str
        Name of the array that holds, as JSON, what the file is.
    length : int
        Characters that this may have.

    Returns
    -------
    about : dict
        What the file says to be.
    arrays : dict of str to array
        All others.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        For a file that is damaged or none of that kind; the message names it.
    """
    with Npz.open(path) as file:
        about = described(file, document, length)
        return about, {name: file[name] for name in file.names if name != document}


def described(file: Npz, document: str, length: int = LENGTH) -> dict[str, Any]:
    """What an .npz file says to be.

    Parameters
    ----------
    file : Npz
        The file.
    document : str
        Name of the array that holds it, a JSON object.
    length : int
        Characters that this may have.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If there is none.
    """
    about = parsed(file.text(document, length), length)
    if not isinstance(about, dict):
        raise ValueError(f"it does not say what it is: {document} must be a JSON object")
    return about


class Misfit(Exception):
    """An array of a file is not what a layer asks for."""


class Weights:
    """The arrays of an .npz file as the layers of a network ask for them.

    Parameters
    ----------
    file : Npz
        Open.
    names : set of str
        Of the arrays that are weights; whoever has been asked for is taken out.
    """

    def __init__(self, file: Npz, names: set[str]) -> None:
        self.file, self.names = file, names

    def take(self, place: int, which: str, name: str, shape: Shape, dtype: np.dtype[Any]) -> Array:
        """One array.

        Parameters
        ----------
        place : int
            Number of the layer.
        which : "parameters" or "state"
            What of it.
        name : str
            Such as "w".
        shape, dtype : as in the network

        Returns
        -------
        array : shape, dtype

        Raises
        ------
        Misfit
            If it is missing, of another shape, or holds anything but finite numbers of that kind.
        """
        name = f"{which}/{place}.{name}"
        if name not in self.names:
            raise Misfit(f"{name} is missing")
        self.names.remove(name)
        try:
            if (came := self.file.claim(name).shape) != shape:
                raise ValueError(f"{name} must have shape {shape}; it has {came}")
            return fitting(name, self.file[name], dtype, finite=True)
        except ValueError as problem:
            raise Misfit(problem) from None


def fitting(name: str, value: ArrayLike, dtype: np.dtype[Any], finite: bool = False) -> Array:
    """Numbers in the dtype of a network's array, the same ones: rounded perhaps, but never of another kind or size.

    Parameters
    ----------
    name : str
        Of the array, for messages.
    value : array
        What it is to be.
    dtype : dtype
        Of the network's array.
    finite : bool
        Refuse NaN and infinity too.

    Returns
    -------
    array of this dtype

    Raises
    ------
    ValueError
        For numbers of another kind (complex, dates, text; whole ones where files hold floats), and too large ones.
    """
    value = np.asarray(value)
    kinds = "iu" if dtype.kind == "i" else "f" if finite else "fiu"
    if value.dtype.kind not in kinds:
        raise ValueError(f"{name} must hold {dtype} numbers; got {value.dtype}")
    with np.errstate(over="ignore"):
        result = value.astype(dtype)
    if dtype.kind == "i":
        if (result != value).any():
            raise ValueError(f"{name} must hold {dtype} numbers; some are too large")
    elif not np.isfinite(result).all() and (finite or (np.isinf(result) & np.isfinite(value)).any()):
        raise ValueError(f"{name} holds weights that are not finite in {dtype}")
    return result
