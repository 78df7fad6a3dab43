"""The jitted floor: tiles and strips of every size, the same bits for any number of threads, machine code in its
place.
"""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from numba import config

from cnnlab import loops
from cnnlab.loops.kernels import convolution, image, strip, tile, vectors
from cnnlab.loops.runtime import compiled, team, workspace

DTYPES = (np.float32, np.float64)
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-13}


@pytest.fixture
def restore_threads():
    before = loops.threads()
    yield
    loops.set_threads(before)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("columns", [1, 3, 8, 16, 17, 32, 33, 70])
@pytest.mark.parametrize("rows", [1, 2, 4, 5, 7, 8, 9, 13, 16])
def test_a_product_of_any_size_is_the_product(rng, dtype, rows, columns):
    a, b = rng.standard_normal((rows, 19)).astype(dtype), rng.standard_normal((19, columns)).astype(dtype)
    start, c = rng.standard_normal(columns).astype(dtype), np.full((rows, columns), np.nan, dtype)
    convolution.product(a, b, c, start)
    assert np.allclose(c, a @ b + start, rtol=0, atol=20 * TOLERANCE[dtype])
    convolution.product(a, b, c, start, floor=0)
    assert np.allclose(c, np.maximum(a @ b + start, 0), rtol=0, atol=20 * TOLERANCE[dtype])


@pytest.mark.parametrize("view", [lambda a: a.T, lambda a: a[::-1], lambda a: a[::2, ::3], lambda a: a[:, ::-1].T])
def test_a_product_takes_views(rng, view):
    a = view(rng.standard_normal((12, 15)))
    b = rng.standard_normal((a.shape[1], 6))
    c = np.empty((len(a), 6))
    convolution.product(a, b, c)
    assert np.allclose(c, a @ b, atol=1e-13)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_strip_writes_into_its_own_columns_only(rng, dtype):
    wide = vectors.lanes(dtype)
    for columns in (1, wide - 1, wide, wide + 1, 2 * wide):
        a, b = rng.standard_normal((11, 5)).astype(dtype), rng.standard_normal((5, columns)).astype(dtype)
        packed, room = strip.panels(b, wide), np.empty(vectors.ROWS * 2 * wide, dtype)
        c = np.zeros((11, columns + 3), dtype)
        start = np.zeros(2 * wide, dtype)
        compiled.compiled(strip.cover)(
            a.ctypes.data, 5, 0, 0, 1, packed.ctypes.data, 0, 2 * wide, c.ctypes.data, columns + 3, 0,
            start.ctypes.data, 0, 1, 0, 1, 0, 5, dtype(-np.inf), 11, 11, columns, wide, room.ctypes.data, 0,
        )  # fmt: skip
        assert np.allclose(c[:, :columns], a @ b, atol=20 * TOLERANCE[dtype]) and (c[:, columns:] == 0).all()


def test_not_a_number_goes_through_as_it_should(rng):
    a, b = rng.standard_normal((9, 4)), rng.standard_normal((4, 3))
    a[5, 1] = np.nan
    c = np.empty((9, 3))
    convolution.product(a, b, c, floor=0)
    assert np.isnan(c[5]).all() and np.isfinite(np.delete(c, 5, axis=0)).all()


@pytest.mark.parametrize("filled", [None, (1, 6, 1, 6)])
def test_pieces_of_a_long_sum_add_up(rng, filled):
    width = tile.VECTORS * vectors.VECTOR_BYTES  # bytes of weights for each term of the sum
    channels, outputs = 3 * image.NEAR // (9 * width) + 50, 20  # enough for more than three pieces, on any processor
    h, w = np.zeros((1, 7, 7, channels)), rng.standard_normal((3, 3, channels, outputs))
    h[:, 1:6, 1:6] = rng.standard_normal((1, 5, 5, channels))
    b, e = rng.standard_normal(outputs), np.empty((1, 5, 5, outputs))
    convolution.forward(h, w, b, (1, 1), e, floor=0, filled=filled)
    windows = np.lib.stride_tricks.sliding_window_view(h, (3, 3), axis=(1, 2))
    expected = np.einsum("nmkcpq,pqcd->nmkd", windows, w[::-1, ::-1]) + b
    assert np.allclose(e, np.maximum(expected, 0), atol=1e-10)


