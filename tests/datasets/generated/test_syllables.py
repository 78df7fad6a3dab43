"""Synthetic syllables: the filterbank of 1988, the phonetics behind the sounds, the window that the network sees."""

from itertools import pairwise

import numpy as np
import pytest

from cnnlab.datasets.generated.syllables import (
    EDGES,
    band_energies,
    filterbank,
    sonogram,
    syllables,
    tokens,
    waveform,
    windows,
)
from cnnlab.datasets.generated.synthesis import RATE, SPEAKERS, synthesise


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


def test_each_part_has_a_seed_of_its_own():
    """What is drawn for one depends neither on the other nor on its length."""
    data, other = (syllables(40, count, seed=3, variety=["rooms"]) for count in (30, 10))
    np.testing.assert_array_equal(data.x_train, other.x_train)
    learnt = tokens(40, rng=np.random.default_rng([3, 0]), variety=["rooms"])
    np.testing.assert_array_equal(data.x_train, windows(learnt.waveforms))
    np.testing.assert_array_equal(data.y_train, learnt.y)
