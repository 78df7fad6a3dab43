"""Synthetic syllables: the filterbank of 1988, the phonetics behind the sounds, the window that the network sees."""

from itertools import pairwise

import numpy as np
import pytest

from cnnlab.datasets.syllables import (
    EDGES,
    band_energies,
    filterbank,
    sonogram,
    syllables,
    tokens,
    waveform,
    windows,
)
from cnnlab.datasets.synthesis import (
    BEFORE,
    CONSONANTS,
    RATE,
    SPEAKERS,
    VOWELS,
    burst_frequency,
    locus,
    resonate,
    synthesise,
)


def test_the_filterbank_has_16_bands_with_halved_edges():
    bank = filterbank()
    assert bank.shape == (16, 129)
    np.testing.assert_array_equal(bank[0, :5], [1, 1, 0.5, 0, 0])
    np.testing.assert_array_equal(bank[1, :8], [0, 0, 0.5, 1, 1, 1, 0.5, 0])
    np.testing.assert_array_equal(bank[15, 96:118], [0, 0.5, *[1] * 18, 0.5, 0])
    np.testing.assert_array_equal(bank.sum(0)[:116], 1)  # no bin is lost, none counts twice
    assert bank[:, 117:].sum() == 0 and len(EDGES) == 17


def test_band_energies_are_the_log_of_the_energy_seen_through_a_hamming_window(rng):
    wave = rng.normal(0, 0.1, 400)
    t = np.arange(256)
    hamming = 0.54 - 0.46 * np.cos(2 * np.pi * t / 255)
    piece = 32768 * wave[72 : 72 + 256] * hamming
    slow = np.array([abs(np.sum(piece * np.exp(-2j * np.pi * k * t / 256))) ** 2 for k in range(129)])
    expected = [np.log10(1 + slow[lo] / 2 + slow[hi] / 2 + slow[lo + 1 : hi].sum()) for lo, hi in pairwise(EDGES)]
    expected[0] = np.log10(1 + slow[0] + slow[1] + slow[2] / 2)
    np.testing.assert_allclose(band_energies(wave, [200])[0, 0], expected, rtol=1e-6)


@pytest.mark.parametrize(("hertz", "band"), [(60, 0), (750, 4), (1500, 8), (3400, 13), (5000, 15)])
def test_a_tone_lights_up_its_band(hertz, band):
    tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(600) / RATE)
    assert band_energies(tone, [300])[0, 0].argmax() == band


def test_centres_too_close_to_the_ends_are_refused():
    with pytest.raises(ValueError, match="between 128 and 272"):
        band_energies(np.zeros(400), [100])


def test_resonate_is_klatts_filter(rng):
    signal = pytest.importorskip("scipy.signal")
    x = rng.normal(size=(3, 200))
    c = -np.exp(-2 * np.pi * 90 / RATE)
    b = 2 * np.exp(-np.pi * 90 / RATE) * np.cos(2 * np.pi * 1500 / RATE)
    np.testing.assert_allclose(
        resonate(x, 1500.0, 90.0), signal.lfilter([1 - b - c], [1, -b, -c], x), rtol=1e-9, atol=1e-12
    )


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
    assert pitch == pytest.approx(SPEAKERS[speaker][0] * 0.93, rel=0.05)  # it falls a little during the syllable


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


def test_tokens_are_balanced_and_belong_to_their_seed():
    said = tokens(90, speaker=None, rng=2)
    np.testing.assert_array_equal(np.bincount(said.y), 30)
    assert len(said) == 90 and {said.text(i) for i in range(90)} == {c + v for c in "bdg" for v in "aiueo"}
    assert sorted(set(said.speakers)) == sorted(SPEAKERS)
    assert said.waveforms.dtype == np.float32 and 0.2 < np.abs(said.waveforms).max() < 1
    again, other = tokens(90, speaker=None, rng=2), tokens(90, speaker=None, rng=3)
    np.testing.assert_array_equal(said.waveforms, again.waveforms)
    assert not np.array_equal(said.y, other.y)


def test_variability_zero_repeats_and_two_spreads_more():
    spread = []
    for variability in (0.0, 1.0, 2.0):
        seen = windows(synthesise(["g"] * 40, ["e"] * 40, "Ken", np.random.default_rng(0), variability))
        spread.append(seen[:, 8:].std(0).mean())
    assert spread[0] < 0.06 < spread[1] < spread[2]


