"""README.md as a front page: its tables, its pictures, how to cite it, and how a release is made."""

import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
sys.path.insert(0, str(ROOT))

from tools import front_page  # noqa: E402


def test_the_front_page_has_its_tables_and_a_picture_of_each_notebook():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert front_page.written(readme) == readme, "run: python tools/front_page.py"
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert (front_page.PICTURES / f"{path.stem[:2]}.webp").is_file(), f"{path.stem}: python tools/front_page.py"
    for name in ("cnnlab.webp", *(f"notebooks/{path.name}" for path in front_page.PICTURES.iterdir())):
        assert f".github/{name}" in readme and (ROOT / ".github" / name).stat().st_size < 3_000_000


def test_the_citation_names_the_version_that_stands():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == PROJECT["project"]["version"] and cited["license"] == PROJECT["project"]["license"]


def test_a_release_is_made_of_what_was_tried():
    """Built once, tried in an empty environment on each system, published by a tag, or not at all."""
    release = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    jobs = release["jobs"]
    assert jobs["try"]["needs"] == "build" and jobs["publish"]["needs"] == "try"
    assert jobs["publish"]["if"] == "github.ref_type == 'tag'" and "password" not in str(jobs["publish"]["steps"])
    assert not any("checkout" in str(step) for step in jobs["try"]["steps"]), "outside of the repository"
