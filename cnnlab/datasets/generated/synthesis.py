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
LOUDNESS = 0.12  # the root mean square of a vowel


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


def resonate(x: Array, frequency: ArrayLike, bandwidth: ArrayLike) -> Array:
    """x through a resonator: y[t] = A x[t] + B y[t-1] + C y[t-2], with A, B, C from its frequency and bandwidth in Hz
    (Klatt 1980).

    x : (n, T) of floats; frequency, bandwidth : numbers, (n, 1) or (n, T) -> (n, T), dtype of x. The gain at 0 Hz is 1.
    """
    b, c = _coefficients(frequency, bandwidth, x.dtype)
    y = ((1 - b - c) * x).T.copy()  # time first: one row of all syllables at a time
    b, c = (np.ascontiguousarray(v.T) if np.shape(v) == x.shape else [np.ravel(v)] * len(y) for v in (b, c))
    y[1] += b[1] * y[0]
    if len(x) == 1:  # a number takes a tenth of the time of an array that holds it, and is rounded in the same way
        one, b, c = ([*np.ravel(v)] for v in (y, b, c))
        for t in range(2, len(one)):
            one[t] += b[t] * one[t - 1] + c[t] * one[t - 2]
        return np.array([one])
    near, far = np.empty_like(y[0]), np.empty_like(y[0])
    for now, last, before, b_now, c_now in zip(y[2:], y[1:], y, b[2:], c[2:], strict=False):  # no new array in any step
        np.multiply(b_now, last, near)
        np.multiply(c_now, before, far)
        near += far
        now += near
    return y.T


def _coefficients(frequency, bandwidth, dtype):
    """B and C of a resonator; A is 1 - B - C."""
    c = -np.exp(np.asarray(bandwidth, dtype) * dtype.type(-2 * np.pi / RATE))
    return 2 * np.sqrt(-c) * np.cos(np.asarray(frequency, dtype) * dtype.type(2 * np.pi / RATE)), c


def through_the_mouth(x: Array, tracks: Sequence[ArrayLike]) -> Array:
    """x through the five resonators one behind the other, as if by `resonate` five times.

    All take a step at once, each with the sample that the one before it gave in the last step: NumPy is called a fifth
    as often.  x : (n, T) of floats; tracks : their frequencies -> (n, T), dtype of x.
    """
    (n, length), count = x.shape, len(tracks)
    a, b = np.zeros((2, length + count - 1, count, n), x.dtype)
    c = np.empty((count, 1), x.dtype)
    for k, (frequency, bandwidth) in enumerate(zip(tracks, _BANDWIDTH, strict=True)):
        own_b, c[k] = _coefficients(frequency, bandwidth, x.dtype)
        a[k : k + length, k], b[k : k + length, k] = np.transpose(1 - own_b - c[k]), np.transpose(own_b)
    y = np.zeros((length + count + 1, count + 1, n), x.dtype)  # after each step: the next x, and what the five gave
    y[1 : length + 1, 0] = x.T
    near, far = np.empty((2, count, n), x.dtype)
    steps: tuple[Array, ...] = (y[2:, 1:], y[1:, :-1], y[1:, 1:], y[:, 1:], a, b)
    for now, enters, last, before, a_now, b_now in zip(*steps, strict=False):
        np.multiply(a_now, enters, now)
        np.multiply(b_now, last, near)
        np.multiply(c, before, far)
        near += far
        now += near
    return y[count + 1 :, count].T


def _voice(pitch, rng):
    """Glottal pulses: (n, T) pitch in Hz -> derivative of the flow, 2s - 3s^2 while the glottis is open (60 % of a
    period; Klatt 1990).
    """
    phase = np.cumsum(pitch / RATE, axis=1) + rng.random((len(pitch), 1), np.float32)
    s = (phase - np.floor(phase)) / np.float32(0.6)
    return np.where(s < 1, 2 * s - 3 * s * s, np.float32(0))


def _spread(rng, n, sigma, variability):
    """n numbers that vary by sigma, none by more than 2.5 sigma."""
    return variability * sigma * np.clip(rng.standard_normal(n), -2.5, 2.5)


