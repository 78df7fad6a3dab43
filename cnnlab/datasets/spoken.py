"""`spoken_digits`: the words "zero" to "nine", really spoken, as spectrograms for a time-delay network."""

import numpy as np

from cnnlab.datasets.base import Dataset
from cnnlab.datasets.downloads import DIGITS, fsdd
from cnnlab.datasets.syllables import band_energies

FRAMES, BANDS = 64, 24
HOP = 80  # samples: 10 ms at 8 kHz
FFT_SIZE = 256
# Takes to train on, takes to measure.
SPLITS = {
    "test": (range(5, 50), range(5)),
    "validation": (range(10, 50), range(5, 10)),
}


def mel_edges(bands=BANDS, size=FFT_SIZE, rate=8000):
    """FFT bins between which `bands` bands lie, equally wide on the mel scale (Stevens; 2595 log10(1 + f/700))."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    hertz = 700 * (10 ** (np.linspace(0, top, bands + 1) / 2595) - 1)
    edges = np.round(hertz * size / rate).astype(int)
    return np.maximum.accumulate(np.maximum(edges, np.arange(bands + 1)))  # no band is empty


def spectrogram(clip):
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


def shifted(x, rng, most=6):
    """Every spectrogram moved by up to `most` frames, earlier or later; its first or last frame fills the gap.

    x : (N, T, C); rng : Generator -> the same shape. For `fit(augment=...)`.
    """
    shift = rng.integers(-most, most + 1, len(x))
    frames = np.clip(np.arange(x.shape[1]) - shift[:, None], 0, x.shape[1] - 1)
    return np.take_along_axis(x, frames[:, :, None], axis=1)


def spoken_digits(split="test", progress=True):
    """Spoken digits of six speakers, downloaded on first use (see `fsdd`).

    split : "test": takes 0-4 of each digit and speaker are the test part, as is customary, 2,700 and 300 recordings;
    "validation": takes 5-9 instead, and takes 0-4 stay untouched. -> Dataset, x float32 (N, 64, 24).
    Raises store.DownloadFailed, store.CorruptFile, ValueError.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}; got {split!r}")
    speech = fsdd(progress)
    parts = []
    for takes in SPLITS[split]:
        rows = np.flatnonzero(np.isin(speech.take, list(takes)))
        parts += [np.stack([spectrogram(speech.clips[i]) for i in rows]), speech.digit[rows]]
    return Dataset(*parts, DIGITS)
