"""The synthesiser: resonators, formants, pitch and bursts are where phonetics says they are."""

import numpy as np
import pytest

from cnnlab.datasets.generated.synthesis import (
    BEFORE,
    CONSONANTS,
    RATE,
    SPEAKERS,
    VOWELS,
    burst_frequency,
    locus,
    resonate,
    synthesise,
    through_the_mouth,
)


def test_resonate_is_klatts_filter(rng):
    signal = pytest.importorskip("scipy.signal")
    x = rng.normal(size=(3, 200))
    c = -np.exp(-2 * np.pi * 90 / RATE)
    b = 2 * np.exp(-np.pi * 90 / RATE) * np.cos(2 * np.pi * 1500 / RATE)
    np.testing.assert_allclose(
        resonate(x, 1500.0, 90.0), signal.lfilter([1 - b - c], [1, -b, -c], x), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_mouth_is_five_resonators_one_behind_the_other(rng, dtype):
    x, tracks = rng.normal(size=(3, 400)).astype(dtype), [*rng.uniform(200, 3000, (3, 3, 400)), 3500.0, [[4500.0]] * 3]
    expected = x
    for frequency, bandwidth in zip(tracks, (70, 90, 130, 200, 250), strict=True):
        expected = resonate(expected, frequency, bandwidth)
    np.testing.assert_array_equal(through_the_mouth(x, tracks), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_syllable_alone_resonates_as_it_does_among_others(rng, dtype):
    x, frequency = rng.standard_normal((3, 2000)).astype(dtype), np.tile(np.linspace(500, 3000, 2000), (3, 1))
    together = resonate(x, frequency, 60.0)
    for k, alone in enumerate(x):
        found = resonate(alone[None], frequency[k : k + 1], 60.0)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, together[k : k + 1])


def test_resonate_follows_a_frequency_that_glides():
    noise = np.random.default_rng(1).normal(size=(1, 6000))
    y = resonate(noise, np.linspace(500, 3000, 6000)[None], 60.0)[0]

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
