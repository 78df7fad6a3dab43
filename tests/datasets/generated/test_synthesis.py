"""The synthesiser: resonators, formants, pitch and bursts are where phonetics says they are."""

import numpy as np
import pytest

from cnnlab.datasets.generated.synthesis import (
    BEFORE,
    CONSONANTS,
    RATE,
    SPEAKERS,
    VOWELS,
    Resonators,
    burst_frequency,
    locus,
    synthesise,
)


def plainly(x, frequency, bandwidth):
    """x (T, n) through one resonator, sample after sample, in the dtype of x."""
    frequency, bandwidth = (np.broadcast_to(v, x.shape).astype(x.dtype) for v in (frequency, bandwidth))
    c = -np.exp(bandwidth * x.dtype.type(-2 * np.pi / RATE))
    b = 2 * np.sqrt(-c) * np.cos(frequency * x.dtype.type(2 * np.pi / RATE))
    y = np.zeros((len(x) + 2, x.shape[1]), x.dtype)
    for t in range(len(x)):
        y[t + 2] = (1 - b - c)[t] * x[t] + (b[t] * y[t + 1] + c[t] * y[t])
    return y[2:]


def test_a_resonator_is_klatts_filter(rng):
    signal = pytest.importorskip("scipy.signal")
    x = rng.normal(size=(200, 3))
    c = -np.exp(-2 * np.pi * 90 / RATE)
    b = 2 * np.exp(-np.pi * 90 / RATE) * np.cos(2 * np.pi * 1500 / RATE)
    found = Resonators([1500.0], [90.0], 1, x).after([x])[:, 0]
    np.testing.assert_allclose(found, signal.lfilter([1 - b - c], [1, -b, -c], x, axis=0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 3])
def test_resonators_are_one_behind_the_other_or_alone_and_go_on_piece_after_piece(rng, dtype, n):
    x, other = rng.normal(size=(2, 400, n)).astype(dtype)
    tracks, widths = rng.uniform(200, 3000, (3, 400, n)), rng.uniform(50, 500, n)
    expected = x
    for frequency, bandwidth in ((tracks[0], 70), (tracks[1], 90), (3500.0, 200)):
        expected = plainly(expected, frequency, bandwidth)
    resonators = Resonators([0, 0, 3500.0, tracks[2][0]], [70, 90, 200, widths], 3, x[:50])
    row, alone = np.empty((2, 450, n), dtype)
    late = np.pad(tracks[1], ((1, 50), (0, 0)))  # the second hears all of it one step later, the third two
    for first in range(0, 450, 50):
        now = slice(first, first + 50)
        resonators.tune(0, np.pad(tracks[0], ((0, 50), (0, 0)))[now])
        resonators.tune(1, late[now])
        given = resonators.after([np.pad(v, ((0, 50), (0, 0)))[now] for v in (x, other)])
        row[now], alone[now] = given[:, 2], given[:, 3]
    np.testing.assert_array_equal(row[2:402], expected)
    np.testing.assert_array_equal(alone[:400], plainly(other, tracks[2][0], widths))


@pytest.mark.parametrize("said", ["a", "aieou"])
def test_the_length_of_the_pieces_changes_nothing(monkeypatch, said):
    """Neither where they begin, nor what is left out in pieces where nothing moves or nothing is heard."""
    together = []
    for piece in (1, 700 * len(said), 10**6):
        monkeypatch.setattr("cnnlab.datasets.generated.synthesis.PIECE", piece)
        together.append(synthesise("bdgbd"[: len(said)], said, "Ken", np.random.default_rng(2)))
    assert together[0].shape == (len(said), 5040) and together[0].dtype == np.float32
    np.testing.assert_array_equal(together[0], together[2])
    np.testing.assert_array_equal(together[1], together[2])


def test_a_resonator_follows_a_frequency_that_glides():
    noise = np.random.default_rng(1).normal(size=(6000, 1))
    y = Resonators([np.linspace(500, 3000, 6000)[:, None]], [60.0], 1, noise).after([noise])[:, 0, 0]

    def loudest(piece):
        return np.abs(np.fft.rfft(piece * np.hanning(len(piece)))).argmax() * RATE / len(piece)

    assert loudest(y[:1000]) == pytest.approx(700, abs=300)
    assert loudest(y[5000:]) == pytest.approx(2800, abs=300)


