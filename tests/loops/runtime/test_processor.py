"""Vectors are as wide as those of the processor that numba compiles for, whichever processor this is."""

import platform

import pytest

from cnnlab.loops.runtime import processor


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="these are names of such processors")
@pytest.mark.parametrize(
    "name, sizes",
    [("skylake-avx512", (64, 8)), ("haswell", (32, 6)), ("sandybridge", (16, 6)), ("nehalem", (16, 6))],
)
def test_the_processor_that_is_named_counts(monkeypatch, name, sizes):
    monkeypatch.setenv("NUMBA_CPU_NAME", name)
    monkeypatch.setenv("NUMBA_CPU_FEATURES", "")
    assert processor.host() == sizes


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="these are features of such processors")
def test_features_that_are_taken_away_count(monkeypatch):
    monkeypatch.setenv("NUMBA_CPU_NAME", "skylake-avx512")
    monkeypatch.setenv("NUMBA_CPU_FEATURES", "-avx512f")
    assert processor.host() == (32, 6)


def test_without_a_name_it_is_this_processor(monkeypatch):
    monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
    monkeypatch.delenv("NUMBA_CPU_FEATURES", raising=False)
    for features, size in (({"avx512f": True}, 64), ({"avx2": True, "fma": True}, 32), ({"avx2": True}, 16)):
        monkeypatch.setattr(processor.llvm, "get_host_cpu_features", lambda features=features: features)
        assert processor.host()[0] == size
