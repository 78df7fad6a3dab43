"""Every exercise: its solution passes, its stub gets help, and each of at least five mistakes is rejected with its own
reply.
"""

import ast
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from check.strange import Guarded

from cnnlab import check, ops
from cnnlab.check.toolkit.exercise import REGISTER

EXERCISES = sorted(REGISTER)
FUNCTIONS = [name for name in EXERCISES if callable(REGISTER[name].right)]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_is_right_and_the_stub_gets_the_question(name):
    exercise = getattr(check, name)
    assert exercise(exercise.right).right is True
    assert exercise(...).right is None and exercise.question in str(exercise(...))
    assert len(exercise.solution()) > 0
    assert len({str(exercise.hint(level)) for level in (1, 2, 3)}) == 3


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_unfinished_function_is_told_so_in_whole_sentences(name):
    """No sign of punctuation stands behind a blank, where a blank to be filled ends a sentence."""
    said = str(getattr(check, name)(lambda *_: ...))
    assert "Your function still returns `...`" in said and not re.search(r" [.,;:!?](?=\s|$)", said), said


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_solution_as_text_runs_and_passes(name):
    exercise, scope = getattr(check, name), {"np": np, "ops": ops}  # as its notebook imports them
    text = exercise.solution()
    (function,) = ast.parse(text).body
    exec(text, scope)
    assert exercise(scope[function.name]).right is True


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_is_rejected_and_called_by_its_name(name):
    exercise = getattr(check, name)
    assert len(exercise.mistakes) >= 5
    replies = set()
    for mistake in exercise.mistakes:
        verdict = exercise(mistake.answer)
        assert verdict.right is False, f"{name} accepts the mistake {mistake.name!r}"
        assert verdict.mistake == mistake.name, f"{name} takes {mistake.name!r} for {verdict.mistake!r}"
        replies.add(str(verdict))
    assert len(replies) == len(exercise.mistakes)


@pytest.mark.parametrize("room", ["foundations", "convolution", "history"])
def test_every_notebook_has_its_table_of_first_attempts(room):
    modules = sys.modules[f"cnnlab.check.{room}"]
    told = {exercise.name for exercise in modules.EXERCISES}
    tables = {path.name.removesuffix("_attempts.py") for path in (Path(__file__).parent / room).glob("*_attempts.py")}
    for name in [path.stem for path in Path(modules.__file__).parent.glob("*.py")]:
        module = getattr(modules, name, None)
        if f"test_{name}" in tables:
            told -= {exercise.name for exercise in module.EXERCISES}
    assert not told, "each exercise is tried in a table, which test_NAME_attempts.py asks to be whole"


@pytest.mark.parametrize(
    "wild", [None, object(), {}, [..., 1], "x", float("nan"), np.zeros((2, 2)), lambda: 1, [[1], [2, 3]], Guarded()]
)
@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_that_a_learner_passes_raises(name, wild):
    assert getattr(check, name)(wild).right is not True
