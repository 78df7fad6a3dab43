"""Nothing outside of an array is read or written: operations whose memory lies between sentinels, or guard pages."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from anything.networks import random_network
from anything.operations import random_operation
from anything.surrounded import Sentinels, surrounded

from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.runtime.compiled import compiled

TOOL = Path(__file__).parents[2] / "tools" / "guard_pages.py"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pages are protected as Linux does it")


@pytest.mark.parametrize("some", range(4))
def test_operations_between_sentinels(some):
    with surrounded(Sentinels()) as memory:
        for seed in range(some, 60, 4):
            random_operation(seed, memory)
            memory.keeper.check()


@pytest.mark.parametrize("some", range(4))
def test_networks_between_sentinels_learn_and_give_what_their_layers_do(some):
    with surrounded(Sentinels()) as memory:
        for seed in range(some, 40, 4):
            random_network(seed, memory)
            memory.keeper.check()


@compiled
def one_more(source, target, count, like):
    """A loop that goes one number too far."""
    copy(address(source), address(target), count + 1, like)


@pytest.mark.parametrize("outside", ["source", "target"])
def test_sentinels_notice_one_number_too_many(outside):
    with surrounded(Sentinels()) as memory:
        source, target = memory.laid(np.ones(5, np.float32)), memory.laid(np.zeros(9, np.float32))
        if outside == "target":
            source, target = target, source
        one_more(source, target, 5, np.float32(0))
        assert np.isnan(target[5]) if outside == "source" else np.array_equal(target[:5], source[:5])
        if outside == "source":
            return
        with pytest.raises(AssertionError, match="written behind an array"):
            memory.keeper.check()


@LINUX
@pytest.mark.parametrize("side", ["behind", "before"])
def test_some_operations_between_guard_pages(side):
    done = subprocess.run([sys.executable, TOOL, "--operations", "40", "--side", side], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "40 operations" in done.stdout


@LINUX
def test_guard_pages_end_a_process_that_goes_one_number_too_far():
    done = subprocess.run([sys.executable, TOOL, "--operations", "1", "--too-far"], capture_output=True, text=True)
    assert done.returncode == 1 and "ended by signal 11" in done.stdout, done.stdout + done.stderr


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("side", ["behind", "before"])
@pytest.mark.parametrize("cpu", ["", "haswell", "nehalem"])
def test_all_operations_between_guard_pages(side, cpu):
    done = subprocess.run(
        [sys.executable, TOOL, "--operations", "10000", "--networks", "2000", "--side", side, "--cpu", cpu],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
