"""What a network keeps in memory when nothing runs: its weights that are not zero, and little else."""

import sys

import numpy as np
import pytest
from numba import config
from processes import run

from cnnlab import layers as L
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network, core
from cnnlab.network.parameters import FlatParameters
from cnnlab.optimisers import SGD
from cnnlab.training import fit

compiled = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without the compiler there are no plans")
measured = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read where Linux tells it")

HELD = """
import os
from pathlib import Path

def held():
    "Megabytes that this process holds in memory."
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
"""

LOOKED_AT = """
from cnnlab import models
before = held()
network = models.alexnet_2012(initialiser="zeros")
print(network.summary())
print(held() - before)
"""

TRAINED = """
import numpy as np
from cnnlab import CrossEntropy, Network, layers
from cnnlab.optimisers import SGD
from cnnlab.training import fit
x, y = np.zeros((256, 34, 34, 1), np.float32), np.zeros(256, int)
network = Network([layers.Conv2D(32, 3), layers.Flatten(), layers.Dense(2)], (34, 34, 1))

def train(samples, batch):
    fit(network, x[:samples], y[:samples], loss=CrossEntropy(), optimiser=SGD(0.01), epochs=1, batch=batch)

train(128, 128)
before = held()
train(256, 256)  # a plan of 100 MB
print(held() - before)
"""


@measured
def test_zeros_that_nobody_changed_take_no_memory():
    """244 MB of them: a network is made to look at its shapes."""
    assert float(run(HELD + LOOKED_AT).splitlines()[-1]) < 60


@compiled
@measured
def test_the_memory_of_training_goes_back_when_it_ends():
    assert float(run(HELD + TRAINED).splitlines()[-1]) < 40


@compiled
def test_a_small_plan_is_kept_and_a_large_one_made_anew_with_the_same_bits(monkeypatch, rng):
    x, y = rng.standard_normal((60, 9, 9, 1), np.float32), rng.integers(0, 2, 60)
    found = []
    for most in (0, 10**9):
        monkeypatch.setattr(core, "LARGE", most)
        network = Network([L.Conv2D(6, 3), L.ReLU(), L.Dropout(0.2), L.Flatten(), L.Dense(2)], (9, 9, 1))
        for _ in range(2):
            fit(network, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=2, batch=20)
            assert (network._executor is not None) == (most > 0)
        found.append(network.weights())
    for name, array in found[0].items():
        np.testing.assert_array_equal(array, found[1][name])


def test_all_bits_of_parameters_are_kept():
    network = Network([L.Dense(3), L.Dense(2)], (2,))
    first, second = (layer.parameters["w"] for layer in network)
    first[...], second[...] = -0.0, np.float32(1e-45)
    for layer in network:
        layer.parameters["w"] = layer.parameters["w"].copy()
    FlatParameters(network.layers, network.dtype)
    assert np.signbit(network[0].parameters["w"]).all()
    assert (network[1].parameters["w"] == np.float32(1e-45)).all()
