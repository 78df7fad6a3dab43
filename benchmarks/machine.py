"""Where and with what a measurement was made."""

import datetime
import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.sides import cores
from cnnlab.loops.kernels import vectors


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


class Others:
    """How many cores something else kept busy since this was made: other programs, or other guests of the same host."""

    def __init__(self):
        self.before = self._now()

    def cores(self):
        """Cores in use by others, on average; None where the system does not tell (it does on Linux)."""
        now = self._now()
        if now is None or self.before is None or now[2] <= self.before[2]:
            return None
        busy, mine, passed = (a - b for a, b in zip(now, self.before, strict=True))
        return max(0.0, (busy - mine) / passed)

    @staticmethod
    def _now():
        """(seconds that all cores were busy, of them with this process and its children, time), or None."""
        try:
            with open("/proc/stat", encoding="ascii") as file:
                ticks = [int(word) for word in file.readline().split()[1:9]]
        except (OSError, ValueError):
            return None
        user, nice, system, _, _, hard, soft, steal = ticks
        busy = (user + nice + system + hard + soft + steal) / os.sysconf("SC_CLK_TCK")
        return busy, sum(os.times()[:4]), time.perf_counter()


def describe():
    """Machine, versions and date as plain data."""
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "vector_bits": 8 * vectors.VECTOR_BYTES,
        "load_before": load(),
        "python": platform.python_version(),
        "versions": {name: installed(name) for name in ("cnnlab", "numpy", "numba", "llvmlite", "torch")},
    }
