"""The types of the package: they fit each other, and they catch what a user does wrong before it runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USE = """\
import numpy as np

import cnnlab as nn
from cnnlab import datasets, layers, ops

digits = datasets.digits(16)
first: list[layers.Layer] = [nn.Conv2D(8, 5, padding="same"), nn.ReLU(), nn.MaxPool2D((2, 2))]
network = nn.Network([*first, nn.Flatten(), nn.Dense(10)], (16, 16, 1))
sgd = nn.SGD(eta=0.1, momentum=0.9)
history = nn.fit(network, digits.x_train, digits.y_train, loss=nn.CrossEntropy(), optimiser=sgd, epochs=5)
says: str = str(network.summary())
best = network.predict(digits.x_test).argmax(axis=1)
e = ops.conv2d([[[[1.0]]]], np.ones((3, 3, 1, 1)), padding="full", stride=(1, 1)).mean(axis=0)

nn.Conv2D("eight", 5)  # wrong
nn.Conv2D(8, 5, padding="some")  # wrong
nn.Network(nn.ReLU(), (16, 16, 1))  # wrong
nn.SGD(eta="fast")  # wrong
ops.conv2d(e, e, stride="2")  # wrong
network.forwards(digits.x_test)  # wrong
"""


def mypy(*arguments):
    command = [sys.executable, "-m", "mypy", "--no-error-summary", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_types_of_the_package_fit_each_other():
    ran = mypy()
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_user_is_told_by_the_types_what_is_wrong(tmp_path):
    """Under mypy's strictest rules: whatever leaves the package untyped would be reported, too."""
    (tmp_path / "use.py").write_text(USE, encoding="utf-8")
    ran = mypy("--strict", "--follow-imports=silent", str(tmp_path / "use.py"))
    said = {int(line) for line in re.findall(r"use\.py:(\d+): error", ran.stdout)}
    wrong = {number for number, line in enumerate(USE.splitlines(), 1) if line.endswith("# wrong")}
    assert said == wrong, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["py.typed", "types.py"])
def test_the_package_says_that_it_is_typed(name):
    assert (ROOT / "cnnlab" / name).exists()