def test_the_same_bits_for_1_2_and_4_threads(rng, restore_threads):
    h, w = (
        rng.standard_normal((13, 18, 18, 16)).astype(np.float32),
        rng.standard_normal((3, 3, 16, 40)).astype(np.float32),
    )
    de = rng.standard_normal((13, 16, 16, 40)).astype(np.float32)
    assert de.size * 9 * 16 > team.ENOUGH, "there must be enough work for several threads"

    def everything(count):
        assert loops.set_threads(count) == count == loops.threads()
        e, dh, dw = np.empty_like(de), np.empty_like(h), np.empty_like(w)
        convolution.forward(h, w, np.ones(40, np.float32), (1, 1), e)
        convolution.input_gradient(de, w, (1, 1), (0, 0), dh)
        convolution.weight_gradient(h, de, (1, 1), dw)
        return e, dh, dw

    one = everything(1)
    for count in (2, 4):
        assert all(np.array_equal(a, b) for a, b in zip(one, everything(count), strict=True))


def test_chunks_depend_on_the_samples_alone():
    for samples in (1, 3, 8, 13, 100):
        parts = team.chunks(samples)
        assert len(parts) == min(8, samples) and parts[0][0] == 0 and parts[-1][1] == samples
        assert all(one[1] == two[0] for one, two in pairwise(parts))
    with pytest.raises(ValueError, match="count must be a whole number of threads"):
        loops.set_threads(0)


def test_an_error_in_a_thread_is_not_lost(restore_threads):
    loops.set_threads(2)
    with pytest.raises(ZeroDivisionError):
        team.run(lambda i: 1 / (i - 3), 5, 1e9)


def test_workspace_is_the_same_memory_and_forgets_the_oldest():
    first = workspace.workspace("test", (3, 4), np.float32)
    first[...] = 7
    assert workspace.workspace("test", (3, 4), np.float32) is first
    assert workspace.workspace("test", (3, 4), np.float64) is not first
    for i in range(workspace.MOST):
        workspace.workspace("test", (i,), np.int8)
    assert workspace.workspace("test", (3, 4), np.float32).sum() == 0


def run(code, **environment):
    """The output of a fresh Python with this environment (None removes a variable)."""
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SMALL = """
import numpy as np
from cnnlab import ops
h, w = np.arange(50.0).reshape(1, 5, 5, 2), np.arange(36.0).reshape(3, 3, 2, 2) % 5
e = ops.conv2d(h, w, padding="same", stride=2)
dh = ops.conv2d_input_gradient(e, w, h.shape, padding="same", stride=2)
dw = ops.conv2d_weight_gradient(e, h, w.shape, padding="same", stride=2)
print(e.sum(), dh.sum(), dw.sum(), ops.max_pool2d(e)[0].sum(), ops.dense(h.reshape(2, 25), h.reshape(25, 2)).sum())
"""


def test_without_the_compiler_the_twins_give_the_same_numbers():
    assert run(SMALL, NUMBA_DISABLE_JIT="1") == run(SMALL, NUMBA_DISABLE_JIT=None)


