"""What the locks pin is all that is needed: each package, and whatever it asks for, in versions that fit each other."""

import importlib.metadata
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKED = {"requirements.lock": ["lab"], "requirements-hub.lock": ["hub", "lab"], "requirements-test.lock": EXTRAS}


def locked(name):
    """{name: [version]} of a lock."""
    found = {}
    text = (ROOT / name).read_text(encoding="utf-8")
    for line in re.findall(r"^([A-Za-z0-9].*?) *\\?$", text, re.MULTILINE):
        item = Requirement(line)
        (clause,) = item.specifier
        assert clause.operator == "==", line
        found.setdefault(canonicalize_name(item.name), []).append(clause.version)
    return found


@pytest.mark.parametrize(("name", "extras"), LOCKED.items())
def test_a_lock_pins_every_requirement_within_its_range(name, extras):
    pins = locked(name)
    for line in [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]:
        item = Requirement(line)
        versions = pins.get(canonicalize_name(item.name))
        assert versions, f"{item.name} is not in {name}"
        assert all(item.specifier.contains(version) for version in versions), (line, versions)
    text = (ROOT / name).read_text(encoding="utf-8")
    for item in map(Requirement, PROJECT["tool"]["uv"]["constraint-dependencies"]):  # uv reads them, pip does not
        assert all(item.specifier.contains(version) for version in pins[canonicalize_name(item.name)]), item
        assert f"\n{item.name}[" in text, f"without the extra that others ask for, pip 23 wants the newest {item.name}"


def test_a_python_that_is_newer_than_numbas_wheels_installs_without_it():
    """NumPy serves there; an installation that tried to compile numba would fail."""
    (numba,) = [Requirement(line) for line in PROJECT["project"]["dependencies"] if line.startswith("numba")]
    assert numba.marker.evaluate() and not numba.marker.evaluate({"python_version": "3.99"})
    for name in LOCKED:
        lines = re.findall(
            r"^(?:numba|llvmlite)==.*?(?= *\\$)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
        )
        assert len(lines) == 2, name
        assert not any(Requirement(line).marker.evaluate({"python_full_version": "3.99.0"}) for line in lines), lines


def test_learners_get_the_versions_that_are_tested_and_nothing_that_only_tests_need():
    learn, hub, test = map(locked, LOCKED)
    assert all(test[name] == hub[name] == versions for name, versions in learn.items())
    assert all(test[name] == versions for name, versions in hub.items())
    only_tests = {canonicalize_name(Requirement(line).name) for line in [*EXTRAS["test"], *EXTRAS["export"]]}
    brought_along = {"nbclient", "nbformat", "pillow", "pyyaml"}  # by JupyterLab and matplotlib
    assert not set(learn) & (only_tests - brought_along)
    assert not set(hub) & (
        only_tests - brought_along - {canonicalize_name(Requirement(each).name) for each in EXTRAS["hub"]}
    )
    assert "jupyterhub" not in learn and "jupyterhub" in hub


@pytest.mark.parametrize("name", LOCKED)
def test_every_pin_of_a_lock_has_hashes_and_the_lock_names_no_place(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(entries) > 50
    for entry in entries:
        assert re.fullmatch(r"[^\\]+(\\\n    --hash=sha256:[0-9a-f]{64} ?)+", entry), entry.splitlines()[0]
    assert "://" not in text and "--index" not in text and "--find-links" not in text


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_holds_whatever_its_packages_ask_for(name):
    """lab.py installs a lock in shares, each without a look at what its packages depend on."""
    pins, extras = {}, {}
    for line in re.findall(r"^([A-Za-z0-9].*?) *\\?$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
        item = Requirement(line)
        if item.marker is None or item.marker.evaluate():
            extras.setdefault(canonicalize_name(item.name), set()).update(item.extras)
            pins[canonicalize_name(item.name)] = item.specifier
    asked = 0
    for package, wanted in extras.items():
        about = importlib.metadata.distribution(package)
        if not pins[package].contains(about.version):
            pytest.skip(f"this environment has another {package} than {name}")
        for need in map(Requirement, about.requires or ()):
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in {"", *wanted}):
                there = canonicalize_name(need.name)
                assert there in extras, f"{package} asks for {need}, which {name} lacks"
                (pin,) = pins[there]
                assert need.specifier.contains(pin.version, prereleases=True), f"{package} asks for {need}"
                assert need.extras <= extras[there], f"{package} asks for {need}"
                asked += 1
    assert asked > len(extras)


def test_several_pips_share_a_lock_each_pin_with_its_hashes_once(lab, monkeypatch):
    def pip(*how, shares):
        assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(how)
        return [Path(path).read_text(encoding="utf-8") for _, path in shares]

    monkeypatch.setattr(lab, "pip", pip)
    whole = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^\w.*(?:\n +--hash=.*)+", whole, re.MULTILINE)
    for cores, count in ((None, 1), (1, 1), (3, 3), (64, 4)):
        monkeypatch.setattr(lab.os, "cpu_count", lambda cores=cores: cores)
        shares = lab.pip_by_lock("requirements-test.lock")
        assert len(shares) == count
        found = [pin for share in shares for pin in re.findall(r"^\w.*(?:\n +--hash=.*)+", share, re.MULTILINE)]
        assert sorted(found) == sorted(pins) and len(pins) > 150
        assert sum(map(len, shares)) >= len(whole) - count, "nothing else was in it"


def test_bench_compares_with_the_onnx_that_is_locked(lab):
    """lab.py installs it with everything else; where the lock does not fit, `bench` takes the same versions."""
    lines = (ROOT / "requirements-test.lock").read_text(encoding="utf-8").splitlines()
    pins = {line.split()[0] for line in lines if line.startswith("onnx")}
    assert pins == set(lab.COMPARED.values()) - {lab.COMPARED["torch"]}


@pytest.mark.parametrize("there", [True, False])
def test_a_new_environment_gets_the_pip_that_a_lock_pins_where_that_can_be_had(lab, monkeypatch, tmp_path, there):
    """Where it cannot, as without a network, the one that comes with Python goes on: nothing is raised."""
    asked = []
    monkeypatch.setattr(lab, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(lab.subprocess, "run", lambda *given, **how: SimpleNamespace(returncode=0, stdout=""))
    monkeypatch.setattr(lab, "succeeds", lambda *command: asked.append(command) or there)
    lab.make_venv()
    (command,) = asked
    assert command[:4] == (lab.PYTHON, "-m", "pip", "install") and "--require-hashes" in command
    pins = Path(command[command.index("-r") + 1]).read_text(encoding="utf-8")
    assert re.fullmatch(r"pip==[\d.]+( \\\n    --hash=sha256:[0-9a-f]{64})+\n", pins)
