"""docs/out_and_back.md: its programs run, and its table names every layer."""

import re
from pathlib import Path

import pytest

from cnnlab import layers

PAGE = (Path(__file__).parents[2] / "docs" / "out_and_back.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_programs_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(PROGRAMS) == 2 and "import torch" in PROGRAMS[1]
    known = {}
    exec(PROGRAMS[0], known)
    pytest.importorskip("torch", reason="PyTorch is not installed, and no part of the test extra")
    exec(PROGRAMS[1], known)
    assert known["back"].parameter_count == 9760


def test_the_table_names_every_layer():
    table = PAGE.partition("## What each layer is elsewhere")[2].partition("The modules")[0]
    named = set(re.findall(r"`(\w+)`", table.replace("|", " | ")))
    kinds = {name for name, kind in layers.KINDS.items() if not name.startswith("_")}
    assert kinds <= named
