"""Notebooks, run for the site, and what they showed, kept until something changes that they are made of.

A run is kept under a digest of the notebook's code, of the package's Python and of its data; the recordings of its
explorers lie beside it. What paints on the page (explore/live/js) is no part of it.
"""

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tools import notebooks
from tools.website.inside import EXPLORER

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "site"
LONGEST = 1800  # seconds that a cell may take with the recording of its explorer
KEPT = 4  # runs of each notebook; older ones are removed


@dataclass
class Run:
    """A notebook that was run.

    notebook : with its outputs, as inside.py makes them.
    folder : its recordings, a file KEY.js each.
    seconds : that it took, 0 where it was kept.
    """

    name: str
    notebook: nbformat.NotebookNode
    folder: Path
    seconds: float

    def explorers(self) -> list[dict]:
        """What is known of each recording, in the order in which the page shows them."""
        outputs = (output for cell in self.notebook.cells for output in cell.get("outputs", []))
        return [output.data[EXPLORER] for output in outputs if EXPLORER in output.get("data", {})]


def made_of(files: Iterable[Path]) -> str:
    """A digest of files, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).digest()
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + content)
    return digest.hexdigest()


def ingredients() -> str:
    """A digest of what any notebook's outputs are made of, beside the notebook itself."""
    sources = [*(ROOT / "cnnlab").rglob("*.py"), *(ROOT / "cnnlab").glob("*.json")]
    data = [path for path in (ROOT / "data").rglob("*") if path.is_file()]
    return made_of([*sources, *data, Path(__file__).with_name("inside.py")]) + sys.version


def digest_of(notebook: nbformat.NotebookNode, rest: str, wish: dict[str, Any]) -> str:
    """What a run of a notebook is kept under: words and old outputs do not matter."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps([code, rest, wish]).encode()).hexdigest()[:24]


def run(path: Path, rest: str, wish: dict[str, Any], tell: Callable[[str], None], cache: Path) -> Run:
    """Run a notebook, or find what it showed when it was run last.

    rest : of `ingredients()`. wish : what else than usual is asked of `Explorer.recording`.
    """
    notebook = nbformat.read(path, as_version=4)
    folder = cache / path.stem / digest_of(notebook, rest, wish)
    kept = folder / "shown.json"
    seconds = 0.0
    if not kept.exists():
        tell(f"running {path.stem}")
        begun = time.monotonic()
        fresh = folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        begin = f"from tools.website import inside\ninside.begin({str(fresh)!r}, {wish!r})\n"
        ran = notebooks.execute(
            notebook, path.parent, begin=f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{begin}", timeout=LONGEST
        )
        shown = [cell.get("outputs", []) for cell in ran.cells]
        (fresh / "shown.json").write_text(json.dumps(shown), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
        seconds = time.monotonic() - begun
        tell(f"{path.stem}: {seconds:.0f} s")
    _forget(folder)
    for cell, outputs in zip(notebook.cells, json.loads(kept.read_text(encoding="utf-8")), strict=True):
        if cell.cell_type == "code":
            cell.outputs = nbformat.from_dict(outputs)
    return Run(path.stem, notebook, folder, seconds)


def _forget(folder: Path) -> None:
    """Mark a run as used, and remove those of its notebook that were not used for longest."""
    folder.touch()
    others = sorted(folder.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
