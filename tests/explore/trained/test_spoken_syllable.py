"""SpokenSyllable shows what the synthesiser gives, in every position."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab import datasets
from cnnlab.datasets.generated.synthesis import formant_tracks, locus
from cnnlab.explore import SpokenSyllable


def test_a_syllable_shows_its_sound_spectrogram_and_input():
    def check(scene, values):
        said = values["consonant"], values["vowel"], values["speaker"]
        wave = datasets.waveform(*said)
        line = scene["sound"].items[0]
        start = np.argmin(
            np.abs(np.arange(len(wave)) / 12_000 - 0.1)
        )  # 100 ms before the voice, which begins at 200 ms
        np.testing.assert_allclose(line.y, wave[start : start + len(line.y)], atol=1e-7)
        assert line.x[0] == pytest.approx(-100, abs=0.1) and line.x[-1] == pytest.approx(100, abs=0.1)
        np.testing.assert_array_equal(scene["input"].pixels, datasets.windows(wave)[0].T[::-1])
        np.testing.assert_array_equal(scene["spectrogram"].background.values, datasets.sonogram(wave)[0][:, 50:150])
        shown = [item.label for item in scene["spectrogram"].items]
        assert shown == (["F1", "F2", "F3"] if values["formants"] else [])

    assert sweep(SpokenSyllable(), check) >= 14


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
