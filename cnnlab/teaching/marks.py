"""The marks of one notebook, and a table of them that is safe for spreadsheets."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from cnnlab.files import PathLike, in_one_stroke, plain

FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "＝",
    "＋",
    "－",
    "＠",
)  # what spreadsheets take for one begins so
LONGEST = 2_000  # characters of a cell: a spreadsheet takes 32,767
COLUMNS = (
    "file",
    "notebook",
    "graded",
    "right",
    "exercises",
    "hints",
    "solutions_read",
    "predicted",
    "predicted_right",
    "questions",
    "not_right",
    "problems",
)


@dataclass
class Marks:
    """What is known of one notebook that was handed in.

    Parameters
    ----------
    file : str
        Where it lies, below the folder that is graded.
    notebook : str
        Which of the series it is; "" if that is not known.
    graded : {"yes", "in part", "no"}
        Whether all of it could be graded.
    right, exercises : int
        How many exercises are right, and how many the notebook has.
    hints : int
        That were asked for, in all.
    solutions_read : int
        Exercises whose solution was read before they were right.
    predicted, predicted_right, questions : int
        Predictions that were made, those that were right, and how many the notebook asks for.
    states : dict of str to str
        Of each exercise: "right", or what it is instead.
    problems : list of str
        What is amiss with the file, in sentences.
    network : bool
        Whether its code was run and could have reached a network.
    """

    file: str
    notebook: str = ""
    graded: str = "no"
    right: int = 0
    exercises: int = 0
    hints: int = 0
    solutions_read: int = 0
    predicted: int = 0
    predicted_right: int = 0
    questions: int = 0
    states: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    network: bool = False

    @property
    def row(self) -> list[str]:
        """Its line in the table, in the order of COLUMNS."""
        if not self.notebook:
            return [self.file, "", self.graded, *[""] * 8, "; ".join(self.problems)]
        numbers = [self.right, self.exercises, self.hints, self.solutions_read]
        numbers += [self.predicted, self.predicted_right, self.questions]
        left = [f"{name} ({state})" for name, state in self.states.items() if state != "right"]
        return [self.file, self.notebook, self.graded, *map(str, numbers), "; ".join(left), "; ".join(self.problems)]

    def __str__(self) -> str:
        if not self.notebook:
            return f"{self.file}: not graded"
        part = "" if self.graded == "yes" else ", graded in part" if self.graded == "in part" else ", not graded"
        said = f"{self.right} of {self.exercises} right, {self.predicted} of {self.questions} predicted"
        return f"{self.file}: {self.notebook}, {said}{part}"


def safe(words: str) -> str:
    """Words for a cell of a spreadsheet: none of them a formula, no letter that moves a cursor, not too many.

    Parameters
    ----------
    words : str
        Names of files and what notebooks say may be among them.

    Returns
    -------
    words : str
        With an apostrophe before what would begin a formula.
    """
    marked = "'" + words if words.lstrip(" \u00a0").startswith(FORMULA) else words
    said = plain(marked.replace("\n", " "))
    return said if len(said) <= LONGEST else said[: LONGEST - 4] + " ..."


def write(marks: Sequence[Marks], path: PathLike) -> None:
    """Write the table, as spreadsheets of any language read it: UTF-8 with a mark, commas, quotes where needed.

    Parameters
    ----------
    marks : list of Marks
        A line each.
    path : str or Path
        Where.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows([safe(cell) for cell in one.row] for one in marks)
    with in_one_stroke(path) as file:
        file.write(text.getvalue().encode("utf-8-sig"))
