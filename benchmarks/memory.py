"""Peak memory of a training step: each side in a process of its own, its high-water mark above where it began.

Called as `python -m benchmarks.memory SIDE BATCH`, it is that process.
"""

import gc
import json
import subprocess
import sys
from pathlib import Path

from benchmarks import sides
from benchmarks.sides import FIRST, LAST, OURS

NAMES = OURS, LAST, FIRST
ROOT = Path(__file__).parents[1]
MEGABYTE = 1e6
STEPS = 3  # the first one takes the memory, the others show that they need no more


def measure(names=NAMES, batch=128):
    """{side: {"step": MB above the start, "process": MB of the whole process}} for AlexNet-lite."""
    if sides.pytorch() is None:
        names = (OURS,)
    return {name: in_a_process(name, batch) for name in names}


def in_a_process(side, batch):
    command = [sys.executable, "-m", "benchmarks.memory", side, str(batch)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


def one_side(side, batch):
    """Train a little with one side only, in this process -> what `measure` tells of it."""
    from benchmarks import steps

    torch = None if side == OURS else sides.pytorch()
    case = steps.case("alexnet_lite_step")

    def trainer(samples):
        network = case.make(rng=0)
        x, y = case.data(network)
        x, y = x[:samples].copy(), y[:samples].copy()
        if torch is None:
            return steps.ours(network, case, x, y)
        return steps.theirs(network, case, x, y, torch, sides.layouts(torch)[side])

    sides.set_threads(1, torch is not None)
    trainer(2)()  # machine code and libraries are loaded now; they are not memory of the step
    gc.collect()
    before = forget_the_peak()
    train = trainer(batch)  # with the network, its batch and all that descent remembers
    for _ in range(STEPS):
        train()
    peak = high_water()
    return {"step": (peak - before) / MEGABYTE, "process": peak / MEGABYTE}


def status(name):
    """A line of Linux's /proc/self/status in bytes, or None."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def high_water():
    """The most memory that this process ever had, in bytes (since `forget_the_peak`, on Linux)."""
    mark = status("VmHWM")
    if mark is not None:
        return mark
    try:
        import resource
    except ImportError:
        return windows_peak()
    mark = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return mark if sys.platform == "darwin" else mark * 1024


def forget_the_peak():
    """-> the memory in use now; on Linux the high-water mark begins anew, elsewhere it is what was most so far."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return high_water()
    return status("VmRSS")


def windows_peak():
    """PeakWorkingSetSize of this process."""
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = [("size", wintypes.DWORD), ("faults", wintypes.DWORD), ("peak", ctypes.c_size_t)] + [
            (f"other{i}", ctypes.c_size_t) for i in range(7)
        ]

    counters = Counters()
    counters.size = ctypes.sizeof(counters)
    kernel = ctypes.windll.kernel32
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size)
    return counters.peak


if __name__ == "__main__":
    print(json.dumps(one_side(sys.argv[1], int(sys.argv[2]))))
