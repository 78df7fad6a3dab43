"""The embedded photographs without Pillow: PNG files of eight bits, and scaling to a square, in NumPy.

Both give Pillow's own numbers, bit by bit; of pictures higher than wide, which some versions of it scale upwards
first, they are those of the others.  Pictures of learners are Pillow's alone: nothing here is for files from
outside.
"""

import math
import zlib

import numpy as np

from cnnlab.types import Array

__all__ = ["decoded", "squared"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3}  # grey, and red, green, blue
BITS = 22  # behind the point of Pillow's weights
LOBES = 3  # of the window of its filter, on each side


def decoded(data: bytes) -> Array:
    """The pixels of a PNG file.

    Parameters
    ----------
    data : bytes
        All of the file; eight bits a number, grey or RGB, not interlaced.

    Returns
    -------
    pixels : (H, W) or (H, W, 3) uint8

    Raises
    ------
    ValueError
        If it is anything else.
    """
    chunks = _chunks(data)
    width, height = (int.from_bytes(chunks[b"IHDR"][i : i + 4], "big") for i in (0, 4))
    depth, kind, *ways = chunks[b"IHDR"][8:]
    if depth != 8 or kind not in CHANNELS or any(ways):
        raise ValueError(
            "without the package pillow only PNG files of 8 bits, grey or RGB, not interlaced, are read; got "
            f"{depth} bits of kind {kind}"
        )
    count = CHANNELS[kind]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * count)
    pixels = _unfiltered(lines[:, 0], lines[:, 1:].reshape(height, width, count).astype(np.int16))
    return pixels[:, :, 0] if count == 1 else pixels


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The chunks of a file by their kinds; those of one kind joined."""
    if not data.startswith(SIGNATURE):
        raise ValueError("it is no PNG file")
    found: dict[bytes, bytes] = {}
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        found[kind] = found.get(kind, b"") + data[place + 8 : place + 8 + size]
        place += 12 + size
    if not {b"IHDR", b"IDAT"} <= found.keys():
        raise ValueError("the PNG file holds no picture")
    return found


def _unfiltered(filters: Array, lines: Array) -> Array:
    """The pixels of lines that hold differences: what is left of a pixel, above it and above left of it is known first.

    So all pixels of a diagonal are done in one go.  filters (H,), lines (H, W, C) -> (H, W, C) uint8
    """
    height, width, _ = lines.shape
    done = np.zeros((height + 1, width + 1, lines.shape[2]), np.int16)
    kinds = filters[:, None]
    for diagonal in range(height + width - 1):
        rows = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        columns, kind = diagonal - rows, kinds[rows]
        left, above, corner = done[rows + 1, columns], done[rows, columns + 1], done[rows, columns]
        by_left, by_above, by_corner = np.abs(above - corner), np.abs(left - corner), np.abs(left + above - 2 * corner)
        upper = np.where(by_above <= by_corner, above, corner)
        paeth = np.where((by_left <= by_above) & (by_left <= by_corner), left, upper)
        known = np.choose(kind, [np.zeros_like(left), left, above, (left + above) // 2, paeth])
        done[rows + 1, columns + 1] = (lines[rows, columns] + known) & 255
    return done[1:, 1:].astype(np.uint8)


def squared(pixels: Array, side: int) -> Array:
    """The square in the middle of a picture, scaled.

    Parameters
    ----------
    pixels : (H, W) or (H, W, C) uint8
        The picture.
    side : int
        Of the square, in pixels.

    Returns
    -------
    pixels : (side, side) or (side, side, C) uint8
        As Pillow's `ImageOps.fit` with its filter LANCZOS scales it.
    """
    height, width = pixels.shape[:2]
    if height == width == side:
        return pixels
    least = min(height, width)
    left, top = (width - least) * 0.5, (height - least) * 0.5
    for axis, start, size in ((1, left, width), (0, top, height)):
        if size != side or start:
            pixels = _scaled(pixels, axis, _weights(size, start, start + least, side))
    return pixels


def _scaled(pixels: Array, axis: int, weights: Array) -> Array:
    """Every line along an axis through a matrix of weights (side, size), rounded as Pillow rounds."""
    sums = np.tensordot(weights, pixels.astype(float), axes=(1, axis)) + (1 << BITS - 1)  # whole numbers, all exact
    return np.moveaxis(np.clip(np.floor(sums / (1 << BITS)), 0, 255).astype(np.uint8), 0, axis)


def _weights(size: int, start: float, end: float, side: int) -> Array:
    """What each of `size` pixels adds to each of `side` places between start and end: whole numbers, with BITS bits
    behind the point.
    """
    scale = (end - start) / side
    wide = max(scale, 1.0)
    found = np.zeros((side, size))
    for place in range(side):
        middle = start + (place + 0.5) * scale
        first, last = max(0, int(middle - LOBES * wide + 0.5)), min(size, int(middle + LOBES * wide + 0.5))
        each = [_lanczos((i - middle + 0.5) * (1.0 / wide)) for i in range(first, last)]
        total = sum(each)
        found[place, first:last] = [int(math.copysign(0.5, w) + w / total * (1 << BITS)) for w in each]
    return found


def _lanczos(x: float) -> float:
    """sin(pi x) / (pi x), cut off softly at LOBES."""
    if not -LOBES <= x < LOBES:
        return 0.0
    return _sinc(x) * _sinc(x / LOBES)


def _sinc(x: float) -> float:
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)
