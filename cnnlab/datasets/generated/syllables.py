"""`syllables`: /b/, /d/ or /g/ and a vowel, synthesised, as the time-delay neural network of 1988 saw them.

The recordings of Waibel et al. are not public. These syllables follow what phonetics has measured of the three
consonants (see synthesis.py), so that the network has the same things to find; but an error rate on them says nothing
about theirs on real speech.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.generated.synthesis import (
    BEFORE,
    CONSONANTS,
    LOUDNESS,
    RATE,
    SAMPLES,
    SPEAKERS,
    VOWELS,
    synthesise,
)
from cnnlab.datasets.generated.voices import checked, drawn, recorded_so
from cnnlab.types import Array, ArrayLike, Seed

FRAMES, BANDS = 15, 16
FFT_SIZE = 256
# A band reaches from one of these FFT bins to the next: 16 bands up to 5.4 kHz, about equally wide for the ear (mel).
EDGES = (0, 2, 6, 10, 14, 18, 22, 26, 30, 35, 41, 48, 57, 68, 81, 97, 116)
MAX_SHIFT = 100.0  # milliseconds
VOWEL = (0.06, 0.12)  # seconds after the onset of the voice, over which the loudness is taken
ANYONE = "one of many"  # the speaker's name where every syllable has a voice of its own


def filterbank(edges: Sequence[int] | Array = EDGES, size: int = FFT_SIZE) -> Array:
    """Weights (len(edges) - 1, size // 2 + 1) of the FFT bins in every band: 1 inside, 1/2 on an edge, bin 0 whole."""
    bank = np.zeros((len(edges) - 1, size // 2 + 1))
    for band, (lo, hi) in enumerate(pairwise(edges)):
        bank[band, lo : hi + 1] = 1.0
        bank[band, [lo, hi]] = 0.5
    bank[0, 0] = 1.0
    return bank


def band_energies(
    waveforms: ArrayLike, centres: ArrayLike, edges: Sequence[int] | Array = EDGES, size: int = FFT_SIZE
) -> Array:
    """log10(1 + energy) in every band around every centre.

    waveforms : (n, T), -1..1; centres : sample numbers (K,), or (n, K), at least size/2 away from the ends -> float32
    (n, K, bands). A Hamming window of `size` samples and an FFT around each centre; samples count as 16-bit numbers,
    as they were recorded in 1988.
    """
    waveforms = np.atleast_2d(waveforms)
    centres = np.broadcast_to(centres, (len(waveforms), np.shape(centres)[-1]))
    first, last = size // 2, waveforms.shape[1] - size // 2
    if centres.min() < first or centres.max() > last:
        raise ValueError(f"centres must lie between {first} and {last}; got {centres.min()} to {centres.max()}")
    bank, window = filterbank(edges, size).T, 32768 * np.hamming(size)
    energies = np.empty((*centres.shape, bank.shape[1]), np.float32)
    views = np.lib.stride_tricks.sliding_window_view(waveforms, size, axis=1)
    for start in range(0, len(waveforms), 16):  # so many that the pieces stay in the processor's cache
        rows = np.arange(start, min(start + 16, len(waveforms)))
        spectrum = np.fft.rfft(views[rows[:, None], centres[rows] - size // 2] * window)
        energies[rows] = np.log10(1 + (spectrum.real**2 + spectrum.imag**2) @ bank)
    return energies


def _sounds(waveforms):
    """The sounds as (n, T) finite floating-point numbers."""
    if np.ndim(waveforms) not in (1, 2):
        raise ValueError(f"waveforms must be (n, T) or (T,); got an array of shape {np.shape(waveforms)}")
    return np.atleast_2d(arguments.array("waveforms", waveforms, finite=True))


def windows(waveforms: ArrayLike, shift: float = 0.0) -> Array:
    """What the network of 1988 sees: 15 frames of 10 ms with 16 bands, the onset of the vowel in the middle frame.

    An FFT every 5 ms, neighbours averaged to 10 ms, the mean of the window subtracted, scaled to -1..1.

    Parameters
    ----------
    waveforms : (n, T) or (T,), floating point
        Sounds as `tokens` or `waveform` gives them.
    shift : float
        Milliseconds, how much later the syllable comes, -100 to 100.

    Returns
    -------
    x : (n, 15, 16) float32
        Log energies, frames x bands; silence gives zeros.

    Raises
    ------
    TypeError
        If waveforms or shift are no floating-point numbers.
    ValueError
        For another shape, numbers that are not finite, a shift that is too large, or a sound that ends too soon.

    Source
    ------
    Lecture topic 26; Waibel, Hanazawa, Hinton, Shikano and Lang 1989.
    """
    sounds = _sounds(waveforms)
    if abs(arguments.real("shift", shift)) > MAX_SHIFT:
        raise ValueError(f"shift must be -{MAX_SHIFT:g} to {MAX_SHIFT:g} milliseconds; got {shift!r}")
    frames = np.arange(FRAMES) - FRAMES // 2
    seconds = BEFORE - shift / 1000 + np.stack([0.010 * frames - 0.0025, 0.010 * frames + 0.0025], 1).ravel()
    centres = np.round(seconds * RATE).astype(int)
    if sounds.shape[1] < (least := centres.max() + FFT_SIZE // 2):
        raise ValueError(f"waveforms must have at least {least} samples for this shift; got {sounds.shape[1]}")
    energies = band_energies(sounds, centres).reshape(-1, FRAMES, 2, BANDS).mean(2)
    energies -= energies.mean((1, 2), keepdims=True)
    size = np.abs(energies).max((1, 2), keepdims=True)
    return energies / np.where(size > 1e-5, size, 1)  # what is smaller is the rounding of a sound without any contrast


def excerpt(waveforms: Array, shift: float = 0.0) -> Array:
    """The 150 ms of sounds (n, T) or (T,) over which the frames of `windows` lie, at the same shift: (..., 1800)."""
    first = round((BEFORE - shift / 1000 - 0.005 * FRAMES) * RATE)
    return waveforms[..., first : first + FRAMES * RATE // 100]


def faded(sound: Array, milliseconds: float = 3.0) -> Array:
    """A piece of sound (T,) that was cut out, with soft ends: a cut would be heard as a click."""
    ramp = np.minimum(1, (np.arange(len(sound)) + 0.5) / (milliseconds / 1000 * RATE)).astype(sound.dtype)
    return sound * ramp * ramp[::-1]


def levelled(waveforms: ArrayLike) -> Array:
    """Sounds at the level of today's speakers: their vowels as loud as synthetic ones.

    Parameters
    ----------
    waveforms : (n, T) or (T,), floating point
        Sounds as `tokens` gives them, at any level, the voice at 200 ms.

    Returns
    -------
    sounds : of the same shape, float32
        Of the root mean square 0.12 from 60 to 120 ms after the onset of the voice; silence stays silent.

    Raises
    ------
    TypeError
        If waveforms are no floating-point numbers.
    ValueError
        For another shape, numbers that are not finite, or a sound that ends before its vowel.
    """
    sounds = _sounds(waveforms).astype(np.float64)
    first, last = (round((BEFORE + seconds) * RATE) for seconds in VOWEL)
    if sounds.shape[1] < last:
        raise ValueError(f"waveforms must have at least {last} samples; got {sounds.shape[1]}")
    loud = np.sqrt((sounds[:, first:last] ** 2).mean(axis=1, keepdims=True))
    loud = np.where(loud > 0, loud, np.abs(sounds).max(axis=1, keepdims=True))
    found = sounds * (LOUDNESS / np.where(loud > 0, loud, 1))
    return np.clip(found, -1, 1).astype(np.float32).reshape(np.shape(waveforms))


def sonogram(waveforms: ArrayLike) -> Array:
    """A fine picture of sounds, for the eye.

    Windows of 6 ms are short enough to show each pulse of the voice and too short to tell its harmonics apart, so that
    formants are dark bands.

    Parameters
    ----------
    waveforms : (n, T) or (T,), floating point
        Sounds at 12,000 samples a second.

    Returns
    -------
    decibels : (n, 129, K) float32
        0 for the loudest, below it the others; 129 rows from 0 to 6 kHz, column k at 2 k milliseconds.

    Raises
    ------
    TypeError
        If the waveforms are no floating-point numbers.
    ValueError
        For another shape, or numbers that are not finite.
    """
    sounds = _sounds(waveforms)
    step, size = RATE // 500, 72
    padded = np.pad(sounds, ((0, 0), (size // 2, size)))
    views = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, : sounds.shape[1] : step]
    energy = np.abs(np.fft.rfft(views * np.hamming(size), FFT_SIZE)) ** 2
    energy = np.maximum(energy, 1e-7 * energy.max(axis=(1, 2), keepdims=True) + 1e-30)
    return (10 * np.log10(energy / energy.max(axis=(1, 2), keepdims=True))).transpose(0, 2, 1).astype(np.float32)


@dataclass(frozen=True, repr=False)
class Tokens:
    """Syllables as sound.

    Parameters
    ----------
    waveforms : (n, T) float32
        The sounds, 12,000 samples a second.
    y : (n,) int64
        The consonants: 0, 1, 2 for b, d, g.
    vowels : (n,) of str
        The vowels.
    speakers : (n,) of str
        Who says them.
    """

    waveforms: Array
    y: Array
    vowels: Array
    speakers: Array

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        return f"Tokens: {len(self)} syllables of {', '.join(sorted(set(self.speakers.tolist())))}"

    def text(self, i: int) -> str:
        """Syllable i in letters, such as "ga".

        Parameters
        ----------
        i : int
            Which one, from 0.

        Returns
        -------
        text : str
            Consonant and vowel.
        """
        return CONSONANTS[self.y[i]] + str(self.vowels[i])


def _checked(variability: float) -> float:
    """The variability, a number from 0 to 4."""
    if arguments.real("variability", variability, at_least=0) > 4:
        raise ValueError(f"variability must be 0 to 4; got {variability!r}")
    return variability


def tokens(
    n: int, speaker: str | None = "Ken", variability: float = 1.0, rng: Seed = 0, variety: Collection[str] = ()
) -> Tokens:
    """Syllables as sound, in random order, every consonant and vowel equally often.

    Parameters
    ----------
    n : int
        How many.
    speaker : {"Aki", "Ken", "Toru"} or None
        Who says them; None: all of them, in equal parts.
    variability : float
        1 is the spread of careful speech, 0 none, 2 twice as much, 4 the most.
    rng : int or Generator
        Seed, or what goes on from where it stands.
    variety : collection of {"voices", "paces", "alone", "onsets", "rooms", "noises", "levels"}
        What differs from syllable to syllable; `VARIETY` is all of it. "voices": pitch and length of the throat, from
        low voices to those of children, in the place of `speaker`; "paces": slow and quick; "alone": none follows
        another vowel; "onsets": marked up to 15 ms wrongly; "rooms": an echo, and a microphone with a colour of its
        own; "noises": 10 to 45 decibels below the vowel; "levels": of the whole, over 40 decibels.

    Returns
    -------
    said : Tokens
        The sounds, and what they are.

    Raises
    ------
    TypeError
        For an n that is no whole number, a variability that is no number, a variety that is a str.
    ValueError
        For an n below 1, another speaker, a variability outside of 0 to 4, another word of variety.
    """
    n = arguments.whole("n", n)
    if speaker is not None:
        arguments.one_of("speaker", speaker, tuple(SPEAKERS))
    variability, rng, variety = _checked(variability), arguments.generator("rng", rng), checked(variety)
    names = (ANYONE,) if "voices" in variety else tuple(SPEAKERS) if speaker is None else (speaker,)
    kinds = [(s, c, v) for c in CONSONANTS for v in VOWELS for s in names]
    order = np.array([rng.permutation(len(kinds)) for _ in range(-(-n // len(kinds)))]).ravel()[:n]
    said = np.array([kinds[k] for k in order])
    waveforms = np.empty((n, SAMPLES), np.float32)
    for name in names:
        rows = np.flatnonzero(said[:, 0] == name)
        for chunk in np.array_split(rows, -(-len(rows) // 256) or 1):
            if len(chunk):
                voice = drawn(variety, len(chunk), SPEAKERS.get(name, SPEAKERS["Ken"]), rng)
                waves = synthesise(said[chunk, 1], said[chunk, 2], voice, rng, variability)
                waveforms[chunk] = recorded_so(waves, variety, rng, LOUDNESS, RATE) if variety else waves
    return Tokens(waveforms, np.array([CONSONANTS.index(c) for c in said[:, 1]]), said[:, 2], said[:, 0])


def waveform(consonant: str, vowel: str, speaker: str = "Ken", variability: float = 0.0, rng: Seed = 0) -> Array:
    """One syllable to listen to.

    Parameters
    ----------
    consonant : {"b", "d", "g"}
        How it begins.
    vowel : {"a", "i", "u", "e", "o"}
        How it goes on.
    speaker : {"Aki", "Ken", "Toru"}
        Who says it.
    variability : float
        0 to 4, as in `tokens`.
    rng : int or Generator
        Seed, or what goes on from where it stands.

    Returns
    -------
    sound : (T,) float32
        12,000 samples a second, -1..1.

    Raises
    ------
    TypeError
        For a variability that is no number.
    ValueError
        For another consonant, vowel or speaker, a variability outside of 0 to 4.
    """
    arguments.one_of("consonant", consonant, CONSONANTS)
    arguments.one_of("vowel", vowel, tuple(VOWELS))
    arguments.one_of("speaker", speaker, tuple(SPEAKERS))
    said = synthesise([consonant], [vowel], speaker, arguments.generator("rng", rng), _checked(variability))
    return said[0].astype(np.float32)


def syllables(
    train: int = 690,
    test: int = 650,
    speaker: str | None = "Ken",
    variability: float = 1.0,
    shift: float = 0.0,
    seed: int = 0,
    variety: Collection[str] = (),
) -> Dataset:
    """/b/, /d/ or /g/ and a vowel, synthesised, as the network of 1988 saw them: 15 frames x 16 bands.

    About as many as Waibel et al. had for each of their speakers.

    Parameters
    ----------
    train, test : int
        How many syllables.
    speaker : {"Aki", "Ken", "Toru"} or None
        Who says them; None: all of them, in equal parts.
    variability : float
        0 to 4, as in `tokens`.
    shift : float
        Milliseconds by which the test syllables come late, -100 to 100.
    seed : int
        The same seed gives the same syllables.
    variety : collection of str
        What differs from syllable to syllable, as in `tokens`.

    Returns
    -------
    data : Dataset
        x float32 (N, 15, 16), -1..1; names b, d, g.

    Raises
    ------
    TypeError, ValueError
        As `tokens` and `windows` do.

    Source
    ------
    Lecture topic 26; Waibel, Hanazawa, Hinton, Shikano and Lang 1989.
    """
    seed = arguments.seed("seed", seed)
    parts = (arguments.whole("train", train), 0.0), (arguments.whole("test", test), shift)
    found: list[Array] = []
    for k, (n, later) in enumerate(parts):  # with draws of its own each
        said = tokens(n, speaker, variability, np.random.default_rng([seed, k]), variety)
        found += windows(said.waveforms, later), said.y
    x_train, y_train, x_test, y_test = found
    return Dataset(x_train, y_train, x_test, y_test, CONSONANTS)
