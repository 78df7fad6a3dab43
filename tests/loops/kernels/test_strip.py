"""Strips of register tiles: products of every size, on every kind of processor, and nothing beside them is touched."""

import ctypes
import functools

import numpy as np
import pytest
from numba import config
from processes import run, run_with_numba

from cnnlab.loops.kernels import convolution, panels, strip, tile, vectors
from cnnlab.loops.runtime import code, compiled, processor, team

DTYPES = (np.float32, np.float64)


TOLERANCE = {np.float32: 1e-5, np.float64: 1e-13}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("columns", [1, 3, 8, 16, 17, 32, 33, 70])
@pytest.mark.parametrize("rows", [1, 2, 4, 5, 7, 8, 9, 13, 16])
def test_a_product_of_any_size_is_the_product(rng, dtype, rows, columns):
    every = rows * team.CHUNKS  # so that each chunk has so many rows; of fewer, tiles of one row compute all
    a, b = rng.standard_normal((every, 19)).astype(dtype), rng.standard_normal((19, columns)).astype(dtype)
    start, c = rng.standard_normal(columns).astype(dtype), np.full((every, columns), np.nan, dtype)
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


def strip_of(dtype):
    """`strip.cover`, as the loops call it: by the address of its machine code, which others have compiled already."""
    if compiled.DISABLED:
        return lambda numbers: strip.cover(*numbers)
    floor = {np.float32: ctypes.c_float, np.float64: ctypes.c_double}[dtype]
    kinds = [ctypes.c_void_p] * 2 + [ctypes.c_int64] * 18 + [floor] + [ctypes.c_int64] * 6
    at, room = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(strip.strip_for(dtype)), np.empty(2, np.int64)

    def cover(numbers):
        assert at(room.ctypes.data, room[1:].ctypes.data, *numbers) in code.FINE

    return cover


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_strip_writes_into_its_own_columns_only(rng, dtype):
    wide, cover = vectors.lanes(dtype), strip_of(dtype)
    for columns in (1, wide - 1, wide, wide + 1, 2 * wide):
        a, b = rng.standard_normal((11, 5)).astype(dtype), rng.standard_normal((5, columns)).astype(dtype)
        packed, room = panels.panels(b), np.empty(processor.ROWS * 2 * wide, dtype)
        c = np.full((11, columns + 3), 7, dtype)  # panels and start end in zeros
        start = np.zeros(2 * wide, dtype)
        numbers = (
            a.ctypes.data,
            5,
            0,
            0,
            1,
            packed.ctypes.data,
            0,
            2 * wide,
            c.ctypes.data,
            columns + 3,
            0,
            start.ctypes.data,
            0,
            1,
            0,
            1,
            0,
            5,
            dtype(-np.inf),
            11,
            11,
            columns,
            wide,
            room.ctypes.data,
            0,
        )
        cover(numbers)
        assert np.allclose(c[:, :columns], a @ b, atol=20 * TOLERANCE[dtype]) and (c[:, columns:] == 7).all()


def test_not_a_number_goes_through_as_it_should(rng):
    a, b = rng.standard_normal((9, 4)), rng.standard_normal((4, 3))
    a[5, 1] = np.nan
    c = np.empty((9, 3))
    convolution.product(a, b, c, floor=0)
    assert np.isnan(c[5]).all() and np.isfinite(np.delete(c, 5, axis=0)).all()


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

h, w = whole(2, 9, 10, 5), whole(3, 3, 5, 75)  # 75: over multiples of 7 and of 11 all sums are zero
e = ops.conv2d(h, w, padding="same")
print(told(e), told(ops.conv2d_input_gradient(e, w, h.shape, padding="same")))
print(told(ops.conv2d_weight_gradient(e, h, w.shape, padding="same")), told(ops.dense(whole(23, 50), whole(50, 61))))
"""


TILES = """
import numpy as np
from cnnlab import ops
for rows in (1, 2, 4, 5, 7, 8, 9, 13, 16, 23):  # of each of the eight chunks in which a product is computed
    for columns in (1, 3, 8, 9, 16, 17, 32, 33, 70):
        a, b = np.arange(8 * rows * 19.0).reshape(-1, 19) % 7 - 3, np.arange(19.0 * columns).reshape(19, -1) % 5 - 2
        assert np.array_equal(ops.dense(a, b), (a[:, :, None] * b).sum(axis=1)), (rows, columns)
print("all of them")
"""


OTHER = """
import llvmlite.binding as llvm
real = llvm.get_host_cpu_features
class Features(dict):
    flatten = real().flatten
llvm.get_host_cpu_features = lambda: Features({features})
from cnnlab.loops.kernels import tile
from cnnlab.loops.runtime import processor
llvm.get_host_cpu_features = real
assert (processor.VECTOR_BYTES, *tile.SIZES) == {sizes}
"""


@functools.cache
def told(script):
    """The numbers that they have to give, in plain Python."""
    return run(script, NUMBA_DISABLE_JIT="1")


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without the compiler there are no vectors")
@pytest.mark.parametrize(
    "script", [pytest.param(WIDE, marks=pytest.mark.slow), TILES], ids=["convolutions and products", "products"]
)
@pytest.mark.parametrize(
    "features, sizes",
    [
        ({"avx2": True, "fma": True}, (32, 6, 5, 4, 4, 1)),
        ({}, (16, 6, 5, 4, 4, 1)),
        pytest.param({"avx512f": True}, (64, 8, 7, 6, 4, 1), marks=pytest.mark.slow),  # compiled for long
        pytest.param({"neon": True}, (16, 8, 7, 6, 4, 1), marks=pytest.mark.slow),
    ],
    ids=["256 bits", "128 bits", "512 bits", "ARM"],
)
def test_tiles_of_every_kind_of_processor_give_the_same_numbers(tmp_path, features, sizes, script):
    """The compiler splits, or leaves half empty, vectors that this processor does not have.  Its own kind needs no
    compiling: that is what all tests use.  Convolutions for others take five seconds and more to compile.
    """
    if sizes == (processor.VECTOR_BYTES, *tile.SIZES):
        assert run(script) == told(script)
    else:
        other = OTHER.format(features=features, sizes=sizes) + script
        assert run_with_numba(other, NUMBA_CACHE_DIR=str(tmp_path)) == [0, told(script)]
