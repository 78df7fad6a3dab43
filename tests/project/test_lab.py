"""lab.py: it sets up, explains itself in one line when it cannot, and starts at once the next time.

The set-up is tried for real, on a project as small as can be, with packages from a folder instead of the network.
"""

import ast
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "lab.py").read_text(encoding="utf-8")
BACKEND = """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("demo.py", "WHERE = __file__")
        wheel.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n"
            "Provides-Extra: export\\nProvides-Extra: lab\\nProvides-Extra: site\\nProvides-Extra: test\\n")
        wheel.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("demo-1.0.dist-info/RECORD", "")
    return name
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def stops(call):
    """The one line with which `call` ends the program."""
    with pytest.raises(SystemExit) as stopped:
        call()
    message = str(stopped.value.code)
    assert message.startswith("lab.py: ") and "\n" not in message
    return message


def test_it_needs_the_standard_library_only_and_an_old_python_can_read_it():
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names if isinstance(node, ast.Import)}
    names |= {node.module for node in imports if isinstance(node, ast.ImportFrom)}
    assert names and {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(("found", "remedy"), [("python3.12", "run: python3.12 lab.py"), (None, "install a newer")])
def test_a_python_that_is_too_old_is_told_what_to_do(lab, monkeypatch, found, remedy):
    monkeypatch.setattr(lab.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(lab.shutil, "which", lambda name: name if name == found else None)
    assert "Python 3.11 or newer is needed, this is 3.9.2; " + remedy in stops(lab.check_python)


def test_machines_without_numba_are_named(lab, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(lab.sys, "maxsize", 2**31 - 1)
        assert "64-bit" in stops(lab.check_python)
    monkeypatch.setattr(lab.sysconfig, "get_config_var", lambda name: "x86_64-pc-linux-musl")
    assert "musl" in stops(lab.check_python)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_venv_module_names_the_package_to_install(lab, monkeypatch, tmp_path, missing):
    monkeypatch.setattr(lab, "VENV", str(tmp_path / ".venv"))
    find = importlib.util.find_spec
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    assert "apt install python{}.{}-venv".format(*sys.version_info[:2]) in stops(lab.make_venv)


@pytest.mark.parametrize("arguments", [["tset"], ["run"]])
def test_a_command_that_cannot_be_is_refused_before_anything_is_set_up(lab, monkeypatch, arguments):
    monkeypatch.setattr(lab, "install", lambda kind: pytest.fail("must not install"))
    assert "lab.py" in stops(lambda: lab.main(arguments))


def test_help_names_every_command(lab, capsys):
    lab.main(["--help"])
    text = capsys.readouterr().out
    assert all(f"lab.py {command}" in text for command in lab.COMMANDS)
    assert set(lab.COMMANDS) == {"bench", "check", "docs", "gallery", "hub", "run", "site", "test"}


@pytest.fixture
def replaced(lab, monkeypatch):
    """The (command, environment) that lab.py would have become; nothing is installed or run."""
    seen = []
    monkeypatch.setattr(lab, "install", lambda kind: None)
    monkeypatch.setattr(lab, "replace", lambda command, **more: seen.append((command, more)))
    monkeypatch.setitem(lab.COMMANDS, "run", lab.replace)  # the true one ends this process, and all looks well
    monkeypatch.chdir(ROOT)
    return seen


def test_test_runs_pytest_in_one_process_more_than_cores_and_leaves_a_choice_alone(lab, replaced, monkeypatch):
    monkeypatch.setattr(lab.os, "cpu_count", lambda: 2)
    lab.main(["test", "-k", "pooling"])
    assert replaced[-1][0] == [lab.PYTHON, "-m", "pytest", "-n", "3", "--dist", "loadscope", "-k", "pooling"]
    lab.main(["test", "-n0", "--color=yes"])
    assert replaced[-1][0][3:] == ["-n0", "--color=yes"]
    lab.main(["test", "--color=yes"])
    assert "-n" in replaced[-1][0]


def test_in_ci_the_machine_code_is_compiled_afresh(lab, replaced, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("CI", raising=False)
    lab.main(["test"])
    assert replaced[-1][1] == {}
    monkeypatch.setenv("CI", "true")
    removed = []
    monkeypatch.setattr(lab.shutil, "rmtree", lambda folder, **more: removed.append(folder))
    lab.main(["test"])
    assert removed == [replaced[-1][1]["NUMBA_CACHE_DIR"]]


def test_bench_installs_the_others_only_where_they_are_missing_and_goes_on_without(lab, replaced, monkeypatch, capsys):
    monkeypatch.setattr(lab, "succeeds", lambda *command: True)
    monkeypatch.setattr(lab, "pip", lambda *arguments: pytest.fail("must not install"))
    lab.main(["bench", "--quick"])
    assert replaced[-1][0] == [lab.PYTHON, "-m", "benchmarks", "--quick"]
    asked = []
    monkeypatch.setattr(lab, "succeeds", lambda *command: False)
    monkeypatch.setattr(lab, "pip", lambda *given: asked.append(given) or (False, "ERROR: Network is unreachable"))
    lab.main(["bench"])
    assert asked == [(requirement,) for requirement in lab.COMPARED.values()] and len(replaced) == 2
    told = capsys.readouterr().err
    assert all(f"going on without {module}: no network" in told for module in ("torch", "onnx", "onnxruntime"))


@pytest.mark.parametrize(("name", "tool"), [("check", "check.py"), ("docs", "reference.py"), ("gallery", "gallery.py")])
def test_what_looks_at_the_project_is_a_tool_of_it(lab, replaced, name, tool):
    lab.main([name, "--option"])
    assert replaced[-1][0] == [lab.PYTHON, str(ROOT / "tools" / tool), "--option"]
    assert (ROOT / "tools" / tool).exists()


def test_a_class_is_begun_by_its_own_program(lab, replaced, monkeypatch):
    needed = []
    monkeypatch.setattr(lab, "install", needed.append)
    lab.main(["hub", "--learners", "2"])
    assert replaced[-1][0] == [lab.PYTHON, str(ROOT / "deploy" / "hub.py"), "--learners", "2"]
    assert (ROOT / "deploy" / "hub.py").exists()
    for words in (["run", "true"], ["check"]):
        lab.main(words)
    assert needed == ["hub", "learn", "test"]


def test_the_notebooks_open_in_jupyterlab(tmp_path):
    """Without options of a test: lab.py's own command line is what is started (as root, too)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=abc"]
    start = f"import sys, lab; lab.PYTHON = sys.executable; lab.notebooks({options!r})"
    private = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with open(tmp_path / "log", "wb") as log:
        command, streams = [sys.executable, "-c", start], {"stdout": log, "stderr": log}
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | private, **streams)
    try:
        url, until = f"http://127.0.0.1:{port}/api/contents?token=abc", time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5) as reply:
                    names = re.findall(r'"name": "([^"]+)"', reply.read().decode())
                break
            except OSError:
                log = (tmp_path / "log").read_text(errors="replace")
                assert server.poll() is None and time.monotonic() < until, log
                time.sleep(0.2)
    finally:
        server.terminate()
        server.wait(20)
    assert {path.name for path in (ROOT / "notebooks").glob("*.ipynb")} <= set(names)


