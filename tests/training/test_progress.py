"""The progress bar: in a notebook, in a terminal, in a pipe."""

import io
import sys

import pytest
from spots import Stop, network, same, train

from cnnlab.losses import MSE
from cnnlab.optimisers import SGD
from cnnlab.training import Diverged, progress


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
