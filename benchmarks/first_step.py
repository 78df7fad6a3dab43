"""How long a learner waits for the very first training step of a new process, with and without machine code on disk.

Called as `python -m benchmarks.first_step SIDE`, it is that process.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BATCH = 32  # what `fit` takes by default


def measure(repeats=3, pytorch=True):
    """{"cold": ..., "warm": ..., "PyTorch": ...}, each {"import": seconds, "step": seconds, "process": seconds}.

    cold : with an empty cache of machine code.  warm : with what that run left there; the quickest of `repeats`, and
    so for PyTorch.  step : making AlexNet-lite and training it on one batch; process : all, from the start of Python.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, NUMBA_CACHE_DIR=folder)
        found["cold"] = in_a_process("cnnlab", environment)
        found["warm"] = quickest("cnnlab", environment, repeats)
    if pytorch:
        found["PyTorch"] = quickest("PyTorch", None, repeats)
    return found


def quickest(side, environment, repeats):
    return min((in_a_process(side, environment) for _ in range(repeats)), key=lambda each: each["step"])


def in_a_process(side, environment):
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.first_step", side]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(done.stdout.splitlines()[-1]) | {"process": time.perf_counter() - start}


def ours():
    """(seconds for the import, seconds for the step) of cnnlab."""
    start = time.perf_counter()
    import numpy as np

    import cnnlab
    from cnnlab import models

    imported, x, y = time.perf_counter(), *batch(np)
    network, optimiser = models.alexnet_lite(), cnnlab.SGD(0.01, 0.9)
    network.loss_and_gradients(x, y, cnnlab.CrossEntropy())
    optimiser.step(network.parameters(), network.gradients())
    return imported - start, time.perf_counter() - imported


def theirs():
    """The same for PyTorch."""
    start = time.perf_counter()
    import numpy as np
    import torch

    imported, functional, x, y = time.perf_counter(), torch.nn.functional, *batch(np)
    network = same_in_pytorch(torch).to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(network.parameters(), 0.01, 0.9)
    x = torch.tensor(x.transpose(0, 3, 1, 2)).contiguous(memory_format=torch.channels_last)
    functional.cross_entropy(network((x - 0.5) * 4), torch.tensor(y)).backward()
    optimiser.step()
    return imported - start, time.perf_counter() - imported


def same_in_pytorch(torch):
    """AlexNet-lite, written down again: this process shall not load cnnlab.  The tests compare it with cnnlab's."""
    nn = torch.nn
    return nn.Sequential(
        *(nn.Conv2d(3, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)),
        *(nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)),
        *(nn.Conv2d(64, 96, 3, padding=1), nn.ReLU(), nn.Conv2d(96, 96, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(96, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten()),
        *(nn.Linear(576, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10)),
    )


def batch(np):
    rng = np.random.default_rng(0)
    return rng.uniform(0, 1, (BATCH, 32, 32, 3)).astype(np.float32), rng.integers(10, size=BATCH)


if __name__ == "__main__":
    found = {"cnnlab": ours, "PyTorch": theirs}[sys.argv[1]]()
    print(json.dumps(dict(zip(("import", "step"), found, strict=True))))
