"""Students' notebooks, made of the real ones: right, wrong, broken and forged."""

import copy
import json

from cnnlab import check
from cnnlab.check.toolkit.verdict import MIME
from cnnlab.teaching.assigning import clean
from cnnlab.teaching.originals import original
from cnnlab.teaching.source import checks, question

IMPORTS = "import numpy as np\n\nfrom cnnlab import check, ops"


def outputs(shown):
    """What a cell's file holds when its last value was shown."""
    data = json.loads(json.dumps(shown._repr_mimebundle_()))
    return [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}]


def forged(note, words="✓ Right."):
    """An output that somebody typed."""
    data = {MIME: note, "text/plain": words}
    return [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}]


def code(source, shown=()):
    return {
        "cell_type": "code",
        "id": "one",
        "metadata": {},
        "source": source,
        "execution_count": 1,
        "outputs": [*shown],
    }


def worked(name, answers=None, hints=0, predicted=True):
    """A notebook whose cells were run: its right answers, or others by name, and its predictions, right ones or none.

    answers : {exercise: a Mistake's answer, or ... for none}.
    """
    whole = clean(original(name))
    for cell in whole["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        cell["execution_count"] = 1
        if (one := question(source)) and predicted:
            note = {"question": one.name, "choice": one.right, "right": True, "mistake": ""}
            cell["outputs"] = forged(note, one.text)
        for call in checks(source):
            exercise = getattr(check, call.name)
            answer = (answers or {}).get(call.name, exercise.right)
            verdict = exercise(answer)
            verdict.about = {"exercise": call.name, "attempts": 1, "hints": hints}
            cell["outputs"] = outputs(verdict)
    return whole


def small(*sources):
    """A notebook of a few cells, which runs in a moment."""
    cells = [code(source) for source in (IMPORTS, *sources)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": copy.deepcopy(cells)}


def hand_in(folder, name, whole):
    """Put a notebook into the folder of what was handed in."""
    folder.mkdir(exist_ok=True)
    text = whole if isinstance(whole, str) else json.dumps(whole)
    (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")


def check_cell(whole, name):
    """The cell of a check."""
    return next(
        cell
        for cell in whole["cells"]
        if cell["cell_type"] == "code" and any(one.name == name for one in checks("".join(cell["source"])))
    )
