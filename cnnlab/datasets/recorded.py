"""`recorded`: syllables that somebody has really said, from .wav files, made like those of `tokens`.

The network of 1988 sees 150 ms around the onset of the voice, at a loudness that it knows, with a little noise behind
everything. So a recording is brought to 12,000 samples a second, the voice is looked for, the vowel is made as loud as
a synthetic one, and the noise is added. Nothing here was fitted to recordings.
"""

from collections.abc import Mapping

import numpy as np

from cnnlab.datasets.generated.syllables import FFT_SIZE, Tokens, band_energies, levelled
from cnnlab.datasets.generated.synthesis import AFTER, BEFORE, CONSONANTS, LOUDNESS, RATE, VOWELS
from cnnlab.files import PathLike, sound
from cnnlab.types import Array

HOP = RATE // 500  # 2 ms
VOICED = (2, 19)  # FFT bins, 100 to 900 Hz: where a voice is, and the noise of a burst is not
BELOW = 1.0  # log10 of energy: the voice sets in where it is 10 dB below its loudest
NOISE = LOUDNESS * 10 ** (-38 / 20)  # the root mean square of the noise behind a synthetic vowel
FAINT = 1e-4  # what is no louder is silence


def recorded(files: Mapping[PathLike, str], speaker: str = "your voice") -> Tokens:
    """Syllables of your own, one in each .wav file, for `explore.TimeDelay` and `windows`.

    Parameters
    ----------
    files : dict of path to str
        What is said in each file: b, d or g and a, i, u, e or o, such as {"mine.wav": "da"}.
    speaker : str
        What to call the voice.

    Returns
    -------
    said : Tokens
        The sounds, with the voice at 200 ms as far as it was found, and what they are.

    Raises
    ------
    TypeError
        If files is no dict.
    ValueError
        If it is empty, for another syllable, and for a file that is no sound or silent; the message names it.
    FileNotFoundError
        If a file is not there.
    """
    if not isinstance(files, Mapping):
        raise TypeError(f'files must be a dict such as {{"mine.wav": "da"}}; got a {type(files).__name__}')
    if not files:
        raise ValueError('files must name one recording or more, such as {"mine.wav": "da"}; got none')
    known = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
    for said in files.values():
        if said not in known:
            raise ValueError(f"files: what is said must be one of {', '.join(known)}; got {said!r}")
    waves = []
    for path in files:
        rate, samples = sound(path)
        try:
            wave = audible(samples, rate)
        except ValueError as problem:
            raise ValueError(f"{path}: {problem}") from None
        waves.append(placed(wave, voice_onset(wave)))
    words = list(files.values())
    y = np.array([CONSONANTS.index(word[0]) for word in words])
    return Tokens(np.stack(waves), y, np.array([word[1] for word in words]), np.array([speaker] * len(words)))


def audible(samples: Array, rate: int) -> Array:
    """A sound (T,) of so many samples a second at 12,000, float32 in -1..1.

    Raises
    ------
    ValueError
        If it is silent, or shorter than one look at its frequencies.
    """
    wave = resampled(samples, rate)
    if wave.size < FFT_SIZE:
        raise ValueError(f"the sound is too short: it must last {1000 * FFT_SIZE / RATE:.0f} milliseconds or more")
    if np.abs(wave).max() < FAINT:
        raise ValueError("there is no sound in it, only silence")
    return np.clip(wave, -1, 1).astype(np.float32)


def outline(wave: Array, columns: int) -> tuple[Array, Array]:
    """A sound (T,) as a line that has no more points than the eye: up and down between the lowest and the highest
    sample of each of its `columns` pieces. Seconds and samples, 2 x columns of both; of a short sound every sample.
    """
    if len(wave) <= 2 * columns:
        return np.arange(len(wave)) / RATE, wave
    edges = np.round(np.linspace(0, len(wave), columns + 1)).astype(int)[:-1]
    low, high = np.minimum.reduceat(wave, edges), np.maximum.reduceat(wave, edges)
    return edges.repeat(2) / RATE, np.stack([low, high], axis=1).ravel()


def resampled(samples: Array, rate: int, wanted: int = RATE) -> Array:
    """A sound (T,) with another number of samples a second: its spectrum is cut off, or filled up with zeros."""
    count = round(len(samples) * wanted / rate)
    if rate == wanted or not count:
        return samples[:count].astype(np.float64)
    spectrum, kept = np.fft.rfft(samples), np.zeros(count // 2 + 1, complex)
    least = min(len(spectrum), len(kept))
    kept[:least] = spectrum[:least]
    return np.fft.irfft(kept, count) * (count / len(samples))


def voice_onset(wave: Array) -> float:
    """Where the voice of a sound (T,) sets in, in seconds: going back from its loudest moment, where it is 10 dB
    softer; of low frequencies alone.
    """
    padded = np.pad(wave, FFT_SIZE // 2)
    centres = np.arange(FFT_SIZE // 2, len(padded) - FFT_SIZE // 2 + 1, HOP)
    loud = band_energies(padded, centres, VOICED)[0, :, 0]
    before = np.flatnonzero(loud[: loud.argmax() + 1] < loud.max() - BELOW)
    return float(before[-1] + 1 if len(before) else 0) * HOP / RATE


def placed(wave: Array, onset: float) -> Array:
    """The sound around the onset of its voice, in seconds, at the loudness of synthetic vowels: (5040,) float32."""
    first = round((onset - BEFORE) * RATE)
    length = round((BEFORE + AFTER) * RATE)
    padded = np.pad(np.asarray(wave, np.float64), (max(0, -first), max(0, first + length - len(wave))))
    start = max(0, first)
    piece = padded[start : start + length]
    noise = NOISE * np.random.default_rng(0).standard_normal(length)
    return np.clip(levelled(piece) + noise, -1, 1).astype(np.float32)