def test_windows_are_centred_scaled_and_follow_a_shift():
    said = tokens(30, rng=0)
    seen = windows(said.waveforms)
    assert seen.shape == (30, 15, 16) and seen.dtype == np.float32
    np.testing.assert_allclose(np.abs(seen).max((1, 2)), 1, atol=1e-6)
    np.testing.assert_allclose(seen.mean((1, 2)), 0, atol=1e-6)
    loud = seen[:, :, 2:6].mean((0, 2))  # silent before the middle frame, loud after it
    assert loud[9:].min() > loud[4:6].max() + 0.3
    for frames in (3, -2):
        late = windows(said.waveforms, shift=10.0 * frames)
        a, b = (late[:, 3:], seen[:, :-3]) if frames == 3 else (late[:, :-2], seen[:, 2:])
        for one, other in zip(a, b, strict=True):  # the same frames, up to the scaling of the two windows
            assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.99999


def test_syllables_is_a_dataset_with_separate_parts_and_late_test_tokens():
    data, late = syllables(60, 45), syllables(60, 45, shift=20.0)
    assert data.x_train.shape == (60, 15, 16) and data.x_test.shape == (45, 15, 16) and data.names == ("b", "d", "g")
    np.testing.assert_array_equal(data.x_train, late.x_train)
    assert not np.allclose(data.x_test, late.x_test)
    assert not np.allclose(data.x_train[:45], data.x_test)


def test_the_spectrogram_tells_the_consonants_apart():
    data = syllables(450, 150)
    x, x_test = (np.c_[v.reshape(len(v), -1), np.ones(len(v))] for v in (data.x_train, data.x_test))
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ np.eye(3)[data.y_train])
    assert ((x_test @ w).argmax(1) == data.y_test).mean() > 0.93


def test_one_syllable_to_listen_to():
    wave = waveform("g", "o", speaker="Aki")
    assert wave.shape == (round(0.42 * RATE),) and wave.dtype == np.float32 and 0.1 < np.abs(wave).max() < 1
    np.testing.assert_array_equal(wave, waveform("g", "o", speaker="Aki"))
    assert windows(wave).shape == (1, 15, 16)


def test_silence_stays_silent_beside_a_syllable():
    wave = waveform("d", "i")
    x = windows(np.stack([np.zeros_like(wave), wave]))
    assert not x[0].any() and np.array_equal(x[1], windows(wave)[0])
    assert len(windows(np.zeros(3398))) == 1, "just long enough"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: waveform("p", "a"), "consonant must be one of 'b', 'd', 'g'; got 'p'"),
        (lambda: waveform("b", "y"), "vowel must be one of 'a', 'i', 'u', 'e', 'o'; got 'y'"),
        (lambda: tokens(3, speaker="Eve"), "speaker must be one of 'Aki', 'Ken', 'Toru'"),
        (lambda: tokens(0), "n must be a whole number of at least 1; got 0"),
        (lambda: tokens(2, variability=-1), "variability must be a finite number of at least 0; got -1"),
        (lambda: windows(np.zeros((1, 5040)), shift=101), "shift must be -100 to 100"),
        (lambda: windows(np.zeros((1, 5040)), shift=float("nan")), "shift must be"),
        (lambda: windows(np.zeros(100)), "waveforms must have at least 3398 samples for this shift; got 100"),
        (lambda: windows(np.zeros((1, 3398)), shift=-10), "at least 3518 samples for this shift; got 3398"),
        (lambda: windows(np.full((2, 5040), np.nan)), r"waveforms must hold finite numbers; .* first at \[0, 0\]"),
        (lambda: sonogram(np.full(5040, np.inf)), "waveforms must hold finite numbers"),
        (lambda: windows(np.zeros((1, 1, 5040))), r"waveforms must be \(n, T\) or \(T,\); got .* \(1, 1, 5040\)"),
        (lambda: waveform("b", "a", speaker=None), "speaker must be one of 'Aki', 'Ken', 'Toru'; got None"),
        (lambda: waveform("b", "a", variability=9), "variability must be 0 to 4; got 9"),
        (lambda: tokens(2, variability=float("nan")), "variability must be a finite number"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
