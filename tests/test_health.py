"""The doctor names what it finds, with a remedy for what is amiss; without a home nothing ends."""

import pytest
from processes import run

from cnnlab import datasets

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
