"""Training: what it learns, sees, tells and refuses."""

import numpy as np
import pytest
from spots import network, numbers, same, task, train

from cnnlab import layers as L
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import evaluate, fit


def test_fit_learns_and_tells_how():
    net = network()
    history = train(net, 12)
    assert history["loss"][-1] < 0.3 * history["loss"][0] and history["validation_accuracy"][-1] > 0.9
    assert [row["epoch"] for row in history.epochs] == list(range(1, 13)) and not history.interrupted
    assert set(history.epochs[0]) == {
        "epoch",
        "loss",
        "accuracy",
        "validation_loss",
        "validation_accuracy",
        "seconds",
        "images_per_second",
    }
    measured = evaluate(net, *task(20, 9), CrossEntropy())
    assert history["validation_loss"][-1] == measured.loss and history["validation_accuracy"][-1] == measured.accuracy
    np.testing.assert_allclose(history["images_per_second"] * history["seconds"], 41)


def test_one_epoch_by_fit_is_one_epoch_by_hand():
    x, y = task(20)
    by_fit, by_hand = (Network([L.Flatten(), L.Dense(3)], (5, 5, 1), rng=1) for _ in range(2))
    history = fit(by_fit, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1, batch=8, shuffle=False)
    losses, right = [], 0
    for rows in (slice(0, 8), slice(8, 16), slice(16, 20)):
        e = by_hand.forward(x[rows])
        losses.append(CrossEntropy()(e, y[rows]))
        right += (e.argmax(1) == y[rows]).sum()
        by_hand.backward(CrossEntropy().gradient(e, y[rows]))
        for name, u in by_hand.parameters.items():
            u -= np.float32(0.1) * by_hand.gradients[name]
    for name, u in by_hand.parameters.items():
        np.testing.assert_allclose(by_fit.parameters[name], u, rtol=1e-5, atol=1e-7)
    assert history.epochs[0]["loss"] == pytest.approx((8 * losses[0] + 8 * losses[1] + 4 * losses[2]) / 20)
    assert history.epochs[0]["accuracy"] == right / 20


def test_the_same_seeds_give_the_same_bits():
    one, two, shuffled, started = network(), network(), network(), network(rng=1)
    histories = [train(one, rng=5), train(two, rng=5), train(shuffled, rng=6), train(started, rng=5)]
    assert same(one, two) and numbers(histories[0]) == numbers(histories[1])
    assert not same(one, shuffled) and not same(one, started)
    again = network()
    train(again, rng=np.random.default_rng(5))
    assert not same(one, again)  # a Generator gives its own seed ...
    twice = network()
    train(twice, rng=np.random.default_rng(5))
    assert same(again, twice)  # ... and always the same one


def test_an_optimiser_starts_afresh():
    optimiser, one, two = SGD(0.05, momentum=0.9), network(), network()
    train(one, optimiser=optimiser)
    train(two, optimiser=optimiser)
    assert same(one, two)


def test_every_sample_is_seen_once_in_an_epoch():
    seen = []

    def watch(x, rng):
        seen.append(x[:, 0, 0, 0])
        return x

    x, _ = task()
    for shuffle in (True, False):
        seen.clear()
        train(network(), 1, augment=watch, shuffle=shuffle)
        order = np.concatenate(seen)
        assert [len(part) for part in seen] == [8, 8, 8, 8, 8, 1]
        np.testing.assert_array_equal(np.sort(order), np.sort(x[:, 0, 0, 0]))
        assert np.array_equal(order, x[:, 0, 0, 0]) != shuffle


def test_every_epoch_has_an_order_of_its_own():
    seen = []
    train(network(), 2, augment=lambda x, rng: seen.append(x[:, 0, 0, 0]) or x)
    first, second = np.concatenate(seen[:6]), np.concatenate(seen[6:])
    assert not np.array_equal(first, second) and np.array_equal(np.sort(first), np.sort(second))


def test_augment_changes_what_is_trained_on_and_comes_from_the_seed():
    def noisy(x, rng):
        return x + rng.normal(0, 0.1, x.shape)

    plain, one, two = network(), network(), network()
    train(plain)
    train(one, augment=noisy)
    train(two, augment=noisy)
    assert same(one, two) and not same(plain, one)


def test_augment_may_know_which_samples_it_is_given_and_in_which_epoch():
    x, _ = task()
    seen = []

    class Knowing:
        def __call__(self, x, rng):
            raise AssertionError("of is asked where there is one")

        def of(self, rows, epoch):
            def view(given, rng):
                np.testing.assert_array_equal(given, x[rows])
                seen.append((epoch, rows))
                return given

            return view

    train(network(), 2, augment=Knowing())
    for epoch in (1, 2):
        rows = np.concatenate([rows for number, rows in seen if number == epoch])
        np.testing.assert_array_equal(np.sort(rows), np.arange(len(x)))
    one, two = network(), network()
    train(one, 2, augment=Knowing())
    train(two, 2)
    assert same(one, two)


def test_the_schedule_follows_the_training():
    asked = []

    def eta(progress):
        asked.append(progress)
        return 0.01

    train(network(), 2, optimiser=SGD(eta))
    assert asked == pytest.approx(np.arange(12) / 12)  # 2 epochs of 6 batches


def test_a_callback_sees_every_epoch_and_can_end_it():
    net, epochs = network(), []

    def after(given, history):
        epochs.append((given is net, len(history)))
        return len(history) == 3

    history = train(net, 9, callback=after)
    assert epochs == [(True, 1), (True, 2), (True, 3)] and len(history) == 3 and not history.interrupted