# ---- the set-up, for real

Clone = namedtuple("Clone", "folder wheels run lock")


def wheel_of(name, folder):
    """A package with one module, as a wheel in that folder; returns its hash."""
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "ANSWER = 42")
        about = f"{name}-1.0.dist-info"
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A small project with lab.py in a folder with a space in its name; pip finds packages in a folder only."""
    base = tmp_path_factory.mktemp("with a space")
    folder, wheels = base / "a clone", base / "wheels"
    folder.mkdir()
    wheels.mkdir()
    shutil.copy(ROOT / "lab.py", folder)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    digest = wheel_of("tool", wheels)

    def run(*arguments, **variables):
        inside = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "VIRTUAL_ENV"))}
        inside |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels.as_uri(), **variables}
        inside = {name: value for name, value in inside.items() if value is not None}
        command = [sys.executable, str(folder / "lab.py"), *arguments]
        return subprocess.run(command, cwd=base, env=inside, capture_output=True, text=True, timeout=240)

    def lock(version="1.0", digest=digest):
        for name in ("requirements.lock", "requirements-hub.lock", "requirements-test.lock"):
            (folder / name).write_text(f"tool=={version} --hash=sha256:{digest}\n")

    return Clone(folder, wheels, run, lock)


PROBE = ("run", "python", "-c", "import sys, tool, demo; print(tool.ANSWER, sys.prefix)")
NOWHERE = {"PIP_NO_INDEX": None, "PIP_FIND_LINKS": None, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}


def test_set_up_from_nothing_then_at_once_and_again_when_the_lock_changes(clone):
    clone.lock()
    first = clone.run(*PROBE, **NOWHERE)  # no network, no copies
    setting_up, failed = first.stderr.splitlines()
    assert first.returncode == 1 and "the installation failed: no network" in failed
    silent = clone.run(*PROBE, **NOWHERE | {"PIP_RETRIES": "0"})  # pip tells nothing of the network then
    assert "the installation failed: no network" in silent.stderr and "platform" not in silent.stderr
    assert setting_up == "Setting up .venv (once; about a minute)" and first.stdout == ""

    foreign = clone.folder.parent / "foreign"  # another Python's packages, which are not to be found
    foreign.mkdir()
    (foreign / "tool.py").write_text("ANSWER = 0")
    elsewhere = {"PYTHONPATH": str(foreign), "PIP_PREFIX": str(foreign / "prefix"), "PIP_TARGET": str(foreign)}
    second = clone.run(*PROBE, PYTHONDONTWRITEBYTECODE="1", **elsewhere)
    assert second.returncode == 0, second.stderr
    assert second.stderr == "Bringing .venv up to date\n"
    assert second.stdout == f"42 {clone.folder / '.venv'}\n", "what the command writes, and nothing else"
    assert list((clone.folder / ".venv").rglob("tool.*.pyc")), "what is imported must be compiled once, and kept"
    log = clone.folder / ".venv" / "cnnlab-install.log"
    before = log.read_text()

    third = clone.run(*PROBE, **NOWHERE)  # installed: no pip, no network
    assert third.returncode == 0 and third.stdout == f"42 {clone.folder / '.venv'}\n"
    assert log.read_text() == before

    (clone.folder / "pyproject.toml").write_text(PYPROJECT + "\n")
    assert clone.run(*PROBE).stderr.startswith("Bringing") and log.read_text() != before
    assert "no program called 'nonesuch'" in clone.run("run", "nonesuch").stderr


def test_what_tests_need_is_added_when_they_are_first_called_and_stays(clone):
    clone.lock()
    has = ("run", "python", "-c", "import importlib.util; print(importlib.util.find_spec('proof') is not None)")
    with open(clone.folder / "requirements-test.lock", "a") as lock:
        lock.write(f"proof==1.0 --hash=sha256:{wheel_of('proof', clone.wheels)}\n")
    assert clone.run(*has).stdout == "False\n", "a learner gets what learners need"
    assert "Adding to .venv what a class needs" in clone.run("hub").stderr  # the small project has no deploy/hub.py
    assert clone.run(*has).stdout == "False\n" and "Adding" not in clone.run("hub").stderr
    assert "Adding to .venv what tests need" in clone.run("check").stderr  # nor a check.py
    again = clone.run(*has, **NOWHERE)
    assert again.stdout == "True\n" and again.stderr == "", "it is there, and enough for learners"
    (clone.folder / "pyproject.toml").write_text(PYPROJECT + "\n\n")
    renewed = clone.run(*has)
    assert renewed.stdout == "True\n" and renewed.stderr == "Bringing .venv up to date\n"
    assert (clone.folder / ".venv" / "cnnlab-stamp").read_text().startswith("test "), "it is kept up to date as a whole"


def test_two_set_ups_at_once_wait_for_each_other(clone):
    clone.lock()
    venv = clone.folder / ".venv"
    if not (venv / "pyvenv.cfg").exists():
        clone.run(*PROBE)
    for path in [venv / "cnnlab-install.log", venv / "cnnlab-stamp", *venv.rglob("tool.py"), *venv.rglob("tool-*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()  # an environment that was begun: to make one takes 5 s
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda _: clone.run(*PROBE), range(2)))
    assert [(each.returncode, each.stdout) for each in both] == [(0, f"42 {clone.folder / '.venv'}\n")] * 2, both
    told = "\n".join(each.stderr for each in both)
    assert told.count("Setting up .venv") == 1 and told.count("Waiting for another lab.py") == 1


def test_an_environment_is_made_by_one_alone(lab, monkeypatch, tmp_path):
    done = []

    @contextlib.contextmanager
    def alone():
        done.append("after the others")
        yield
        done.clear()

    for name in ("VENV", "LOG", "STAMP", "PYTHON"):
        monkeypatch.setattr(lab, name, str(tmp_path / name))
    monkeypatch.setattr(lab, "alone", alone)
    monkeypatch.setattr(lab, "make_venv", lambda: lab.stop(f"made {done[0]}"))
    assert stops(lambda: lab.install("learn")) == "lab.py: made after the others"


def test_a_package_whose_hash_differs_is_refused(clone):
    clone.lock()
    assert clone.run("run", "python", "-m", "pip", "uninstall", "-y", "-q", "tool").returncode == 0
    clone.lock(digest="0" * 64)
    refused = clone.run(*PROBE)
    assert refused.returncode == 1 and "DO NOT MATCH THE HASHES" in refused.stderr and "newest" not in refused.stderr


def test_a_platform_that_the_lock_misses_gets_the_newest_that_fit(clone):
    clone.lock(version="2.0")
    shown = clone.run("run", "python", "-c", "import demo, sys; print('demo', demo.WHERE.startswith(sys.prefix))")
    assert shown.returncode == 0, shown.stderr
    assert "requirements.lock does not fit this platform" in shown.stderr and shown.stdout == "demo True\n"
