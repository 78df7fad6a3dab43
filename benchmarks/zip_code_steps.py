"""From 1989 to today: what does each later idea buy on real zip codes?

    python3 lab.py run python benchmarks/zip_code_steps.py [--data FILE.npz] [--seeds 5] [--keep]

Trains every network of `cnnlab.since_1989` on USPS from several first weights, and counts the errors on the 2,007 test
images. Learning rates were chosen on validation images, a part of the training set; the test images had no say.
"""

import argparse
import time

import numpy as np

from benchmarks.kept import keep
from cnnlab import datasets, evaluate, recipes, since_1989


def measure(step, data, seeds):
    """Train a step from several first weights -> plain data: errors (fractions), and seconds for one training."""
    begin, errors, train_errors = time.perf_counter(), [], []
    for seed in range(seeds):
        network, _ = recipes.train(step, data, seed=seed, progress=False)
        errors.append(evaluate(network, data.x_test, data.y_test).error)
        train_errors.append(evaluate(network, data.x_train, data.y_train).error)
    return {
        "step": step.name,
        "about": step.about,
        "parameters": network.parameter_count,
        "epochs": step.epochs,
        "eta": step.optimiser().config()["eta"],
        "test_errors": np.round(errors, 5).tolist(),
        "train_errors": np.round(train_errors, 5).tolist(),
        "seconds": round((time.perf_counter() - begin) / seeds, 1),
    }


def line(row):
    """One row of the table: mean test error, its spread over the seeds, mean training error."""
    errors, train = 100 * np.array(row["test_errors"]), 100 * np.mean(row["train_errors"])
    return (
        f"{row['step']:14} {errors.mean():5.2f} %  ({errors.min():.2f} to {errors.max():.2f})   {train:5.2f} %"
        f"   {row['seconds']:5.1f} s"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; USPS by default")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="write data/measured/zip_code_steps.json")
    chosen = parser.parse_args()
    data = datasets.own(chosen.data) if chosen.data else datasets.usps()
    print(f"{'':14} test error (least to most)   training   time for one")
    rows = []
    for step in since_1989.STEPS:
        rows.append(measure(step, data, chosen.seeds))
        print(line(rows[-1]), flush=True)
    if chosen.keep:
        keep("zip_code_steps", {"train": len(data.x_train), "test": len(data.x_test), "steps": rows})


if __name__ == "__main__":
    main()
