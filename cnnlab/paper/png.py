"""Small PNGs: 256 colours are enough for lines and letters; photographs keep all of theirs."""

import io

import numpy as np

from cnnlab.types import Array

__all__ = ["FIRM", "QUICK", "small"]

# Of the 256 colours of a PNG at most so many are exact, each on at least this share of the picture; with more colours
# than the last number it is a photograph, or holds one.
EXACT, SHARE, PHOTOGRAPH = 160, 1 / 2000, 8192

# How hard one is packed: firmly what lies in files of notebooks, quickly what is never kept. The hardest, 9, takes
# twice as long as 8, for 1 % less.
FIRM, QUICK = 8, 6


def small(pixels: Array, packed: int) -> bytes:
    """A PNG with a palette; photographs, which have more colours than that can show, keep all of theirs.

    Parameters
    ----------
    pixels : (height, width) array of uint32
        Red in the lowest eight bits, then green and blue; what is above them is not looked at.
    packed : int
        How hard, from 1 to 9.

    Returns
    -------
    png : bytes
    """
    from PIL import Image

    colours = pixels.ravel() & 0xFFFFFF
    first = np.flatnonzero(np.concatenate([[True], colours[1:] != colours[:-1]]))  # of pixels alike, side by side
    found, which = np.unique(colours[first], return_inverse=True)
    if len(found) > PHOTOGRAPH:
        image = Image.fromarray(pixels.view(np.uint8).reshape(*pixels.shape, 4)[..., :3])
    else:
        length = np.diff(first, append=pixels.size)
        counts = np.bincount(which, length).astype(int)
        order = np.argsort(counts, kind="stable")
        palette = found[order].view(np.uint8).reshape(-1, 4)[:, :3]
        index, shared = _palette(palette, counts[order])
        place = np.empty(len(found), np.uint8)
        place[order] = index
        image = Image.fromarray(np.repeat(place[which], length).reshape(pixels.shape))
        image.putpalette(shared.tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=packed)
    return buffer.getvalue()


def _palette(colours: Array, counts: Array) -> tuple[Array, Array]:
    """At most 256 colours for so many pixels of each of these: (which one each becomes, the colours (n, 3))."""
    from PIL import Image

    if len(colours) <= 256:
        return np.arange(len(colours), dtype=np.uint8), colours
    often = np.argsort(-counts, kind="stable")[:EXACT]
    often = often[counts[often] >= SHARE * counts.sum()]
    rare = np.setdiff1d(np.arange(len(colours)), often)
    strip = Image.fromarray(np.repeat(colours[rare], counts[rare], axis=0)[None])
    shared = strip.quantize(256 - len(often), method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    index = np.empty(len(colours), np.uint8)
    index[often] = np.arange(len(often))
    index[rare] = len(often) + np.asarray(shared)[0, np.cumsum(counts[rare]) - counts[rare]]
    return index, np.concatenate([colours[often], np.array(shared.getpalette(), np.uint8).reshape(-1, 3)])
