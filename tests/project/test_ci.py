"""What continuous integration runs: it sets itself up, on a machine with a browser or without."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELL = "chromium-headless-shell"


def ci(folder, **programs):
    """.ci/run with a PATH on which these programs, apt-get, sudo and python3 only write down how they were called: (its
    exit code, what was called).
    """
    log = folder / "log"
    for name in ("sh", "dirname", "id", "env", "echo", "true", "false"):
        (folder / name).symlink_to(shutil.which(name))
    fakes = {
        "apt-get": f'echo apt-get "$@" >> "{log}"',
        "sudo": 'exec "$@"',
        "python3": f'echo python3 "$@" $CNNLAB_REQUIRE_BROWSER $CI >> "{log}"',
    }
    for name, line in (fakes | programs).items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    ran = subprocess.run([ROOT / ".ci" / "run", "-x"], env={"PATH": str(folder)}, capture_output=True, text=True)
    return ran.returncode, log.read_text().splitlines()


@pytest.mark.skipif(os.name == "nt", reason=".ci/run is for Unix")
@pytest.mark.parametrize(("there", "offered"), [("", False), ("", True), ("chromium", True), (SHELL, True)])
def test_ci_installs_a_browser_where_there_is_none_and_runs_the_tests(tmp_path, there, offered):
    """One without a window is preferred where the system offers it; what tests need comes at the same time."""
    programs = {
        "apt-cache": f'[ "$1 $2" = "show {SHELL}" ] && {str(offered).lower()}',
        **({there: ""} if there else {}),
    }
    code, called = ci(tmp_path, **programs)
    assert code == 0
    install = f"apt-get install -y --no-install-recommends {SHELL if offered else 'chromium'} fonts-dejavu-core"
    apt = [] if there else ["apt-get update", install]
    assert [line for line in called if line.startswith("apt-get")] == apt
    setup = [] if there else ["python3 lab.py test --version 1 1"]
    tests = ["python3 -c import ensurepip 1 1", *setup, "python3 lab.py test -x 1 1"]
    assert [line for line in called if line.startswith("python3")] == tests and called[-1] == tests[-1]


@pytest.mark.skipif(os.name == "nt", reason=".ci/run is for Unix")
def test_ci_ends_where_no_browser_can_be_installed(tmp_path):
    code, called = ci(tmp_path, **{"apt-cache": "false", "apt-get": "exit 100"})
    assert code == 100 and "python3 lab.py test -x 1 1" not in called
