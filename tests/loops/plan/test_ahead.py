"""Compiling in two processes: the loops of the way back come from the other one; without it all is the same."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from numba import config
from processes import run_with_numba

import cnnlab as nn
from cnnlab.loops.kernels.strip import strip_for
from cnnlab.loops.plan import ahead
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.runtime.compiled import STORE
from cnnlab.network import executor

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code there is nothing to compile")

FIRST_STEP = """
import sys, warnings
warnings.simplefilter("error")
import numpy as np
import cnnlab as nn
from cnnlab.loops.plan import ahead
from cnnlab.loops.plan.operations import Operation

ahead.cores = lambda: {cores}
sys.executable = {python} or sys.executable
rng = np.random.default_rng(0)
network = nn.Network([nn.Flatten(), nn.Dense(2)], (20, 20, 3))
history = nn.fit(network, rng.random((600, 20, 20, 3), np.float32), np.arange(600) % 2, loss=nn.CrossEntropy(),
                 optimiser=nn.Adam(0.01), epochs=1, batch=600, progress=False)
print(Operation.DENSE.row.backward.found, Operation.DENSE.row.forward.found)
print(history["loss"][0])
"""


def first_step(folder, cores=2, python=None):
    """(whether the loop of the way back came from disk, that of the way forward, loss) of a process with that cache.

    A dense layer alone: what it is that is compiled does not matter here, and a convolution takes thrice as long.
    """
    code = FIRST_STEP.format(cores=cores, python=repr(python))
    status, output = run_with_numba(code, NUMBA_CACHE_DIR=str(folder))
    assert status == 0, output
    counts, loss = output.splitlines()
    back, forward = map(int, counts.split())
    return back, forward, float(loss)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """What the very first step gives where two processors compile, and the folder that has everything then.

    What both directions need, and other tests have had compiled, is there before: strips alone take two seconds.
    """
    folder = tmp_path_factory.mktemp("two")
    strip_for(np.float32)
    if STORE.place is not None:
        (folder / STORE.place.name).mkdir()
        for path in STORE.place.glob("*.code"):
            if path.name.startswith(("cover-", "packing.", "pointwise.load-", "walk.")):
                shutil.copy(path, folder / STORE.place.name)
    return first_step(folder), folder


@pytest.fixture
def no_way_back(two, tmp_path):
    """A folder that lacks the loops of the way back alone."""
    folder = shutil.copytree(two[1], tmp_path / "kept")
    loops = [operation.row.backward for operation in Operation if operation.row.backward is not None]
    names = {f"{loop.__module__.rpartition('.')[2]}.{loop.__name__}" for loop in loops}
    gone = [path for path in folder.rglob("*") if path.name.partition("-")[0] in names]
    assert sum(path.suffix == ".code" for path in gone) == 1, "the machine code of that loop"
    for path in gone:
        path.unlink()
    return folder


def test_the_way_back_is_compiled_by_a_second_process(two):
    (back, forward, _), folder = two
    assert back == 1, "it comes from the other process"
    assert forward == 0, "and the way forward from this one"
    assert first_step(folder)[:2] == (1, 1), "the next process finds everything on disk"


def test_one_processor_compiles_everything_itself(two, no_way_back):
    (_, _, loss), _ = two
    assert first_step(no_way_back, cores=1) == (0, 1, loss)


def test_without_a_second_process_this_one_compiles_everything(two, no_way_back):
    (_, _, loss), _ = two
    assert first_step(no_way_back, python=str(no_way_back / "no-python")) == (0, 1, loss)


def test_beside_a_convolution_a_dense_layer_is_compiled_here(monkeypatch):
    asked, here = [], []
    monkeypatch.setattr(ahead, "_asked", set())
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    monkeypatch.setattr(ahead, "_ask", lambda question: asked.append(question))
    for operation in Operation:
        if operation.row.backward is not None:
            monkeypatch.setattr(operation.row.backward, "kept", lambda *given: False)
    monkeypatch.setattr(Operation.DENSE.row.backward, "prepare", lambda *given: here.append(len(given)))
    for codes in ((Operation.CONVOLUTION, Operation.DENSE, Operation.LOAD), (Operation.DENSE, Operation.POOL)):
        with ahead.way_back(np.float32, codes):
            pass
    assert asked == [("float32", Operation.CONVOLUTION), ("float32", Operation.DENSE, Operation.POOL)]
    assert here == []  # nobody helps
    ahead._asked.clear()
    monkeypatch.setattr(ahead, "_ask", lambda question: SimpleNamespace(wait=lambda patience: here.append("waited")))
    with ahead.way_back(np.float32, (Operation.CONVOLUTION, Operation.DENSE)):
        assert here == []
    assert here == [4, "waited"]


def test_the_other_process_begins_before_the_plan_is_made(monkeypatch):
    """The strips, which a plan needs, take a second to compile."""
    asked, begun = [], []
    monkeypatch.setattr(ahead, "begin", lambda dtype, codes: asked.append((np.dtype(dtype), codes)))

    class Refused(Exception):
        pass

    def plan(*given):
        begun.extend(asked)
        raise Refused

    monkeypatch.setattr(executor, "Plan", plan)
    network = nn.Network([nn.Conv2D(2, 3), nn.Flatten(), nn.Dense(3)], (5, 5, 1), rng=0)
    with pytest.raises(Refused):
        executor.Executor(network, None, 4)
    assert begun == [(np.dtype(np.float32), [Operation.CONVOLUTION, Operation.DENSE])]
