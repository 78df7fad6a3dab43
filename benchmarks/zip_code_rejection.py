"""The table of the paper of 1989 for real zip codes: losses, errors, and how many digits must be refused.

    python3 lab.py run python benchmarks/zip_code_rejection.py [--data FILE.npz] [--keep]

Measures the bundled network of 1989 on USPS. The network answers only where its largest output is clearly above its
second largest; the less sure it is, the sooner it refuses. Losses are halved, as the paper's loss has a factor 1/2.
"""

import argparse

import numpy as np

from benchmarks.kept import keep
from cnnlab import MSE, evaluate, recipes
from cnnlab.analysis.learning.refusing import Answers

LOSS = MSE(off=-1.0, on=1.0)
LIMIT, STEP, MOST = 0.01, 0.01, 0.3


def measure(network, data):
    """The figures of the paper's table, fractions as plain data, and the rejection curve in steps of one percent; how
    far each test digit's best output is ahead, the least first, and which of these are misread.
    """
    found = {}
    for part, x, y in (("train", data.x_train, data.y_train), ("test", data.x_test, data.y_test)):
        result = evaluate(network, x, y, LOSS)
        found[part] = {"loss": round(result.loss / 2, 5), "error": round(result.error, 5), "samples": result.samples}
    answers = Answers(network.predict(data.x_test), data.y_test)
    left = answers.errors()
    shares = np.arange(0, MOST + STEP / 2, STEP)
    found["refused"] = round(answers.refused_for(LIMIT), 5)
    found["curve"] = {
        "refused": np.round(shares, 2).tolist(),
        "error": np.round(left[np.rint(shares * len(left)).astype(int)], 5).tolist(),
    }
    order = np.argsort(answers.gap, kind="stable")
    found["gaps"] = np.round(answers.gap[order].astype(float), 3).tolist()
    found["wrong"] = np.flatnonzero(answers.wrong[order]).tolist()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; USPS by default")
    parser.add_argument("--keep", action="store_true", help="write data/measured/zip_code_rejection.json")
    chosen = parser.parse_args()
    data, _ = recipes.load(recipes.recipe("zip_code_1989"), chosen.data)
    found = measure(recipes.bundled("zip_code_1989"), data)
    for part in ("train", "test"):
        print(f"{part:5} loss / 2 {found[part]['loss']:.4f}   error {100 * found[part]['error']:.2f} %")
    print(f"refused for an error of {100 * LIMIT:.0f} % among the rest: {100 * found['refused']:.1f} %")
    if chosen.keep:
        keep("zip_code_rejection", found)


if __name__ == "__main__":
    main()
