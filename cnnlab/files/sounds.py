"""Sounds from outside: .wav files of plain samples (PCM), and no longer than one can hold."""

import wave

import numpy as np

from cnnlab.files.door import PathLike, opened
from cnnlab.types import Array

SECONDS = 60  # of a recording, at most
RATES = (4_000, 192_000)  # samples a second
CHANNELS = 8


def sound(path: PathLike) -> tuple[int, Array]:
    """The samples of a .wav file, its channels averaged.

    Parameters
    ----------
    path : str or Path
        Where it is.

    Returns
    -------
    rate : int
        Samples a second.
    samples : (T,) float32
        -1..1.

    Raises
    ------
    FileNotFoundError
        If there is none.
    TypeError
        If path is no path.
    ValueError
        If it is no .wav file of 8, 16, 24 or 32 bits, holds no samples, or more than a minute; the message names it.
    """
    with opened(path, "a .wav file of plain samples (PCM, 8 to 32 bits)") as file:
        size = file.seek(0, 2)
        file.seek(0)
        with wave.open(file) as found:
            rate, channels, width = found.getframerate(), found.getnchannels(), found.getsampwidth()
            if not RATES[0] <= rate <= RATES[1] or channels > CHANNELS or width > 4:
                raise ValueError(f"it claims {rate:,} samples a second, {channels} channels, {8 * width} bits")
            count = min(found.getnframes(), size // (channels * width))  # what it claims is not believed
            if not 0 < count <= SECONDS * rate:
                raise ValueError(f"it is {count / rate:.1f} seconds long; more than 0 and at most {SECONDS} are read")
            data = found.readframes(count)
        if not data or len(data) % (channels * width):
            raise ValueError("it ends too soon")
    return rate, _numbers(data, width).reshape(-1, channels).mean(axis=1).astype(np.float32)


def _numbers(data: bytes, width: int) -> Array:
    """Samples of so many bytes as numbers from -1 to 1: those of one byte count from 0, all others from the middle."""
    if width == 1:
        return (np.frombuffer(data, np.uint8) - 128.0) / 128
    wide = np.zeros((len(data) // width, 4), np.uint8)
    wide[:, 4 - width :] = np.frombuffer(data, np.uint8).reshape(-1, width)
    return wide.view("<i4")[:, 0] / 2.0**31
