"""Scenes as bytes for the browser: a JSON text for the structure, one buffer for the numbers.

Equal arrays of one message travel once, so that a sweep of a hundred scenes over the same photograph holds it once. A
large array has a key, made from what is in it: what the browser has kept from earlier messages need not come again.
"""

import hashlib
import json
import math
from collections.abc import Collection, Iterable
from dataclasses import is_dataclass
from typing import Any

import numpy as np

from cnnlab.types import Array

LARGE = 4096  # bytes from which on an array has a key
SIMPLE = frozenset({str, int, bool, type(None)})  # as they travel


def pack(frames: list[Any], known: Collection[str] = ()) -> list[bytes]:
    """Frames as they travel.

    Parameters
    ----------
    frames : list
        Dicts of scenes, values, words.
    known : collection of str
        Keys of large arrays that the browser has.

    Returns
    -------
    message : [bytes, bytes]
        JSON text in UTF-8, and the arrays one after the other.

    Raises
    ------
    TypeError
        If a frame holds something else than numbers, words, lists, dicts, arrays and dataclasses of these.

    Notes
    -----
    In the JSON an array is {"$": i}; "arrays"[i] = [type, byte offset, shape]; float32 little-endian ("f") or uint8
    ("b"). A large one has its key behind that, and None for the offset if it is known and not among the bytes.
    """
    arrays: list[list[Any]] = []
    chunks: list[bytes] = []
    known = frozenset(known)
    places: dict[tuple[str, tuple[int, ...], bytes], int] = {}  # which of the arrays has this content,
    same: dict[int, int] = {}  # and which is this very object
    offset = 0

    def store(array: Array) -> dict[str, int]:
        nonlocal offset
        if id(array) in same:
            return {"$": same[id(array)]}
        original = array
        kind, array = ("b", array) if array.dtype == np.uint8 else ("f", array.astype("<f4"))
        data = array.tobytes()
        content = (kind, array.shape, data)
        if content not in places:
            places[content] = len(arrays)
            key = [_key(*content)] if len(data) >= LARGE else []
            if key and key[0] in known:
                arrays.append([kind, None, array.shape, *key])
            else:
                arrays.append([kind, offset, array.shape, *key])
                padding = -len(data) % 4
                chunks.append(data + b"\0" * padding)
                offset += len(data) + padding
        same[id(original)] = places[content]
        return {"$": places[content]}

    def plain(value: Any) -> Any:
        if isinstance(value, (float, np.floating)):
            return float(value) if math.isfinite(value) else None
        if isinstance(value, np.ndarray):
            return store(value)
        if isinstance(value, (list, tuple)):
            return plain_ones(value)
        if isinstance(value, dict):
            return dict(zip(value, plain_ones(value.values()), strict=True))
        if is_dataclass(value):
            own = vars(value)
            return {"kind": type(value).__name__} | dict(zip(own, plain_ones(own.values()), strict=True))
        if value is None or isinstance(value, (str, int)):
            return value
        if isinstance(value, (np.integer, np.bool_)):
            return value.item()
        raise TypeError(f"a scene holds numbers, words, lists and arrays; got {type(value).__name__}")

    def plain_ones(values: Iterable[Any]) -> list[Any]:  # most travel as they are: asking each again would take longest
        return [value if type(value) in SIMPLE else plain(value) for value in values]

    body = [plain(frame) for frame in frames]
    text = json.dumps(
        {"arrays": arrays, "frames": body},
        ensure_ascii=False,
        check_circular=False,  # `plain` would not have come to an end
        allow_nan=False,
        separators=(",", ":"),
    )
    return [text.encode(), b"".join(chunks)]


def _key(kind: str, shape: tuple[int, ...], data: bytes) -> str:
    """The same for the same array, and for no other."""
    digest = hashlib.blake2b(f"{kind}{shape}".encode(), digest_size=12)
    digest.update(data)
    return digest.hexdigest()
