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
    assert first == "False" and f"data: {tmp_path}" in report
    off = run("import cnnlab; print(cnnlab.doctor())", NUMBA_DISABLE_JIT="1")
    assert "Remedy: unset NUMBA_DISABLE_JIT" in off


def test_the_doctor_can_be_asked_from_the_command_line(tmp_path):
    code = "from cnnlab.__main__ import main; main(['doctor'])"
    told = run(code, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_DISABLE_JIT=None)
    assert f"machine code: {tmp_path}" in told and "0 found there, 0 compiled" in told


def test_the_home_of_nobody_is_a_folder_that_is_not_there():
    with pytest.raises((OSError, ValueError), match="~nobody-at-all"):
        datasets.own("~nobody-at-all/images")
