"""The comparison of 1989: as many weights, none of them shared. How well does such a network read zip codes?

    python3 lab.py run python benchmarks/zip_code_dense.py [--data FILE.npz] [--eta 0.02] [--seeds 5] [--validation]

Trains a fully-connected network with 40 hidden units on USPS as `cnnlab.since_1989` trains the network as printed, one
image after the other. `--validation` holds a part of the training images back and leaves the test images alone: for
choosing eta. `--keep` writes data/measured/zip_code_dense.json.
"""

from dataclasses import replace

import numpy as np

from benchmarks.zip_code_etas import measured
from cnnlab import evaluate, recipes, since_1989
from cnnlab.analysis.learning.refusing import Answers

LIMIT = 0.01  # of the error among those that are answered


def measure(data, seeds, eta, epochs):
    """Train from several first weights, a line for each -> plain data: errors and refused shares (fractions)."""
    step = replace(since_1989.DENSE, optimiser=since_1989.online(eta), epochs=epochs)
    test, train, refused = [], [], []
    for seed in range(seeds):
        network, _ = recipes.train(step, data, seed=seed, progress=False)
        test.append(evaluate(network, data.x_test, data.y_test).error)
        train.append(evaluate(network, data.x_train, data.y_train).error)
        refused.append(Answers(network.predict(data.x_test), data.y_test).refused_for(LIMIT))
        print(
            f"eta {eta}, seed {seed}: training error {100 * train[-1]:.2f} %, error {100 * test[-1]:.2f} % of "
            f"{len(data.x_test):,} others, refused for {100 * LIMIT:.0f} %: {100 * refused[-1]:.1f} %",
            flush=True,
        )
    print(f"eta {eta}: mean error {100 * np.mean(test):.2f} %", flush=True)
    return {
        "parameters": network.parameter_count,
        "epochs": epochs,
        "eta": step.optimiser().config()["eta"],
        "train": len(data.x_train),
        "test": len(data.x_test),
        "test_errors": np.round(test, 5).tolist(),
        "train_errors": np.round(train, 5).tolist(),
        "refused": np.round(refused, 5).tolist(),
    }


def main(arguments=None):
    measured(__doc__.split("\n")[0], "zip_code_dense", measure, 0.02, arguments, epochs=since_1989.DENSE.epochs)


if __name__ == "__main__":
    main()
