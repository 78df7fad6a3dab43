"""`spoken_digits`: the words "zero" to "nine", really spoken, as spectrograms for a time-delay network."""

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.downloads import DIGITS, fsdd
from cnnlab.datasets.generated.syllables import band_energies
from cnnlab.types import Array

FRAMES, BANDS = 64, 24
HOP = 80  # samples: 10 ms at 8 kHz
FFT_SIZE = 256
# Takes to train on, takes to measure.
SPLITS = {
    "test": (range(5, 50), range(5)),
    "validation": (range(10, 50), range(5, 10)),
}


def mel_edges(bands: int = BANDS, size: int = FFT_SIZE, rate: int = 8000) -> Array:
    """FFT bins between which `bands` bands lie, equally wide on the mel scale (Stevens; 2595 log10(1 + f/700))."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    hertz = 700 * (10 ** (np.linspace(0, top, bands + 1) / 2595) - 1)
    edges = np.round(hertz * size / rate).astype(int)
    return np.maximum.accumulate(np.maximum(edges, np.arange(bands + 1)))  # no band is empty


def spectrogram(clip: Array) -> Array:
    """What the network sees of one recording: (64, 24) float32, frames of 10 ms x mel bands.

    clip : int16 samples at 8 kHz, any length. Log energies with mean 0 and deviation 1, moved so that the middle of the
    sound is in the middle of the window; what is missing is as silent as the most silent place, what is too much is cut
    off.
    """
    wave = np.pad(np.asarray(clip, np.float64) / 32768, FFT_SIZE // 2)
    centres = np.arange(FFT_SIZE // 2, len(wave) - FFT_SIZE // 2 + 1, HOP)
    energies = band_energies(wave, centres, mel_edges())[0]
    energies = (energies - energies.mean()) / max(energies.std(), 1e-6)
    loudness = np.maximum(energies.mean(1) - energies.mean(1).min(), 0) ** 2
    middle = round(float(loudness @ np.arange(len(energies)) / max(loudness.sum(), 1e-9)))
    window = np.full((FRAMES, BANDS), energies.min(), np.float32)
    start = FRAMES // 2 - middle
    lo, hi = max(0, -start), min(len(energies), FRAMES - start)
    window[lo + start : hi + start] = energies[lo:hi]
    return window


def shifted(x: Array, rng: np.random.Generator, most: int = 6) -> Array:
    """Every spectrogram moved by up to `most` frames, earlier or later; its first or last frame fills the gap.

    For `fit(augment=...)`.

    Parameters
    ----------
    x : (N, T, C)
        Spectrograms.
    rng : Generator
        Draws how far each is moved.
    most : int
        Frames.

    Returns
    -------
    x : (N, T, C), the same dtype
        The moved ones.
    """
    shift = rng.integers(-most, most + 1, len(x))
    frames = np.clip(np.arange(x.shape[1]) - shift[:, None], 0, x.shape[1] - 1)
    return np.take_along_axis(x, frames[:, :, None], axis=1)


def spoken_digits(split: str = "test", progress: bool = True) -> Dataset:
    """Spoken digits of six speakers as spectrograms, downloaded on first use (see `fsdd`).

    Parameters
    ----------
    split : {"test", "validation"}
        "test": takes 0-4 of each digit and speaker are the test part, as is customary, 2,700 and 300 recordings;
        "validation": takes 5-9 instead, and takes 0-4 stay untouched.
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    data : Dataset
        x float32 (N, 64, 24): frames of 10 ms x mel bands, log energies of mean 0 and deviation 1.

    Raises
    ------
    ValueError
        For another split.
    DownloadFailed
        If the recordings are not on this computer and cannot be fetched.
    CorruptFile
        If a file is there, but is not the file it should be.

    Source
    ------
    Z. Jackson and others, Free Spoken Digit Dataset 1.0.10.
    """
    arguments.one_of("split", split, tuple(SPLITS))
    speech = fsdd(progress)
    x, y = [], []
    for takes in SPLITS[split]:
        rows = np.flatnonzero(np.isin(speech.take, list(takes)))
        x.append(np.stack([spectrogram(speech.clips[i]) for i in rows]))
        y.append(speech.digit[rows])
    return Dataset(x[0], y[0], x[1], y[1], DIGITS)
