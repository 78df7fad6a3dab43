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
TOGETHER = 16  # sounds that are made at a time


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
    # All that differs is drawn first, then the sounds are made a few at a time, which stay in the processor's cache.
    rooms = _Rooms(n, rng, rate) if "rooms" in variety else None
    microphones = _Microphones(n, rng, rate, 2 * length) if "rooms" in variety else None
    noises = _Noises(n, rng, rate, length) if "noises" in variety else None
    levels = _gain(rng.uniform(*LEVEL, (n, 1))) if "levels" in variety else np.ones((n, 1), np.float32)
    loud = _root_mean_square(waves)  # of all at once: it takes them in the order in which they lie in memory
    found = np.empty((n, length), np.float32)
    for first in range(0, n, TOGETHER):
        rows = slice(first, first + TOGETHER)
        some = np.ascontiguousarray(waves[rows])
        if rooms is not None and microphones is not None:
            some = _through(some, rooms.answers(rows), microphones.hear(rows), loud[rows])
        if noises is not None:
            some = some + noises.beside(rows, loudness)
        np.clip(some * levels[rows], -1, 1, out=found[rows], casting="same_kind")
    return found


def _gain(decibels: Array) -> Array:
    return np.exp(math.log(10) / 20 * decibels)


def _root_mean_square(x: Array) -> Array:
    return np.sqrt((x * x).mean(axis=1, keepdims=True))


class _Rooms:
    """What rooms answer to a clap: the clap itself, then noise that dies away."""

    def __init__(self, n, rng, rate):
        self.tails = rng.standard_normal((n, round(DECAY[1] * rate)))
        self.decay = -3 / rate / rng.uniform(*DECAY, (n, 1))  # the power of ten from one sample to the next
        self.echo = _gain(rng.uniform(*ECHO, (n, 1)))

    def answers(self, rows):
        """(n, K) of some of them."""
        tails = self.tails[rows]
        steps = math.isqrt(tails.shape[1] - 1) + 1
        # How far it has died away: a power for every so many samples, and one for the samples between.
        coarse, fine = (10 ** (self.decay[rows] * k) for k in (steps * np.arange(steps), np.arange(steps)))
        tails = tails * (coarse[:, :, None] * fine[:, None]).reshape(len(tails), -1)[:, : tails.shape[1]]
        tails[:, 0] = 0
        tails *= self.echo[rows] / np.sqrt((tails * tails).sum(axis=1, keepdims=True))
        tails[:, 0] = 1
        return tails


class _Microphones:
    """How much of each frequency microphones hear, around 1."""

    def __init__(self, n, rng, rate, size):
        self.hertz = np.maximum(np.fft.rfftfreq(size, 1 / rate), 20.0)
        self.octaves = np.log2(self.hertz / 1000)
        self.centre = np.log2(rng.uniform(0.3, 4.0, (n, 1)))
        self.tilt, self.bump, self.cut = (rng.uniform(*limits, (n, 1)) for limits in (TILT, BUMP, CUT))

    def hear(self, rows):
        """(n, size // 2 + 1) of some of them."""
        away = self.octaves - self.centre[rows]
        decibels = self.tilt[rows] * self.octaves + self.bump[rows] * np.exp(-away * away)
        return _gain(decibels) / np.sqrt(1 + self.cut[rows] ** 4 * self.hertz**-4)


class _Noises:
    """Noises of any colour between white and pink."""

    def __init__(self, n, rng, rate, length):
        self.white = rng.standard_normal((n, length))
        self.octaves = np.log(np.maximum(np.fft.rfftfreq(length, 1 / rate), 50.0))
        self.pink = rng.uniform(*PINK, (n, 1))
        self.gain = _gain(rng.uniform(*NOISE, (n, 1)))

    def beside(self, rows, loudness):
        """(n, T) of some of them, beside vowels of this loudness."""
        spectrum = np.fft.rfft(self.white[rows]) * np.exp(-self.pink[rows] * self.octaves)
        noise = np.fft.irfft(spectrum, self.white.shape[1])
        return noise * (self.gain[rows] * loudness / _root_mean_square(noise))


def _through(waves: Array, rooms: Array, microphones: Array, loud: Array) -> Array:
    """Sounds through rooms and microphones, as loud as before."""
    length = waves.shape[1]
    size = 2 * length  # longer than sound and echo together: nothing comes round
    spectrum = np.fft.rfft(waves, size) * np.fft.rfft(rooms[:, :length], size)
    spectrum *= microphones
    found = np.fft.irfft(spectrum, size)[:, :length]
    return found * (loud / _root_mean_square(found))
