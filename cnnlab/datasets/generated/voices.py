"""Variety: voices, paces, rooms, microphones and levels, drawn for every syllable anew.

The three speakers of synthesis.py talk in one quiet room, into one microphone. `tokens(variety=...)` takes from here
what is to differ instead. The ranges are our own choice: they reach from low voices to those of children (pitch and
formants rise together, as throats become shorter), and from a studio to a telephone on a kitchen table.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from cnnlab import arguments
from cnnlab.types import Array

VARIETY = ("voices", "paces", "alone", "onsets", "rooms", "noises", "levels")

TRACT = (0.92, 1.28)  # all formants, beside those of Japanese men
PITCH = (105.0, 245.0)  # Hz, of the longest and the shortest throat, and
AROUND = 0.15  # how far one may be from there: a standard deviation of the logarithm
BAR = (-32.0, -10.0)  # decibels of the voice through the closed mouth, beside the vowel
PACE = (0.65, 1.6)  # of closure, release and glide
LATE = 0.015  # seconds by which an onset may be marked wrongly
TILT = (-5.0, 5.0)  # decibels per octave
BUMP = (-9.0, 9.0)  # decibels of a broad resonance somewhere from 300 Hz to 4,000 Hz
CUT = (30.0, 220.0)  # Hz, below which a microphone hears less and less
ECHO = (-24.0, -6.0)  # decibels of the room beside the voice, which dies away
DECAY = (0.1, 0.5)  # within so many seconds (by 60 decibels)
NOISE = (-45.0, -10.0)  # decibels beside the vowel
PINK = (0.0, 1.2)  # the noise falls as 1/f to this power
LEVEL = (-34.0, 6.0)  # decibels beside the level of today's three speakers


@dataclass(frozen=True)
class Speaking:
    """How syllables are said: numbers for all of them, or arrays (n,) with one for each.

    Parameters
    ----------
    pitch : float or (n,)
        Hz.
    tract : float or (n,)
        A factor on all formants.
    pace : float or (n,)
        A factor on closure, release and glide.
    late : float or (n,)
        Seconds by which the voice sets in later than where it is marked.
    bar : float or (n,)
        Decibels of the voice through the closed mouth, beside the vowel.
    follows : float
        How many of them follow another vowel; the others begin a word.
    """

    pitch: float | Array
    tract: float | Array
    pace: float | Array = 1.0
    late: float | Array = 0.0
    bar: float | Array = -17.0
    follows: float = 0.7


def checked(variety: Collection[str]) -> tuple[str, ...]:
    """The words of VARIETY that are asked for, in their order there; anything else is refused."""
    if isinstance(variety, str):
        raise TypeError(f"variety must be a collection of words such as {VARIETY[:2]}; got the str {variety!r}")
    for word in variety:
        arguments.one_of("variety", word, VARIETY)
    return tuple(word for word in VARIETY if word in variety)


def drawn(variety: Collection[str], n: int, speaker: Speaking, rng: np.random.Generator) -> Speaking:
    """How n syllables are said: as the speaker does, but for what differs."""
    pitch, tract, bar = speaker.pitch, speaker.tract, speaker.bar
    pace: float | Array = speaker.pace
    late: float | Array = speaker.late
    if "voices" in variety:
        share = rng.random(n)
        tract = TRACT[0] + share * (TRACT[1] - TRACT[0])
        pitch = PITCH[0] * (PITCH[1] / PITCH[0]) ** share * np.exp(AROUND * rng.standard_normal(n).clip(-2, 2))
        bar = rng.uniform(*BAR, n)
    if "paces" in variety:
        pace = np.exp(rng.uniform(math.log(PACE[0]), math.log(PACE[1]), n))
    if "onsets" in variety:
        late = rng.uniform(-LATE, LATE, n)
    return Speaking(pitch, tract, pace, late, bar, 0.0 if "alone" in variety else speaker.follows)


def recorded_so(waves: Array, variety: Collection[str], rng: np.random.Generator, loudness: float, rate: int) -> Array:
    """Sounds (n, T) as they come out of rooms and microphones, with noise, at a level of their own: (n, T) float32.

    loudness : the root mean square of a vowel in `waves`; rate : samples a second.
    """
    n, length = waves.shape
    if "rooms" in variety:
        waves = _through(waves, _rooms(n, rng, rate), _microphones(n, rng, rate, 2 * length))
    if "noises" in variety:
        spectrum = np.fft.rfft(rng.standard_normal((n, length)))
        hertz = np.maximum(np.fft.rfftfreq(length, 1 / rate), 50.0)
        noise = np.fft.irfft(spectrum * hertz ** -rng.uniform(*PINK, (n, 1)), length)
        waves = waves + noise * (_gain(rng.uniform(*NOISE, (n, 1))) * loudness / _root_mean_square(noise))
    if "levels" in variety:
        waves = waves * _gain(rng.uniform(*LEVEL, (n, 1)))
    return np.clip(waves, -1, 1).astype(np.float32)


def _gain(decibels: Array) -> Array:
    return 10 ** (decibels / 20)


def _root_mean_square(x: Array) -> Array:
    return np.sqrt((x * x).mean(axis=1, keepdims=True))


def _rooms(n: int, rng: np.random.Generator, rate: int) -> Array:
    """What a room answers to a clap (n, K): the clap itself, then noise that dies away."""
    seconds = np.arange(round(DECAY[1] * rate)) / rate
    tail = rng.standard_normal((n, len(seconds))) * 10 ** (-3 * seconds / rng.uniform(*DECAY, (n, 1)))
    tail[:, 0] = 0
    tail *= _gain(rng.uniform(*ECHO, (n, 1))) / np.sqrt((tail * tail).sum(axis=1, keepdims=True))
    tail[:, 0] = 1
    return tail


def _microphones(n: int, rng: np.random.Generator, rate: int, size: int) -> Array:
    """How much of each frequency a microphone hears: (n, size // 2 + 1), around 1."""
    hertz = np.maximum(np.fft.rfftfreq(size, 1 / rate), 20.0)
    octaves = np.log2(hertz / 1000)
    centre = np.log2(rng.uniform(0.3, 4.0, (n, 1)))
    decibels = rng.uniform(*TILT, (n, 1)) * octaves
    decibels = decibels + rng.uniform(*BUMP, (n, 1)) * np.exp(-((octaves - centre) ** 2))
    return _gain(decibels) / np.sqrt(1 + (rng.uniform(*CUT, (n, 1)) / hertz) ** 4)


def _through(waves: Array, rooms: Array, microphones: Array) -> Array:
    """Sounds through rooms and microphones, as loud as before."""
    size = 2 * waves.shape[1]  # longer than sound and echo together: nothing comes round
    spectrum = np.fft.rfft(waves, size) * np.fft.rfft(rooms[:, : waves.shape[1]], size) * microphones
    found = np.fft.irfft(spectrum, size)[:, : waves.shape[1]]
    return found * (_root_mean_square(waves) / _root_mean_square(found))
