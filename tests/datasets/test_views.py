"""Images moved and mirrored for training."""

import numpy as np
import pytest

from cnnlab.datasets.views import MirroredInTurn, mirrored, moved, moved_and_mirrored, moved_mirrored_and_cut
from cnnlab.loops.runtime import team


def test_mirrored_exchanges_left_and_right():
    x = np.arange(12).reshape(1, 2, 3, 2)
    np.testing.assert_array_equal(mirrored(x)[0, :, :, 1], [[5, 3, 1], [11, 9, 7]])


def test_every_image_is_moved_on_its_own_and_its_border_reflected(rng):
    x = np.broadcast_to(np.arange(40, dtype=np.float32).reshape(1, 5, 8, 1), (200, 5, 8, 1))
    moved = moved_and_mirrored(x, rng, most=2)
    assert moved.shape == x.shape and moved.dtype == np.float32
    padded = np.pad(x[0, :, :, 0], 2, mode="reflect")
    possible = [padded[i : i + 5, j : j + 8] for i in range(5) for j in range(5)]
    possible += [image[:, ::-1] for image in possible]
    seen = {next(k for k, image in enumerate(possible) if np.array_equal(image, one[:, :, 0])) for one in moved}
    assert len(seen) > 40  # of 50


def test_moved_images_keep_their_side_and_get_the_border_that_is_asked_for(rng):
    x = np.broadcast_to(1 + np.arange(35, dtype=np.float32).reshape(1, 5, 7, 1), (200, 5, 7, 1))
    for outside, how in ((None, {"mode": "reflect"}), (-1.0, {"constant_values": -1})):
        padded = np.pad(x[0, :, :, 0], 1, **how)
        possible = [padded[i : i + 5, j : j + 7] for i in range(3) for j in range(3)]
        images = moved(x, rng, outside=outside)
        assert images.shape == x.shape and images.dtype == np.float32
        found = {next(k for k, image in enumerate(possible) if np.array_equal(image, one[:, :, 0])) for one in images}
        assert found == set(range(9))
    assert x.min() == 1, "the images that came in are left as they were"


def test_a_square_of_the_mean_colour_covers_some_place_of_each_image(rng):
    x = rng.random((300, 9, 12, 3)).astype(np.float32)
    y = moved_mirrored_and_cut(x, np.random.default_rng(5), most=2, side=4)
    before = moved_and_mirrored(x, np.random.default_rng(5), most=2)
    assert y.shape == x.shape and y.dtype == np.float32
    covered = (y != before).all(axis=3)
    mean = np.broadcast_to(before.mean((1, 2), keepdims=True), x.shape)
    np.testing.assert_array_equal(y, np.where(covered[..., None], mean, before))
    sides = []
    for one in covered:
        rows, columns = np.flatnonzero(one.any(axis=1)), np.flatnonzero(one.any(axis=0))
        assert one[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all() and one.sum() == len(rows) * len(columns)
        sides.append((len(rows), len(columns)))
    assert max(sides) == (4, 4) and min(sides)[0] == 1 and min(side for _, side in sides) == 1
    assert (covered.mean(axis=0) > 0.03).all(), "every pixel is covered now and then, those in the corners too"
    for wrong in (0, 10):
        with pytest.raises(ValueError, match="side must be from 1 to 9"):
            moved_mirrored_and_cut(x, rng, side=wrong)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.uint8])
@pytest.mark.parametrize("count", [0, 1, 100])
def test_images_of_any_kind_and_number_are_moved_as_indices_say(rng, monkeypatch, kind, count):
    monkeypatch.setattr(team, "ENOUGH", 0)  # by all threads
    x = (255 * rng.random((count, 2 * 32, 33, 3))).astype(kind)[:, ::2]
    x.flags.writeable = False
    y = moved_and_mirrored(x, np.random.default_rng(5), most=2)
    drawn = np.random.default_rng(5)
    down, across = drawn.integers(-2, 3, (2, count))
    turned = drawn.random(count) < 0.5
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    for n in range(count):
        image = padded[n, 2 + down[n] :, 2 + across[n] :][:32, :33]
        np.testing.assert_array_equal(y[n], image[:, ::-1] if turned[n] else image)
    assert y.shape == x.shape and y.dtype == kind


def test_images_mirrored_in_turn_are_seen_from_both_sides_in_two_epochs(rng):
    x, view = rng.random((60, 4, 5, 1)), MirroredInTurn(most=0, seed=3)
    rows = rng.permutation(60)
    one, two, three = (view.of(rows, epoch)(x[rows], rng) for epoch in (1, 2, 3))
    np.testing.assert_array_equal(two, mirrored(one))
    np.testing.assert_array_equal(three, one)
    as_they_were = (one == x[rows]).all((1, 2, 3))
    assert 15 < as_they_were.sum() < 45, "half of them begin mirrored"
    some = MirroredInTurn(most=0, seed=3)  # each image for itself: whatever batch it comes in, whatever came before
    np.testing.assert_array_equal(some.of(rows[:7], 1)(x[rows[:7]], rng), one[:7])
    np.testing.assert_array_equal(some.of(rows, 1)(x[rows], rng), one)
    alone, lots = view(x, np.random.default_rng(5)), moved_and_mirrored(x, np.random.default_rng(5), most=0)
    np.testing.assert_array_equal(alone, lots)
    assert repr(view) == "MirroredInTurn(most=0, seed=3)"


def test_images_mirrored_in_turn_are_moved_like_the_others(rng):
    x = rng.random((50, 6, 6, 2))
    plain, lots = moved(x, np.random.default_rng(5), most=2), MirroredInTurn(most=2)
    ours = lots.of(np.arange(50), 1)(x, np.random.default_rng(5))
    back = lots.of(np.arange(50), 2)(x, np.random.default_rng(5))
    kept = (ours == plain).all((1, 2, 3))
    np.testing.assert_array_equal(mirrored(ours[~kept]), plain[~kept])
    np.testing.assert_array_equal(back[~kept], plain[~kept])
    assert 10 < kept.sum() < 40
    with pytest.raises(ValueError, match="most must be from 0 to 5"):
        MirroredInTurn(most=6).of(np.arange(50), 1)(x, rng)


def test_nothing_is_moved_by_nothing(rng):
    x = rng.random((20, 4, 4, 1))
    y = moved_and_mirrored(x, rng, most=0)
    assert all(np.array_equal(b, a) or np.array_equal(b, mirrored(a[None])[0]) for a, b in zip(x, y, strict=True))


@pytest.mark.parametrize("most", [-1, 4])
def test_images_must_be_larger_than_the_way_they_are_moved(rng, most):
    with pytest.raises(ValueError, match="most must be from 0 to 3"):
        moved_and_mirrored(np.zeros((1, 4, 9, 1)), rng, most)
    with pytest.raises(ValueError, match="most must be from 0 to 3"):
        moved(np.zeros((1, 4, 9, 1)), rng, most)
