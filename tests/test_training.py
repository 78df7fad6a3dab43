"""fit and evaluate: the same seed gives the same bits, whatever interrupts it; what goes wrong is said."""

import io
import json
import sys
import zipfile

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam, one_cycle
from cnnlab.training import Diverged, History, evaluate, fit, progress


def network(rng=0):
    """With everything that remembers: batch statistics, dropped values."""
    return Network([L.Conv2D(3, 3), L.BatchNorm(), L.ReLU(), L.Flatten(), L.Dropout(0.2), L.Dense(3)], (5, 5, 1), rng)


def task(n=41, rng=0):
    """Where is the bright spot: left, in the middle, right?"""
    rng = np.random.default_rng(rng)
    y = rng.integers(0, 3, n)
    x = rng.normal(0, 0.3, (n, 5, 5, 1)).astype(np.float32)
    x[np.arange(n), 2, 1 + y] += 2
    return x, y


def train(net, epochs=4, **options):
    x, y = task()
    settings = dict(loss=CrossEntropy(), optimiser=SGD(0.05, momentum=0.9), batch=8, validation=task(20, 9)) | options
    return fit(net, x, y, epochs=epochs, **settings)


def same(one, two):
    mine, yours = one.weights(), two.weights()
    return mine.keys() == yours.keys() and all(np.array_equal(mine[name], yours[name]) for name in mine)


def numbers(history):
    """Everything in a history but its timing."""
    timing = ("seconds", "images_per_second")
    return [{key: value for key, value in row.items() if key not in timing} for row in history.epochs]


def test_fit_learns_and_tells_how():
    net = network()
    history = train(net, 12)
    assert history["loss"][-1] < 0.3 * history["loss"][0] and history["validation_accuracy"][-1] > 0.9
    assert [row["epoch"] for row in history.epochs] == list(range(1, 13)) and not history.interrupted
    assert set(history.epochs[0]) == {"epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds",
                                      "images_per_second"}
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
        for name, u in by_hand.parameters().items():
            u -= np.float32(0.1) * by_hand.gradients()[name]
    assert same(by_fit, by_hand)
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
    np.testing.assert_allclose(net.parameters()["0.w"], [[1], [-2]], atol=0.02)
    assert "accuracy" not in repr(history) and len(history.plot().axes) == 1


# Stopping and going on

class Stop:
    """Interrupts the training in the middle of an epoch, as the stop button does."""

    def __init__(self, at):
        self.at, self.calls = at, 0

    def __call__(self, x, rng):
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt
        return x


def test_an_interruption_keeps_the_weights_and_gives_the_history():
    net, start = network(), network()
    history = train(net, 4, augment=Stop(at=15))  # in the third epoch of 6 steps
    assert history.interrupted and len(history) == 2 and "interrupted" in repr(history)
    assert not same(net, start)
    two = network()
    train(two, 2)
    assert not same(net, two)  # the steps of the unfinished epoch are kept too
    none = train(network(), 4, augment=Stop(at=1))
    assert none.interrupted and len(none) == 0
    assert repr(none) == "History of 0 epochs, interrupted"
    assert none._repr_mimebundle_() == {"text/plain": "History of 0 epochs, interrupted"}


@pytest.mark.parametrize("optimiser", [lambda: SGD(0.05, momentum=0.9), lambda: Adam(one_cycle(0.01))])
def test_a_resumed_run_is_the_uninterrupted_run_bit_for_bit(tmp_path, optimiser):
    whole, halves = network(), network()
    at_once = train(whole, 5, optimiser=optimiser(), rng=3)
    path = tmp_path / "run.npz"
    first = train(halves, 5, optimiser=optimiser(), rng=3, checkpoint=path, augment=Stop(at=16))
    assert len(first) == 2
    fresh = network(rng=99)  # what it holds is replaced by the checkpoint
    second = train(fresh, 5, optimiser=optimiser(), rng=3, checkpoint=path, resume=True)
    assert same(whole, fresh) and numbers(second) == numbers(at_once)
    assert second.epochs[:2] == first.epochs  # timing and all


def test_resuming_a_finished_run_changes_nothing_and_more_epochs_go_on(tmp_path):
    path, net = tmp_path / "run.npz", network()
    done = train(net, 2, checkpoint=path)
    again = network()
    assert train(again, 2, checkpoint=path, resume=True).epochs == done.epochs and same(net, again)
    longer, whole = network(), network()
    train(longer, 4, checkpoint=path, resume=True)
    train(whole, 4)
    assert same(longer, whole)


