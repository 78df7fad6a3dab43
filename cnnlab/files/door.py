"""Opening: only what is a plain file."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

PathLike: TypeAlias = str | os.PathLike[str]
"""Where a file is."""


def no_file(path: PathLike) -> str | None:
    """Why there is nothing to read: "it is a folder", "it is no plain file"; None for a plain file.

    Parameters
    ----------
    path : str or Path
        Where.

    Returns
    -------
    str or None

    Raises
    ------
    FileNotFoundError
        If there is nothing.
    OSError, ValueError
        Where nobody can look, or the name is none.
    """
    kind = os.stat(path).st_mode
    if stat.S_ISDIR(kind):
        return "it is a folder"
    # A pipe would wait for somebody to write into it; a device may never end.
    return None if stat.S_ISREG(kind) else "it is no plain file"


@contextmanager
def opened(path: PathLike, wanted: str) -> Iterator[BinaryIO]:
    """A file, open for reading; whatever goes wrong inside becomes a ValueError that names it.

    Whoever reads may let everything fall through: exceptions of libraries that read strange bytes are too many to be
    listed (struct.error, TokenError, RecursionError, NotImplementedError, ...).

    Parameters
    ----------
    path : str or Path
        Where.
    wanted : str
        What it should be, with its article: "an .npz file".

    Returns
    -------
    context manager
        That gives the file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    TypeError
        If path is no path.
    ValueError
        For everything else.
    """
    if not isinstance(path, (str, os.PathLike)):  # a number would be taken for a file that is open already
        raise TypeError(f"path must be the path of a file; got {path!r}")
    path = Path(path)
    try:
        why = no_file(path)
        if why is None:
            with open(path, "rb") as file:
                yield file
            return
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except Exception as problem:
        if isinstance(problem, ValueError) and str(path) in str(problem):
            raise  # it says more already
        why = said(problem)
    raise ValueError(f"{path} cannot be read as {wanted}: {why}")


def said(problem: BaseException) -> str:
    """What an exception says, in one line.

    Parameters
    ----------
    problem : exception
        Of any library.

    Returns
    -------
    str
        At most 300 characters.
    """
    if isinstance(problem, MemoryError):
        return "it takes more memory than there is"
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    text = " ".join(str(problem).split()) or type(problem).__name__
    return text if len(text) <= 300 else text[:297] + "..."
