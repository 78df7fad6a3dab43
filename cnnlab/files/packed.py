"""Packed files: what they unfold to is bounded by whoever asks, as a few bytes can claim to be very many."""

import gzip
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from cnnlab.files.door import PathLike, opened


def unpacked(path: PathLike, at_most: int) -> bytes:
    """What a gzip file holds.

    Parameters
    ----------
    path : str or Path
        Where it is.
    at_most : int
        Bytes that it may hold.

    Returns
    -------
    bytes

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is damaged, something else, or holds more.
    """
    with opened(path, "a gzip file") as file:
        return _Bounded(file, at_most).read()


def members(path: PathLike, at_most: int, each: int) -> Iterator[tuple[str, bytes]]:
    """The plain files in a .tar.gz file, one after the other.

    Parameters
    ----------
    path : str or Path
        Where it is.
    at_most, each : int
        Bytes that all of it may unfold to, and one file alone.

    Returns
    -------
    iterator of (name, bytes)

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is damaged, something else, or holds more.
    """
    with opened(path, "a .tar.gz file") as file:
        archive = tarfile.open(fileobj=cast(BinaryIO, _Bounded(file, at_most)), mode="r|")
        for entry in archive:
            if entry.size > each:
                raise ValueError(f"{entry.name[:99]} claims {entry.size:,} bytes, more than {each:,}")
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is not None:
                yield entry.name, content.read()
            archive.members = []  # type: ignore[attr-defined]  # which it would keep, however many there are


class _Bounded:
    """A gzip file that is read once, from the beginning, and may hold so many bytes."""

    def __init__(self, file: BinaryIO, at_most: int) -> None:
        self.file, self.at_most, self.left = gzip.GzipFile(fileobj=file), at_most, at_most

    def read(self, count: int = -1) -> bytes:
        part = self.file.read(self.left + 1 if count < 0 else min(count, self.left + 1))
        self.left -= len(part)
        if self.left < 0:
            raise ValueError(f"it unfolds to more than {self.at_most:,} bytes")
        return part
