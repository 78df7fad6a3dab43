"""Variety: what differs from syllable to syllable, and nothing where nothing is asked for."""

import numpy as np
import pytest

from cnnlab.datasets import VARIETY, levelled, syllables, tokens, windows
from cnnlab.datasets.generated import voices
from cnnlab.datasets.generated.synthesis import BEFORE, LOUDNESS, RATE, SPEAKERS, synthesise
from cnnlab.datasets.generated.voices import LEVEL, Speaking, drawn, recorded_so
from cnnlab.datasets.recorded import voice_onset

# Sample 3000 of a /ba/ and a /gu/, as they were before there was any variety.
OF_ALWAYS = {"Aki": (-0.06374, -0.26873), "Ken": (0.30016, -0.10484), "Toru": (0.0694, -0.11296)}


def vowels(waves):
    """The root mean square of each vowel."""
    return np.sqrt((waves[:, round(0.26 * RATE) : round(0.32 * RATE)] ** 2).mean(axis=1))


def test_without_variety_the_syllables_are_those_of_always():
    plain, empty = tokens(20, None, rng=4), tokens(20, None, rng=4, variety=())
    np.testing.assert_array_equal(plain.waveforms, empty.waveforms)
    for name, voice in SPEAKERS.items():
        said, same = (synthesise(["b", "g"], ["a", "u"], who, np.random.default_rng(1), 1.0) for who in (name, voice))
        np.testing.assert_array_equal(said, same)
        np.testing.assert_allclose(said[:, 3000], OF_ALWAYS[name], atol=2e-4)
        assert drawn((), 2, voice, np.random.default_rng(4)) == voice


@pytest.mark.parametrize("word", VARIETY)
def test_each_word_makes_other_syllables_that_belong_to_their_seed(word):
    said, again, plain = (tokens(12, "Ken", rng=3, variety=variety) for variety in ([word], {word}, ()))
    np.testing.assert_array_equal(said.waveforms, again.waveforms)
    np.testing.assert_array_equal(said.y, plain.y)
    assert not np.array_equal(said.waveforms, plain.waveforms)
    assert said.waveforms.dtype == np.float32 and np.isfinite(said.waveforms).all()
    assert set(said.speakers) == ({"one of many"} if word == "voices" else {"Ken"})
    assert windows(said.waveforms).shape == (12, 15, 16)


def test_all_of_it_is_a_data_set():
    data = syllables(18, 12, variety=VARIETY)
    assert data.x_train.shape == (18, 15, 16) and np.abs(data.x_train).max() == 1
    assert not np.array_equal(data.x_train, syllables(18, 12).x_train)


def test_voices_differ_in_pitch_and_formants_together(rng):
    voice = drawn(["voices"], 2000, SPEAKERS["Ken"], rng)
    assert voice.tract.min() < 0.95 and voice.tract.max() > 1.25
    assert voice.pitch.min() < 95 and voice.pitch.max() > 260
    assert np.corrcoef(voice.pitch, voice.tract)[0, 1] > 0.7


def test_a_pace_draws_out_the_closure():
    spans = []
    for pace in (0.65, 1.6):
        voice = Speaking(128.0, 1.0, pace, follows=1.0)
        wave = synthesise(["d"], ["a"], voice, np.random.default_rng(0), 0.0)[0]
        loud = np.sqrt(np.convolve(wave**2, np.ones(60) / 60, "same")) > 0.04
        before = np.flatnonzero(loud[: round(0.155 * RATE)])[-1]  # the end of the vowel before it
        spans.append(BEFORE - before / RATE)
    assert spans[1] > 1.7 * spans[0]


def test_what_is_said_alone_follows_nothing_and_onsets_lie_elsewhere():
    alone = tokens(30, "Ken", rng=2, variety=["alone"]).waveforms
    assert np.abs(alone[:, : round(0.08 * RATE)]).max() < 0.02
    late = [tokens(30, "Ken", 0.0, 2, ["alone", *more]).waveforms for more in ([], ["onsets"])]
    spread = [np.std([voice_onset(wave) for wave in waves]) for waves in late]
    assert spread[1] > 0.005 > spread[0]


def test_noise_and_level_have_their_ranges(rng):
    quiet = np.tile(0.0, (400, 5040)).astype(np.float32)
    noise = np.sqrt((recorded_so(quiet, ["noises"], rng, LOUDNESS, RATE) ** 2).mean(axis=1))
    decibels = 20 * np.log10(noise / LOUDNESS)
    assert -46 < decibels.min() < -40 and -15 < decibels.max() < -9
    loud = vowels(tokens(60, "Ken", rng=1, variety=["levels"]).waveforms)
    assert (20 * np.log10(loud / LOUDNESS)).min() < LEVEL[0] + 6 and np.ptp(20 * np.log10(loud)) > 25


