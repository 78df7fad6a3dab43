"""How long a notebook takes a learner, in minutes: counted from what stands in it.

    words / 150 a minute  +  1.5 a question  +  3 an exercise  +  2 an explorer,  to the nearest five minutes

Words are those of the text and of the questions; code is read while one answers.  An explorer counts wherever a cell
makes one, an exercise once.
"""

import ast
import re
from types import SimpleNamespace

WORDS, QUESTION, EXERCISE, EXPLORER = 150, 1.5, 3, 2
STEP = 5
PAUSE = "A good place to pause"
STATED = re.compile(r"(?<= · )\d+(?= minutes · you need: )")
# What else `check` offers.
NO_EXERCISES = {"predict", "after", "forget", "lend", "progress", "names", "register", "withhold_solutions"}


def words(text):
    """How many words there are in a text: numbers and signs are none."""
    return len(re.findall(r"[^\W\d_][\w'-]*", text))


def counted(notebook):
    """(words, questions, exercises, explorers) of a notebook."""
    read = sum(words(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    questions, exercises, explorers = 0, set(), 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for room, name, call in _calls(cell.source):
                if room == "explore":
                    explorers += 1
                elif name == "predict":
                    questions += 1
                    read += sum(words(part.value) for part in ast.walk(call) if _is_text(part))
                elif name not in NO_EXERCISES:
                    exercises.add(name)
    return read, questions, len(exercises), explorers


def minutes(notebook):
    """How long a notebook takes, to the nearest five minutes."""
    read, questions, exercises, explorers = counted(notebook)
    exact = read / WORDS + QUESTION * questions + EXERCISE * exercises + EXPLORER * explorers
    return max(STEP, STEP * round(exact / STEP))


def sittings(notebook):
    """The minutes of each sitting; a cell of text with PAUSE in it begins another one."""
    parts = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and PAUSE in cell.source:
            parts.append([])
        parts[-1].append(cell)
    return [minutes(SimpleNamespace(cells=part)) for part in parts]


def with_minutes(source, notebook):
    """The first cell of a notebook, its minutes those that are counted."""
    return STATED.sub(str(minutes(notebook)), source, count=1)


def _calls(source):
    """(room, name, call) of each check.NAME(...) and explore.NAME(...) in the source of a cell."""
    plain = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    for call in ast.walk(ast.parse(plain)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            room = call.func.value
            if isinstance(room, ast.Name) and room.id in ("check", "explore"):
                yield room.id, call.func.attr, call


def _is_text(part):
    return isinstance(part, ast.Constant) and isinstance(part.value, str)
