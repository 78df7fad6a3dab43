"""Photographs of what is written: ink on paper, each its own, the same for a seed."""

import numpy as np
import pytest

from cnnlab import datasets


def test_the_same_seed_takes_the_same_photographs():
    x = datasets.digits(16).x_test[:3]
    one, same, other = (datasets.snapshots(x, seed) for seed in (4, 4, 5))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert one.shape == (3, 48, 48, 3) and one.dtype == np.float32 and 0 <= one.min() and one.max() <= 1


def test_the_shots_of_a_burst_are_nearly_alike_and_other_photographs_are_not():
    x = datasets.digits(16).x_test[:20]
    once, again, third = datasets.snapshots(x, 0, size=24, shots=3).reshape(20, 3, -1).transpose(1, 0, 2)
    siblings = np.concatenate([((once - again) ** 2).mean(1), ((again - third) ** 2).mean(1)])
    strangers = ((once - np.roll(again, 7, axis=0)) ** 2).mean(1)
    assert siblings.min() > 1e-4 and siblings.max() < strangers.min()


def test_the_same_sheet_taken_twice_is_two_photographs():
    x = datasets.digits(16).x_test[:4]
    once, again = datasets.snapshots(np.repeat(x, 2, axis=0), 0, size=24).reshape(4, 2, -1).transpose(1, 0, 2)
    assert ((once - again) ** 2).mean(1).min() > 2e-3


def test_ink_is_dark_and_blue_where_it_was_written_and_paper_is_bright():
    written = -np.ones((1, 16, 16, 1))
    written[0, 6:10, 6:10] = 1
    (seen,) = datasets.snapshots(written, 0)
    middle, corner = seen.reshape(-1, 3)[seen.sum(2).argmin()], seen[:4, :4].mean((0, 1))
    assert middle[2] > 1.8 * middle[0] and middle.max() < 0.5 and corner.min() > 0.5
    assert np.unravel_index(seen.sum(2).argmin(), (48, 48)) == pytest.approx((24, 24), abs=8)


def test_nothing_is_mirrored_and_up_stays_up():
    written = -np.ones((8, 16, 16, 1))
    written[:, 1:5, 1:5] = 1  # above, to the left
    for seen in datasets.snapshots(written, 1):
        row, column = np.unravel_index(seen.sum(2).argmin(), (48, 48))
        assert row < 24 and column < 24


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((np.zeros((2, 8, 8)),), ValueError, r"x must be \(N, H, W, 1\)"),
        ((np.zeros((2, 8, 8, 3)),), ValueError, "written in one colour"),
        ((np.zeros((2, 8, 8, 1)), 0, 4), ValueError, "size must be a whole number of at least 8"),
        ((np.zeros((2, 8, 8, 1)), "seed"), TypeError, "rng must"),
        ((np.zeros((2, 8, 8, 1)), 0, 48, 0), ValueError, "shots must be a whole number of at least 1"),
    ],
)
def test_other_things_are_refused_by_name(arguments, error, words):
    with pytest.raises(error, match=words):
        datasets.snapshots(*arguments)
