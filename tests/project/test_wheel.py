"""The wheel, outside of the repository: everything that the series needs is in it, and works from there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
WORKS = """
import pathlib, cnnlab
from cnnlab import datasets, explore, recipes
from cnnlab.cli import main, notebooks
home = pathlib.Path(cnnlab.__file__).parents[1]
assert home == pathlib.Path({home!r}), home
assert all(home in path.parents for path in (datasets.embedded("digits.npz"), *notebooks.sources()))
assert datasets.digits(16).x_train.shape == (1347, 16, 16, 1)
for name in datasets.photos():
    assert datasets.photo(name).size
for name in recipes.RECIPES:
    try:
        recipes.bundled(name)
    except FileNotFoundError:
        assert not (home / "cnnlab" / "data" / "weights" / (name + ".npz")).exists(), name
for name in explore.__all__:
    if name != "Explorer":
        explorer = getattr(explore, name).example()
        assert explorer.current().panels, name
assert explorer.picture().png().startswith(b"\\x89PNG")
from cnnlab.explore.live.view import View
assert View(explorer)._esm and View(explorer)._css
assert main(["lab", "mine", "--copy-only"]) == 0
print("all of it works")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The folder into which the wheel is unpacked, as an installation has it."""
    made, home = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    (file,) = made.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(home)
    return home


def outside(home, folder, code):
    environment = os.environ | {"PYTHONPATH": str(home)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_wheel_holds_the_package_the_data_and_the_notebooks(wheel):
    held = {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()}
    for folder, place in (("cnnlab", "cnnlab"), ("data", "cnnlab/data"), ("notebooks", "cnnlab/notebooks")):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
        wanted = {place + name.removeprefix(folder) for name in names if name and (ROOT / name).exists()}
        assert wanted <= held, wanted - held
        if folder != "cnnlab":  # what a learner keeps beside the notebooks stays there
            assert {name for name in held if name.startswith(f"{place}/")} == wanted
    assert not any(name.startswith(("tests/", "data/", "notebooks/")) for name in held)
    points = (wheel / next(name for name in held if name.endswith("entry_points.txt"))).read_text()
    assert "cnnlab = cnnlab.cli:main" in points


def test_data_networks_explorers_and_notebooks_work_outside_of_the_repository(wheel, tmp_path):
    assert outside(wheel, tmp_path, WORKS.format(home=str(wheel))).endswith("all of it works\n")


def test_the_example_of_the_readme_runs_from_the_wheel(wheel, tmp_path):
    (example,) = (part.split("```")[0] for part in README.read_text(encoding="utf-8").split("```python\n")[1:])
    assert "error 2.44 % (11 of 450)" in outside(wheel, tmp_path, example)