def test_regression_has_a_loss_and_no_accuracy(rng):
    x = rng.normal(size=(30, 2)).astype(np.float32)
    y = (x @ [[1.0], [-2.0]] + 0.5).astype(np.float32)
    net = Network([L.Dense(1)], (2,))
    history = fit(net, x, y[:, 0], loss=MSE(), optimiser=SGD(0.1), epochs=40, batch=5, validation=(x, y))
    assert history["loss"][-1] < 1e-4 and np.isnan(history["accuracy"]).all()
    np.testing.assert_allclose(net.parameters["0.w"], [[1], [-2]], atol=0.02)
    assert "accuracy" not in repr(history) and len(history.plot().axes) == 1


X, Y = task()


@pytest.mark.parametrize(
    ("x", "y", "error", "words"),
    [
        (X[..., 0], Y, ValueError, r"x must have shape \(N, 5, 5, 1\)"),
        ((X * 99).astype(int), Y, TypeError, "x must hold float32"),
        (np.where(X > 2, np.nan, X), Y, ValueError, "x must be finite"),
        (X[:0], Y[:0], ValueError, "x must not be empty"),
        (X, Y[:-1], ValueError, "y must have one entry for each of the 41 samples in x; got 40"),
        (X, Y + 1, ValueError, "y must be labels from 0 to 2.*got 3"),
        (X, Y - 1, ValueError, "y must be labels from 0 to 2.*got -1"),
        (X, np.eye(4)[Y], ValueError, r"y must be integer labels \(41,\) or float targets"),
        (X, list("abc") * 13 + ["a", "b"], TypeError, "y must be integer labels or float targets; got dtype <U1"),
    ],
)
def test_data_that_cannot_be_right_are_named_before_anything_is_computed(x, y, error, words, tmp_path):
    net, before = network(), network()
    with pytest.raises(error, match=words):
        fit(net, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1, checkpoint=tmp_path / "run.npz")
    assert same(net, before) and not list(tmp_path.iterdir())
    with pytest.raises(error, match=words.replace("in x", "in [ex]")):
        evaluate(net, x, y)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (dict(epochs=0), ValueError, "epochs must be"),
        (dict(epochs=1.5), TypeError, "epochs must be"),
        (dict(batch=0), ValueError, "batch must be"),
        (dict(rng="seed"), TypeError, "rng must be"),
        (dict(validation=X), TypeError, r"validation must be a pair \(x, y\); got ndarray"),
        (dict(validation=(X, Y + 3)), ValueError, r"validation\[1\] must be labels"),
        (dict(validation=(X + np.inf, Y)), ValueError, r"validation\[0\] must be finite"),
        (
            dict(loss=BinaryCrossEntropy(), validation=(X, np.eye(3)[Y] * 1.5)),
            ValueError,
            r"validation\[1\] must be probabilities between 0 and 1",
        ),
        (
            dict(validation=(X, np.full((41, 3), 0.5))),
            ValueError,
            r"validation\[1\] must be probabilities.*add up to 1",
        ),
        (dict(loss=None), TypeError, r"loss must be a loss, such as CrossEntropy\(\); got None"),
        (dict(loss="mse"), TypeError, "loss must be a loss.*got 'mse'"),
        (dict(loss=CrossEntropy), TypeError, r"loss must be a loss.*; did you mean CrossEntropy\(\)\?"),
        (dict(optimiser=0.1), TypeError, r"optimiser must be an optimiser, such as SGD\(0.02\); got 0.1"),
        (dict(optimiser=None), TypeError, "optimiser must be .*; got None"),
        (dict(optimiser=SGD), TypeError, r"optimiser must be .*; did you mean SGD\(\)\?"),
        (dict(callback=3), TypeError, "callback must be a function, or None; got 3"),
        (dict(augment="shift"), TypeError, "augment must be a function, or None; got 'shift'"),
        (dict(optimiser=SGD(lambda progress: -1.0)), ValueError, r"eta must give .* eta\(0\) gave -1"),
        (dict(augment=lambda x, rng: x[:, 1:]), ValueError, r"augment\(x, rng\) must have shape"),
        (dict(augment=lambda x, rng: x[1:]), ValueError, r"x and augment\(x, rng\) must hold the same number"),
        (dict(augment=lambda x, rng: x * np.nan), ValueError, r"augment\(x, rng\) must be finite"),
    ],
)
def test_settings_that_cannot_be_right_are_named(options, error, words):
    net, before = network(), network()
    with pytest.raises(error, match=words):
        train(net, **options)
    if not callable(options.get("augment")) and not words.startswith("eta"):  # what is found by asking them
        assert same(net, before)


@pytest.mark.parametrize(
    ("loss", "outputs", "y", "words"),
    [
        (CrossEntropy(), 1, Y % 2, r"loss must fit the network, which gives \(1,\).*take BinaryCrossEntropy"),
        (BinaryCrossEntropy(), 1, Y * 1.5, "y must be probabilities between 0 and 1; got values from 0 to 3"),
        (CrossEntropy(), 3, np.full((41, 3), 0.5), "y must be probabilities that are not negative and add up to 1"),
    ],
)
def test_targets_that_the_loss_cannot_take_are_named_before_anything_is_computed(loss, outputs, y, words):
    net, before = (Network([L.BatchNorm(), L.Flatten(), L.Dense(outputs)], (5, 5, 1)) for _ in range(2))
    with pytest.raises(ValueError, match=words):
        fit(net, X, y, loss=loss, optimiser=SGD(0.1), epochs=1)
    assert same(net, before)


def test_what_is_no_network_is_named():
    with pytest.raises(TypeError, match=r"network must be a network, such as .*; got 'net'"):
        fit("net", X, Y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1)
