"""Loops that LLVM leaves scalar on some processor are ten times slower there, and nobody sees it on another one: so the
machine code for processors of every width is looked at. Nothing of it is run.

What stays number by number, and why: `tanh_of` and `sigmoid_of` in float64, and `inverse_power` with another power than
the paper's, call the mathematical library; the losses of `descend` go through a handful of outputs in their order.
"""

import json
import os
import subprocess
import sys

import pytest
from loops.plan import machine_code
from numba import config

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without the compiler there is no machine code")

QUICK = (
    "max_forward",
    "max_backward",
    "average_forward",
    "activate",
    "activate_back",
    "add_chunks",
    "add_four",
    "RESPONSES forward",
)


def count(processor, folder, *names):
    """{loop: {"packed": ..., "scalar": ..., ...}} for LLVM's name of a processor."""
    path = os.pathsep.join(filter(None, sys.path))
    environment = os.environ | {
        "PYTHONPATH": path,
        "NUMBA_CPU_NAME": "nehalem" if processor in machine_code.ARM else processor,  # as wide as those
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, machine_code.__file__, processor, *names],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(found, register):
    for name, kinds in found.items():
        least = 2 if register in ("xmm", "neon") else 4  # LLVM has two vectors of 128 bits in work, four of others
        assert kinds["packed"] >= least, f"{name} computes number by number: {kinds}"
        wide = kinds[register] + (kinds["zmm"] if register == "ymm" else 0)  # wider ones are as good
        assert wide > 0, f"{name} leaves the wide registers alone: {kinds}"


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have no such processor to compile for")
def test_a_processor_with_256_bits_gets_vectors_of_256_bits(tmp_path):
    found = count("haswell", tmp_path, *QUICK)
    check(found, "ymm")
    for name in ("max_forward", "max_backward"):  # fewer maps than a vector holds are not taken one by one
        assert found[name]["packed in xmm"] >= 2, found[name]


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have no such processor to compile for")
def test_an_arm_processor_gets_vectors(tmp_path):
    check(count("cortex-a72", tmp_path, "activate", "add_chunks"), "neon")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have no such processor to compile for")
@pytest.mark.parametrize(
    "processor, register",
    [("haswell", "ymm"), ("skylake-avx512", "ymm"), ("nehalem", "xmm"), ("cortex-a72", "neon"), ("apple-m1", "neon")],
)
def test_every_loop_is_vector_code_on_every_processor(tmp_path, processor, register):
    check(count(processor, tmp_path), register)
