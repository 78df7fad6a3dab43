"""The same as a processor with 256-bit vectors: most computers have those, and what is quick with 512 may be slow.

In a process of its own, as numba and PyTorch ask only at their start what the processor can do. Both sides are limited.
Called as `python -m benchmarks.narrow full|quick PART ...`, it is that process.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BITS = 256
LIMITS = {
    "NUMBA_CPU_NAME": "haswell",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_CACHE_DIR": str(ROOT / ".cache" / "numba-256-bit"),
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
}
QUICK = ("pooling",)  # of the parts, in a quick run
PARTS = ("convolutions", "pooling", "steps", "predict")


def possible():
    """Whether this is a processor with wider vectors, of the kind that can be told to have narrower ones."""
    from cnnlab.loops.kernels import vectors

    return platform.machine() in ("x86_64", "AMD64") and vectors.VECTOR_BYTES * 8 > BITS


def measure(parts, quick=False):
    """{part: rows as its own module measures them, one thread}, as a processor with 256-bit vectors."""
    parts = [part for part in parts if part in (QUICK if quick else PARTS)]
    if not parts or not possible():
        return {}
    command = [sys.executable, "-m", "benchmarks.narrow", "quick" if quick else "full", *parts]
    environment = os.environ | LIMITS
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=3600)
    return json.loads(done.stdout.splitlines()[-1])


def in_this_process(quick, parts):
    """The rows of each part, measured here and now.

    ONNX Runtime is left out: nothing tells it which instructions to use.
    """
    from benchmarks import convolutions, fitting, pooling, predicting, sides, steps, timing
    from cnnlab.loops.kernels import vectors

    if vectors.VECTOR_BYTES * 8 != BITS:
        raise RuntimeError(f"this process must have {BITS}-bit vectors; it has {vectors.VECTOR_BYTES * 8}")
    effort = timing.QUICK if quick else timing.FULL
    sides.set_threads(1)
    measured = {
        "convolutions": lambda: convolutions.measure(effort, public=False),
        "pooling": lambda: pooling.measure(effort),
        "steps": lambda: steps.measure(effort) + fitting.measure(effort),
        "predict": lambda: predicting.measure(effort, runtime=False),
    }
    return {part: measured[part]() for part in parts}


def beside(rows, others, names):
    """Give each row, as "256-bit", the ratio to PyTorch's faster layout in the row of `others` with the same names."""
    from benchmarks.sides import best

    known = {tuple(row[name] for name in names): best(row["ratios"]) for row in others}
    for row in rows:
        place = tuple(row[name] for name in names)
        if place in known:
            row["256-bit"] = known[place]


if __name__ == "__main__":
    print(json.dumps(in_this_process(sys.argv[1] == "quick", sys.argv[2:])))