def test_resume_starts_where_there_is_no_checkpoint_and_takes_a_generators_seed_from_it(tmp_path):
    path, one, two = tmp_path / "run.npz", network(), network()
    train(one, 4, rng=np.random.default_rng(1))
    train(two, 2, rng=np.random.default_rng(1), checkpoint=path, resume=True)
    three = network()
    train(three, 4, rng=np.random.default_rng(2), checkpoint=path, resume=True)
    assert same(one, three)


@pytest.mark.parametrize(("options", "words"), [
    (dict(batch=9), "its batch was 8, now it is 9"),
    (dict(rng=1), "its seed was 0, now it is 1"),
    (dict(optimiser=SGD(0.1)), "its optimiser was"),
    (dict(loss=CrossEntropy(0.1)), "its loss was"),
    (dict(shuffle=False), "its shuffle was true, now it is false"),
])
def test_a_checkpoint_of_another_run_is_refused(tmp_path, options, words):
    path = tmp_path / "run.npz"
    train(network(), 1, checkpoint=path)
    net, before = network(), network()
    with pytest.raises(ValueError, match=rf"run\.npz is a checkpoint of another run: {words}"):
        train(net, 2, checkpoint=path, resume=True, **options)
    assert same(net, before)


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    train(network(), 1, checkpoint=path)
    with pytest.raises(ValueError, match="its network was"):
        train(Network([L.Flatten(), L.Dense(3)], (5, 5, 1)), 2, checkpoint=path, resume=True)


@pytest.mark.parametrize("harm", ["cut", "network", "missing", "text"])
def test_a_damaged_checkpoint_is_refused(tmp_path, harm):
    path, net = tmp_path / "run.npz", network()
    train(net, 1, checkpoint=path)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif harm == "network":
        net.save(path)
    elif harm == "text":
        path.write_text("nothing")
    else:
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist() if name != "parameters/0.w.npy"}
        with zipfile.ZipFile(path, "w") as new:
            for name, part in parts.items():
                new.writestr(name, part)
    with pytest.raises(ValueError, match=r"run\.npz"):
        train(network(), 2, checkpoint=path, resume=True)


def test_a_checkpoint_needs_a_place(tmp_path):
    with pytest.raises(ValueError, match="checkpoint must be a path in a folder that exists"):
        train(network(), 1, checkpoint=tmp_path / "nowhere" / "run.npz")
    with pytest.raises(ValueError, match="checkpoint must be the path to go on from"):
        train(network(), 1, resume=True)


# Divergence

def test_a_run_that_diverges_stops_says_so_and_keeps_the_last_good_epoch():
    x, y = task()
    net = Network([L.Flatten(), L.Dense(4), L.Dense(1)], (5, 5, 1))
    good, eta = [], [0.001]

    def after(given, history):
        good.append(given.weights())
        eta[0] = 1e6  # from the second epoch on
    optimiser = SGD(lambda progress: eta[0])
    with pytest.raises(Diverged, match=r"in epoch 2, step \d: the loss.*tenth of eta.*had after epoch 1") as caught:
        fit(net, x, y.astype(float), loss=MSE(), optimiser=optimiser, epochs=5, batch=8, callback=after)
    assert len(caught.value.history) == 1 and isinstance(caught.value, FloatingPointError)
    assert all(np.array_equal(array, good[0][name]) for name, array in net.weights().items())


def test_a_divergence_in_the_first_epoch_leaves_the_network_as_it_was():
    x, y = task()
    net, before = (Network([L.Flatten(), L.Dense(4), L.Dense(1)], (5, 5, 1)) for _ in range(2))
    with pytest.raises(Diverged, match="had before training"):
        fit(net, x, y.astype(float), loss=MSE(), optimiser=SGD(1e20), epochs=5)
    assert same(net, before)


def test_weights_that_overflow_in_the_last_step_are_noticed():
    x = np.full((1, 1), 1e30, np.float32)
    net = Network([L.Dense(1)], (1,))
    net.parameters()["0.w"][...] = 1e-30
    with pytest.raises(Diverged, match=r"the weights 0\.w became infinite"):
        fit(net, x, np.zeros(1), loss=MSE(), optimiser=SGD(1e20), epochs=1)
    assert net.parameters()["0.w"][0, 0] == np.float32(1e-30)


# Bad input

X, Y = task()


