"""Protocol buffers from outside (the form of ONNX files): read field by field, nothing before it is asked for.

A message is a row of fields; a field is a number, or so many bytes, which may be a message.  Lengths are compared with
what is there, fields are counted, and large parts are passed over until somebody asks for them.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Self

import numpy as np

from cnnlab.files.door import PathLike, opened
from cnnlab.types import Array

LARGEST = 2**31 - 1  # bytes of one file, as others have it too
FIELDS = 100_000  # that are read of one file
SIP = 4 << 10  # bytes of a message that are read at once
VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5  # how a field is written


class Part:
    """Some bytes of an open file: a message, a text, or numbers.

    Parameters
    ----------
    file : binary file
        What `opened` gave.
    start, end : int
        Where they begin and where they end.
    left : list of int
        How many fields may still be read of this file.
    """

    def __init__(self, file: BinaryIO, start: int, end: int, left: list[int]) -> None:
        self.file, self.start, self.end, self.left = file, start, end, left

    @classmethod
    @contextmanager
    def open(cls, path: PathLike, wanted: str) -> Iterator[Self]:
        """The message that a file is.

        Parameters
        ----------
        path : str or Path
            Where.
        wanted : str
            What it should be, with its article.

        Returns
        -------
        context manager
            That gives the Part.

        Raises
        ------
        FileNotFoundError, TypeError, ValueError
            As `opened`.
        """
        with opened(path, wanted) as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                raise ValueError("it is empty")
            if size > LARGEST:
                raise ValueError(f"it has {size:,} bytes, more than {LARGEST:,}")
            yield cls(file, 0, size, [FIELDS])

    def __len__(self) -> int:
        """How many bytes."""
        return self.end - self.start

    def fields(self) -> Iterator[tuple[int, "int | Part"]]:
        """The fields of a message: their numbers, and what they hold.

        Yields
        ------
        number : int
            Which field.
        value : int or Part
            An int for what is written as a number: of 64 bits, without a sign; the bits of a fixed one.

        Raises
        ------
        ValueError
            Where the bytes are no message, or there are too many fields.
        """
        window, first, place = b"", self.start, self.start
        while place < self.end:
            if (place - first + 20 > len(window) and first + len(window) < self.end) or place < first:
                first, window = place, self._read(place, min(SIP, self.end - place))
            self.left[0] -= 1
            if self.left[0] < 0:
                raise ValueError(f"it has more than {FIELDS:,} fields")
            at = place - first
            tag, at = _varint(window, at)
            number, kind = tag >> 3, tag & 7
            value: int | Part
            if kind == VARINT:
                value, at = _varint(window, at)
            elif kind == BYTES:
                length, at = _varint(window, at)
                if length > self.end - first - at:
                    raise ValueError(f"a part of it claims {length:,} bytes, where {self.end - first - at:,} are left")
                value = Part(self.file, first + at, first + at + length, self.left)
                at += length
            elif kind in (EIGHT, FOUR):
                wide = 8 if kind == EIGHT else 4
                if at + wide > len(window):
                    raise ValueError("it ends too soon")
                value = int.from_bytes(window[at : at + wide], "little")
                at += wide
            else:
                raise ValueError(f"a field is written in a way ({kind}) that nobody uses")
            if not number:
                raise ValueError("a field has the number 0")
            place = first + at
            yield number, value

    def _read(self, start: int, count: int) -> bytes:
        self.file.seek(start)
        found = self.file.read(count)
        if len(found) < count:
            raise ValueError("it ends too soon")
        return found

    def bytes(self, at_most: int) -> bytes:
        """All of it.

        Parameters
        ----------
        at_most : int
            Bytes that it may have.

        Returns
        -------
        bytes

        Raises
        ------
        ValueError
            If it has more.
        """
        if len(self) > at_most:
            raise ValueError(f"a part of it has {len(self):,} bytes, more than {at_most:,}")
        return self._read(self.start, len(self))

    def text(self, at_most: int) -> str:
        """All of it, as a text.

        Parameters
        ----------
        at_most : int
            Bytes that it may have.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If it has more, or is no text.
        """
        return self.bytes(at_most).decode("utf-8")

    def numbers(self, dtype: str) -> Array:
        """All of it, as numbers of one size.

        Parameters
        ----------
        dtype : str
            Of the numbers, such as "<f4".

        Returns
        -------
        array : (K,) of this dtype

        Raises
        ------
        ValueError
            If the bytes are no whole numbers of it.
        """
        return np.frombuffer(self._read(self.start, len(self)), dtype)

    def varints(self, at_most: int) -> list[int]:
        """All of it, as a packed row of numbers.

        Parameters
        ----------
        at_most : int
            Numbers that there may be.

        Returns
        -------
        list of int
            Without signs.

        Raises
        ------
        ValueError
            If there are more, or it ends in the middle of one.
        """
        raw, at, found = self.bytes(10 * at_most), 0, []
        while at < len(raw):
            value, at = _varint(raw, at)
            found.append(value)
        if len(found) > at_most:
            raise ValueError(f"a part of it has {len(found):,} numbers, more than {at_most:,}")
        return found


def signed(value: int) -> int:
    """A whole number of 64 bits that may be negative.

    Parameters
    ----------
    value : int
        As `Part.fields` gives it.

    Returns
    -------
    int
    """
    return value - (1 << 64) if value >= 1 << 63 else value


def real(value: int) -> float:
    """A number of float32.

    Parameters
    ----------
    value : int
        Its bits.

    Returns
    -------
    float
    """
    found: float = struct.unpack("<f", struct.pack("<I", value & 0xFFFFFFFF))[0]
    return found


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a place, seven bits a byte, and the place behind it."""
    value = shift = 0
    while at < len(raw):
        byte = raw[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            if value >> 64:
                break
            return value, at
        shift += 7
        if shift > 63:
            break
    else:
        raise ValueError("it ends too soon")
    raise ValueError("a number of it has more than 64 bits")
