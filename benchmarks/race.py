"""The race against 2012: how long until a network is wrong on no more than 26 % of CIFAR-10's test images?

    python3 lab.py run python benchmarks/race.py [--data FILE.npz] [--epochs 3] [--json] [--keep]

In 2012 a graphics card took 80 seconds for that (A. Krizhevsky's cuda-convnet). Here a small network with batch
normalisation runs on the processor alone. The clock runs while it trains; reading the images, compiling, and measuring
the error on the 10,000 test images, once, at the end, are not counted.
"""

import argparse
import json
import time

import cnnlab
from benchmarks.kept import keep
from cnnlab import datasets, ops
from cnnlab.datasets.views import moved_and_mirrored
from cnnlab.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU, Standardise
from cnnlab.network import Network
from cnnlab.optimisers import SGD, one_cycle

SECONDS, ERROR = 80, 0.26


def racer(x, classes, rng=0):
    """Three convolutions, each followed by batch normalisation, ReLU and pooling, and one fully-connected layer."""

    def block(filters):
        return Conv2D(filters, 3, padding="same", bias=None), BatchNorm(), ReLU(), MaxPool2D(2)

    mean, deviation = ops.channel_statistics(x)
    layers = [Standardise(mean, deviation), *block(32), *block(64), *block(128), Flatten(), Dense(classes)]
    return Network(layers, x.shape[1:], rng=rng)


def nudged(x, rng):
    """Moved by up to two pixels, and mirrored."""
    return moved_and_mirrored(x, rng, most=2)


def race(data, epochs=3, seed=0):
    """Train once -> seconds, error on the test images, epochs, images per second."""
    network = racer(data.x_train, len(data.names), seed)
    cnnlab.warmup(progress=False)
    optimiser = SGD(one_cycle(0.2, warmup=0.3), momentum=0.9, nesterov=True, decay=5e-4)
    loss, begin = cnnlab.CrossEntropy(smoothing=0.1), time.perf_counter()
    cnnlab.fit(
        network,
        data.x_train,
        data.y_train,
        loss=loss,
        optimiser=optimiser,
        epochs=epochs,
        batch=256,
        rng=seed,
        augment=nudged,
        progress=False,
    )
    seconds = time.perf_counter() - begin
    error = cnnlab.evaluate(network, data.x_test, data.y_test).error
    return {
        "seconds": round(seconds, 1),
        "error": round(error, 4),
        "epochs": epochs,
        "images_per_second": round(epochs * len(data.x_train) / seconds),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; CIFAR-10 by default")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep", action="store_true", help="write data/measured/race.json")
    chosen = parser.parse_args()
    data = datasets.own(chosen.data) if chosen.data else datasets.cifar10()
    found = race(data, chosen.epochs)
    if chosen.keep:
        keep("race", {"images": len(data.x_train), "threads": cnnlab.loops.threads(), **found})
    if chosen.json:
        print(json.dumps(found))
        return
    won = found["seconds"] <= SECONDS and found["error"] <= ERROR
    print(
        f"{found['epochs']} epochs in {found['seconds']} s ({found['images_per_second']} images/s), "
        f"test error {100 * found['error']:.1f} %: {'faster' if won else 'not faster'} than 26 % in 80 s"
    )


if __name__ == "__main__":
    main()
