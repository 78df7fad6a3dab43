"""`recorded`: syllables that somebody has really said, from .wav files, made like those of `tokens`.

The network of 1988 sees 150 ms around the onset of the voice, at a loudness that it knows, with a little noise behind
everything. So a recording is brought to 12,000 samples a second, the voice is looked for, the vowel is made as loud as
a synthetic one, and the noise is added. Nothing here was fitted to recordings.
"""

from collections.abc import Mapping

import numpy as np

from cnnlab.datasets.generated.syllables import FFT_SIZE, Tokens, band_energies
from cnnlab.datasets.generated.synthesis import AFTER, BEFORE, CONSONANTS, RATE, VOWELS
from cnnlab.files import PathLike, sound
from cnnlab.types import Array

HOP = RATE // 500  # 2 ms
VOICED = (2, 19)  # FFT bins, 100 to 900 Hz: where a voice is, and the noise of a burst is not
BELOW = 1.0  # log10 of energy: the voice sets in where it is 10 dB below its loudest
VOWEL = (0.06, 0.12)  # seconds after the onset of the voice, over which the loudness is taken
LOUDNESS, NOISE = 0.12, 0.12 * 10 ** (-38 / 20)  # root mean squares of a synthetic vowel, and of the noise behind it
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
        wave = resampled(samples, rate)
        if wave.size < FFT_SIZE or np.abs(wave).max() < FAINT:
            raise ValueError(f"{path} holds no sound, or too short a one")
        waves.append(placed(wave, voice_onset(wave)))
    words = list(files.values())
    y = np.array([CONSONANTS.index(word[0]) for word in words])
    return Tokens(np.stack(waves), y, np.array([word[1] for word in words]), np.array([speaker] * len(words)))


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
    padded = np.pad(wave, (max(0, -first), max(0, first + length - len(wave))))
    start = max(0, first)
    piece = padded[start : start + length]
    vowel = piece[round((BEFORE + VOWEL[0]) * RATE) : round((BEFORE + VOWEL[1]) * RATE)]
    loudness = float(np.sqrt((vowel**2).mean())) or float(np.abs(piece).max())
    noise = NOISE * np.random.default_rng(0).standard_normal(length)
    return np.clip(piece * (LOUDNESS / loudness) + noise, -1, 1).astype(np.float32)