def _column(values):
    """One number for each syllable, to go with arrays (n, T)."""
    return np.asarray(values, np.float32)[:, None]


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
    n, voice = len(consonants), SPEAKERS[speaker] if isinstance(speaker, str) else speaker
    tract, pace = voice.tract, voice.pace
    # Seconds; 0 is where the voice sets in. Onsets are marked by hand, a few milliseconds early or late.
    t = (np.arange(round((BEFORE + AFTER) * RATE)) / RATE - BEFORE).astype(np.float32) - _column(
        _spread(rng, n, 0.004, variability) + voice.late
    )
    wait = np.array([rng.uniform(*_VOICE_ONSET[c]) for c in consonants]) * np.exp(_spread(rng, n, 0.12, variability))
    wait = pace * wait
    release = _column(-wait)
    closure = _column(-wait - pace * np.maximum(0.060 + _spread(rng, n, 0.015, variability), 0.02))
    glide = _column(pace * ([_TRANSITION[c] for c in consonants] * np.exp(_spread(rng, n, 0.15, variability))))
    follows = _column(rng.random(n) < voice.follows)  # most syllables follow another vowel, the others begin a word
    tracks = _tracks(_formants(consonants, vowels, rng, variability), t, release, closure, glide, tract)

    fall = _column(0.25 + _spread(rng, n, 0.15, variability))
    pulses = _voice(_column(voice.pitch * np.exp(_spread(rng, n, 0.06, variability))) * (1 - fall * (t + BEFORE)), rng)
    loud = _ramp(t, 0, 0.012) * _ramp(-t, -AFTER, 0.05) + follows * _ramp(-t, -closure, 0.012) * _ramp(t, -BEFORE, 0.03)
    breath = ((t >= release) & (t < 0.01)) * np.float32(0.04)
    mouth = pulses * loud + _noise(rng, t.shape) * breath
    mouth = through_the_mouth(mouth, tracks)
    mouth /= _loudness(mouth[:, round((BEFORE + 0.06) * RATE) : round((BEFORE + 0.12) * RATE)])

    murmur = resonate(pulses, 180.0, 120.0)  # what is heard of the voice through the closed mouth
    bar = ((t > closure) & (t < release)) * _column(10 ** ((voice.bar + _spread(rng, n, 3, variability)) / 20))
    mouth += murmur / _loudness(murmur) * bar
    mouth += _burst(consonants, vowels, t - release, tract, rng, variability)
    mouth += _noise(rng, t.shape) * _column(10 ** ((-38 + _spread(rng, n, 3, variability)) / 20))
    return np.float32(LOUDNESS) * mouth


def _noise(rng, shape):
    return rng.standard_normal(shape, np.float32)


def _loudness(x):
    """Root mean square of each row, as a column."""
    return np.sqrt((x * x).mean(1, keepdims=True))


def _tracks(formants, t, release, closure, glide, tract):
    """Five formant frequencies over time, (n, T) in Hz: vowel before, closing, consonant, opening, vowel."""
    opening, closing = (
        _ease(t, 0, glide),
        _ease(t, closure - 0.04, np.float32(0.04)),
    )  # the locus equations hold where the voice sets in
    tract = _column(tract) if np.ndim(tract) else tract
    before, onset, target = (tract * np.asarray(f, np.float32)[..., None] for f in formants)
    return [
        np.where(t < release, b + closing * (o - b), o + opening * (v - o))
        for b, o, v in zip(before, onset, target, strict=True)
    ] + [3500.0 * tract, 4500.0 * tract]


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


def _burst(consonants, vowels, since, tract, rng, variability):
    """The noise of the release, about 10 ms; since : seconds since the release (n, T); 1 is the loudness of the
    vowel.
    """
    n = len(consonants)
    frequency = np.array([burst_frequency(c, v) or 0.0 for c, v in zip(consonants, vowels, strict=True)])
    flat, frequency = _column(frequency == 0), frequency * np.exp(_spread(rng, n, 0.07, variability)) * tract
    noise = _noise(rng, since.shape)
    shaped = resonate(
        noise, _column(np.where(frequency == 0, 1000.0, frequency)), _column(np.where(frequency > 2800, 700.0, 400.0))
    )
    noise = np.where(flat, noise, shaped / _loudness(shaped))
    length = _column(0.007 * np.exp(_spread(rng, n, 0.2, variability)))
    decibels = np.array([_BURST_LEVEL[c] for c in consonants]) + _spread(rng, n, 3, variability)
    return noise * (since >= 0) * np.exp(-np.maximum(since, 0) / length) * _column(10 ** (decibels / 20))