WIDE = """
import numpy as np
from cnnlab import ops

def whole(*shape):
    return np.arange(float(np.prod(shape))).reshape(shape) % 7 - 3

def told(a):
    return (a * (np.arange(a.size).reshape(a.shape) % 11)).sum()

h, w = whole(2, 9, 10, 5), whole(3, 3, 5, 77)
e = ops.conv2d(h, w, padding="same")
print(told(e), told(ops.conv2d_input_gradient(e, w, h.shape, padding="same")))
print(told(ops.conv2d_weight_gradient(e, h, w.shape, padding="same")), told(ops.dense(whole(23, 50), whole(50, 61))))
"""
OTHER = """
import llvmlite.binding as llvm
real = llvm.get_host_cpu_features
class Features(dict):
    flatten = real().flatten
llvm.get_host_cpu_features = lambda: Features({features})
from cnnlab.loops.kernels import tile, vectors
llvm.get_host_cpu_features = real
assert (vectors.VECTOR_BYTES, *tile.SIZES) == {sizes}
"""


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without the compiler there are no vectors")
@pytest.mark.parametrize("features, sizes", [
    ({"avx512f": True}, (64, 8, 7, 6, 4, 1)), ({"avx2": True, "fma": True}, (32, 6, 5, 4, 4, 1)),
    ({"neon": True}, (16, 8, 7, 6, 4, 1)), ({}, (16, 6, 5, 4, 4, 1)),
])  # fmt: skip
def test_tiles_of_every_kind_of_processor_give_the_same_numbers(tmp_path, features, sizes):
    """The compiler splits, or leaves half empty, vectors that this processor does not have."""
    code = OTHER.format(features=features, sizes=sizes) + WIDE
    assert run(code, NUMBA_CACHE_DIR=str(tmp_path)) == run(WIDE, NUMBA_DISABLE_JIT="1")


WHERE = "from cnnlab.loops.runtime import compiled; print(compiled.CACHE)"


def test_machine_code_is_kept_under_a_hash_of_the_sources(tmp_path):
    assert run(WHERE, XDG_CACHE_HOME=str(tmp_path), NUMBA_CACHE_DIR=None, NUMBA_DISABLE_JIT=None) == str(
        tmp_path / "cnnlab" / compiled.stamp()
    )
    assert run(WHERE, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None) == str(tmp_path / compiled.stamp())


def test_nothing_is_compiled_by_importing(tmp_path):
    run("import cnnlab, cnnlab.ops, cnnlab.layers", NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    assert not list(tmp_path.rglob("*.nbc"))


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


@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (4, 1)])
@pytest.mark.parametrize("channels", [3, 8, 70])
def test_a_border_of_zeros_is_left_out_and_nothing_else(rng, stride, channels):
    """The same results as with the border; and NaN in the border is not seen where a line of outputs stands alone, nor
    by the gradient: so it is not even read.
    """
    h, w = np.full((2, 9, 12, channels), np.nan), rng.standard_normal((4, 5, channels, 5))
    columns = (2, 11) if channels > 60 else (0, 12)  # few channels: going along a row once for each tap does not pay
    h[:, 3:7, slice(*columns)] = rng.standard_normal((2, 4, columns[1] - columns[0], channels))
    clean = np.nan_to_num(h)
    sides = ((9 - 4) // stride[0] + 1, (12 - 5) // stride[1] + 1)
    e, expected = np.full((2, *sides, 5), np.nan), np.empty((2, *sides, 5))
    convolution.forward(clean, w, np.ones(5), stride, e, floor=0, filled=(3, 7, *columns))
    convolution.forward(clean, w, np.ones(5), stride, expected, floor=0)
    np.testing.assert_allclose(e, expected, atol=1e-13)
    for first in (0, 5):  # the last or the first two of its rows are filled
        some, line = (3, 4) if first == 0 else (0, 2), np.ascontiguousarray(h[:, first : first + 4])
        e, expected = np.empty((2, 1, sides[1], 5)), np.empty((2, 1, sides[1], 5))
        convolution.forward(line, w, np.ones(5), stride, e, floor=0, filled=(*some, *columns))
        convolution.forward(np.nan_to_num(line), w, np.ones(5), stride, expected, floor=0)
        np.testing.assert_allclose(e, expected, atol=1e-13)
    dw, expected_dw, de = np.empty_like(w), np.empty_like(w), rng.standard_normal((2, *sides, 5))
    convolution.weight_gradient(h, de, stride, dw, filled=(3, 7, *columns))
    convolution.weight_gradient(clean, de, stride, expected_dw)
    np.testing.assert_allclose(dw, expected_dw, atol=1e-13)
