"""Every number of one step through two convolutions, against slow loops and central differences."""

import naive
import numpy as np
import pytest

from cnnlab.analysis.convolution.two_convolutions import FIRST, MOST, TwoLearner, blocks, edges_of


def learner(**options):
    x = blocks()
    return TwoLearner(x, edges_of(x), **options)


def several(rng, maps=3):
    return TwoLearner(rng.normal(size=(2, 7, 6, 2)), rng.normal(size=(2, 4, 3, 2)), maps=maps)


def loss_of(one, picture, **changed):
    w1, w2 = changed.get("w1", one.w1), changed.get("w2", one.w2)
    x = changed.get("x", one.x[picture : picture + 1])
    e1 = naive.conv2d(x, w1, np.zeros(w1.shape[3]), "valid", (1, 1))
    e2 = naive.conv2d(np.maximum(e1, 0), w2, np.zeros(w2.shape[3]), "valid", (1, 1))
    return 0.5 * ((e2 - one.y[picture : picture + 1]) ** 2).sum()


def test_forward_and_every_gradient(rng):
    one = several(rng)
    now = one.cycle(1)
    e1 = naive.conv2d(one.x[1:], one.w1, np.zeros(3), "valid", (1, 1))
    np.testing.assert_allclose(now.e1, e1[0], atol=1e-12)
    np.testing.assert_allclose(now.h1, np.maximum(e1[0], 0), atol=1e-12)
    assert now.loss == pytest.approx(loss_of(one, 1))
    for name, array, gradient in (("w1", one.w1, now.dw1), ("w2", one.w2, now.dw2), ("x", one.x[1:], now.dx[None])):
        for place in ([0] * 4, [side - 1 for side in array.shape]):
            nudge = np.zeros_like(array)
            nudge[tuple(place)] = 1e-6
            up, down = (loss_of(one, 1, **{name: array + sign * nudge}) for sign in (1, -1))
            assert gradient[tuple(place)] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-6)
    np.testing.assert_array_equal(now.de1, np.where(now.h1 > 0, now.dh1, 0))
    np.testing.assert_allclose(now.de2, now.e2 - one.y[1])


def test_a_round_goes_down_the_gradient_of_its_picture_and_losses_are_means():
    one = learner()
    before, now = (one.w1, one.w2), one.cycle(2)
    assert one.losses == [pytest.approx(np.mean([loss_of(one, k) for k in range(len(one.x))]))]
    assert one.step(2, 0.05)
    np.testing.assert_allclose(one.w1, before[0] - 0.05 * now.dw1)
    np.testing.assert_allclose(one.w2, before[1] - 0.05 * now.dw2)
    assert one.losses[1] == pytest.approx(np.mean([loss_of(one, k) for k in range(len(one.x))]))
    assert one.cycle(2).loss != now.loss, "what was remembered is forgotten"
    one.restart(FIRST)
    np.testing.assert_array_equal(one.w1, before[0])


def test_the_first_kernels_learn_and_some_others_do_not():
    """As notebook 10 says: with the eta of the explorer; and a dead unit is told."""
    found = {}
    for seed in (FIRST, FIRST + 1):
        one = learner()
        one.restart(seed)
        for k in range(600):
            one.step(k % len(one.x), 0.02)
        found[seed] = one.losses
    assert found[FIRST][100] < found[FIRST][0] / 100 and abs(found[FIRST + 1][-1] - 3.84) < 0.01
    one = learner()
    for k in range(60):
        one.step(k % len(one.x), 0.1)
    assert one.dead, "a large eta kills the unit"
    one = learner()
    one.w1 = -np.abs(one.w1)
    one.step(0, 0.0)
    assert one.dead and not one.cycle(0).dw1.any() and not one.cycle(0).dw2.any()


def test_it_ends_when_it_diverges_or_has_done_enough():
    one = learner()
    for _ in range(40):
        one.step(0, 50.0)
    rounds = len(one.losses)
    assert not one.going or one.dead
    one = learner()
    one.losses = [1.0] * MOST
    assert one.step(0, 0.01) and not one.going and not one.step(0, 0.01) and rounds > 1


def test_another_weight_gradient_and_none():
    one = learner(weight_gradient=lambda de, h, shape: None)
    assert np.isnan(one.cycle(0).dw1).all() and not one.step(0, 0.1) and len(one.losses) == 1
    right = learner()
    one = learner(weight_gradient=lambda de, h, shape: np.ones(shape))
    assert (one.cycle(0).dw2 == 1).all()
    np.testing.assert_array_equal(one.engine(0, one.cycle(0))["dw1"], right.cycle(0).dw1)


def test_what_does_not_fit_is_refused():
    x = blocks()
    with pytest.raises(
        ValueError, match=r"y must be \(N, H', W', D\) with N, H', W' = \(6, 3, 3\); got \(6, 4, 3, 1\)"
    ):
        TwoLearner(x, np.zeros((6, 4, 3, 1)))
    with pytest.raises(ValueError, match="x must be larger than both kernels together"):
        TwoLearner(x, x, sides=(5, 4))
    with pytest.raises(ValueError, match="x"):
        TwoLearner(x * np.nan, edges_of(x))
