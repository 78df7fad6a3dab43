"""How hard are the generated pictures, and for whom?

    python3 lab.py run python benchmarks/pictures_difficulty.py [--only linear dense tiny lite] [--json] [--keep]

Trains a linear classifier, a fully-connected network with as many parameters as AlexNet-lite, AlexNet-tiny and
AlexNet-lite on the same 10,000 pictures and prints how many of 2,000 other pictures each gets right. The bars: linear
under 40 %, fully connected under 70 %, AlexNet-lite over 95 %. Several minutes on two cores; every network gets as many
epochs as help it, and the best of its learning rates. Trainings run side by side, each in one thread. `--keep` writes
data/measured/pictures_difficulty.json.
"""

import argparse
import functools
import json
import time

import numpy as np

from benchmarks import many
from benchmarks.kept import keep
from cnnlab import SGD, CrossEntropy, Dense, Flatten, Network, ReLU, evaluate, fit
from cnnlab.datasets import pictures
from cnnlab.layers import Standardise
from cnnlab.models import alexnet_lite, alexnet_tiny
from cnnlab.optimisers import one_cycle

SHAPE = (32, 32, 3)


def linear(rng=0):
    """One layer: 30,730 parameters."""
    return Network([Standardise(), Flatten(), Dense(10, initialiser=("normal", 0.01))], SHAPE, rng)


def dense(rng=0):
    """Two hidden layers, as many parameters as AlexNet-lite."""
    layers = [Standardise(), Flatten(), Dense(240), ReLU(), Dense(50), ReLU(), Dense(10, initialiser=("normal", 0.01))]
    return Network(layers, SHAPE, rng)


# name -> (network, learning rates, epochs, bar in percent, is the bar a ceiling?)
CONTENDERS = {
    "linear": (linear, (0.0003, 0.001), 12, 40, True),
    "dense": (dense, (0.01, 0.02), 40, 70, True),
    "tiny": (alexnet_tiny, (0.02,), 8, 95, False),
    "lite": (alexnet_lite, (0.02,), 6, 95, False),
}


@functools.lru_cache(maxsize=1)
def drawn():
    """The pictures; each worker draws them once."""
    return pictures()


def one(seed, name, eta):
    """One training of a contender -> the fractions that it names rightly."""
    make, _, epochs, _, _ = CONTENDERS[name]
    network, data = make(rng=seed), drawn()
    begin = time.perf_counter()
    optimiser = SGD(one_cycle(eta), momentum=0.9, decay=1e-4)
    options = {"loss": CrossEntropy(), "optimiser": optimiser, "epochs": epochs, "batch": 50, "progress": False}
    history = fit(network, data.x_train, data.y_train, rng=seed, **options)
    return {
        "train": history.epochs[-1]["accuracy"],
        "test": evaluate(network, data.x_test, data.y_test).accuracy,
        "parameters": network.parameter_count,
        "seconds": time.perf_counter() - begin,
    }


def best(name, runs):
    """The run of a contender whose learning rate did best, the first of equals, as plain data."""
    _, _, epochs, bar, ceiling = CONTENDERS[name]
    run = max(runs, key=lambda run: run.figures["test"])
    return {
        "name": name,
        "parameters": run.figures["parameters"],
        "eta": run.settings["eta"],
        "epochs": epochs,
        "train": run.figures["train"],
        "test": run.figures["test"],
        "seconds": round(run.figures["seconds"], 1),
        "bar": f"{'<' if ceiling else '>'} {bar} %",
        "holds": bool((100 * run.figures["test"] < bar) == ceiling),
    }


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--json", action="store_true", help="print one object on the last line")
    parser.add_argument("--keep", action="store_true", help="write data/measured/pictures_difficulty.json")
    many.asks_for_cluster(parser)
    chosen = parser.parse_args(arguments)
    if chosen.keep and set(chosen.only) != set(CONTENDERS):
        parser.error("--keep keeps what all four contenders reach: leave out --only")
    settings = [{"name": name, "eta": eta} for name in chosen.only for eta in CONTENDERS[name][1]]
    found = [runs[0] for _, runs in many.swept("pictures_difficulty", one, 1, settings, cluster=chosen.cluster)]
    rows = [best(name, [run for run in found if run.settings["name"] == name]) for name in chosen.only]
    for row in rows:
        name = row["name"]
        print(
            f"{name:<8}{row['parameters']:>9,} parameters  training {100 * row['train']:5.1f} %  "
            f"test {100 * row['test']:5.1f} %  bar {row['bar']:<7} {'holds' if row['holds'] else 'MISSED'}  "
            f"({row['epochs']} epochs, {row['seconds']} s on one thread)"
        )
    if chosen.keep:
        data = drawn()
        keep("pictures_difficulty", {"train": len(data.x_train), "test": len(data.x_test), "contenders": rows})
    if chosen.json:
        print(json.dumps({"bar": rows, "numpy": np.__version__}))


if __name__ == "__main__":
    main()
