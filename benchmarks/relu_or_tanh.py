"""Figure 1 of the AlexNet paper: how fast does a four-layer network learn with ReLU, and how fast with tanh?

    python3 lab.py run python benchmarks/relu_or_tanh.py [--data FILE.npz] [--epochs 40] [--keep]

The network of that figure is not given; here it is three convolutions, each with its nonlinearity and overlapping
max pooling, and one fully-connected layer, on CIFAR-10, without any regularisation, as in the paper. Each nonlinearity
gets the learning rate with which it errs least after four epochs on a fifth of the images (the paper, too, chose the
rates independently). The training error is the one that is met while training: every image as it comes by. Most of the
time goes into one training of each, on all cores; so it is no sweep, whose workers would hold CIFAR-10 each.
"""

import argparse

from benchmarks.kept import keep
from cnnlab import CrossEntropy, datasets, ops
from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Standardise, Tanh
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import Diverged, fit

KINDS, RATES = (ReLU, Tanh), (0.0025, 0.005, 0.01, 0.02, 0.04)
GOAL = 0.25


def four_layers(kind, x, seed=0):
    """Three convolutions and a fully-connected layer; kind : the class of the layer behind each convolution."""
    mean, deviation = ops.channel_statistics(x)
    stack = [Standardise(mean, deviation)]
    for filters, size in ((32, 5), (32, 5), (64, 5)):
        stack += [Conv2D(filters, size, padding="same"), kind(), MaxPool2D(3, 2)]
    return Network([*stack, Flatten(), Dense(10, initialiser=("normal", 0.01))], x.shape[1:], rng=seed)


def learn(kind, eta, x, y, epochs):
    """The training error of every epoch; a little beyond the goal nothing more is asked.  1.0 where it diverged."""

    def enough(network, history):
        return 1 - history["accuracy"][-1] <= GOAL - 0.05

    try:
        history = fit(
            four_layers(kind, x),
            x,
            y,
            loss=CrossEntropy(),
            optimiser=SGD(eta, momentum=0.9),
            epochs=epochs,
            batch=128,
            progress=False,
            callback=enough,
        )
    except Diverged:
        return [1.0]
    return [round(float(1 - accuracy), 4) for accuracy in history["accuracy"]]


def best_rate(kind, data):
    """The learning rate with the smallest training error after four epochs on a fifth of the images."""
    count = len(data.x_train) // 5
    errors = {eta: learn(kind, eta, data.x_train[:count], data.y_train[:count], 4)[-1] for eta in RATES}
    for eta, error in errors.items():
        print(f"{kind.__name__:5} eta {eta}: {100 * error:.1f} % after four epochs on {count:,} images", flush=True)
    return min(errors, key=errors.get)


def reached(errors):
    """In which epoch the training error first is no more than 25 %; None: never."""
    return next((epoch for epoch, error in enumerate(errors, 1) if error <= GOAL), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; CIFAR-10 by default")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="write data/measured/relu_or_tanh.json")
    chosen = parser.parse_args()
    data = datasets.own(chosen.data) if chosen.data else datasets.cifar10()
    found = {}
    for kind in KINDS:
        eta = best_rate(kind, data)
        errors = learn(kind, eta, data.x_train, data.y_train, chosen.epochs)
        epoch, name = reached(errors), kind.__name__
        print(
            f"{name:5} eta {eta}: "
            + (
                f"25 % training error in epoch {epoch}"
                if epoch
                else f"{100 * errors[-1]:.1f} % training error after {len(errors)} epochs"
            ),
            flush=True,
        )
        found[name] = {"eta": eta, "training_error": errors, "epoch_of_25_percent": epoch}
    if chosen.keep:
        keep("relu_or_tanh", {"images": len(data.x_train), "batch": 128, "momentum": 0.9, **found})


if __name__ == "__main__":
    main()
