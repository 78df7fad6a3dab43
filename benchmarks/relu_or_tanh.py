"""Figure 1 of the AlexNet paper: how fast does a four-layer network learn with ReLU, and how fast with tanh?

    python3 lab.py run python benchmarks/relu_or_tanh.py [--data FILE.npz] [--epochs 40] [--keep]

The network of that figure is not given; here it is three convolutions, each with its nonlinearity and overlapping
max pooling, and one fully-connected layer, on CIFAR-10, without any regularisation, as in the paper. Each nonlinearity
gets the learning rate, of those tried, with which it is first at 25 % training error (the paper, too, chose the rates
independently and as large as possible). The training error is the one that is met while training: every image as it
comes by.
"""

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np

from cnnlab import CrossEntropy, datasets, draw
from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Standardise, Tanh
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import fit

RESULTS = Path(__file__).parent / "results"
RATES = {ReLU: (0.005, 0.01, 0.02), Tanh: (0.005, 0.01, 0.02)}
GOAL = 0.25


def four_layers(kind, x, seed=0):
    """Three convolutions and a fully-connected layer; kind : the class of the layer behind each convolution."""
    mean, deviation = (v.astype(float).tolist() for v in (x.mean((0, 1, 2)), x.std((0, 1, 2))))
    stack = [Standardise(mean, deviation)]
    for filters, size in ((32, 5), (32, 5), (64, 5)):
        stack += [Conv2D(filters, size, padding="same"), kind(), MaxPool2D(3, 2)]
    return Network([*stack, Flatten(), Dense(10, initialiser=("normal", 0.01))], x.shape[1:], rng=seed)


def learn(kind, eta, data, epochs):
    """The training error of every epoch; a little beyond the goal nothing more is asked."""
    def enough(network, history):
        return 1 - history["accuracy"][-1] <= GOAL - 0.05

    history = fit(four_layers(kind, data.x_train), data.x_train, data.y_train, loss=CrossEntropy(),
                  optimiser=SGD(eta, momentum=0.9), epochs=epochs, batch=128, progress=False, callback=enough)
    return [round(float(1 - accuracy), 4) for accuracy in history["accuracy"]]


def reached(errors):
    """In which epoch the training error first is no more than 25 %; None: never."""
    return next((epoch for epoch, error in enumerate(errors, 1) if error <= GOAL), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; CIFAR-10 by default")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="write results/relu_or_tanh.json and .png")
    chosen = parser.parse_args()
    data = datasets.own(chosen.data) if chosen.data else datasets.cifar10()
    best = {}
    for kind, rates in RATES.items():
        for eta in rates:
            errors = learn(kind, eta, data, chosen.epochs)
            epoch = reached(errors)
            print(f"{kind.__name__:5} eta {eta}: " + (f"25 % training error in epoch {epoch}" if epoch else
                  f"{100 * errors[-1]:.1f} % training error after {len(errors)} epochs"), flush=True)
            if kind not in best or (epoch or np.inf, min(errors)) < best[kind][:2]:
                best[kind] = (epoch or np.inf, min(errors), eta, errors)
    if chosen.keep:
        keep({kind.__name__: {"eta": eta, "training_error": errors, "epoch_of_25_percent": reached(errors)}
              for kind, (*_, eta, errors) in best.items()}, data)


def keep(found, data):
    """Write what was measured, and the picture of it."""
    RESULTS.mkdir(exist_ok=True)
    log = {"date": date.today().isoformat(), "images": len(data.x_train), "batch": 128, "momentum": 0.9, **found}
    (RESULTS / "relu_or_tanh.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")
    longest = max(len(one["training_error"]) for one in found.values())
    curves = {f"{name}, eta = {one['eta']}": [100 * e for e in one["training_error"]]
              + [np.nan] * (longest - len(one["training_error"])) for name, one in found.items()}
    picture = draw.curves(np.arange(1, longest + 1), curves, "epoch", "training error (%)",
                          caption="Training error against epochs on CIFAR-10, ReLU and tanh")
    picture.save(RESULTS / "relu_or_tanh.png")


if __name__ == "__main__":
    main()
