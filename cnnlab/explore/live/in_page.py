"""What a page of recordings needs so that its explorers can go live: Python, NumPy and cnnlab, to run in a worker.

Nothing of it is fetched before a reader asks for it, and nothing from elsewhere: Pyodide lies in a folder that whoever
builds the page has (its release, which holds NumPy's wheel; npm's package `pyodide` does not), and is copied.
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cnnlab.datasets import embedded
from cnnlab.explore.live.bundle import bundle
from cnnlab.explore.live.desk import makers

__all__ = ["LivePage", "build"]

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1]
CORE = ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LINKED = ("pyodide.asm.mjs", "pyodide.asm.js")  # one of them, by its age
LABEL = "Go live"
STAMP = (1980, 1, 1, 0, 0, 0)  # of files in the archive, so that the same sources make the same bytes


class LivePage(NamedTuple):
    """What was written.

    Parameters
    ----------
    folder : Path
        Where it lies; a page names `live.js` in it, behind the script of the recordings.
    bytes : int
        What a reader fetches who asks for Python, before the server compresses anything.
    words : str
        The sentence beside the button.
    """

    folder: Path
    bytes: int
    words: str


def build(out: Path, pyodide: Path | None, recipes: Mapping[str, str], script: Path | None = None) -> LivePage | None:
    """Write what the pages of a folder need to go live.

    Parameters
    ----------
    out : Path
        Of the pages; all goes into `live` in it.
    pyodide : Path or None
        A folder with a Pyodide distribution, NumPy's wheel among its files. Without one nothing is written, and no page
        has a button.
    recipes : dict of str to str
        Python sources by the names that pages give in data-live; each ends in an explorer, see `desk.makers`.
    script : Path, optional
        Another script for the worker than the one that starts Pyodide; then there need not be any.

    Returns
    -------
    page : LivePage or None
        None without a distribution.

    Raises
    ------
    FileNotFoundError
        If the folder lacks a file that is needed; the message names it.
    ValueError
        If NumPy's wheel is not the one that the distribution names, or a recipe cannot be read.
    """
    if pyodide is None and script is None:
        return None
    makers(recipes)  # what cannot be read is said here, not on the page
    folder = Path(out) / "live"
    folder.mkdir(parents=True, exist_ok=True)
    if pyodide is not None:
        (folder / "pyodide").mkdir(exist_ok=True)
        for path in distribution(Path(pyodide)):
            shutil.copyfile(path, folder / "pyodide" / path.name)
    _archive(folder / "cnnlab.zip")
    (folder / "recipes.json").write_text(json.dumps(dict(recipes), ensure_ascii=False), encoding="utf-8")
    shutil.copyfile(script or HERE / "js" / "worker" / "pyodide.js", folder / "worker.js")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "live.js")
    words = f"Python comes into this page ({size / 1e6:.0f} MB, once), and every control works."
    (folder / "live.js").write_text(_script(words), encoding="utf-8")
    return LivePage(folder, size, words)


def distribution(pyodide: Path) -> list[Path]:
    """The files of a Pyodide distribution that a page needs.

    Parameters
    ----------
    pyodide : Path
        The folder.

    Returns
    -------
    files : list of Path
        Its core, and NumPy's wheel.

    Raises
    ------
    FileNotFoundError
        If one of them is missing.
    ValueError
        If the wheel is not the one that the distribution names.
    """
    linked = next((name for name in LINKED if (pyodide / name).is_file()), LINKED[0])
    files = [pyodide / name for name in (*CORE, linked)]
    for path in files:
        if not path.is_file():
            raise FileNotFoundError(f"{pyodide} is no Pyodide distribution: {path.name} is missing")
    packages = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    for needed in _with_what_it_needs("numpy", packages):
        wheel = pyodide / Path(packages[needed]["file_name"]).name
        if not wheel.is_file():
            raise FileNotFoundError(
                f"{pyodide} lacks {wheel.name}, which its pyodide-lock.json names: the core alone (npm's package) has "
                "no NumPy; Pyodide's release has it"
            )
        came = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if came != packages[needed]["sha256"]:
            raise ValueError(f"{wheel} has sha256 {came}, where pyodide-lock.json says {packages[needed]['sha256']}")
        files.append(wheel)
    return files


def _with_what_it_needs(name: str, packages: Mapping[str, Mapping[str, list[str]]]) -> Iterator[str]:
    yield name
    for other in packages[name].get("depends", []):
        yield from _with_what_it_needs(other, packages)


def _archive(path: Path) -> None:
    """The package and what is embedded, the same bytes from the same sources."""
    data = embedded("digits.npz").parent
    sources = [file for file in _files(PACKAGE) if data not in file.parents]
    files = {f"cnnlab/{file.relative_to(PACKAGE).as_posix()}": file for file in sources}
    files |= {f"cnnlab/data/{file.relative_to(data).as_posix()}": file for file in _files(data)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, STAMP), file.read_bytes(), zipfile.ZIP_DEFLATED)


def _files(folder: Path) -> list[Path]:
    kinds = {".py", ".json", ".npz", ".png", ".css"}
    return [file for file in folder.rglob("*") if file.suffix in kinds and "notebooks" not in file.parts]


def _script(words: str) -> str:
    """live.js: one classic script that comes behind that of the recordings."""
    module, _, last = bundle(HERE / "js" / "worker" / "live.js").rstrip().rpartition("\n")
    about = json.dumps({"label": LABEL, "words": words, "worker": "worker.js"}, ensure_ascii=False)
    return f"""(() => {{
"use strict";
const base = document.currentScript.src;
{module}
{last.removeprefix("export default ").removesuffix(";")}.begin({about}, base);
}})();
"""
