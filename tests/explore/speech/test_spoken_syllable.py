"""SpokenSyllable shows what the synthesiser gives, in every position."""

import functools

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import datasets
from cnnlab.datasets.generated.synthesis import formant_tracks, locus
from cnnlab.explore import SpokenSyllable


def test_a_syllable_shows_its_sound_spectrogram_and_input():
    waveform = functools.cache(datasets.waveform)

    def check(scene, values):
        said = values["consonant"], values["vowel"], values["speaker"]
        wave = waveform(*said)
        line = scene["sound"].items[0]
        start = np.argmin(np.abs(np.arange(len(wave)) / 12_000 - 0.125))  # the voice begins at 200 ms
        assert_allclose(line.y, wave[start : start + len(line.y)], atol=1e-7)
        assert line.x[0] == pytest.approx(-75, abs=0.1) and line.x[-1] == pytest.approx(75, abs=0.1)
        assert_array_equal(scene["input"].background.values, datasets.windows(wave)[0].T)
        assert_array_equal(scene["spectrogram"].background.values, datasets.sonogram(wave)[0][:, 63:138])
        (heard,) = scene.sounds
        assert_array_equal(heard.samples, wave)
        assert heard.rate == 12_000
        shown = [item.label for item in scene["spectrogram"].items]
        assert shown == (["F1", "F2", "F3"] if values["formants"] else [])

    assert sweep(SpokenSyllable(), check) >= 14


def test_sound_spectrogram_and_frames_have_one_axis_of_time():
    """A click at a moment stands at the same place in all three."""
    explorer = SpokenSyllable()
    wave = np.zeros(5040, np.float32)
    at = -15.0  # milliseconds from the onset of the voice, the middle of a frame border to border
    wave[round((0.2 + at / 1000) * 12_000)] = 0.5
    explorer.kept["d", "a", "Ken"] = wave, datasets.sonogram(wave)[0], datasets.windows(wave)[0]
    panels = {panel.name: panel for panel in explorer.current().panels}
    assert {panel.x for panel in panels.values()} == {(-75.0, 75.0)}
    line = panels["sound"].items[0]
    assert line.x[np.argmax(line.y)] == pytest.approx(at, abs=0.1)
    for name, wide in (("spectrogram", 4.0), ("input", 12.0)):
        loud = panels[name].background.values.sum(axis=0)
        columns = np.flatnonzero(loud > loud.max() - 1e-3 * np.ptp(loud))
        middle = -75 + (columns.mean() + 0.5) * 150 / len(loud)
        assert middle == pytest.approx(at, abs=wide / 2), name


@pytest.mark.parametrize("consonant", "bdg")
def test_formant_tracks_go_from_the_locus_to_the_vowel(consonant):
    seconds, tracks = formant_tracks(consonant, "o", "Ken")
    assert tracks[1, 0] == pytest.approx(locus(consonant, "o", 997)) and tracks[1, -1] == pytest.approx(997)
    assert seconds[0] < 0 and np.all(np.diff(np.abs(tracks - tracks[:, -1:]), axis=1) <= 1e-9)


def test_the_words_follow_the_second_formant():
    explorer = SpokenSyllable()
    explorer.set(consonant="b", vowel="i")
    assert "formant rises" in explorer.current().description
    explorer.set(consonant="g", vowel="u")
    assert "formant falls" in explorer.current().description
