"""Compiling in two processes: the loops of the way back come from the other one; without it all is the same."""

import os
import subprocess
import sys

import pytest
from numba import config

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code there is nothing to compile")

FIRST_STEP = """
import sys
import numpy as np
import cnnlab as nn
from cnnlab.loops.plan import ahead
from cnnlab.loops.plan.operations import Operation

ahead.cores = lambda: {cores}
sys.executable = {python} or sys.executable
rng = np.random.default_rng(0)
layers = [nn.Conv2D(3, 3), nn.ReLU(), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(2)]
network = nn.Network(layers, (20, 20, 3))
history = nn.fit(network, rng.random((600, 20, 20, 3), np.float32), np.arange(600) % 2, loss=nn.CrossEntropy(),
                 optimiser=nn.Adam(0.01), epochs=1, batch=600, progress=False)
back = [operation.row.backward for operation in (Operation.CONVOLUTION, Operation.DENSE)]
there = Operation.CONVOLUTION.row.forward
print(*(sum(loop.stats.cache_hits.values()) for loop in back), sum(there.stats.cache_hits.values()))
print(history["loss"][0])
"""


def first_step(folder, cores=2, python=None):
    """(loops of the way back that came from disk, those of the way forward, loss) of a process with an empty cache."""
    code = FIRST_STEP.format(cores=cores, python=repr(python))
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    counts, loss = done.stdout.splitlines()
    *back, forward = map(int, counts.split())
    return sum(back), forward, float(loss)


def test_the_way_back_is_compiled_by_a_second_process(tmp_path):
    back, forward, loss = first_step(tmp_path / "two")
    assert back == 2, "both loops come from the other process"
    assert forward == 0, "and the way forward from this one"
    assert first_step(tmp_path / "two")[:2] == (2, 1), "the next process finds everything on disk"
    assert first_step(tmp_path / "one", cores=1) == (0, 0, loss)


def test_without_a_second_process_this_one_compiles_everything(tmp_path):
    back, _, loss = first_step(tmp_path / "missing", python=str(tmp_path / "no-python"))
    assert back == 0 and loss > 0
