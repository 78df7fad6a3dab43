"""Training in steps: a step is that of the engine, and one that leaves all bounds is taken back."""

import numpy as np
import pytest

from cnnlab.analysis.stepwise import (
    BatchTraining,
    Rounds,
    class_labels,
    disc_and_ring,
    loss_along,
    ring_task,
    small_network,
    small_task,
)
from cnnlab.losses import MSE
from cnnlab.optimisers import SGD


def copied(network):
    return {name: array.copy() for name, array in network.parameters.items()}


def test_a_round_is_a_step_down_the_central_differences():
    x, y = small_task()
    rounds = Rounds(x, y, hidden=2, seed=7)
    before = copied(rounds.network)

    def loss():
        return np.mean((rounds.network.forward(x) - y) ** 2)

    slopes = {}
    for name, array in rounds.network.parameters.items():
        slopes[name] = np.empty_like(array)
        for at in np.ndindex(array.shape):
            ends = []
            for step in (1e-6, -1e-6):
                array[at] = before[name][at] + step
                ends.append(loss())
            array[at] = before[name][at]
            slopes[name][at] = (ends[0] - ends[1]) / 2e-6
    rounds.step(0.1)
    for name, array in rounds.network.parameters.items():
        np.testing.assert_allclose(array, before[name] - 0.1 * slopes[name], atol=1e-8)
    assert rounds.count == 1 and rounds.losses[1] == pytest.approx(loss()) and rounds.losses[1] < rounds.losses[0]


def test_a_round_that_runs_away_is_taken_back_and_a_restart_brings_the_first_weights():
    x = np.linspace(-2, 2, 5)[:, None]
    rounds = Rounds(x, 1000 * x)
    for _ in range(200):
        before, count = copied(rounds.network), rounds.count
        rounds.step(0.5)
        if rounds.diverged:
            break
    assert rounds.diverged and rounds.count == count == len(rounds.losses) - 1 and np.isfinite(rounds.losses).all()
    rounds.step(0.5)  # there are no more
    assert all(np.array_equal(array, before[name]) for name, array in rounds.network.parameters.items())
    rounds.restart()
    first = small_network().parameters
    assert all(np.array_equal(array, first[name]) for name, array in rounds.network.parameters.items())
    assert not rounds.diverged and rounds.count == 0 and len(rounds.losses) == 1


def test_batches_are_drawn_anew_and_come_again_after_a_restart():
    training = BatchTraining(*ring_task(), batch=8, rng=3)
    first, seen = copied(training.network), []
    step = training.network.loss_and_gradients
    training.network.loss_and_gradients = lambda x, *rest: seen.append(x.copy()) or step(x, *rest)
    for _ in range(5):
        training.step()
    trained, batches = copied(training.network), seen[:]
    assert training.steps == 5 and all(len(x) == 8 for x in batches) and not np.array_equal(*batches[:2])
    training.restart()
    assert training.steps == 0 and all(np.array_equal(a, first[n]) for n, a in training.network.parameters.items())
    seen.clear()
    for _ in range(5):
        training.step()
    assert all(np.array_equal(*pair) for pair in zip(seen, batches, strict=True))
    assert all(np.array_equal(array, trained[name]) for name, array in training.network.parameters.items())


def test_a_batch_step_beyond_all_bounds_is_taken_back(rng):
    network, _, _, x, _ = ring_task()
    training = BatchTraining(network, MSE(), SGD(1e5), x, x[:, 0])
    for _ in range(60):
        before = copied(network)
        training.step()
        if training.diverged:
            break
    assert training.diverged and np.isfinite(training.judged()[0]) and training.judged()[1] is None
    assert all(np.array_equal(array, before[name]) for name, array in network.parameters.items())


def test_what_is_judged_is_what_numpy_counts():
    network, loss, optimiser, x, y = ring_task()
    training = BatchTraining(network, loss, optimiser, x, y)
    e = network.predict(x)
    assert training.judged() == (pytest.approx(loss(e, y)), pytest.approx(np.mean((e[:, 0] > 0) != y)))
    np.testing.assert_allclose(training.output(x), 1 / (1 + np.exp(-e[:, 0])))


def test_labels_are_classes_and_numbers_have_none():
    assert class_labels(np.array([0.5, 1.0])) is None
    for y in (np.array([2, 0, 1]), np.array([[2], [0], [1]]), np.eye(3)[[2, 0, 1]]):
        assert class_labels(y).tolist() == [2, 0, 1]


def test_a_ring_lies_around_a_disc_with_a_gap_between():
    x, y = disc_and_ring(200, 3)
    radius = np.hypot(*x.T)
    assert x.dtype == np.float64 and x.shape == (200, 2) and y.tolist() == [0, 1] * 100
    assert radius[y == 0].max() < 0.9 and 1.3 <= radius[y == 1].min() and radius.max() < 2
    np.testing.assert_array_equal(x, disc_and_ring(200, 3)[0])


def test_the_losses_are_kept_from_the_first_on():
    training = BatchTraining(*ring_task())
    for _ in range(3):
        training.step()
    assert len(training.losses) == 4 and training.losses[-1] == pytest.approx(training.judged()[0])
    first = training.losses[0]
    training.restart()
    assert training.losses == [first] and training.judged()[0] == pytest.approx(first)


def test_the_loss_along_one_parameter_leaves_all_as_it_was():
    network, (x, y) = small_network(), small_task()
    before, values = copied(network), np.array([-1.0, 0.0, 2.0])
    found = loss_along(network, MSE(), x, y, ("2.w", (1, 0)), values)
    assert all(np.array_equal(array, before[name]) for name, array in network.parameters.items())
    for value, loss in zip(values, found, strict=True):
        network.parameters["2.w"][1, 0] = value
        assert loss == pytest.approx(np.mean((network.forward(x) - y) ** 2), abs=1e-14)
    with pytest.raises(ValueError, match="could not convert"):
        loss_along(network, MSE(), x, y, ("2.w", (0, 0)), ["one"])
    assert network.parameters["2.w"][0, 0] == before["2.w"][0, 0], "also where it stops half way"
