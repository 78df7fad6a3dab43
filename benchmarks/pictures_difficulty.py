"""How hard are the generated pictures, and for whom?

    python3 lab.py run python benchmarks/pictures_difficulty.py [--only linear dense tiny lite] [--json] [--keep]

Trains a linear classifier, a fully-connected network with as many parameters as AlexNet-lite, AlexNet-tiny and
AlexNet-lite on the same 10,000 pictures and prints how many of 2,000 other pictures each gets right. The bars: linear
under 40 %, fully connected under 70 %, AlexNet-lite over 95 %. Several minutes on two cores; every network gets as many
epochs as help it, and the best of its learning rates. `--keep` writes data/measured/pictures_difficulty.json.
"""

import argparse
import json
import time

import numpy as np

from benchmarks.kept import keep
from cnnlab import SGD, CrossEntropy, Dense, Flatten, Network, ReLU, evaluate, fit
from cnnlab.datasets import pictures
from cnnlab.layers import Standardise
from cnnlab.models import alexnet_lite, alexnet_tiny
from cnnlab.optimisers import one_cycle

SHAPE = (32, 32, 3)


def linear():
    """One layer: 30,730 parameters."""
    return Network([Standardise(), Flatten(), Dense(10, initialiser=("normal", 0.01))], SHAPE)


def dense():
    """Two hidden layers, as many parameters as AlexNet-lite."""
    layers = [Standardise(), Flatten(), Dense(240), ReLU(), Dense(50), ReLU(), Dense(10, initialiser=("normal", 0.01))]
    return Network(layers, SHAPE)


# name -> (network, learning rates, epochs, bar in percent, is the bar a ceiling?)
CONTENDERS = {
    "linear": (linear, (0.0003, 0.001), 12, 40, True),
    "dense": (dense, (0.01, 0.02), 40, 70, True),
    "tiny": (alexnet_tiny, (0.02,), 8, 95, False),
    "lite": (alexnet_lite, (0.02,), 6, 95, False),
}


def run(name, data):
    """Train one contender with each of its learning rates -> the best run as plain data."""
    make, rates, epochs, bar, ceiling = CONTENDERS[name]
    best = None
    for eta in rates:
        network, start = make(), time.perf_counter()
        optimiser = SGD(one_cycle(eta), momentum=0.9, decay=1e-4)
        options = {"loss": CrossEntropy(), "optimiser": optimiser, "epochs": epochs, "batch": 50, "progress": False}
        history = fit(network, data.x_train, data.y_train, **options)
        row = {
            "name": name,
            "parameters": network.parameter_count,
            "eta": eta,
            "epochs": epochs,
            "train": history.epochs[-1]["accuracy"],
            "test": evaluate(network, data.x_test, data.y_test).accuracy,
            "seconds": round(time.perf_counter() - start, 1),
        }
        if best is None or row["test"] > best["test"]:
            best = row
    best["bar"] = f"{'<' if ceiling else '>'} {bar} %"
    best["holds"] = bool((100 * best["test"] < bar) == ceiling)
    return best


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--json", action="store_true", help="print one object on the last line")
    parser.add_argument("--keep", action="store_true", help="write data/measured/pictures_difficulty.json")
    chosen = parser.parse_args(arguments)
    if chosen.keep and set(chosen.only) != set(CONTENDERS):
        parser.error("--keep keeps what all four contenders reach: leave out --only")
    start = time.perf_counter()
    data = pictures()
    drawn = len(data.x_train) + len(data.x_test)
    print(f"{drawn:,} pictures drawn in {time.perf_counter() - start:.1f} s", flush=True)
    rows = []
    for name in chosen.only:
        rows.append(run(name, data))
        row = rows[-1]
        print(
            f"{name:<8}{row['parameters']:>9,} parameters  training {100 * row['train']:5.1f} %  "
            f"test {100 * row['test']:5.1f} %  bar {row['bar']:<7} {'holds' if row['holds'] else 'MISSED'}  "
            f"({row['epochs']} epochs, {row['seconds']} s)",
            flush=True,
        )
    if chosen.keep:
        keep("pictures_difficulty", {"train": len(data.x_train), "test": len(data.x_test), "contenders": rows})
    if chosen.json:
        print(json.dumps({"bar": rows, "numpy": np.__version__}))


if __name__ == "__main__":
    main()
