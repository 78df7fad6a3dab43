"""Arrays in .npz files, as `numpy.savez` writes them: first what each claims to be, then one after the other."""

import io
import math
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, Self, cast

import numpy as np

from cnnlab.files.door import PathLike, opened, said
from cnnlab.types import Array

MEMBERS = 10_000  # arrays in one file
DIRECTORY = 1 << 20  # bytes that list them
HEAD = 10_000  # bytes that describe an array; NumPy itself reads no more
# Packed arrays may unfold to so many bytes for each of the file, beyond those that are always allowed. Pictures shrink
# to a half or a tenth; deflate can reach a thousandth, with nothing but zeros.
UNFOLD, ALWAYS = 200, 16 << 20
KINDS = "biufcUSM"  # plain numbers, text, dates: whatever has no objects in it; who asks says what may come


class Claim(NamedTuple):
    """What an array says to be, before it is read."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


class Npz:
    """An open .npz file: `names`, the claim of each array, and the array itself, without pickle.

    Parameters
    ----------
    file : binary file
        What `opened` gave.

    Raises
    ------
    ValueError
        And whatever zipfile raises, for what is damaged or something else: `opened` gives it the file's name.
    """

    def __init__(self, file: BinaryIO) -> None:
        size = os.fstat(file.fileno()).st_size
        if not size:
            raise ValueError("it is empty")
        sips = _Sips(file)
        self._zip = zipfile.ZipFile(cast(BinaryIO, sips))
        sips.limit = size  # from here on sizes are known
        entries = self._zip.infolist()
        if len(entries) > MEMBERS:
            raise ValueError(f"it holds {len(entries):,} arrays, more than {MEMBERS:,}")
        self._entries = {entry.filename.removesuffix(".npy"): entry for entry in entries}
        if len(self._entries) < len(entries):
            raise ValueError("it holds two arrays of one name")
        # Members that share their bytes, or reach beyond the file, would unfold to more than it can hold.
        if sum(entry.compress_size for entry in entries) > size:
            raise ValueError("its parts claim to be larger than the whole")
        claimed = sum(entry.file_size for entry in entries)
        if claimed > max(ALWAYS, UNFOLD * size):
            raise ValueError(f"its {size:,} bytes claim to unfold to {claimed:,}")
        self._claims: dict[str, Claim] = {}

    @classmethod
    @contextmanager
    def open(cls, path: PathLike) -> Iterator[Self]:
        """The .npz file at a path; what goes wrong while it is open is told with its name.

        Parameters
        ----------
        path : str or Path
            Where.

        Returns
        -------
        context manager
            That gives the Npz.

        Raises
        ------
        FileNotFoundError, TypeError, ValueError
            As `opened`.
        """
        with opened(path, "an .npz file") as file:
            yield cls(file)

    @property
    def names(self) -> list[str]:
        """Of all arrays, without .npy."""
        return list(self._entries)

    def claim(self, name: str) -> Claim:
        """Shape and dtype of an array, from its head; nothing else of it is read.

        Parameters
        ----------
        name : str
            One of `names`.

        Returns
        -------
        Claim

        Raises
        ------
        KeyError
            For another name.
        ValueError
            If it is no whole array of plain numbers or text.
        """
        if name not in self._claims:
            try:
                self._claims[name] = self._claim(self._entries[name])
            except KeyError:
                raise
            except Exception as problem:
                raise ValueError(f"{name} cannot be read ({_why(problem)})") from None
        return self._claims[name]

    def _claim(self, entry: zipfile.ZipInfo) -> Claim:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("it is packed in a way that NumPy does not use")
        if entry.compress_type == zipfile.ZIP_STORED and entry.compress_size != entry.file_size:
            raise ValueError("its sizes contradict each other")
        with self._zip.open(entry) as member:
            head = io.BytesIO(member.read(HEAD))
        version = np.lib.format.read_magic(head)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"it is in version {version} of NumPy's form")
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(head)
        if dtype.hasobject:
            raise ValueError("it holds Python objects; expected numbers, or text for names")
        if dtype.kind not in KINDS or not dtype.itemsize:
            raise ValueError(f"it must hold numbers or text; got dtype {dtype}")
        if any(isinstance(side, bool) or side < 0 for side in shape):
            raise ValueError(f"it says to be of shape {shape}")
        claimed, there = math.prod(shape) * dtype.itemsize, entry.file_size - head.tell()
        if claimed != there:
            raise ValueError(f"it says to be {dtype} of shape {shape}, {claimed:,} bytes; it has {there:,}")
        return Claim(shape, dtype)

    def text(self, name: str, at_most: int) -> str:
        """One text, such as JSON.

        Parameters
        ----------
        name : str
            Of the array that holds it.
        at_most : int
            Characters that it may have.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If there is no such array, or it is something else or longer.
        """
        claim = self.claim(name) if name in self._entries else None
        if claim is None or claim.dtype.kind != "U" or claim.shape:
            raise ValueError(f"it does not say what it is: there is no text called {name}")
        if claim.dtype.itemsize > 4 * at_most:
            raise ValueError(f"{name} is a text of {claim.dtype.itemsize // 4:,} characters, more than {at_most:,}")
        return str(self[name])

    def __getitem__(self, name: str) -> Array:
        """An array, read now; KeyError for a name that is not there, ValueError for what is damaged."""
        self.claim(name)
        try:
            with self._zip.open(self._entries[name]) as member:
                return np.lib.format.read_array(member, allow_pickle=False)
        except Exception as problem:
            raise ValueError(f"{name} cannot be read ({_why(problem)})") from None


def _why(problem: Exception) -> str:
    return "it is no array in NumPy's .npy form" if "magic" in str(problem) else said(problem)


class _Sips:
    """A file that is read in sips, as zipfile reads its directory at once, whatever size that claims to have."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.seek, self.tell, self.limit = file, file.seek, file.tell, DIRECTORY

    def seekable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        sip = self.file.read(self.limit + 1 if count < 0 else min(count, self.limit + 1))
        if len(sip) > self.limit:
            raise ValueError(f"its directory is larger than {self.limit:,} bytes")
        return sip
