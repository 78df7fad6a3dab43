"""In the process that runs a student's cells: run them, and say what they hand to the checks.

What is said here decides nothing.  Where an answer claims to be right, the values that it gives are sent along, and the
process that grades compares them with the right ones itself: no line of a student runs there.
"""

import contextlib
import copy
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from cnnlab.check.toolkit.exercise import Exercise
from cnnlab.check.toolkit.verdict import Verdict
from cnnlab.files import said
from cnnlab.teaching.wire import packed

Say = Callable[[dict[str, Any]], None]
MOST = 200  # claims of a notebook: one that asks more often tries all answers


def main(cells: Sequence[tuple[int, str]], about: dict[str, Any]) -> NoReturn:
    """Run cells, as their notebook would, and wait to be ended.

    Parameters
    ----------
    cells : list of (int, str)
        Their numbers and sources.
    about : dict
        What is said first: of the limits.
    """
    say = _private_way_out()
    say({"begun": about})
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=settings)
    for name in ("showtraceback", "showsyntaxerror"):  # nobody reads them here
        setattr(shell, name, lambda *one, **other: None)
    now = [0]
    listen(say, now)
    for number, source in cells:
        now[0] = number
        say({"cell": number})
        result = shell.run_cell(source, silent=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            say({"stopped": number, "why": f"{type(error).__name__}: {said(error)}"})
    say({"done": True})
    while True:  # what was begun here is still known to be of this process when all of them are ended
        time.sleep(60)


def listen(say: Say, now: Sequence[int]) -> None:
    """Have every check say what it was asked.

    Parameters
    ----------
    say : function
        Takes a message.
    now : list of int
        Its first number is that of the cell that runs.
    """
    check, told = Exercise.__call__, [0]

    def heard(self: Exercise, answer: Any = ...) -> Verdict:
        verdict = check(self, answer)
        told[0] += 1
        if told[0] <= MOST:
            say({"at": now[0], **claim(self, answer, verdict)})
        return verdict

    setattr(Exercise, "__call__", heard)  # noqa: B010 - a method, which must not be assigned to otherwise


def claim(exercise: Exercise, answer: Any, verdict: Verdict) -> dict[str, Any]:
    """What an answer claims to be, with its values where it claims to be right.

    Parameters
    ----------
    exercise : Exercise
        That was asked.
    answer : object
        The learner's.
    verdict : Verdict
        What the check said here.

    Returns
    -------
    message : dict
        For JSON.
    """
    message = {"exercise": exercise.name, "right": verdict.right, "mistake": verdict.mistake}
    if verdict.right is not True:
        return message
    if answer is exercise.right and callable(answer):
        return message | {"lent": True}
    try:
        if not callable(exercise.right):
            return message | {"values": [packed(answer)]}
        with np.errstate(all="ignore"):
            return message | {"values": [packed(answer(*copy.deepcopy(one))) for one in exercise.inputs]}
    except Exception as problem:
        return message | {"lost": said(problem)}


def _private_way_out() -> Say:
    """Where messages go; what the cells print leads nowhere from now on, and nothing is there to be read."""
    way = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdin = open(os.devnull)

    def say(message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            way.write(json.dumps(message).encode() + b"\n")
            way.flush()

    return say
