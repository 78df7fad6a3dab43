"""The doctor names what it finds, with a remedy for what is amiss; without a home nothing ends."""

import importlib.metadata
from pathlib import Path

import pytest
from processes import run

from cnnlab import datasets, health

HOMELESS = """
import os, pwd
def nobody(uid): raise KeyError(uid)
pwd.getpwuid = nobody
import cnnlab
print(cnnlab.datasets.available("usps"))
print(cnnlab.doctor())
"""


def test_the_doctor_names_folders_and_remedies(tmp_path):
    told = run(HOMELESS, HOME=None, XDG_CACHE_HOME=None, CNNLAB_DATA=str(tmp_path), NUMBA_CACHE_DIR=str(tmp_path))
    first, *report = told.splitlines()
    assert first == "False" and any(line.startswith(f"data: {tmp_path} (writable), ") for line in report)
    off = run("import cnnlab; print(cnnlab.doctor())", NUMBA_DISABLE_JIT="1")
    assert "Remedy: unset NUMBA_DISABLE_JIT" in off


def test_the_doctor_can_be_asked_from_the_command_line(tmp_path):
    code = "from cnnlab.cli import main; main(['doctor'])"
    told = run(code, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    assert f"machine code: {tmp_path}" in told and "0 found there, 0 compiled" in told


def test_the_home_of_nobody_is_a_folder_that_is_not_there():
    with pytest.raises((OSError, ValueError), match="~nobody-at-all"):
        datasets.own("~nobody-at-all/images")


def test_the_doctor_says_where_no_data_can_be_written(tmp_path):
    (tmp_path / "taken").write_text("a file where a folder should be")
    place = tmp_path / "taken" / "data"
    told = run("import cnnlab; print(cnnlab.doctor())", CNNLAB_DATA=str(place), NUMBA_CACHE_DIR=str(tmp_path))
    assert f"data: {place} (not writable), not there yet" in told
    assert "! nothing can be downloaded into the first of these folders. Remedy: set CNNLAB_DATA" in told
    told = run("import cnnlab; print(cnnlab.doctor())", CNNLAB_DATA=str(tmp_path / "new" / "data"))
    assert f"data: {tmp_path / 'new' / 'data'} (writable), not there yet" in told and "! nothing can" not in told
    assert not (tmp_path / "new").exists(), "to look leaves nothing"


def test_the_doctor_says_how_large_old_machine_code_is_and_how_to_clear_it(tmp_path):
    report = "import cnnlab; print(cnnlab.doctor())"
    assert "other versions" not in run(report, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    (here,) = (path for path in tmp_path.iterdir())
    for name in ("0123456789abcdef", "0123456789abcdef-16x4", "of somebody else"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.code").write_bytes(bytes(700_000))
    told = run(report, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    assert "machine code of other versions of cnnlab: 2 folders beside it, 2 files, 1.4 MB" in told
    assert f"delete the folders in {tmp_path} with names like {here.name}, but not this one" in told


# ---- problems that were planted, each found and given a remedy


def remedies():
    return [line for line in health.doctor().splitlines() if line.startswith("! ")]


def said_to_be(monkeypatch, name, version):
    """A package has another version, or none."""
    real = importlib.metadata.version

    def version_of(package):
        if package != name:
            return real(package)
        if version is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(importlib.metadata, "version", version_of)


PROBLEMS = {
    "pooch is missing": lambda m: said_to_be(m, "pooch", None),
    "numpy 1.26.4 is too old": lambda m: said_to_be(m, "numpy", "1.26.4"),
    "cnnlab 0.0.1 is installed, but another": lambda m: said_to_be(m, "cnnlab", "0.0.1"),
    "JupyterLab lacks the extension nowhere": lambda m: m.setattr(health, "FRONT_ENDS", {"nowhere": "anywidget"}),
    "for another processor, haswell": lambda m: m.setenv("NUMBA_CPU_NAME", "haswell"),
    "more threads than processors": lambda m: m.setattr(health, "threads", lambda: 999),
    "is almost full": lambda m: m.setitem(health.ENOUGH, "disk", 1e18),
    "little memory is free": lambda m: m.setitem(health.ENOUGH, "memory", 1e18),
    "digits.npz": lambda m: m.setattr(health.store, "sha256_of", lambda path: "x" * 64),
    "gone": lambda m: m.setattr(health, "embedded", lambda name: Path("gone") / name),
    "progress.json": lambda m: (Path(".cnnlab").mkdir(), Path(".cnnlab/progress.json").write_text("{half")),
}


@pytest.mark.parametrize("words", PROBLEMS)
def test_the_doctor_finds_it_and_nothing_else(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = remedies()
    PROBLEMS[words](monkeypatch)
    (found,) = set(remedies()) - set(before)
    assert words in found and "Remedy: " in found


def test_a_word_where_a_number_of_threads_should_be_is_named(tmp_path):
    told = run("import cnnlab; print(cnnlab.doctor())", CNNLAB_THREADS="many", NUMBA_CACHE_DIR=str(tmp_path))
    assert "! CNNLAB_THREADS must be a number of threads; it is 'many'. Remedy: unset CNNLAB_THREADS" in told


def test_where_nothing_is_amiss_the_doctor_has_no_remedy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, least in (("disk", 0), ("memory", 0)):  # whatever this computer has
        monkeypatch.setitem(health.ENOUGH, name, least)
    monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
    monkeypatch.setattr(health, "DISABLED", False)
    assert remedies() == []
