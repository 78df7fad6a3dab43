"""The figures of the benchmark: what they are made of, what they must reach, and where they are kept."""

import pytest
from numba import config
from processes import run

from benchmarks import narrow, processors, sides, summary, table

SPEED = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code there is no speed to measure")


def test_every_bar_is_nearer_than_its_aim():
    for key, (must, aim) in summary.BARS.items():
        assert aim < must if key in summary.LESS_IS_BETTER else aim > must, key
    assert set(summary.LESS_IS_BETTER) < set(summary.BARS)


def test_the_smallest_is_that_beside_the_quickest_of_the_others():
    rows = [
        {"layer": "max a", "operation": "forward", "lite": True, "ratios": {sides.LAST: 1.5, sides.FIRST: 1.2}},
        {"layer": "max b", "operation": "forward", "lite": False, "ratios": {sides.LAST: 1.1, sides.FIRST: 3.0}},
        {"layer": "mean", "operation": "forward", "lite": False, "ratios": {sides.LAST: 1.15, sides.FIRST: 0.5}},
    ]
    assert summary.of_pooling(rows) == {"max_pool_min": 1.1}
    found = summary.of_convolutions(rows, "_2_threads")
    assert found["conv_min_of_all_2_threads"] == 0.5 and found["conv_forward_min_2_threads"] == 1.2
    assert sides.best({sides.LAST: 2.0, sides.RUNTIME: 1.5, sides.COMPILED: 0.1}) == 1.5 and sides.best({}) is None


def test_the_notebooks_time_is_that_of_the_first_fifteen_and_the_memory_of_all():
    found = {
        "00_start_here": {"seconds": 2.0, "megabytes": 200.0},
        "14_alexnet_2012": {"seconds": 30.0, "megabytes": 300.0},
        "15_and_beyond": {"seconds": 50.0, "megabytes": 500.0},
    }
    assert summary.of_notebooks(found) == {"notebooks_s": 32.0, "kernel_mb": 500.0}


# ---- as another processor


def test_rows_get_the_ratio_of_the_narrower_processor_beside_them():
    rows = [{"key": "a", "ratios": {}}, {"key": "b", "ratios": {}}]
    narrow.beside(rows, [{"key": "b", "ratios": {sides.LAST: 3.0, sides.FIRST: 2.0}}], ("key",))
    assert rows == [{"key": "a", "ratios": {}}, {"key": "b", "ratios": {}, "256-bit": 2.0}]
    row = {"layer": "max", "operation": "forward", "gigabytes": {sides.OURS: 1.0}, "ratios": {}, "256-bit": 2.0}
    lines = table.pooling([row], "1 thread")
    assert lines[3].endswith("256-bit") and lines[4].endswith("2.00") and "256-bit vectors" in lines[5]
    del row["256-bit"]
    assert not any("256-bit" in line for line in table.pooling([row], "1 thread"))


@SPEED
@pytest.mark.skipif(not narrow.possible(), reason="this processor has no vectors wider than 256 bits")
def test_as_a_256_bit_processor_vectors_and_tiles_are_those(monkeypatch, tmp_path):
    """In a process of its own, which refuses to measure with any other vectors."""
    monkeypatch.setitem(narrow.LIMITS, "NUMBA_CACHE_DIR", str(tmp_path))
    assert narrow.measure(["scaling"], quick=True) == {} and narrow.PARTS[1] in narrow.QUICK
    code = "from cnnlab.loops.kernels import tile, vectors; print(vectors.VECTOR_BYTES, tile.SIZES)"
    assert run(code, **narrow.LIMITS) == "32 (6, 5, 4, 4, 1)"
    with pytest.raises(RuntimeError, match="must have 256-bit vectors; it has 512"):
        narrow.in_this_process(True, ["pooling"])


def test_each_kind_of_processor_keeps_its_figures(tmp_path):
    about = {"processor": "X", "vector_bits": 512, "date": "2000-01-01"}
    results = {"machine": about, "figures": {"max_pool_min": 2.0, "peak_share": None, "kernel_mb": 9.0, "other": 1.0}}
    processors.keep(tmp_path, results, {"max_pool_min": 1.5})
    results = {"machine": about | {"processor": "Y", "vector_bits": 256}, "figures": {"max_pool_min": 3.0}}
    kept = processors.keep(tmp_path, results, {})
    assert {kind: each["figures"] for kind, each in kept.items()} == {
        "X, 512-bit vectors": {"max_pool_min": 2.0},
        "X, 512-bit vectors, as a 256-bit processor": {"max_pool_min": 1.5},
        "Y, 256-bit vectors": {"max_pool_min": 3.0},
    }
    lines = "\n".join(table.processors(kept))
    assert all(kind in lines for kind in kept) and "1.500" in lines


def test_bars_know_which_way_is_better():
    rows = {row["key"]: row for row in summary.bars({"zip_code_online": 40.0, "first_step_warm_s": 0.7})}
    assert rows["zip_code_online"]["holds"] and not rows["first_step_warm_s"]["holds"]
    assert rows["tdnn_online"]["value"] is None and not rows["tdnn_online"]["holds"]
