"""Moved images: pixels keep their values, and the answers are those of the networks."""

import numpy as np
import pytest

from cnnlab.analysis.shifts import (
    ETA,
    CentredUnit,
    ShiftedAnswers,
    learned,
    lessons,
    pieces,
    place,
    shifted,
    slide,
    square,
)
from cnnlab.datasets import photo
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


def test_pieces_are_squares_of_all_photographs_but_one():
    chelsea = photo("chelsea")
    every, without, grey = pieces(6, 3, count=2), pieces(6, 3, without=chelsea, count=2), pieces(6, 1, count=2)
    assert every.shape == (16, 6, 6, 3) and without.shape == (14, 6, 6, 3) and grey.shape == (16, 6, 6, 1)
    np.testing.assert_allclose(every.mean(axis=(1, 2)), 0, atol=1e-6)
    assert np.array_equal(pieces(6, 3, count=2), every) and every.dtype == np.float32


def test_a_square_is_the_middle_of_a_photograph():
    image = np.arange(40.0).reshape(4, 10, 1)
    np.testing.assert_array_equal(square(image, 4)[:, :, 0], image[:, 3:7, 0])
    assert square(image.transpose(1, 0, 2), 2).shape == (2, 2, 1)


def test_lessons_hold_the_picture_in_many_lights_and_the_others_as_they_are(rng):
    cat, others = rng.random((8, 8, 3), np.float32), rng.random((20, 8, 8, 3), np.float32)
    x, y = lessons(cat, others)
    assert x.shape == (40, 8, 8, 3) and x.dtype == np.float32 and y.tolist() == [1] * 20 + [0] * 20
    light = x[:20] / cat
    assert light.std(axis=(1, 2, 3)).max() < 1e-5 and light.mean(axis=(1, 2, 3)).std() > 0.05
    np.testing.assert_array_equal(x[20:], others)


def test_a_unit_that_learns_takes_the_step_of_gradient_descent(rng):
    x, y = rng.normal(size=(6, 3, 4, 2)).astype(np.float32), np.array([1, 0, 1, 1, 0, 0])
    w, b = learned(x, y, steps=(0, 1, 3))
    assert w.shape == (3, 3, 4, 2) and b.shape == (3, 1) and not w[0].any() and not b[0].any()
    u, bias = np.zeros((3, 4, 2)), 0.0
    for step in range(1, 4):
        e = (x * u).sum(axis=(1, 2, 3)) + bias
        de = (1 / (1 + np.exp(-e)) - y) / 6
        u, bias = u - ETA * np.einsum("n,nijc->ijc", de, x), bias - ETA * de.sum()
        if step in (1, 3):
            np.testing.assert_allclose(w[(step + 1) // 2], u, atol=1e-6)
            assert b[(step + 1) // 2, 0] == pytest.approx(bias, abs=1e-6)


def test_the_weights_of_a_unit_look_like_the_picture_it_has_learned():
    """As notebook 06 says of the cat; every photograph is alike to the weights that have learned it, not to others."""
    names = ("chelsea", "coffee", "astronaut", "rocket")
    pictures = [square(photo(name), 16) - square(photo(name), 16).mean(axis=(0, 1)) for name in names]
    units = [CentredUnit(one, (20, 20), pieces(16, 3, photo(name))) for name, one in zip(names, pictures, strict=True)]
    alike = np.corrcoef(np.stack([one.ravel() for one in (*pictures, *(unit.kernel()[0] for unit in units))]))[:4, 4:]
    assert (
        (np.diag(alike) > 0.5).all()
        and (alike.argmax(axis=0) == range(4)).all()
        and (alike.argmax(axis=1) == range(4)).all()
    )
    assert all(unit.right[-1] > 0.98 and unit.right[0] == 0.5 for unit in units)


def test_the_centred_unit_answers_at_every_place_what_its_network_says(rng):
    picture, others = (rng.normal(size=shape).astype(np.float32) for shape in ((5, 5, 1), (9, 5, 5, 1)))
    unit = CentredUnit(picture, (7, 9), others, steps=(0, 2, 30))
    outside = np.ones((7, 9), bool)
    outside[1:6, 2:7] = False
    for steps in unit.steps:
        answers, network = unit.answers(steps), unit.network(steps)
        assert unit.middle == (1, 2) and answers.shape == (3, 5)
        yes = set()
        for row, column in np.ndindex(answers.shape):
            image = place(picture, (7, 9), row, column)
            assert network.forward(image[None])[0, 0] == pytest.approx(answers[row, column], abs=1e-5)
            best = slide(image, *unit.kernel(steps)).max()
            assert unit.sliding(row, column, steps) == pytest.approx(best, abs=1e-5)
            assert best >= answers[unit.middle] - 1e-5
            if answers[row, column] > 0:
                yes.add((row - 1, column - 2))
        assert {tuple(place) for place in unit.places(steps).tolist()} == yes
        assert (unit.weights(steps)[outside] == 0).all()


def test_far_from_the_picture_a_sliding_kernel_says_what_an_empty_field_says(rng):
    """Where every window that meets the picture is worse than none, in a large field and not in a small one."""
    picture = -np.ones((3, 3, 1), np.float32)
    for field, beside in (((9, 9), True), ((4, 4), False)):
        unit = CentredUnit(picture, field, -picture[None], steps=(0, 50))
        unit.kernel()[0][:] = 1.0  # now the picture is the worst of all
        for row, column in np.ndindex(field[0] - 2, field[1] - 2):
            best = slide(place(picture, field, row, column), *unit.kernel()).max()
            assert unit.sliding(row, column) == pytest.approx(best, abs=1e-5)
            assert (best == unit.kernel()[1][0]) == beside or not beside


def test_answers_and_accuracies_are_counted_for_every_shift(rng):
    images, labels = rng.normal(size=(30, 6, 6, 1)), rng.integers(0, 4, 30)
    network = Network([Flatten(), Dense(4)], (6, 6, 1), rng=0, dtype=np.float64)
    found = ShiftedAnswers(images, labels, {"one": network}, [-2, 0, 1])
    for k, shift in enumerate((-2, 0, 1)):
        said = network.forward(shifted(images, shift)).argmax(axis=1)
        np.testing.assert_array_equal(found.answers["one"][shift], said)
        assert found.accuracy["one"][k] == np.mean(said == labels)