def test_locus_equations_and_bursts_are_the_published_ones():
    assert [round(locus("b", v, VOWELS[v][1])) for v in "aiueo"] == [1311, 1996, 1265, 1800, 973]
    assert [round(locus("d", v, VOWELS[v][1])) for v in "aiueo"] == [1669, 2007, 1646, 1910, 1502]
    assert [round(locus("g", v, VOWELS[v][1])) for v in "aiueo"] == [1734, 2360, 1679, 2281, 1327]
    assert [burst_frequency("d", v) for v in "aio"] == [3300, 3530, 2950]
    assert [burst_frequency("g", v) for v in "aio"] == [1770, 2700, 1250]
    assert burst_frequency("b", "a") is None


def spectrum(wave, start, stop):
    """Mean energy spectrum between two times, in seconds after the onset of the voice; 1 Hz per entry up to 6 kHz."""
    piece = wave[..., round((BEFORE + start) * RATE) : round((BEFORE + stop) * RATE)]
    return (np.abs(np.fft.rfft(piece * np.hamming(piece.shape[-1]), RATE)) ** 2).mean(0)


@pytest.mark.parametrize("vowel", sorted(VOWELS))
def test_a_vowel_has_its_formants(vowel):
    """The envelope of the steady part is that of the three resonators: near each formant it is far above the valleys
    between.
    """
    wave = synthesise(["b"] * 40, [vowel] * 40, "Ken", np.random.default_rng(0), 0.0)
    energy = np.convolve(spectrum(wave, 0.08, 0.14), np.ones(130) / 130, "same")
    f1, f2, f3 = VOWELS[vowel]
    level = 10 * np.log10(energy)
    assert level[f2 - 60 : f2 + 60].max() > level[(f2 + f3) // 2] + 4
    assert level[f1] > level[min(f2 + 800, 5000)] + 10
    between = (f1 + f2) // 2
    assert level[f1 - 40 : f1 + 40].max() > level[between] + (0 if f2 - f1 < 800 else 8)


@pytest.mark.parametrize("speaker", sorted(SPEAKERS))
def test_a_speaker_has_a_pitch(speaker):
    wave = synthesise(["d"] * 30, ["a"] * 30, speaker, np.random.default_rng(0), 0.0)
    piece = wave[:, round((BEFORE + 0.03) * RATE) : round((BEFORE + 0.13) * RATE)]
    lags = np.arange(60, 160)
    likeness = np.array([(piece[:, :-lag] * piece[:, lag:]).mean(1) for lag in lags]).T
    pitch = np.median(RATE / lags[likeness.argmax(1)])
    assert pitch == pytest.approx(SPEAKERS[speaker].pitch * 0.93, rel=0.05)  # it falls a little during the syllable


def test_bursts_tell_the_consonants_apart():
    """Energy of the release relative to the whole band: d is highest around 3.3 kHz, g (before a) around 1.8 kHz, b
    is weak.
    """
    release = {}
    for consonant, wait in (("b", 0.017), ("d", 0.023), ("g", 0.038)):
        wave = synthesise([consonant] * 60, ["a"] * 60, "Ken", np.random.default_rng(0), 0.5)
        energy = spectrum(wave, -wait, -wait + 0.012)
        release[consonant] = energy[1550:2000].mean(), energy[3000:3600].mean()
    assert release["d"][1] > 4 * release["d"][0]
    assert release["g"][0] > 4 * release["g"][1]
    assert release["b"][1] < release["d"][1] / 10 and release["b"][0] < release["g"][0] / 10


def test_the_second_formant_starts_at_its_locus():
    """In the first 15 ms of the voice /ba/ is lower in F2 than /da/ and /ga/ is higher still."""
    start = {}
    for consonant in CONSONANTS:
        wave = synthesise([consonant] * 60, ["a"] * 60, "Ken", np.random.default_rng(0), 0.0)
        energy = spectrum(wave, 0.002, 0.017)[1000:2100]
        start[consonant] = 1000 + np.convolve(energy, np.ones(120), "same").argmax()
    assert start["b"] == pytest.approx(1311, abs=120)
    assert start["d"] == pytest.approx(1669, abs=120)
    assert start["g"] == pytest.approx(1734, abs=120)
