"""What the measurements of a network on zip codes ask on the command line, for one eta or several."""

import argparse
import functools

import numpy as np

from benchmarks import many
from benchmarks.kept import keep
from cnnlab import evaluate, recipes


@functools.lru_cache(maxsize=2)
def zip_codes(path="", part="test"):
    """USPS, or a file of one's own; part "validation": a fifth of the training images in place of the test images."""
    data, _ = recipes.load(recipes.recipe("zip_code_1989"), path or None)
    return recipes.held_out(data, share=0.2) if part == "validation" else data


def errors(network, data):
    """What a trained network errs on: fractions of the test images, and of those that it has learned from."""
    parts = {"test": (data.x_test, data.y_test), "train": (data.x_train, data.y_train)}
    return {name: evaluate(network, x, y).error for name, (x, y) in parts.items()}


def rounded(runs, name):
    """A fraction of every run, as it is kept."""
    return np.round(many.figures(runs, name), 5).tolist()


def seconds(runs):
    """Of one training, on one thread, with as many others beside it as there are cores."""
    return round(float(np.mean(many.figures(runs, "seconds"))), 1)


def measured(about, name, one, row, eta, arguments=None, **settings):
    """Read the command line, train with every seed and eta, tell every run, and keep a row.

    about : the sentence of --help. name : of the program, and of the file in data/measured that `--keep` writes.
    one : one training, a function(seed, eta, data, part, **settings) -> figures, among them those of `errors`.
    row : a function(settings, runs, counts of images) -> plain data.
    eta, **settings : defaults of options of the same names.
    """
    parser = argparse.ArgumentParser(description=about)
    many.asks_for_data(parser, "USPS")
    parser.add_argument("--eta", type=float, nargs="+", default=[eta])
    parser.add_argument("--seeds", type=int, default=5)
    for option, value in settings.items():
        parser.add_argument(f"--{option}", type=type(value), default=value)
    parser.add_argument("--validation", action="store_true", help="measure on held-out training images")
    parser.add_argument("--keep", action="store_true", help=f"write data/measured/{name}.json")
    many.asks_for_cluster(parser)
    chosen = parser.parse_args(arguments)
    if chosen.keep and (chosen.validation or len(chosen.eta) > 1):
        parser.error("--keep keeps errors on the test images, for one eta: leave out --validation and other etas")
    same = {option: getattr(chosen, option) for option in settings}
    same |= {"data": chosen.data, "part": "validation" if chosen.validation else "test"}
    data = zip_codes(chosen.data, same["part"])
    grid = {"eta": chosen.eta, **{option: [value] for option, value in same.items()}}
    found = []
    for given, runs in many.swept(name, one, chosen.seeds, grid, chosen.data, chosen.cluster):
        varied = {option: value for option, value in given.items() if option in ("eta", *settings)}
        for run in runs:
            told = {
                figure: 100 * run.figures[figure] for figure in ("test", "train", "refused") if figure in run.figures
            }
            print(
                f"{', '.join(f'{option} {value}' for option, value in varied.items())}, seed {run.seed}: "
                f"{', '.join(f'{figure} {value:.2f} %' for figure, value in told.items())}"
            )
        mean = 100 * np.mean(many.figures(runs, "test"))
        print(f"eta {given['eta']}: mean error {mean:.2f} % of {len(data.x_test):,} others")
        found.append(row(varied, runs, {"train": len(data.x_train), "test": len(data.x_test)}))
    if chosen.keep:
        keep(name, found[0])
