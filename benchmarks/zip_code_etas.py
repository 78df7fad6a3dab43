"""What the measurements of a network on zip codes ask on the command line, for one eta or several."""

import argparse

from benchmarks.kept import keep
from cnnlab import recipes


def measured(about, name, measure, eta, arguments=None, **settings):
    """Read the command line, and measure(data, eta=..., seeds=..., **settings) for each eta.

    about : the sentence of --help. name : of the file in data/measured that `--keep` writes. eta, **settings : defaults
    of options of the same names.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; USPS by default")
    parser.add_argument("--eta", type=float, nargs="+", default=[eta])
    settings = {"seeds": 5, **settings}
    for option, value in settings.items():
        parser.add_argument(f"--{option}", type=type(value), default=value)
    parser.add_argument("--validation", action="store_true", help="measure on held-out training images")
    parser.add_argument("--keep", action="store_true", help=f"write data/measured/{name}.json")
    chosen = parser.parse_args(arguments)
    if chosen.keep and (chosen.validation or len(chosen.eta) > 1):
        parser.error("--keep keeps errors on the test images, for one eta: leave out --validation and other etas")
    data, _ = recipes.load(recipes.recipe("zip_code_1989"), chosen.data)
    data = recipes.held_out(data, share=0.2) if chosen.validation else data
    options = {option: getattr(chosen, option) for option in settings}
    found = [measure(data, eta=each, **options) for each in chosen.eta]
    if chosen.keep:
        keep(name, found[0])
