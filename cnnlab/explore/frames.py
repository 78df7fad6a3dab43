"""Scenes as bytes for the browser: a JSON text for the structure, one buffer for the numbers.

Equal arrays of one message travel once, so that a sweep of a hundred scenes over the same photograph holds it once.
"""

import json
import math
from dataclasses import is_dataclass

import numpy as np


def pack(frames):
    """A list of frames (dicts of scenes, values, words) as [JSON text in UTF-8, bytes of the arrays].

    In the JSON an array is {"$": i}; "arrays"[i] = [type, byte offset, shape]; float32 little-endian ("f") or uint8
    ("b").
    """
    arrays, chunks, known = [], [], {}
    offset = 0

    def store(array):
        nonlocal offset
        kind, array = ("b", array) if array.dtype == np.uint8 else ("f", array.astype("<f4"))
        data = array.tobytes()
        key = (kind, array.shape, data)
        if key not in known:
            known[key] = len(arrays)
            arrays.append([kind, offset, array.shape])
            padding = -len(data) % 4
            chunks.append(data + b"\0" * padding)
            offset += len(data) + padding
        return {"$": known[key]}

    def plain(value):
        if value is None or isinstance(value, (str, bool, int)):
            return value
        if isinstance(value, (float, np.floating)):
            return float(value) if math.isfinite(value) else None
        if isinstance(value, np.ndarray):
            return store(value)
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        if is_dataclass(value):
            return {"kind": type(value).__name__} | {name: plain(item) for name, item in vars(value).items()}
        if isinstance(value, (np.integer, np.bool_)):
            return value.item()
        raise TypeError(f"a scene holds numbers, words, lists and arrays; got {type(value).__name__}")

    body = [plain(frame) for frame in frames]
    text = json.dumps({"arrays": arrays, "frames": body}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return [text.encode(), b"".join(chunks)]