@pytest.mark.parametrize(("x", "y", "error", "words"), [
    (X[..., 0], Y, ValueError, r"x must have shape \(N, 5, 5, 1\)"),
    ((X * 99).astype(int), Y, TypeError, "x must hold float32"),
    (np.where(X > 2, np.nan, X), Y, ValueError, "x must be finite"),
    (X[:0], Y[:0], ValueError, "x must not be empty"),
    (X, Y[:-1], ValueError, "y must have one entry for each of the 41 samples in x; got 40"),
    (X, Y + 1, ValueError, "y must be labels from 0 to 2.*got 3"),
    (X, Y - 1, ValueError, "y must be labels from 0 to 2.*got -1"),
    (X, np.eye(4)[Y], ValueError, r"y must be integer labels \(41,\) or float targets"),
    (X, list("abc") * 13 + ["a", "b"], TypeError, "y must be integer labels or float targets; got dtype <U1"),
])
def test_data_that_cannot_be_right_are_named_before_anything_is_computed(x, y, error, words, tmp_path):
    net, before = network(), network()
    with pytest.raises(error, match=words):
        fit(net, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1, checkpoint=tmp_path / "run.npz")
    assert same(net, before) and not list(tmp_path.iterdir())
    with pytest.raises(error, match=words.replace("in x", "in [ex]")):
        evaluate(net, x, y)


@pytest.mark.parametrize(("options", "error", "words"), [
    (dict(epochs=0), ValueError, "epochs must be"), (dict(epochs=1.5), TypeError, "epochs must be"),
    (dict(batch=0), ValueError, "batch must be"), (dict(rng="seed"), TypeError, "rng must be"),
    (dict(validation=X), TypeError, r"validation must be a pair \(x, y\); got ndarray"),
    (dict(validation=(X, Y + 3)), ValueError, r"validation\[1\] must be labels"),
    (dict(validation=(X + np.inf, Y)), ValueError, r"validation\[0\] must be finite"),
    (dict(augment=lambda x, rng: x[:, 1:]), ValueError, r"augment\(x, rng\) must have shape"),
    (dict(augment=lambda x, rng: x[1:]), ValueError, r"x and augment\(x, rng\) must hold the same number"),
    (dict(augment=lambda x, rng: x * np.nan), ValueError, r"augment\(x, rng\) must be finite"),
])
def test_settings_that_cannot_be_right_are_named(options, error, words):
    with pytest.raises(error, match=words):
        train(network(), **options)


# Measuring

def test_the_confusion_matrix_counts_what_was_taken_for_what(rng):
    net = Network([L.Dense(3)], (3,))
    net.parameters()["0.w"][...], net.parameters()["0.b"][...] = np.eye(3), 0
    x = np.eye(3, dtype=np.float32)[[0, 0, 1, 2, 2, 2]]
    found = evaluate(net, x, np.array([0, 1, 1, 2, 2, 0]), CrossEntropy())
    np.testing.assert_array_equal(found.confusion, [[1, 0, 1], [1, 1, 0], [0, 0, 2]])
    assert found.accuracy == 4 / 6 and found.error == pytest.approx(2 / 6) and found.samples == 6
    assert found.loss == pytest.approx(CrossEntropy()(net.forward(x), np.array([0, 1, 1, 2, 2, 0])))
    assert repr(found) == f"error 33.33 % (2 of 6), loss {found.loss:.3g}"
    assert evaluate(net, x, np.array([0, 1, 1, 2, 2, 0])).loss is None


def test_one_output_is_yes_or_no():
    net = Network([L.Dense(1)], (1,))
    net.parameters()["0.w"][...] = 1
    x, y = np.array([[0.2], [0.7], [-1.0], [2.0]], np.float32), np.array([0, 1, 0, 1])
    np.testing.assert_array_equal(evaluate(net, x, y, MSE()).confusion, [[2, 0], [0, 2]])  # threshold 1/2
    np.testing.assert_array_equal(evaluate(net, x, y, BinaryCrossEntropy()).confusion, [[1, 1], [0, 2]])  # threshold 0
    np.testing.assert_array_equal(evaluate(net, x, y).confusion, [[1, 1], [0, 2]])


def test_float_targets_need_a_loss():
    net = Network([L.Dense(1)], (1,))
    x = np.ones((2, 1), np.float32)
    assert evaluate(net, x, np.zeros(2), MSE()).accuracy is None
    with pytest.raises(ValueError, match="loss must be given where y holds float targets"):
        evaluate(net, x, np.zeros(2))


# History

