"""What a notebook's outputs say of its exercises and predictions, and where they cannot have come from its cells.

Anybody can write an output into a file.  So nothing here proves anything; what does not fit is named and not counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cnnlab.check.series import EXERCISES, QUESTIONS
from cnnlab.check.toolkit.exercise import REGISTER
from cnnlab.check.toolkit.kept import count
from cnnlab.check.toolkit.verdict import Verdict
from cnnlab.files import plain
from cnnlab.teaching.originals import Original
from cnnlab.teaching.reading import Code, HandedIn, Shown
from cnnlab.teaching.source import checks, question

NEVER_RUN = "not run"


@dataclass
class Stored:
    """What the outputs of a notebook say.

    Parameters
    ----------
    states : dict of str to str
        Of each exercise of the notebook: "right", or what it is instead.
    hints : int
        That were asked for.
    solutions_read : int
        Exercises whose solution was read before they were right.
    choices : dict of str to bool
        Of each prediction that was made whether it was right.
    problems : list of str
        What does not fit.
    """

    states: dict[str, str]
    hints: int = 0
    solutions_read: int = 0
    choices: dict[str, bool] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def stored(handed: HandedIn, original: Original) -> Stored:
    """Read what the outputs of a notebook say.

    Parameters
    ----------
    handed : HandedIn
        What a student handed in.
    original : Original
        The notebook of the series that it is.

    Returns
    -------
    stored : Stored
    """
    asked = {one.name for cell in handed.cells for one in checks(cell.source)}
    found = Stored({name: NEVER_RUN if name in asked else "its check is gone" for name in original.exercises})
    seen: dict[str, list[dict[str, Any]]] = {}
    for cell in handed.cells:
        for shown in cell.shown:
            if _is_about(shown.note, "question"):
                _choice(cell, shown, original, found)
            elif _is_about(shown.note, "exercise"):
                why = doubt(cell, shown, original)
                name = str(shown.note["exercise"])
                if why:
                    found.problems.append(f"cell {cell.number}: a verdict of {_short(name)} is not counted: {why}")
                    if name in found.states and name not in seen:
                        found.states[name] = "doubtful"
                else:
                    seen.setdefault(name, []).append(shown.note)
            elif isinstance(shown.note, dict) and shown.note.get("right") is True:
                found.problems.append(f"cell {cell.number}: a verdict that names no exercise is not counted")
    for name, notes in seen.items():
        if len(notes) > 1:
            found.problems.append(f"{name} has {len(notes)} verdicts; the last one counts")
        last = notes[-1]
        found.states[name] = state(last["right"], last["mistake"])
        found.hints += min(count(last, "hints"), 3)
        found.solutions_read += last.get("solution") is True
    return found


def state(right: bool | None, mistake: str) -> str:
    """What an exercise is, in a word or two."""
    return "right" if right else "no answer yet" if right is None else mistake or "wrong"


def doubt(cell: Code, shown: Shown, original: Original) -> str:
    """Why a verdict on an exercise cannot have come from its cell; "" where it can.

    Parameters
    ----------
    cell : Code
        That holds it.
    shown : Shown
        The note and its words.
    original : Original
        The notebook of the series that it is.

    Returns
    -------
    why : str
    """
    return next(_doubts(cell, shown, original), "")


def _doubts(cell: Code, shown: Shown, original: Original) -> Iterator[str]:
    note, name = shown.note, shown.note["exercise"]
    if name not in EXERCISES:
        yield "there is no such exercise"
        return
    if EXERCISES[name] != original.name:
        yield f"it belongs to {EXERCISES[name]}"
    asked = [one for one in checks(cell.source) if one.name == name]
    if not asked:
        yield f"its cell does not ask check.{name}"
        return
    if not cell.ran:
        yield "its cell was never run"
    right, mistake = note.get("right"), note.get("mistake")
    if not (right is None or isinstance(right, bool)):
        yield "it is neither right nor wrong"
        return
    if not isinstance(mistake, str) or (mistake and right is not False):
        yield "it is no note of a check"
    if right is True and all(one.is_empty for one in asked):
        yield "there is no answer in its cell"
    if right is True and any(one.is_the_solution for one in asked):
        yield "its answer is the solution of the package"
    if not shown.words.startswith(str(Verdict(right, REGISTER[name].explain if right else ""))):
        yield "its words are not those of the check"


def _choice(cell: Code, shown: Shown, original: Original, found: Stored) -> None:
    """A note on a prediction: in the cell of the question, or behind it."""
    note, name = shown.note, str(shown.note["question"])
    if note.get("choice") is None:
        return
    why = ""
    asked = original.questions.get(name)
    here = question(cell.source)
    if name not in QUESTIONS:
        why = "there is no such question"
    elif asked is None:
        why = f"it belongs to {QUESTIONS[name]}"
    elif f'check.after("{name}")' not in cell.source and (here is None or here.name != name):
        why = f"its cell does not ask {name}"
    elif not isinstance(note["choice"], str) or note["choice"] not in asked.answers:
        why = "there is no such answer"
    elif note.get("right") is not (note["choice"] == asked.right):
        why = "its answer is not what it says"
    if why or asked is None:
        found.problems.append(f"cell {cell.number}: a choice in {_short(name)} is not counted: {why}")
    elif name not in found.choices:  # the first choice is the prediction
        found.choices[name] = note["choice"] == asked.right


def _is_about(note: Any, kind: str) -> bool:
    return isinstance(note, dict) and isinstance(note.get(kind), str)


def _short(name: str) -> str:
    return plain(name if len(name) <= 40 else name[:37] + "...")
