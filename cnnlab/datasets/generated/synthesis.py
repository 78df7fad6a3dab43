"""A formant synthesiser for stop consonant + vowel, many syllables at once.

The voice is a train of glottal pulses; throat and mouth are five resonators in a row (Klatt 1980), whose frequencies
glide from where the consonant left them to where the vowel wants them; the burst of the release is noise through a
resonator of its own. Sources of the figures: vowels Jo 1999 (Japanese men); onset of F2 by the locus equations of
Sussman 1991 (the two for /g/ are approximations of our own); onset of F1 and F3 Klatt 1980; bursts and voice-onset
times Zue 1976; spread Ohman 1966; durations, F3 and F4 of the vowels are our own choice.
"""

from collections.abc import Sequence

import numpy as np

from cnnlab.datasets.generated.voices import Speaking
from cnnlab.types import Array, ArrayLike

RATE = 12_000  # samples a second

VOWELS = {
    "a": (753, 1385, 2500),
    "i": (315, 2172, 3000),
    "u": (367, 1332, 2300),
    "e": (500, 1947, 2600),
    "o": (520, 997, 2450),
}
CONSONANTS = ("b", "d", "g")
SPEAKERS = {"Aki": Speaking(112.0, 0.97), "Ken": Speaking(128.0, 1.0), "Toru": Speaking(146.0, 1.04)}

_TRANSITION = {"b": 0.035, "d": 0.045, "g": 0.055}  # seconds from the onset of the voice to the vowel's formants
_VOICE_ONSET = {"b": (0.013, 0.017), "d": (0.019, 0.023), "g": (0.030, 0.038)}  # seconds from the release to the voice
_BURST_LEVEL = {"b": -12.0, "d": -0.4, "g": -3.4}  # decibels relative to the vowel
_F3_ONSET = {"b": 2150.0, "d": 2600.0, "g": 2850.0}
_FRONT, _ROUNDED = ("i", "e"), ("o", "u")
_BANDWIDTH = np.array([70.0, 90.0, 130.0, 200.0, 250.0])  # Hz, of the five formants
BEFORE, AFTER = 0.20, 0.22  # seconds of sound before and after the onset of the voice
SAMPLES = round((BEFORE + AFTER) * RATE)
LOUDNESS = 0.12  # the root mean square of a vowel
PIECE = 32768  # samples of all syllables together that are made at a time


def locus(consonant: str, vowel: str, f2: float) -> float:
    """Onset of F2 in Hz after a consonant, where the vowel's F2 is f2 Hz (Sussman 1991)."""
    if consonant == "b":
        return 0.87 * f2 + 106
    if consonant == "d":
        return 0.43 * f2 + 1073
    return 0.35 * f2 + 1600 if vowel in _FRONT else 1.05 * f2 + 280


def burst_frequency(consonant: str, vowel: str) -> float | None:
    """Where the energy of the burst lies, in Hz; None for /b/, whose burst is flat (Zue 1976)."""
    if consonant == "d":
        return 3530.0 if vowel in _FRONT else 2950.0 if vowel in _ROUNDED else 3300.0
    if consonant == "g":
        return 2700.0 if vowel in _FRONT else 1250.0 if vowel in _ROUNDED else 1770.0
    return None


