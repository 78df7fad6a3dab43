"""Where and with what a measurement was made."""

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.sides import cores
from cnnlab.loops import tile


def processor():
    """The processor's name as the operating system gives it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def installed(name):
    """Its version, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def load():
    """How many processes wanted a core in the last minute, on average; None where that is not known."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def describe():
    """Machine, versions and date as plain data."""
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "vector_bits": 8 * tile.VECTOR_BYTES,
        "load_before": load(),
        "python": platform.python_version(),
        "versions": {name: installed(name) for name in ("cnnlab", "numpy", "numba", "llvmlite", "torch")},
    }
