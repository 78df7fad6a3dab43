"""Spoken words as spectrograms."""

import numpy as np
import pytest

from cnnlab.datasets.spoken import mel_edges, shifted, spectrogram


def test_mel_edges_grow_and_leave_no_band_empty():
    edges = mel_edges()
    assert len(edges) == 25 and edges[0] == 0 and edges[-1] == 128
    assert (np.diff(edges) >= 1).all() and (np.diff(edges, 2) >= -1).all()


@pytest.mark.parametrize("length", [300, 4000, 20_000])
def test_a_recording_of_any_length_becomes_one_window_with_the_sound_in_the_middle(rng, length):
    clip = rng.normal(0, 20, length)
    clip[length // 4 : length // 2] += rng.normal(0, 4000, length // 2 - length // 4)
    window = spectrogram(clip.astype(np.int16))
    assert window.shape == (64, 24) and window.dtype == np.float32 and np.isfinite(window).all()
    loud = window.mean(1) > window.mean(1).max() - 1
    middle = np.flatnonzero(loud).mean()
    assert abs(middle - 32) <= 4


def test_silence_is_not_divided_by_zero():
    assert np.isfinite(spectrogram(np.zeros(3000, np.int16))).all()


def test_shifted_moves_each_spectrogram_by_a_few_frames(rng):
    x = rng.normal(size=(200, 20, 3)).astype(np.float32)
    moved = shifted(x, np.random.default_rng(0), most=2)
    steps = set()
    for before, after in zip(x, moved, strict=True):
        fits = [s for s in range(-2, 3) if np.array_equal(after, before[np.clip(np.arange(20) - s, 0, 19)])]
        assert len(fits) == 1
        steps.add(fits[0])
    assert steps == {-2, -1, 0, 1, 2}
