"""The types of the package: they fit each other, and they catch what a user does wrong before it runs.

mypy reads the package and its use in one go, for it takes long: what numpy's operators give takes most of it.
"""

import os
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
STRICT = """
[[tool.mypy.overrides]]
module = ["use"]
check_untyped_defs = true
disallow_any_generics = true
disallow_incomplete_defs = true
disallow_subclassing_any = true
disallow_untyped_calls = true
disallow_untyped_decorators = true
extra_checks = true
strict_equality = true
warn_return_any = true
"""  # with the rules of pyproject.toml: all that mypy --strict asks

MYPY = """
import gc
gc.disable()
gc.enable = lambda: None
from mypy.__main__ import console_entry
console_entry()
"""  # what mypy makes stays to the end: a tenth of its time goes into looking for garbage


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What mypy says: (of the package, of its use), two lists of lines."""
    folder = tmp_path_factory.mktemp("types")
    rules, use = folder / "mypy.toml", folder / "use.py"
    rules.write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8") + STRICT, encoding="utf-8")
    use.write_text(USE, encoding="utf-8")
    once = ["--cache-dir", os.devnull] if os.environ.get("CI") else []  # nobody comes back to what is written there
    command = [sys.executable, "-c", MYPY, "--no-error-summary", *once, "--config-file", rules, "cnnlab", use]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1 and not ran.stderr, ran.stdout + ran.stderr
    lines = ran.stdout.splitlines()
    of_use = [line for line in lines if "use.py:" in line]
    return [line for line in lines if line not in of_use], of_use


def test_the_types_of_the_package_fit_each_other(said):
    package, _ = said
    assert package == []


def test_a_user_is_told_by_the_types_what_is_wrong(said):
    """Under mypy's strictest rules: whatever leaves the package untyped would be reported, too."""
    _, use = said
    told = {int(line) for line in re.findall(r"use\.py:(\d+): error", "\n".join(use))}
    wrong = {number for number, line in enumerate(USE.splitlines(), 1) if line.endswith("# wrong")}
    assert told == wrong, use


@pytest.mark.parametrize("name", ["py.typed", "types.py"])
def test_the_package_says_that_it_is_typed(name):
    assert (ROOT / "cnnlab" / name).exists()
