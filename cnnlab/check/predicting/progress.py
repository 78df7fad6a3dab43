"""How far one has come: a table and a picture of what is kept."""

import html
from os import PathLike
from pathlib import Path
from typing import Any

from cnnlab import draw
from cnnlab.check.series import EXERCISES, NOTEBOOKS, QUESTIONS
from cnnlab.check.toolkit.kept import Kept, Note, count, kept
from cnnlab.picture import Picture

# What a mark says, for questions and exercises: in the legend, and in this order.
SAID = ("predicted, right", "predicted, a surprise", "shown without choosing", "question, not yet")
DONE = ("solved without a hint", "solved with hints", "tried", "exercise, not yet")
HEAD = ("notebook", "questions", "predicted", "right", "shown", "exercises", "solved", "hints")


class Progress:
    """What was predicted and solved, by notebook.

    Parameters
    ----------
    folder : str or Path, optional
        Of the notebooks that were worked on; by default what this notebook knows.

    Attributes
    ----------
    rows : list of tuple
        For each notebook its name, and how many questions it has, predicted, predicted rightly, shown without
        choosing; how many exercises, solved, and the hints that these took.

    Raises
    ------
    FileNotFoundError
        If nothing is kept in that folder.
    """

    def __init__(self, folder: str | PathLike[str] | None = None) -> None:
        notes = kept() if folder is None else Kept(_place(folder))
        notes.read()
        self.rows: list[tuple[str, *tuple[int, ...]]] = []
        self.marks: dict[str, list[str]] = {}
        for notebook in NOTEBOOKS:
            asked = [notes.get("questions", name) for name, home in QUESTIONS.items() if home == notebook]
            tried = [notes.get("exercises", name) for name, home in EXERCISES.items() if home == notebook]
            solved = [note for note in tried if note.get("solved") is True]
            said, done = [_said(note) for note in asked], [_done(note) for note in tried]
            right, wrong, shown = (said.count(word) for word in SAID[:3])
            hints = sum(count(note, "hints") for note in solved)
            self.rows.append((notebook, len(asked), right + wrong, right, shown, len(tried), len(solved), hints))
            self.marks[notebook] = said + done

    def picture(self) -> Picture:
        """The series as a picture: a row for each notebook, a mark for each question and each exercise.

        Returns
        -------
        picture : Picture
            Its caption is the last line of the table.
        """
        return draw.tally(self.marks, {"o": SAID, "s": DONE}, caption=str(self).splitlines()[-1])

    def __str__(self) -> str:
        total = ("in all", *(sum(numbers) for numbers in list(zip(*self.rows, strict=True))[1:]))
        wide = max(len(str(row[0])) for row in self.rows)
        lines = [
            f"{row[0]!s:{wide}}"
            + "".join(f"{cell!s:>{len(head) + 2}}" for head, cell in zip(HEAD[1:], row[1:], strict=True))
            for row in (HEAD, *self.rows, total)
        ]
        _, asked, predicted, right, _, exercises, solved, hints = total
        lines += [
            "",
            f"{predicted} of {asked} questions predicted, {right} of them right; {solved} of {exercises} exercises "
            f"solved, with {hints} hints.",
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        picture = self.picture()
        table, _ = str(self).rsplit("\n\n", 1)  # the last line is the caption of the picture
        words = f"{picture.html()}\n<pre>{html.escape(table)}</pre>"
        return {"text/html": words, "image/png": picture.png(), "text/plain": str(self)}


def _said(note: Note) -> str:
    if note.get("shown"):
        return SAID[2]
    return SAID[3] if "choice" not in note else SAID[0] if note.get("right") is True else SAID[1]


def _done(note: Note) -> str:
    if note.get("solved") is True:
        return DONE[1] if count(note, "hints") else DONE[0]
    return DONE[2] if count(note, "attempts") or count(note, "hints") else DONE[3]


def progress(folder: str | PathLike[str] | None = None) -> Progress:
    """How far you have come: what you predicted and how often you were right, and what you solved, with how many hints.

    Parameters
    ----------
    folder : str or Path, optional
        Of the notebooks that were worked on; by default what this notebook knows.

    Returns
    -------
    progress : Progress
        A table and, in a notebook, a picture, over the series.

    Raises
    ------
    FileNotFoundError
        If nothing is kept in that folder.
    """
    return Progress(folder)


def _place(folder: str | PathLike[str]) -> Path:
    place = Path(folder).expanduser() / ".cnnlab" / "progress.json"
    if not place.is_file():
        raise FileNotFoundError(
            f"folder must be that of notebooks in which something was predicted or solved; there is no {place}"
        )
    return place
