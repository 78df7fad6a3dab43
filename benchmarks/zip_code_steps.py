"""From 1989 to today: what does each later idea buy on real zip codes?

    python3 lab.py run python benchmarks/zip_code_steps.py [--data FILE.npz] [--seeds 5] [--keep]

Trains every network of `cnnlab.since_1989` on USPS from several first weights, and counts the errors on the 2,007 test
images. Learning rates were chosen on validation images, a part of the training set; the test images had no say.
"""

import argparse
import time

import numpy as np

from benchmarks import many
from benchmarks.kept import keep
from benchmarks.zip_code_etas import errors, rounded, seconds, zip_codes
from cnnlab import recipes, since_1989


def one(seed, step, data):
    """One training of a step -> its errors, as fractions, and seconds."""
    (chosen,) = [each for each in since_1989.STEPS if each.name == step]
    digits, begin = zip_codes(data), time.perf_counter()
    network, _ = recipes.train(chosen, digits, seed=seed, progress=False)
    found = errors(network, digits)
    return {**found, "parameters": network.parameter_count, "seconds": time.perf_counter() - begin}


def row(step, runs):
    """What is kept of several trainings of a step."""
    return {
        "step": step.name,
        "about": step.about,
        "parameters": many.figures(runs, "parameters")[0],
        "epochs": step.epochs,
        "eta": step.optimiser().config()["eta"],
        "test_errors": rounded(runs, "test"),
        "train_errors": rounded(runs, "train"),
        "seconds": seconds(runs),
    }


def line(row):
    """One row of the table: mean test error, its spread over the seeds, mean training error."""
    errors, train = 100 * np.array(row["test_errors"]), 100 * np.mean(row["train_errors"])
    return (
        f"{row['step']:14} {errors.mean():5.2f} %  ({errors.min():.2f} to {errors.max():.2f})   {train:5.2f} %"
        f"   {row['seconds']:5.1f} s"
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    many.asks_for_data(parser, "USPS")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="write data/measured/zip_code_steps.json")
    many.asks_for_cluster(parser)
    chosen = parser.parse_args(arguments)
    data, steps = zip_codes(chosen.data), {step.name: step for step in since_1989.STEPS}
    grid = {"step": list(steps), "data": [chosen.data]}
    found = many.swept("zip_code_steps", one, chosen.seeds, grid, chosen.data, chosen.cluster)
    rows = [row(steps[settings["step"]], runs) for settings, runs in found]
    print(f"{'':14} test error (least to most)   training   time for one")
    print("\n".join(map(line, rows)))
    if chosen.keep:
        keep("zip_code_steps", {"train": len(data.x_train), "test": len(data.x_test), "steps": rows})


if __name__ == "__main__":
    main()