def test_a_history_is_a_picture_and_words_without_timing():
    rows = [dict(epoch=k, loss=1 / k, accuracy=1 - 0.1 / k, validation_loss=2 / k, validation_accuracy=1 - 0.2 / k,
                 seconds=1.0 * k, images_per_second=7.0) for k in (1, 2, 3)]
    history = History(rows)
    assert repr(history) == ("History of 3 epochs: training loss 0.333, accuracy 96.7 %; "
                             "validation loss 0.667, accuracy 93.3 %")
    loss, error = history.plot().axes
    np.testing.assert_allclose(loss.get_lines()[1].get_ydata(), [2, 1, 2 / 3])
    np.testing.assert_allclose(error.get_lines()[0].get_ydata(), [10, 5, 10 / 3])
    bundle = history._repr_mimebundle_()
    assert bundle["text/plain"] == repr(history) and bundle["image/png"][:4] == b"\x89PNG"
    rows[0]["loss"] = 99  # the history keeps its own
    assert history["loss"][0] == 1
    with pytest.raises(KeyError, match="no column 'speed'; there are epoch, loss"):
        history["speed"]
    with pytest.raises(ValueError, match="nothing to plot"):
        History().plot()


# The bar

class Kernel:
    """What a notebook's kernel does with a display."""

    def __init__(self, monkeypatch):
        import IPython.display

        self.bundles = []
        monkeypatch.setattr(progress, "_in_notebook", lambda: True)
        monkeypatch.setattr(progress, "SECONDS", 0)
        monkeypatch.setattr(IPython.display, "display", self.display)

    def display(self, bundle, raw, display_id):
        self.bundles.append(bundle)
        return self

    def update(self, bundle, raw):
        self.bundles.append(bundle)


def test_a_notebook_sees_loss_accuracy_and_speed_live_and_keeps_one_plain_line(monkeypatch, capsys):
    kernel = Kernel(monkeypatch)
    train(network(), 2)
    first, *live, last = kernel.bundles
    assert "the first step" in first["text/plain"] and len(live) == 12
    for bundle in live:
        assert all(words in bundle["text/html"] for words in ("<progress", "loss", "accuracy", "images/s", "epoch"))
    assert 'value="1.0000"' in live[-1]["text/html"] and "epoch 2 of 2" in live[-1]["text/html"]
    assert set(last) == {"text/plain"} and "images/s" not in last["text/plain"]
    assert last["text/plain"].startswith("Trained 2 epochs: loss ")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("options", "words"), [
    (dict(augment=Stop(at=1)), "Stopped before the first epoch was finished; the weights are kept."),
    (dict(augment=Stop(at=9)), "Stopped after 1 epoch: loss"),
])
def test_the_last_line_says_how_it_ended(monkeypatch, options, words):
    kernel = Kernel(monkeypatch)
    train(network(), 2, **options)
    assert kernel.bundles[-1]["text/plain"].startswith(words)


def test_the_last_line_tells_of_a_divergence(monkeypatch):
    kernel = Kernel(monkeypatch)
    with pytest.raises(Diverged):
        train(network(), loss=MSE(), optimiser=SGD(1e30), batch=1)
    assert "diverged in epoch 1" in kernel.bundles[-1]["text/plain"]


def test_the_last_line_tells_of_an_error(monkeypatch):
    kernel = Kernel(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        train(network(), callback=lambda *_: 1 / 0)
    assert kernel.bundles[-1] == {"text/plain": "Training stopped by an error."}


def test_a_terminal_gets_a_line_and_a_pipe_gets_nothing(monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True
    train(network(), 2)
    assert capsys.readouterr() == ("", "")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "SECONDS", 0)
    train(network(), 2)
    assert "images/s" in screen.getvalue() and "loss" in screen.getvalue() and "Trained 2 epochs" in screen.getvalue()
    length = len(screen.getvalue())
    train(network(), 2, progress=False)
    monkeypatch.setenv("CNNLAB_PROGRESS", "off")
    train(network(), 2)
    assert len(screen.getvalue()) == length
    train(network(), 2, progress=True)
    assert len(screen.getvalue()) > length


def test_the_bar_does_not_change_the_result(monkeypatch):
    quiet, shown = network(), network()
    train(quiet, progress=False)
    Kernel(monkeypatch)
    train(shown)
    assert same(quiet, shown)


def test_settings_in_a_checkpoint_are_readable(tmp_path):
    train(network(), 1, checkpoint=tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        about = json.loads(str(file["checkpoint"]))
    assert about["settings"]["batch"] == 8 and about["settings"]["optimiser"]["momentum"] == 0.9
