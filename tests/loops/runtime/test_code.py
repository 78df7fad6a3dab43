"""Machine code in files: it runs without numba, and what is in its way is found before it is run."""

import numpy as np
import pytest
from processes import run

from cnnlab import ops
from cnnlab.loops.runtime import code
from cnnlab.loops.runtime.arguments import described, in_words
from cnnlab.loops.runtime.compiled import DISABLED, compiled

SMALL = """
import ctypes, sys
import numpy as np
from cnnlab.loops.runtime import compiled

def half(number):
    return number / 2

@compiled.compiled
def added(a):
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i]
    return total

kinds = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double
call = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(compiled.compiled_at("d", half))
given, trouble = np.zeros(1), np.zeros(1)
call(given.ctypes.data, trouble.ctypes.data, 3.0)
print(added(np.arange(5.0)), given[0])
print(*(name for name in ("numba", "scipy") if name in sys.modules))
"""
PRODUCT = """
import sys
import numpy as np
from cnnlab import ops
print(ops.dense(np.arange(32.0).reshape(16, 2), np.arange(6.0).reshape(2, 3)).sum())
print(*(name for name in ("numba", "scipy") if name in sys.modules))
"""
OPEN = "import sys, cnnlab\nprint([name for name in ('numba', 'tqdm', 'matplotlib', 'scipy') if name in sys.modules])"
pytestmark = pytest.mark.skipif(DISABLED, reason="without machine code there is nothing to keep")


def test_importing_wakes_nobody_else():
    assert run(OPEN) == "[]"


def test_a_process_that_finds_machine_code_never_wakes_numba(tmp_path):
    first = run(SMALL, NUMBA_CACHE_DIR=str(tmp_path)).splitlines()
    assert first == ["10.0 1.5", "numba scipy"]
    kept = sorted(tmp_path.rglob("*.code"))
    assert len(kept) == 2, "a loop, and what is called by its address"
    assert run(SMALL, NUMBA_CACHE_DIR=str(tmp_path)).splitlines() == first[:1], "the same numbers, and nobody is awake"
    loop = next(path for path in kept if "added" in path.name)
    loop.write_bytes(loop.read_bytes()[:-9])  # a full disk; what else may happen to files: test_store.py
    assert run(SMALL, NUMBA_CACHE_DIR=str(tmp_path)).splitlines() == first


def test_a_product_that_is_found_wakes_nobody():
    found = ops.dense(np.arange(32.0).reshape(16, 2), np.arange(6.0).reshape(2, 3)).sum()  # it is kept now
    assert run(PRODUCT).splitlines() == [str(found)]


def test_a_function_that_the_system_lacks_is_named_before_anything_is_run():
    with pytest.raises(RuntimeError, match="loop needs no_such_function, which this system does not have"):
        code.address_of(code.Code(b"", "loop", "none", ["no_such_function"]))


def test_functions_of_libraries_are_found_in_the_text_of_a_module():
    text = """
declare i32 @numba_something(i8*)
declare <16 x float> @llvm.exp.v16f32(<16 x float>)
declare double @llvm.pow.f64(double, double) #1
declare void @llvm.assume(i1)
define i32 @own() {
"""
    assert code.needs(text) == ["expf", "numba_something", "pow"]


@compiled
def weighed(whole, real, short, yes, sides, maps, record):
    total = whole + real + short + sides[0] * sides[1][1]
    for i in range(maps.shape[0]):
        for j in range(maps.shape[1]):
            total += maps[i, j] * (i + 1)
    return total + record.depth if yes else -total


def test_arguments_of_every_kind_arrive():
    records = np.zeros(2, [("width", np.int64), ("depth", np.int64)])
    records[1]["depth"] = 1000
    maps = np.arange(24.0).reshape(4, 6)
    rows = np.arange(1.0, 5)
    for some in (maps, maps[::2, ::3], maps.T, maps[:, ::-1], maps[:0]):
        expected = 7 + 0.5 + 0.25 + 6 + (some.sum(axis=1) @ np.arange(1.0, len(some) + 1)) + 1000
        given = 7, 0.5, np.float32(0.25), True, (2, (9, 3)), some, records[1]
        assert weighed(*given) == pytest.approx(expected, rel=1e-12)
        assert weighed(np.int64(7), *given[1:3], np.bool_(False), *given[4:]) == pytest.approx(
            1000 - expected, rel=1e-12
        )
    assert len(rows) == 4
    with pytest.raises(TypeError, match="machine code takes arrays, records, tuples and numbers; got str"):
        weighed("7", 0.5, 0.25, True, (2, (9, 3)), maps, records[1])


def test_kinds_tell_apart_what_is_compiled_apart():
    maps = np.zeros((2, 3))
    locked = np.zeros((2, 3))
    locked.flags.writeable = False
    kinds = [described([array])[0] for array in (maps, locked, maps.T, maps[:, ::2], maps.astype("f4"), maps[0])]
    assert len(set(kinds)) == len(set(map(in_words, kinds))) == 6
    assert described([np.zeros((1, 3)), np.int64(3)])[0] == described([maps, 4])[0]


def test_loops_of_one_name_in_two_rooms_have_files_of_their_own():
    from cnnlab.loops.forward import convolution as forward
    from cnnlab.loops.plan import convolution as plan

    assert plan.convolve._file((int,)) != forward.convolve._file((int,))
    assert plan.convolve._file((int,)) == plan.convolve._file((int,)) != plan.convolve._file((float,))
