"""Arrays in .npz files: written in one stroke, read without pickle, damage reported."""

import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from cnnlab.types import Array

PathLike: TypeAlias = str | os.PathLike[str]
"""Where a file is."""


@contextmanager
def in_one_stroke(path: PathLike) -> Iterator[BinaryIO]:
    """A file to write to: whoever looks at the path finds the old file or, at the end, the whole new one.

    Parameters
    ----------
    path : str or Path
        Where.

    Yields
    ------
    binary file

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


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


def read(path: PathLike) -> dict[str, Array]:
    """All arrays of an .npz file.

    Parameters
    ----------
    path : str or Path
        Where.

    Returns
    -------
    dict of str to array

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        For a file that is damaged or none of that kind.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except (OSError, ValueError, TypeError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as problem:
        raise ValueError(f"{path} is damaged, or is not an .npz file that cnnlab wrote: {problem}") from None


def document(text: Array | None, path: PathLike) -> dict[str, Any]:
    """The JSON object in an array of text.

    Parameters
    ----------
    text : array of one str, or None
        The text.
    path : str or Path
        Where it comes from, for the message.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        found = json.loads(str(text))
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"{path} is an .npz file, but not one that cnnlab wrote: it does not say what it is")
    return found
