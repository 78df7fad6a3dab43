"""Pictures of speech show the numbers that they were given."""

import numpy as np
import pytest

from cnnlab import datasets, draw


def test_syllables_show_sound_spectrogram_and_input():
    waves = np.stack([datasets.waveform(c, "a") for c in "bd"])
    fine, coarse = datasets.sonogram(waves), datasets.windows(waves)
    picture = draw.syllables(waves, fine, coarse, ["/ba/", "/da/"])
    axes = np.array(picture.axes).reshape(3, 2)
    for i in range(2):
        x, y = axes[0, i].lines[0].get_data()
        np.testing.assert_array_equal(y, waves[i])
        assert x[0] == -200 and x[2400] == pytest.approx(0)  # the voice begins 200 ms after the start, at 12 kHz
        np.testing.assert_array_equal(axes[1, i].images[0].get_array(), fine[i])
        np.testing.assert_array_equal(axes[2, i].images[0].get_array(), coarse[i].T)
        assert tuple(axes[2, i].images[0].get_extent()) == (-75, 75, -0.5, 15.5)
        assert axes[0, i].get_title() == ("/ba/", "/da/")[i]
    assert "/ba/, /da/" in picture.caption
    with pytest.raises(ValueError, match="same number of samples"):
        draw.syllables(waves, fine[:1], coarse, ["/ba/", "/da/"])


def test_spectrograms_show_frames_to_the_right_on_one_scale(rng):
    x = rng.normal(size=(2, 64, 24))
    picture = draw.spectrograms(x, ["three", "seven"])
    for ax, values, title in zip(picture.axes, x, ("three", "seven"), strict=False):
        (image,) = ax.images
        np.testing.assert_array_equal(image.get_array(), values.T)
        assert image.origin == "lower" and image.get_clim() == (-np.abs(x).max(), np.abs(x).max())
        assert ax.get_title() == title and ax.get_xlabel()
    assert "three, seven: 64 frames x 24 bands" in picture.caption
    with pytest.raises(ValueError, match=r"x must be \(n, T, C\)"):
        draw.spectrograms(x[0], ["three"])
    with pytest.raises(ValueError, match="same number of samples"):
        draw.spectrograms(x, ["three"])


def test_a_time_delay_network_is_drawn_with_squares_whose_area_is_the_activation(rng):
    x, h = rng.uniform(-1, 1, (15, 16)), rng.random((9, 3))
    picture = draw.time_delay(x, {"hidden layer 1": rng.random((13, 8)), "hidden layer 2": h}, "bdg")
    top, middle, bottom = picture.axes
    squares = {(round(p.get_x() + p.get_width() / 2), round(p.get_y() + p.get_height() / 2)): p for p in top.patches}
    assert len(squares) == 27 and len(middle.patches) == 104
    for (t, unit), value in np.ndenumerate(h):
        square = squares[t + 3, unit]  # step t of layer 2 sees frames t .. t + 6 and stands over their middle
        assert square.get_width() * square.get_height() == pytest.approx(0.86**2 * value)
    assert [label.get_text() for label in top.get_yticklabels()] == ["b", "d", "g"]
    assert [label.get_text() for label in middle.get_yticklabels()] == list("01234567")  # as explorers number them
    np.testing.assert_array_equal(bottom.images[0].get_array(), x.T)


def test_a_sonogram_shows_a_tone_where_it_is():
    tone = np.sin(2 * np.pi * 3000 * np.arange(2400) / 12_000)
    picture = datasets.sonogram(np.stack([tone, 0.1 * tone]))
    assert picture.shape == (2, 129, 100) and picture.max() == 0 and picture.min() >= -71
    assert (np.abs(picture[:, :, 5:-5].argmax(axis=1) - 64) <= 1).all()  # 3 of 6 kHz
    np.testing.assert_allclose(picture[0], picture[1], atol=1e-3)
    assert datasets.sonogram(np.zeros(2400)).max() <= 0
