"""Machine code: where it is kept, and when it is made."""

from processes import run

from cnnlab.loops.runtime import folder

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
