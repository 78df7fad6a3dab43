"""Moved images: pixels keep their values, and the answers are those of the networks."""

import numpy as np
import pytest

from cnnlab.analysis.shifts import CentredUnit, ShiftedAnswers, learned, lessons, place, shifted, slide
from cnnlab.layers import Dense, Flatten
from cnnlab.network import Network


def test_place_and_shift_move_pixels_and_keep_the_rest(rng):
    photo = rng.random((3, 4, 1))
    canvas = place(photo, (6, 7), 2, -1, ground=0.5)
    assert np.array_equal(canvas[2:5, :3], photo[:, 1:]) and (canvas[:2] == 0.5).all() and (canvas[:, 3:] == 0.5).all()
    images = rng.random((2, 5, 5, 1))
    moved = shifted(images, 2, -1)
    assert np.array_equal(moved[:, :4, 2:], images[:, 1:, :3])
    assert np.array_equal(moved[0, :, :2], np.full((5, 2, 1), images[0, 0, 0, 0]))
    assert np.array_equal(shifted(shifted(images, 1), -1)[:, :, 1:4], images[:, :, 1:4])
    assert (shifted(images, 9)[0] == images[0, 0, 0]).all()


def test_a_photo_needs_three_axes():
    with pytest.raises(ValueError, match=r"photo must be \(H, W, C\); got an array of shape \(3, 4\)"):
        place(np.zeros((3, 4)), (6, 7), 0, 0)


def test_a_sliding_unit_multiplies_its_weights_with_every_window(rng):
    h, w, b = rng.normal(size=(6, 7, 2)), rng.normal(size=(3, 4, 2)), rng.normal(size=1)
    e = slide(h, w, b)
    assert e.shape == (4, 4)
    for m, n in np.ndindex(e.shape):
        assert e[m, n] == pytest.approx((h[m : m + 3, n : n + 4] * w).sum() + b[0])


def test_lessons_hold_the_picture_in_many_lights_and_its_pieces_in_disorder(rng):
    cat = rng.random((8, 8, 3), np.float32)
    x, y = lessons(cat, 20)
    assert x.shape == (40, 8, 8, 3) and x.dtype == np.float32 and y.tolist() == [1] * 20 + [0] * 20
    light = x / cat
    assert light[:20].std(axis=(1, 2, 3)).max() < 1e-5 and light[:20].mean(axis=(1, 2, 3)).std() > 0.05
    for one in x[20:]:
        lit = one.sum() / cat.sum()
        np.testing.assert_allclose(np.sort(one, axis=None), lit * np.sort(cat, axis=None), rtol=1e-4)


def test_a_unit_that_learns_tells_the_picture_from_its_pieces(rng):
    x, y = lessons(rng.normal(size=(8, 8, 1)).astype(np.float32))
    w, b = learned(x, y)
    assert np.mean(((x * w).sum(axis=(1, 2, 3)) + b > 0) == y) > 0.9


def test_the_centred_unit_answers_at_every_place_what_its_network_says(rng):
    picture = rng.normal(size=(5, 5, 1)).astype(np.float32)
    unit = CentredUnit(picture, (7, 9))
    assert unit.middle == (1, 2) and unit.answers.shape == (3, 5)
    for row, column in np.ndindex(unit.answers.shape):
        image = place(picture, (7, 9), row, column)
        assert unit.network.forward(image[None])[0, 0] == pytest.approx(unit.answers[row, column], abs=1e-5)
        assert unit.sliding(image) >= unit.answers[unit.middle] - 1e-5
    outside = np.ones((7, 9), bool)
    outside[1:6, 2:7] = False
    assert (unit.w[outside] == 0).all()


def test_answers_and_accuracies_are_counted_for_every_shift(rng):
    images, labels = rng.normal(size=(30, 6, 6, 1)), rng.integers(0, 4, 30)
    network = Network([Flatten(), Dense(4)], (6, 6, 1), rng=0, dtype=np.float64)
    found = ShiftedAnswers(images, labels, {"one": network}, [-2, 0, 1])
    for k, shift in enumerate((-2, 0, 1)):
        said = network.forward(shifted(images, shift)).argmax(axis=1)
        np.testing.assert_array_equal(found.answers["one"][shift], said)
        assert found.accuracy["one"][k] == np.mean(said == labels)
