"""The comparison of 1989: as many weights, none of them shared. How well does such a network read zip codes?

    python3 lab.py run python benchmarks/zip_code_dense.py [--data FILE.npz] [--eta 0.02] [--seeds 5] [--validation]

Trains a fully-connected network with 40 hidden units on USPS as `cnnlab.since_1989` trains the network as printed, one
image after the other. `--validation` holds a part of the training images back and leaves the test images alone: for
choosing eta. `--keep` writes data/measured/zip_code_dense.json.
"""

from dataclasses import replace

from benchmarks import many
from benchmarks.zip_code_etas import errors, measured, rounded, zip_codes
from cnnlab import recipes, since_1989
from cnnlab.analysis.learning.refusing import Answers

LIMIT = 0.01  # of the error among those that are answered


def step(eta, epochs):
    """The network of `since_1989.DENSE`, with this eta."""
    return replace(since_1989.DENSE, optimiser=since_1989.online(eta), epochs=epochs)


def one(seed, eta, epochs, data, part):
    """One training -> its errors and the refused share, as fractions."""
    digits = zip_codes(data, part)
    network, _ = recipes.train(step(eta, epochs), digits, seed=seed, progress=False)
    refused = Answers(network.predict(digits.x_test), digits.y_test).refused_for(LIMIT)
    return {**errors(network, digits), "refused": refused, "parameters": network.parameter_count}


def row(settings, runs, counts):
    """What is kept of several trainings."""
    return {
        "parameters": many.figures(runs, "parameters")[0],
        "epochs": settings["epochs"],
        "eta": step(**settings).optimiser().config()["eta"],
        **counts,
        "test_errors": rounded(runs, "test"),
        "train_errors": rounded(runs, "train"),
        "refused": rounded(runs, "refused"),
    }


def main(arguments=None):
    measured(__doc__.split("\n")[0], "zip_code_dense", one, row, 0.02, arguments, epochs=since_1989.DENSE.epochs)


if __name__ == "__main__":
    main()
