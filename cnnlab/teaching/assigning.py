"""Clean copies of notebooks for students: without outputs, with a place that says what to hand in."""

import copy
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cnnlab import __version__, arguments
from cnnlab.files import PathLike, in_one_stroke
from cnnlab.teaching.originals import Original, original
from cnnlab.teaching.source import checks, question

Cell = dict[str, Any]
CHECK = re.compile(r"^from cnnlab import .*\bcheck\b|^import .*\bcheck\b", re.MULTILINE)
HAND_IN = """## Hand in

1. **Kernel > Restart Kernel and Run All Cells.** What you chose and solved is kept beside the notebook: nothing of it
   is lost.
2. Read what stands below your exercises: ✓ is right, ✗ is not yet, … has no answer yet. What is not right may stay so.
3. **File > Save Notebook**, and hand in this one file, `{name}.ipynb`, with its outputs: they hold what the checks
   have said."""


def assign(
    names: Sequence[str], folder: PathLike, solutions: bool = True, nbgrader: bool = False, points: float = 1
) -> list[Path]:
    """Write clean copies of notebooks for students into a folder.

    Outputs are cleared, but for the words of questions, which hold no answer; a last cell says what to hand in.

    Parameters
    ----------
    names : list of str
        Numbers or names, such as "09".
    folder : str or Path
        Made where it is missing; nothing in it is written over.
    solutions : bool
        False has `.solution()` tell no solution in these copies (`check.withhold_solutions`).
    nbgrader : bool
        Make the cell of each check one that nbgrader grades: its metadata (schema version 3) and a hidden test.
    points : float
        Of each exercise, in nbgrader's metadata.

    Returns
    -------
    places : list of Path
        Of the copies.

    Raises
    ------
    ValueError
        For a notebook that there is not, or points that are not positive.
    FileExistsError
        If one of the copies is there already; then none is written.
    OSError
        Where nothing can be written.
    """
    points = arguments.positive("points", points)
    folder = Path(folder).expanduser()
    chosen = list({one.name: one for one in map(original, names)}.values())
    places = [folder / f"{one.name}.ipynb" for one in chosen]
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"--out must be a folder for the copies; {folder} is a file")
    for place in places:
        if place.exists():
            raise FileExistsError(f"{place} is there already; nothing was written. Take another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for one, place in zip(chosen, places, strict=True):
        whole = clean(one, solutions=solutions, points=points if nbgrader else None)
        with in_one_stroke(place) as file:
            file.write((json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
    return places


def clean(one: Original, solutions: bool = True, points: float | None = None) -> dict[str, Any]:
    """A notebook as students get it, as nbformat 4.

    Parameters
    ----------
    one : Original
        The notebook.
    solutions : bool
        Whether `.solution()` tells them.
    points : float or None
        Of each exercise, for nbgrader; None leaves its metadata out.

    Returns
    -------
    whole : dict
        What the file shall say.
    """
    whole = copy.deepcopy(one.whole)
    cells: list[Cell] = []
    told = solutions
    for cell in whole["cells"]:
        cells.append(cell)
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        cell["execution_count"] = None
        cell["outputs"] = _asked(cell["outputs"]) if question(source) else []
        asked = checks(source)
        if points is not None and _is_check(source) and asked:
            cell["metadata"]["nbgrader"] = _graded(asked[0].name, points)
            cell["source"] = _with_hidden_test(source)
        if not told and CHECK.search(source):
            told = True
            cells.append(
                _code("check.withhold_solutions()  # in this notebook your teacher keeps them back", "kept-back")
            )
    cells.append({"cell_type": "markdown", "id": "hand-in", "metadata": {}, "source": HAND_IN.format(name=one.name)})
    whole["cells"] = cells
    whole["metadata"]["cnnlab"] = {"notebook": one.name, "version": __version__, "solutions": solutions}
    return whole


def _asked(outputs: Sequence[Cell]) -> list[Cell]:
    """The words of a question, so that it can be read before anything was run."""
    kept = []
    for output in outputs:
        words = {mime: text for mime, text in output.get("data", {}).items() if mime in ("text/markdown", "text/plain")}
        if words:
            kept.append({"output_type": "display_data", "metadata": {}, "data": words})
    return kept


def _is_check(source: str) -> bool:
    """Whether a cell holds a check and nothing else."""
    return source.startswith("check.") and "\n" not in source.strip()


def _graded(name: str, points: float) -> dict[str, Any]:
    """What nbgrader wants to know of a cell with tests, which students cannot change."""
    whole = int(points) if float(points).is_integer() else points
    flags = {"grade": True, "locked": True, "solution": False, "task": False}
    return {**flags, "grade_id": name, "points": whole, "schema_version": 3}


def _with_hidden_test(source: str) -> str:
    """A check never raises, and nbgrader counts what raises: its test stands in a region that students do not get."""
    line = source.strip()
    return f"{line}\n### BEGIN HIDDEN TESTS\nassert {line}\n### END HIDDEN TESTS"


def _code(source: str, name: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": source}
