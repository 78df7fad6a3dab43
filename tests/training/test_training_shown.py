"""What is seen of a training: its bar while it runs, its history afterwards."""

import io
import sys

import numpy as np
import pytest
from spots import Stop, network, same, train

from cnnlab.losses import MSE
from cnnlab.optimisers import SGD
from cnnlab.training import Diverged, History, progress

# History


def test_a_history_is_a_picture_and_words_without_timing():
    rows = [
        dict(
            epoch=k,
            loss=1 / k,
            accuracy=1 - 0.1 / k,
            validation_loss=2 / k,
            validation_accuracy=1 - 0.2 / k,
            seconds=1.0 * k,
            images_per_second=7.0,
        )
        for k in (1, 2, 3)
    ]
    history = History(rows)
    assert repr(history) == (
        "History of 3 epochs: training loss 0.333, accuracy 96.7 %; validation loss 0.667, accuracy 93.3 %"
    )
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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(augment=Stop(at=1)), "Stopped before the first epoch was finished; the weights are kept."),
        (dict(augment=Stop(at=9)), "Stopped after 1 epoch: loss"),
    ],
)
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
