"""One picture of every function of `draw`, small and made without downloads."""

import numpy as np

from cnnlab import datasets, draw
from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import Quadratic
from cnnlab.analysis.trace import record
from cnnlab.explore.toolkit.examples import LOPSIDED, MIXED
from cnnlab.layers import Conv2D, Dense, Flatten, ReLU, Tanh
from cnnlab.losses import CrossEntropy
from cnnlab.models import alexnet_2012, tdnn
from cnnlab.network import Network


def makers():
    """{name: what makes the picture} of each, under the names of `draw`."""
    rng = np.random.default_rng(0)
    digits = datasets.digits()
    x, y = digits.x_test[:48], digits.y_test[:48]
    net = Network([Conv2D(4, 3), ReLU(), Flatten(), Dense(10)], digits.x_train.shape[1:], rng=1)
    plane = Network([Dense(8), Tanh(), Dense(3)], (2,), rng=2)
    bowl, epochs = Quadratic((0.4, 4.0)), np.arange(1, 31)
    paths = {"eta 0.1": descend(bowl, (2, 1), 0.1, 20), "eta 0.9": descend(bowl, (2, 1), 0.9, 20)}
    waves = np.stack([datasets.waveform(letter, "a") for letter in "bdg"])
    windows = datasets.windows(waves)
    guesses = np.where(rng.random(48) < 0.2, rng.integers(0, 10, 48), y)
    shapes = {"e of layer 1": rng.random((13, 8)), "e of layer 2": rng.random((9, 3)), "sum": rng.random((1, 3))}
    return {
        "draw.confusion": lambda: draw.confusion(rng.integers(0, 30, (10, 10)) + 70 * np.eye(10, dtype=int)),
        "draw.convolution_step": lambda: draw.convolution_step(MIXED, LOPSIDED, 1, 2),
        "draw.curves": lambda: draw.curves(
            epochs, {"train": 1 / epochs, "test": 0.1 + 1 / epochs}, "epoch", "error", marks={"best": 20}
        ),
        "draw.decision_regions": lambda: draw.decision_regions(
            plane, rng.standard_normal((60, 2)), rng.integers(0, 3, 60), yhat=CrossEntropy().yhat
        ),
        "draw.dots": lambda: draw.dots(
            {"tanh": [5.0, 5.4, 4.7], "ReLU": [3.1, 3.6, 2.9]}, "error (%)", {"the paper": 5.1}
        ),
        "draw.feature_maps": lambda: draw.feature_maps(rng.random((12, 12, 6))),
        "draw.grid": lambda: draw.grid({"h": MIXED, "w": LOPSIDED}, boxes={"h": [(1, 2), (3, 3)]}),
        "draw.halves": lambda: draw.halves(alexnet_2012(initialiser="zeros")),
        "draw.bars": lambda: draw.bars({"one": 26.2, "two": 15.3}, "errors (%)", marked=["two"], hollow=["one"]),
        "draw.images": lambda: draw.images(x[:24], titles=y[:24]),
        "draw.kernels": lambda: draw.kernels(rng.standard_normal((5, 5, 1, 12))),
        "draw.loss_surface": lambda: draw.loss_surface(bowl, paths=paths),
        "draw.mistakes": lambda: draw.mistakes(x, y, guesses),
        "draw.network": lambda: draw.network(net),
        "draw.nonlinearities": draw.nonlinearities,
        "draw.occlusion": lambda: draw.occlusion(
            rng.random((32, 32, 3)), rng.uniform(0.4, 0.9, (16, 16)), 10, 0.94, "cat"
        ),
        "draw.spectrograms": lambda: draw.spectrograms(rng.normal(size=(2, 64, 24)), ["three", "seven"]),
        "draw.syllables": lambda: draw.syllables(waves, datasets.sonogram(waves), windows, ["/ba/", "/da/", "/ga/"]),
        "draw.tally": lambda: draw.tally({"one": "aabc", "two": "abcc"}, {"o": ("a", "b", "c")}),
        "draw.time_delay": lambda: draw.time_delay(windows[0], shapes, ["b", "d", "g"]),
        "draw.trace": lambda: draw.trace(record(net, CrossEntropy(), x[:4], y[:4])),
        "draw.network_over_time": lambda: draw.network(tdnn()),
    }
