"""Functions that workers run in the tests of sweeps: those of a test file, loaded by its path, nobody could import."""

import os
import time
from pathlib import Path

import numpy as np


def product(seed, eta=1.0):
    """Something that depends on both, and a trace of having been done, where a folder is named."""
    if folder := os.environ.get("TRACES"):
        Path(folder, f"{seed}-{eta}-{os.getpid()}-{time.monotonic_ns()}").touch()
    return {"error": seed * eta, "threads": _threads()}


def picky(seed, eta):
    """It cannot do everything."""
    if seed == 1 and eta > 1:
        raise ValueError("too large\x1b[2J")
    return product(seed, eta)


def curve(seed, epochs, eta):
    """A number for each epoch."""
    row = seed * np.float32(eta) / np.arange(1, epochs + 1)
    return {"curve": row, "last": row[-1]}


def words(seed):
    """What is no number."""
    return {"error": "much"}


def deadly(seed):
    """It takes its worker along."""
    if seed == 1:
        os._exit(7)
    return {"error": 0.0}


def _threads():
    from cnnlab import loops

    return loops.threads()


def slow(seed):
    """Long enough to be stopped."""
    time.sleep(0.3)
    return {"error": float(seed)}
