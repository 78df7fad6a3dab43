"""What many frames have in common, written once: the parts of a recording, as bytes.

Frames of neighbouring positions differ in little. So each panel, each curve, each highlight (every dataclass of a
scene) is a part of its own, which is written where it first comes, and named by its number from then on; arrays
likewise. An array that resembles the one before it of the same kind and shape is written as its difference from that
(exclusive or: exact), and the four bytes of its numbers lie apart, so that zeros lie together.
"""

import hashlib
import json
import math
import zlib
from dataclasses import is_dataclass
from typing import Any, NamedTuple

import numpy as np

from cnnlab.types import Array

LEVEL = 6
GZIP = 31  # zlib's name for the form that DecompressionStream("gzip") reads
BASE64 = 4 / 3

Shape = tuple[int, ...]


class Mark(NamedTuple):
    """Where a pool stood."""

    parts: int
    arrays: int
    texts: "Stream"
    numbers: "Stream"
    before: dict[tuple[str, Shape], bytes]


class Stream:
    """Bytes that are compressed as they come, and can be taken back to an earlier place."""

    def __init__(self) -> None:
        self._squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._out: list[bytes] = []
        self.raw = self.size = 0  # bytes before and after

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self.raw += len(data)
        self._keep(self._squeeze.compress(data))

    def weigh(self) -> int:
        """How many bytes there are, compressed, with all that was written."""
        self._keep(self._squeeze.flush(zlib.Z_SYNC_FLUSH))
        return self.size

    def copy(self) -> "Stream":
        """Another one that goes on from here."""
        other = Stream.__new__(Stream)
        other._squeeze, other._out = self._squeeze.copy(), list(self._out)
        other.raw, other.size = self.raw, self.size
        return other

    def finished(self) -> bytes:
        """All of it; nothing can be written any more."""
        self._keep(self._squeeze.flush())
        return b"".join(self._out)

    def _keep(self, data: bytes) -> None:
        if data:
            self._out.append(data)
            self.size += len(data)


class Pool:
    """The parts and arrays of a recording, in the order in which they came.

    Attributes
    ----------
    arrays : list of [kind, shape, differs]
        "f" (float32, little-endian) or "b" (uint8); whether it is written as the difference from the one before.
    """

    def __init__(self) -> None:
        self.arrays: list[tuple[str, Shape, bool]] = []
        self._parts: dict[str, int] = {}  # JSON text -> number
        self._places: dict[bytes, int] = {}  # digest -> number
        self._before: dict[tuple[str, Shape], bytes] = {}  # the last array of that kind and shape
        self._texts, self._numbers = Stream(), Stream()
        self._texts.write(b"[null")
        self._encode = json.JSONEncoder(
            ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=self._other
        ).encode

    def part(self, value: Any) -> int:
        """Its number: of a dict, a list, a dataclass.

        Parameters
        ----------
        value : object
            Of numbers, words, lists, dicts, arrays and dataclasses of these.

        Returns
        -------
        number : int
            From 1 on.

        Raises
        ------
        TypeError
            If there is something else in it.
        """
        text = self._text(value)
        if text not in self._parts:
            self._parts[text] = len(self._parts) + 1
            self._texts.write(f",\n{text}".encode())
        return self._parts[text]

    @property
    def raw(self) -> int:
        """Bytes that the page holds once everything is unpacked."""
        return self._texts.raw + self._numbers.raw

    def weigh(self) -> int:
        """Letters that everything so far takes in base 64."""
        return math.ceil(BASE64 * (self._texts.weigh() + self._numbers.weigh()))

    def mark(self) -> Mark:
        """This place, to come back to."""
        streams = self._texts.copy(), self._numbers.copy()
        return Mark(len(self._parts), len(self.arrays), *streams, dict(self._before))

    def back(self, mark: Mark) -> None:
        """Forget what came after a mark."""
        for text in list(self._parts)[mark.parts :]:
            del self._parts[text]
        for digest in list(self._places)[mark.arrays :]:
            del self._places[digest]
        del self.arrays[mark.arrays :]
        self._before = dict(mark.before)
        self._texts, self._numbers = mark.texts.copy(), mark.numbers.copy()

    def finished(self, head: dict[str, Any]) -> tuple[bytes, bytes]:
        """Texts and numbers, compressed; what is in the head comes last, with the list of the arrays."""
        shapes: dict[tuple[str, Shape, bool], int] = {}
        which = [shapes.setdefault(described, len(shapes)) for described in self.arrays]
        told = head | {"shapes": [list(described) for described in shapes], "arrays": which}
        self._texts.write(f",\n{self._text(told)}]".encode())
        return self._texts.finished(), self._numbers.finished()

    # ---- inside ----

    def _text(self, value: Any) -> str:
        try:
            return self._encode(value)
        except ValueError:  # a number that JSON has no word for
            return self._encode(_finite(value))

    def _other(self, value: Any) -> Any:
        """What JSON does not know."""
        if isinstance(value, np.ndarray):
            return {"$": self._array(value)}
        if is_dataclass(value):
            return {"#": self.part({"kind": type(value).__name__} | vars(value))}
        if isinstance(value, np.generic):
            return _finite(value.item())
        raise TypeError(f"a scene holds numbers, words, lists and arrays; got {type(value).__name__}")

    def _array(self, array: Array) -> int:
        kind, plain = ("b", array) if array.dtype == np.uint8 else ("f", array.astype("<f4"))
        data = plain.tobytes()
        digest = hashlib.blake2b(data, digest_size=16, person=f"{kind}{plain.shape}".encode()[:16]).digest()
        if digest not in self._places:
            self._places[digest] = len(self.arrays)
            self._write(kind, plain.shape, data)
        return self._places[digest]

    def _write(self, kind: str, shape: Shape, data: bytes) -> None:
        now = np.frombuffer(data, np.uint8)
        before, differs = self._before.get((kind, shape)), False
        if before is not None:
            changed = now ^ np.frombuffer(before, np.uint8)
            differs = bool(np.count_nonzero(changed) < np.count_nonzero(now))
            now = changed if differs else now
        self._before[kind, shape] = data
        self.arrays.append((kind, shape, differs))
        self._numbers.write((now.reshape(-1, 4).T if kind == "f" else now).tobytes())


def _finite(value: Any) -> Any:
    """Numbers that JSON has no word for as None, in lists and dicts as well."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