class Resonators:
    """Resonators for n sounds, all of which take a step at once: NumPy is called as often as for one of them.

    Each makes y[t] = A x[t] + B y[t-1] + C y[t-2], with A, B, C from its frequency and bandwidth (Klatt 1980); the gain
    at 0 Hz is 1. The first `row` of them stand one behind the other: each hears what the one before it gave in the
    step before, so that the last of them is row - 1 steps late. The others stand alone.

    frequencies : of each a number, (n,) or (steps, n), in Hz; bandwidths : of each a number or (n,); like : (steps, n),
    as many steps as `after` takes at most, of the dtype in which all is calculated.
    """

    def __init__(
        self, frequencies: Sequence[ArrayLike], bandwidths: Sequence[ArrayLike], row: int, like: Array
    ) -> None:
        (steps, n), count = like.shape, len(frequencies)
        self.row, self._scale = row, like.dtype.type(2 * np.pi / RATE)
        self._c = np.empty((count, n), like.dtype)
        self._a, self._b = np.empty((2, steps, count, n), like.dtype)
        self._y = np.zeros((steps + 2, count, n), like.dtype)
        self._near, self._far = np.empty((2, count, n), like.dtype)
        for k, (frequency, bandwidth) in enumerate(zip(frequencies, bandwidths, strict=True)):
            self._c[k] = -np.exp(np.asarray(bandwidth, like.dtype) * -self._scale)
            self.tune(k, frequency)

    def tune(self, k: int, frequency: ArrayLike) -> None:
        """From now on resonator k has this frequency: a number, (n,) or (steps, n), in Hz."""
        c = self._c[k]
        b = 2 * np.sqrt(-c) * np.cos(np.asarray(frequency, c.dtype) * self._scale)
        steps = len(b) if b.ndim == 2 else len(self._b)
        self._b[:steps, k], self._a[:steps, k] = b, 1 - b - c

    def after(self, entering: Sequence[Array]) -> Array:
        """The next steps, (steps, resonators, n); they are overwritten by the steps after them.

        entering : (steps, n) each: what enters the row, and what enters those that stand alone.
        """
        steps, behind = len(entering[0]), slice(1, self.row)
        y = self._y[: steps + 2]
        for k, x in zip((0, *range(self.row, len(self._c))), entering, strict=True):
            np.multiply(self._a[:steps, k], x, y[2:, k])
        near, far, c = self._near, self._far, self._c
        views = (y[2:], y[2:, behind], y[1:, : self.row - 1], y[1:], y, self._a[:, behind], self._b)
        for now, follows, heard, last, before, a, b in zip(*views, strict=False):  # no new array in any step
            np.multiply(b, last, near)
            np.multiply(c, before, far)
            near += far
            np.multiply(a, heard, follows)
            now += near
        self._y[:2] = y[-2:]
        return y[2:]


def _spread(rng, n, sigma, variability):
    """n numbers that vary by sigma, none by more than 2.5 sigma."""
    return variability * sigma * np.clip(rng.standard_normal(n), -2.5, 2.5)


def _row(values):
    """One number for each syllable, to go with arrays (T, n)."""
    return np.asarray(values, np.float32)


def _ramp(t, start, length):
    """0 before start, 1 after start + length, straight between."""
    return np.clip((t - start) / length, 0, 1)


def _ease(t, start, length):
    """The same with soft ends, as muscles move."""
    share = _ramp(t, start, length)
    return share * share * (3 - 2 * share)


def synthesise(
    consonants: Sequence[str] | Array,
    vowels: Sequence[str] | Array,
    speaker: str | Speaking,
    rng: np.random.Generator,
    variability: float = 1.0,
) -> Array:
    """Waveforms of syllables, one per entry of `consonants` and `vowels` (sequences of letters of equal length n).

    speaker : one of SPEAKERS, or how each is said; variability : 1 is the spread found in careful speech, 0 is none.
    -> float32 (n, T), T = (BEFORE + AFTER) * RATE samples, the voice begins at BEFORE seconds; the vowel's root mean
    square is 0.12.
    """
    voice = SPEAKERS[speaker] if isinstance(speaker, str) else speaker
    return _Syllables(consonants, vowels, voice, rng, variability).waveforms().T