def test_a_room_colours_the_sound_and_leaves_it_as_loud(rng):
    wave = tokens(40, "Ken", rng=1).waveforms
    found = recorded_so(wave, ["rooms"], rng, LOUDNESS, RATE)
    np.testing.assert_allclose(np.sqrt((found**2).mean(1)), np.sqrt((wave**2).mean(1)), rtol=0.02)
    clap = np.zeros((40, 5040), np.float32)
    clap[:, 1000] = 0.1
    heard = recorded_so(clap, ["rooms"], rng, LOUDNESS, RATE)
    assert (np.abs(heard[:, 1200:]).max(axis=1) > 1e-5).all(), "the room answers"
    assert not np.abs(heard[:, :800]).max() > 0.01, "but not before the clap"
    spectra = np.abs(np.fft.rfft(heard))
    assert np.std(spectra[:, 2000] / spectra[:, 200]) > 0.3, "every microphone has a colour of its own"


def test_levels_are_brought_back_and_silence_stays_silent():
    wave = tokens(10, "Ken", rng=1).waveforms
    for gain in (0.02, 1.0):
        np.testing.assert_allclose(vowels(levelled(gain * wave)), LOUDNESS, rtol=1e-3)
    assert not levelled(np.zeros(5040)).any() and levelled(np.zeros(5040)).shape == (5040,)
    burst = np.zeros(5040)
    burst[100] = 0.01
    assert levelled(burst)[100] == pytest.approx(LOUDNESS), "without a vowel it is the loudest sample"
    with pytest.raises(ValueError, match="waveforms must have at least 3840 samples; got 100"):
        levelled(np.zeros(100))


def test_a_level_changes_nothing_that_the_network_sees():
    """The mean of a window is subtracted, its largest number divided away: only what is near the floor moves."""
    wave = tokens(20, "Ken", rng=1).waveforms
    np.testing.assert_allclose(windows(0.1 * wave), windows(wave), atol=0.02)


def test_words_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="variety must be one of 'voices', 'paces'"):
        tokens(3, variety=["accents"])
    with pytest.raises(TypeError, match="variety must be a collection of words"):
        tokens(3, variety="voices")


def test_sounds_are_made_a_few_at_a_time_and_are_the_same(rng, monkeypatch):
    waves, found = rng.standard_normal((5, 700)).astype(np.float32) / 10, []
    for together in (2, 5):
        monkeypatch.setattr(voices, "TOGETHER", together)
        found.append(recorded_so(waves, VARIETY, np.random.default_rng(3), LOUDNESS, RATE))
    np.testing.assert_array_equal(*found)


def test_rooms_microphones_and_noises_are_those_of_their_formulas(rng):
    """Powers are taken apart, where one of their two sides is the same for all: here they are not."""
    some = slice(1, 3)
    rooms = voices._Rooms(3, rng, 1000)
    tails = rooms.tails[some] * 10 ** (rooms.decay[some] * np.arange(500))
    tails[:, 0] = 0
    tails *= rooms.echo[some] / np.sqrt((tails**2).sum(axis=1, keepdims=True))
    tails[:, 0] = 1
    np.testing.assert_allclose(rooms.answers(some), tails, rtol=1e-12)
    assert np.abs(-3 / 1000 / rooms.decay - np.mean(voices.DECAY)).max() <= np.ptp(voices.DECAY) / 2

    heard = voices._Microphones(3, rng, 1000, 800)
    hertz = np.maximum(np.fft.rfftfreq(800, 1 / 1000), 20)
    bump = heard.bump * np.exp(-((np.log2(hertz / 1000) - heard.centre) ** 2))
    expected = 10 ** ((heard.tilt * np.log2(hertz / 1000) + bump) / 20) / np.sqrt(1 + (heard.cut / hertz) ** 4)
    np.testing.assert_allclose(heard.hear(some), expected[some], rtol=1e-12)

    noises = voices._Noises(3, rng, 1000, 600)
    spectrum = np.fft.rfft(noises.white) * np.maximum(np.fft.rfftfreq(600, 1 / 1000), 50) ** -noises.pink
    noise = np.fft.irfft(spectrum, 600)
    noise *= 0.3 * noises.gain / np.sqrt((noise**2).mean(axis=1, keepdims=True))
    np.testing.assert_allclose(noises.beside(some, 0.3), noise[some], rtol=1e-9, atol=1e-12)
