"""Machine code: where it is kept, and when it is made."""

import gc
from types import SimpleNamespace

import pytest
from processes import run, run_with_numba

from cnnlab.loops.runtime import compiled, folder, whole

SMALL = """
import numpy as np
from cnnlab import ops
h, w = np.arange(50.0).reshape(1, 5, 5, 2), np.arange(36.0).reshape(3, 3, 2, 2) % 5
e = ops.conv2d(h, w, padding="same", stride=2)
dh = ops.conv2d_input_gradient(e, w, h.shape, padding="same", stride=2)
dw = ops.conv2d_weight_gradient(e, h, w.shape, padding="same", stride=2)
print(e.sum(), dh.sum(), dw.sum(), ops.max_pool2d(e)[0].sum(), ops.dense(h.reshape(2, 25), h.reshape(25, 2)).sum())
"""

WHERE = "from cnnlab.loops.runtime import compiled; print(compiled.STORE.place)"


def test_machine_code_is_kept_under_a_hash_of_the_sources(tmp_path):
    assert run(WHERE, XDG_CACHE_HOME=str(tmp_path), NUMBA_CACHE_DIR=None, NUMBA_DISABLE_JIT=None) == str(
        tmp_path / "cnnlab" / folder.stamp()
    )
    assert run(WHERE, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None) == str(tmp_path / folder.stamp())


def test_nothing_is_compiled_by_importing(tmp_path):
    run("import cnnlab, cnnlab.ops, cnnlab.layers", NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_folder_that_cannot_be_written_is_passed_over(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    found = run(WHERE, XDG_CACHE_HOME=str(blocked), NUMBA_CACHE_DIR=None, TMPDIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    assert found.startswith(str(tmp_path / "cnnlab-"))
    nowhere = run(WHERE, XDG_CACHE_HOME=str(blocked), NUMBA_CACHE_DIR=str(blocked), NUMBA_DISABLE_JIT=None)
    assert nowhere == "None"


def test_without_a_home_it_still_runs(tmp_path):
    output = run(
        SMALL, HOME=None, XDG_CACHE_HOME=None, NUMBA_CACHE_DIR=None, TMPDIR=str(tmp_path), NUMBA_DISABLE_JIT="1"
    )
    assert output == run(SMALL, NUMBA_DISABLE_JIT="1")


PARTS = """
import threading
import numba, numpy as np
from numba.core import codegen
from cnnlab.loops.runtime import compiled as compilation

made, finalize = [], codegen.JITCodeLibrary._finalize_specific
codegen.JITCodeLibrary._finalize_specific = lambda library: made.append(library.name) or finalize(library)

@numba.njit
def theirs(a):
    return np.sum(np.abs(a)) + 1

@compilation.compiled_inside
def twice(value):
    return 2 * value

@compilation.compiled
def ours(a, b):
    total = 0.0
    for i in range(a.shape[0]):
        total += twice(a[i]) + np.abs(b[i])
    return total

a = np.arange(5.0)
assert ours(a, a) == 30 and not made, made
thread = threading.Thread(target=theirs, args=(np.arange(5.0, dtype=np.float32),))
thread.start()
assert ours(a, np.arange(5)) == 30 and ours(np.arange(5), a) == 30
thread.join()
assert theirs(a) == 11 and "twice" not in made and "ours" not in made and "theirs" in made, made
"""


@pytest.mark.skipif(compiled.DISABLED, reason="nothing is compiled")
def test_only_the_whole_of_a_loop_becomes_machine_code_and_what_others_compile_does_as_before(tmp_path):
    status, said = run_with_numba(PARTS, NUMBA_CACHE_DIR=str(tmp_path))
    assert status == 0, said


@pytest.mark.skipif(compiled.DISABLED, reason="nothing is compiled")
def test_a_numba_that_has_other_passes_goes_its_own_way(monkeypatch):
    from numba.core.compiler import Compiler, CompilerBase

    try:
        whole.passes.cache_clear()
        ours = whole.passes()
        assert issubclass(ours, CompilerBase) and ours is not Compiler
        monkeypatch.setattr(whole, "untyped", SimpleNamespace())
        whole.passes.cache_clear()
        assert whole.passes() is Compiler
    finally:
        whole.passes.cache_clear()


@pytest.mark.skipif(compiled.DISABLED, reason="nothing is compiled")
@pytest.mark.parametrize("before", [True, False])
def test_nobody_looks_for_garbage_while_a_loop_is_compiled(before):
    looked_for = gc.isenabled()
    (gc.enable if before else gc.disable)()
    try:
        with pytest.raises(KeyError), whole.in_parts():
            assert not gc.isenabled()
            raise KeyError
        assert gc.isenabled() is before
    finally:
        (gc.enable if looked_for else gc.disable)()
