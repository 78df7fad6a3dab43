"""Pyodide itself in the worker of a page, as far as there is one: CNNLAB_PYODIDE names a folder with a distribution.

With NumPy's wheel in it an explorer goes live; with the core alone (npm's package `pyodide`) an empty NumPy and a desk
that only gives back what it hears stand in, and all that is JavaScript is tried.
"""

import ast
import hashlib
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from browser.live_page import Site
from cnnlab import explore
from cnnlab.explore.live import desk, in_page
from cnnlab.explore.live.in_page import CORE, build, distribution

FOLDER = os.environ.get("CNNLAB_PYODIDE")
ECHO = """
import json
from collections.abc import Callable
from typing import Any
Desk = lambda makers: makers
def makers(recipes):
    class Echo:
        def hear(self, text):
            told = json.loads(text)
            return [(json.dumps({"place": told["place"], "kind": "fault", "sizes": [], "words": repr(told)}), b"ab")]
    return Echo()
"""


def test_without_a_distribution_nothing_is_written(tmp_path):
    assert build(tmp_path, None, {"one": "explore.Logits()"}) is None and not list(tmp_path.iterdir())


def test_a_folder_that_lacks_something_is_refused_by_the_name_of_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"is no Pyodide distribution: pyodide.mjs is missing"):
        distribution(tmp_path)
    for name in (*CORE, "pyodide.asm.js"):
        (tmp_path / name).write_text("")
    lock = {"packages": {"numpy": {"file_name": "numpy-1.whl", "sha256": "0" * 64, "depends": []}}}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps(lock))
    with pytest.raises(FileNotFoundError, match=r"lacks numpy-1.whl, .*the core alone \(npm's package\) has no NumPy"):
        build(tmp_path / "out", tmp_path, {})
    (tmp_path / "numpy-1.whl").write_bytes(b"another")
    with pytest.raises(ValueError, match=r"where pyodide-lock.json says 0000"):
        distribution(tmp_path)
    lock["packages"]["numpy"]["sha256"] = hashlib.sha256(b"another").hexdigest()
    (tmp_path / "pyodide-lock.json").write_text(json.dumps(lock))
    live = build(tmp_path / "out", tmp_path, {"one": "explore.Logits()"})
    assert {path.name for path in (live.folder / "pyodide").iterdir()} == {*CORE, "pyodide.asm.js", "numpy-1.whl"}
    assert f"({live.bytes / 1e6:.0f} MB, once)" in live.words and live.words in (live.folder / "live.js").read_text()


def test_the_archive_holds_all_that_explorers_need_and_is_the_same_every_time(tmp_path):
    in_page._archive(tmp_path / "one.zip")
    in_page._archive(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    names = zipfile.ZipFile(tmp_path / "one.zip").namelist()
    assert {"cnnlab/style.json", "cnnlab/explore/live/desk.py", "cnnlab/data/photos/chelsea.png"} <= set(names)
    assert not [name for name in names if name.endswith((".pyc", ".ipynb"))]


def core_alone(folder, given):
    """A distribution with an empty NumPy in the place of the one that its lock names."""
    for name in (*CORE, "pyodide.asm.mjs", "pyodide.asm.js"):
        if (given / name).is_file():
            shutil.copyfile(given / name, folder / name)
    wheel = folder / "numpy-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("numpy/__init__.py", "")
        archive.writestr("numpy-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: numpy\nVersion: 0\n")
        archive.writestr("numpy-0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("numpy-0.dist-info/RECORD", "")
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock["packages"]["numpy"] |= {"file_name": wheel.name, "sha256": digest, "depends": []}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


def echo(path):
    """An archive with the end of desk.py that stands in the worker, and a desk that says what it hears."""
    whole = ast.parse(Path(desk.__file__).read_text(encoding="utf-8"))
    (end,) = (part for part in whole.body if isinstance(part, ast.FunctionDef) and part.name == "in_worker")
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("cnnlab", "cnnlab/explore", "cnnlab/explore/live"):
            archive.writestr(f"{name}/__init__.py", "")
        archive.writestr("cnnlab/explore/live/desk.py", ECHO + ast.unparse(end))


@pytest.mark.skipif(not FOLDER, reason="CNNLAB_PYODIDE names no folder with a Pyodide distribution")
def test_pyodide_comes_into_the_page(chromium, tmp_path):
    given = Path(FOLDER)
    try:
        whole = bool(distribution(given))
    except FileNotFoundError:
        whole = False
        (tmp_path / "core").mkdir()
        given = core_alone(tmp_path / "core", given)
    (tmp_path / "site").mkdir()
    made = {"logits": explore.Logits()}
    with Site(tmp_path / "site", made, {"logits": "explore.Logits()"}, pyodide=given) as site:
        if not whole:
            echo(site.live.folder / "cnnlab.zip")
        page = chromium.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(site.url)
        page.wait_for_function("() => document.querySelector('[data-ready]')")
        page.get_by_role("button", name="Go live").click()
        words = "Live: Python runs" if whole else "could not take over"
        page.get_by_text(words).wait_for(timeout=120_000)
        said = page.locator(".cnnlab-note").inner_text()
        assert whole or ("'do': 'open'" in said and "'name': 'logits'" in said and "None" not in said), said
        assert all(url.startswith(site.url) for url in asked)
        page.close()