class _Syllables:
    """Syllables that are to be said: first all that differs is drawn, then they sound piece after piece of time, which
    keeps what is calculated in the processor's cache. Arrays are (T, n), time first, as the resonators take it.
    """

    def __init__(self, consonants, vowels, voice, rng, variability):
        n = self.n = len(consonants)

        def spread(sigma):
            return _spread(rng, n, sigma, variability)

        pace, tract = voice.pace, voice.tract
        # Onsets are marked by hand, a few milliseconds early or late.
        self.late = _row(spread(0.004) + voice.late)
        wait = np.array([rng.uniform(*_VOICE_ONSET[c]) for c in consonants]) * np.exp(spread(0.12))
        wait = pace * wait
        self.release = _row(-wait)
        self.closure = _row(-wait - pace * np.maximum(0.060 + spread(0.015), 0.02))
        self.glide = _row(pace * ([_TRANSITION[c] for c in consonants] * np.exp(spread(0.15))))
        self.follows = _row(rng.random(n) < voice.follows)  # most follow another vowel, the others begin a word
        self.tract = _row(tract) if np.ndim(tract) else tract
        self.formants = [self.tract * _row(f) for f in _formants(consonants, vowels, rng, variability)]
        self.fall = _row(0.25 + spread(0.15))
        self.pitch = _row(voice.pitch * np.exp(spread(0.06)))
        self.begun, self.periods = rng.random(n, np.float32), np.zeros(n, np.float32)
        self.breath = self._noise(rng)
        self.bar = _row(10 ** ((voice.bar + spread(3)) / 20))
        # The noise of the release, about 10 ms; 1 is the loudness of the vowel.
        at = np.array([burst_frequency(c, v) or 0.0 for c, v in zip(consonants, vowels, strict=True)])
        self.flat, at = at == 0, at * np.exp(spread(0.07)) * tract
        self.at, self.width = np.where(at == 0, 1000.0, at), np.where(at > 2800, 700.0, 400.0)
        self.burst = self._noise(rng)
        self.length = _row(0.007 * np.exp(spread(0.2)))
        self.level = _row(10 ** ((np.array([_BURST_LEVEL[c] for c in consonants]) + spread(3)) / 20))
        self.hiss = self._noise(rng)
        self.floor = _row(10 ** ((-38 + spread(3)) / 20))

    def _noise(self, rng):
        return rng.standard_normal((self.n, SAMPLES), np.float32)

    def _piece(self, noise, first, last):
        """Noise (n, T) over a piece of time, time first; what would come after its end is silent."""
        found = np.zeros((last - first, self.n), np.float32)
        found[: max(0, SAMPLES - first)] = noise[:, first:last].T
        return found

    def _seconds(self, first, last):
        """Times (last - first, n) of samples; 0 is where the voice sets in."""
        return (np.arange(first, last) / RATE - BEFORE).astype(np.float32)[:, None] - self.late

    def _shares(self, t):
        """How far the mouth has opened, and closed before; and whether that is before the release."""
        # The locus equations hold where the voice sets in.
        opening, closing = _ease(t, 0, self.glide), _ease(t, self.closure - 0.04, np.float32(0.04))
        return opening, closing, t < self.release

    def _tracks(self, t):
        """The formants that move, (T, n) each in Hz, or (1, n) where none moves: vowel before, closing, consonant,
        opening, vowel.
        """
        ends = t[[0, -1]]
        if all((share[0] == share[1]).all() for share in self._shares(ends)):  # shares do not go back and forth
            t = t[:1]
        opening, closing, early = self._shares(t)
        return [
            np.where(early, b + closing * (o - b), o + opening * (v - o))
            for b, o, v in zip(*self.formants, strict=True)
        ]

    def _pulses(self, t):
        """The pulses of the glottis in the next piece of time: derivative of the flow, 2s - 3s^2 while the glottis is
        open (60 % of a period; Klatt 1990).
        """
        periods = self.pitch * (1 - self.fall * (t + BEFORE)) / RATE
        periods[0] += self.periods
        for now, before in zip(periods[1:], periods, strict=False):
            now += before  # np.cumsum takes all times of one syllable first, which lie far apart
        self.periods = periods[-1].copy()
        phase = periods + self.begun
        s = (phase - np.floor(phase)) / np.float32(0.6)
        return np.where(s < 1, 2 * s - 3 * s * s, np.float32(0))

    def _loudness(self, t):
        """How loud the voice is: in the vowel, and in the vowel before it."""
        vowel = _ramp(t, 0, 0.012) * _ramp(-t, -AFTER, 0.05)
        return vowel + self.follows * _ramp(-t, -self.closure, 0.012) * _ramp(t, -BEFORE, 0.03)

    def _resonated(self, steps):
        """The voice through throat and mouth, what is heard of it through the closed mouth, and the noise of the
        release through its resonator: (T, n) each.
        """
        late = len(_BANDWIDTH) - 1  # the mouth gives its first sample when the last of its resonators does
        fixed = (3500.0 * self.tract, 4500.0 * self.tract, 180.0, self.at)
        like = np.empty((steps, self.n), np.float32)
        resonators = Resonators((0, 0, 0, *fixed), (*_BANDWIDTH, 120.0, self.width), late + 1, like)
        mouth, murmur, burst = np.empty((3, SAMPLES + late, self.n), np.float32)
        for first in range(0, SAMPLES + late, steps):
            last = min(first + steps, SAMPLES + late)
            t = self._seconds(first - 2, last)
            for k, track in enumerate(self._tracks(t)):
                resonators.tune(k, track[2 - k : len(t) - k] if len(track) > 1 else track[0])
            t = t[2:]
            pulses = self._pulses(t)
            voice = pulses * self._loudness(t)
            if (breath := (t >= self.release) & (t < 0.01)).any():
                voice += self._piece(self.breath, first, last) * (breath * np.float32(0.04))
            given = resonators.after((voice, pulses, self._piece(self.burst, first, last)))
            mouth[first:last], murmur[first:last], burst[first:last] = given[:, late], given[:, -2], given[:, -1]
        return mouth[late:], murmur[:SAMPLES], burst[:SAMPLES]

    def waveforms(self):
        """All of it together, (T, n)."""
        steps = max(8, PIECE // self.n)
        sound, murmur, burst = self._resonated(steps)
        first, last = (round((BEFORE + seconds) * RATE) for seconds in (0.06, 0.12))
        sizes = [_root_mean_square(x) for x in (sound[first:last], murmur, burst)]
        for first in range(0, SAMPLES, steps):
            last = min(first + steps, SAMPLES)
            t, now = self._seconds(first, last), sound[first:last]
            now /= sizes[0]
            if (closed := (t > self.closure) & (t < self.release)).any():
                now += murmur[first:last] / sizes[1] * (closed * self.bar)
            since = t - self.release
            if (released := since >= 0).any():
                noise = np.where(self.flat, self._piece(self.burst, first, last), burst[first:last] / sizes[2])
                now += noise * released * np.exp(-np.maximum(since, 0) / self.length) * self.level
            now += self._piece(self.hiss, first, last) * self.floor
            now *= np.float32(LOUDNESS)
        return sound


def _root_mean_square(x):
    """Of each column: (T, n) -> (n,)."""
    return np.sqrt((x * x).mean(0))


def formant_tracks(consonant: str, vowel: str, speaker: str = "Ken") -> tuple[Array, Array]:
    """The first three formants of a syllable that does not vary: seconds (K,) from the release on, Hz (3, K)."""
    _, onset, target = _formants([consonant], [vowel], np.random.default_rng(0), 0.0)
    seconds = np.arange(-_VOICE_ONSET[consonant][0], 0.15, 0.002)
    share = _ease(seconds, 0, _TRANSITION[consonant])
    return seconds, SPEAKERS[speaker].tract * (onset + share * (target - onset))


def _formants(consonants, vowels, rng, variability):
    """F1, F2, F3 in Hz of the vowel before, at the onset of the voice, and of the vowel: three arrays (3, n)."""
    n = len(consonants)
    target = np.array([VOWELS[v] for v in vowels], float).T
    target += [_spread(rng, n, sigma, variability) for sigma in (35, 75, 70)]
    target[0] = np.maximum(target[0], 220)
    before = np.array([VOWELS[v] for v in rng.choice(list(VOWELS), n)], float).T
    f1 = 200 + np.abs(_spread(rng, n, 35, variability))
    f2 = np.array([locus(c, v, f) for c, v, f in zip(consonants, vowels, target[1], strict=True)])
    # The vowel before pulls F2 towards its own, by 280 Hz at most (Ohman 1966); the tongue of /d/ and /g/ is less
    # free than that of /b/.
    pull = np.array([0.25 if c == "b" else 0.15 for c in consonants])
    f2 += variability * np.clip(pull * (before[1] - f2), -280, 280) + _spread(rng, n, 75, variability)
    f3 = np.array([_F3_ONSET[c] for c in consonants]) + _spread(rng, n, 70, variability)
    velar = np.array([c == "g" for c in consonants])
    f3 = np.where(velar, np.minimum(f3, f2 + 500), f3)  # the pinch of /g/: F2 and F3 start close together
    return before, np.array([f1, f2, np.maximum(f3, f2 + 200)]), target
