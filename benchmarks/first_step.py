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

from benchmarks.without import without

ROOT = Path(__file__).parents[1]
BATCH = 32  # what `fit` takes by default


def measure(repeats=3, pytorch=True):
    """{"cold": ..., "warm": ..., "PyTorch": ...}, each {"import": seconds, "step": seconds, "process": seconds}.

    cold : with an empty cache of machine code.  warm : with what that run left there; the quickest of `repeats`, and
    so for PyTorch.  step : making AlexNet-lite and training it on one batch; process : all, from the start of Python.
    Python keeps its bytecode, as it does when a package is installed; some containers switch that off.  cnnlab goes
    without SciPy, which only tests need, and of which numba would make use.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, PYTHONPYCACHEPREFIX=f"{folder}/bytecode", NUMBA_CACHE_DIR=f"{folder}/first")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        Path(folder, "sitecustomize.py").write_text(without("scipy"))
        alone = dict(environment, PYTHONPATH=os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")])))
        in_a_process("numba", alone)
        found["cold"] = in_a_process("cnnlab", alone)
        found["warm"] = quickest("cnnlab", alone, repeats)
        if pytorch:
            in_a_process("PyTorch", environment)
            found["PyTorch"] = quickest("PyTorch", environment, repeats)
    return found


def quickest(side, environment, repeats):
    return min((in_a_process(side, environment) for _ in range(repeats)), key=lambda each: each["step"])


def in_a_process(side, environment):
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.first_step", side]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=600)
    passed = time.perf_counter() - start
    imported, step, *aside = json.loads(done.stdout.splitlines()[-1])
    return {"import": imported, "step": step, "process": passed - sum(aside)}


def ours():
    """(seconds for the import, seconds for the step) of cnnlab."""
    start = time.perf_counter()
    import numpy as np

    import cnnlab
    from cnnlab import models

    imported, x, y = time.perf_counter(), *batch(np)
    network, optimiser = models.alexnet_lite(), cnnlab.SGD(0.01, 0.9)
    network.loss_and_gradients(x, y, cnnlab.CrossEntropy())
    optimiser.step(network.parameters, network.gradients)
    return imported - start, time.perf_counter() - imported


def numba_alone():
    """numba compiles something that is not ours: Python then has the bytecode of all of it."""
    import numba

    numba.njit(lambda a: a + 1)(1)
    return 0, 0


def theirs():
    """The same for PyTorch, and the seconds aside that went into loading cnnlab, which knows the network."""
    start = time.perf_counter()
    import numpy as np
    import torch

    imported = time.perf_counter()
    from benchmarks import networks
    from cnnlab import models

    example = models.alexnet_lite()
    aside, (x, y) = time.perf_counter() - imported, batch(np)
    network = networks.to_pytorch(example, torch).to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(network.parameters(), 0.01, 0.9)
    x = networks.images_of(x, torch, torch.channels_last)
    torch.nn.functional.cross_entropy(network(x), torch.tensor(y)).backward()
    optimiser.step()
    return imported - start, time.perf_counter() - imported - aside, aside


def batch(np):
    rng = np.random.default_rng(0)
    return rng.uniform(0, 1, (BATCH, 32, 32, 3)).astype(np.float32), rng.integers(10, size=BATCH)


if __name__ == "__main__":
    print(json.dumps({"cnnlab": ours, "PyTorch": theirs, "numba": numba_alone}[sys.argv[1]]()))
