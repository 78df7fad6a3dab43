"""The notebooks of the series as they come with cnnlab: their cells, questions and exercises."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cnnlab.check.series import EXERCISES, QUESTIONS
from cnnlab.files import read_json
from cnnlab.teaching.shipped import sources
from cnnlab.teaching.source import Question, checks, question


@dataclass(frozen=True)
class Original:
    """One notebook of the series.

    Parameters
    ----------
    name : str
        Without its ending, such as "11_pooling".
    whole : dict
        What its file says.
    """

    name: str
    whole: dict[str, Any]

    @property
    def code(self) -> list[str]:
        """The sources of its cells of code."""
        return ["".join(cell["source"]) for cell in self.whole["cells"] if cell["cell_type"] == "code"]

    @property
    def questions(self) -> dict[str, Question]:
        """Its predictions, by name."""
        asked = filter(None, map(question, self.code))
        return {one.name: one for one in asked if QUESTIONS.get(one.name) == self.name}

    @property
    def exercises(self) -> list[str]:
        """Its exercises, in the order in which they are asked."""
        asked = dict.fromkeys(one.name for source in self.code for one in checks(source))
        return [name for name in asked if EXERCISES.get(name) == self.name]


@cache
def original(name: str) -> Original:
    """A notebook by its number or its name; read once.

    Parameters
    ----------
    name : str
        "09", "9", "09_backprop_is_correlation", with or without .ipynb.

    Returns
    -------
    notebook : Original

    Raises
    ------
    ValueError
        If there is none.
    """
    known = {path.stem: path for path in sources()}
    wanted = Path(name).name.removesuffix(".ipynb")
    if wanted.isascii() and wanted.isdigit():
        wanted = next((stem for stem in known if int(stem[:2]) == int(wanted)), wanted)
    if wanted not in known:
        raise ValueError(f"there is no notebook {name!r}; there are {', '.join(known)}")
    return Original(wanted, read_json(known[wanted]))


def likeliest(cells: Sequence[str]) -> str | None:
    """Which notebook of the series cells of code come from: the one whose questions and exercises are most of theirs.

    Parameters
    ----------
    cells : list of str
        Their sources.

    Returns
    -------
    name : str or None
        None where nothing of the series is in them.
    """
    counts: dict[str, int] = {}
    for source in cells:
        asked = question(source)
        names = {EXERCISES.get(one.name) for one in checks(source)} | {QUESTIONS.get(asked.name) if asked else None}
        for name in filter(None, names):
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None
