"""Loops that LLVM leaves scalar on some processor are ten times slower there, and nobody sees it on another one: so the
machine code for processors of every width is looked at. Nothing of it is run.
"""

import json
import os
import subprocess
import sys

import pytest
from numba import config

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without the compiler there is no machine code")

# Packed and scalar arithmetic of single precision, and registers of each width, in the machine code of each loop.
COUNT = r"""
import json, re, sys
import numpy as np
from numba import typeof
from cnnlab.loops.kernels import pointwise, pooling
from cnnlab.loops.plan.operations import OP, Operation
from cnnlab.loops.plan.packing import add_chunks
from cnnlab.loops.plan.record import Images, Memory

row, plan, bytes_ = np.zeros(1, np.float32), np.zeros(1, OP), np.zeros(1, np.uint8)
g, maps, marks = np.zeros((1, 1), np.float32), np.zeros((1, 1, 1, 1), np.float32), np.zeros((1, 1, 1, 1), np.uint16)
memory = Memory(row, row, 0, row, g, row, bytes_, 0, 0, maps, np.zeros(1, np.int64))
given = plan[0], memory, row, Images(0, 0, 0, 0)
pair, loops = (2, 2), {}
for operation in Operation:
    for way in ("forward", "backward"):
        if getattr(operation.row, way) is not None and operation.name != "DENSE":  # its arithmetic is in the strips
            loops[f"{operation.name} {way}"] = getattr(operation.row, way), given
loops |= {
    "max_forward": (pooling.max_forward, (maps, pair, pair, True, maps, marks)),
    "max_backward": (pooling.max_backward, (maps, marks, pair, pair, maps)),
    "average_forward": (pooling.average_forward, (maps, pair, pair, maps)),
    "average_backward": (pooling.average_backward, (maps, pair, pair, maps)),
    "activate": (pointwise.activate, (0, 0.1, row, row)),
    "activate_back": (pointwise.activate_back, (0, 0.1, row, row, row)),
    "add_chunks": (add_chunks, (g, 0, row, 0, 0)),
}
arithmetic = r"\bv?(?:add|sub|mul|div|max|min|sqrt|fn?madd\d+|fmsub\d+|cmp\w*|and|andn){}\b"
found = {}
for name in sys.argv[1:] or loops:
    loop, arguments = loops[name]
    loop.compile(tuple(map(typeof, arguments)))
    (code,) = loop.inspect_asm().values()
    kinds = {"packed": arithmetic.format("ps"), "scalar": arithmetic.format("ss")}
    kinds |= {"xmm": "%xmm", "ymm": "%ymm", "zmm": "%zmm"}
    found[name] = {kind: len(re.findall(pattern, code)) for kind, pattern in kinds.items()}
print(json.dumps(found))
"""
QUICK = (
    "max_forward",
    "max_backward",
    "average_forward",
    "activate",
    "activate_back",
    "add_chunks",
    "RESPONSES forward",
)


def count(processor, folder, *names):
    """{loop: {"packed": ..., "scalar": ..., ...}} for LLVM's name of a processor."""
    environment = os.environ | {
        "NUMBA_CPU_NAME": processor,
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", COUNT, *names], env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(found, register):
    for name, kinds in found.items():
        assert kinds["packed"] >= 4, f"{name} computes number by number: {kinds}"
        assert kinds[register] > 0, f"{name} leaves the wide registers alone: {kinds}"


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have no such processor to compile for")
def test_a_processor_with_256_bits_gets_vectors_of_256_bits(tmp_path):
    check(count("haswell", tmp_path, *QUICK), "ymm")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have no such processor to compile for")
@pytest.mark.parametrize("processor, register", [("haswell", "ymm"), ("skylake-avx512", "ymm"), ("nehalem", "xmm")])
def test_every_loop_is_vector_code_on_every_processor(tmp_path, processor, register):
    check(count(processor, tmp_path), register)
