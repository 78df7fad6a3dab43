"""How long a notebook takes is counted, and each notebook states what was counted."""

from pathlib import Path

import nbformat
import pytest

from cnnlab import check
from cnnlab.check.series import EXERCISES
from tools import lesson_time

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
HEAD = "# A title: an idea\n\n*Lecture topic 1 · 90 minutes · you need: nothing*"


def notebook(*cells):
    new = {"md": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return nbformat.v4.new_notebook(cells=[new[kind](source) for kind, source in cells])


def test_words_questions_exercises_and_explorers_are_counted():
    found = lesson_time.counted(
        notebook(
            ("md", "Three plain words, and 12 numbers: $x = 2$."),
            ("code", 'check.predict("What is it?", {"this": "Yes, it is.", "that": "No."}, right="this", name="it")'),
            ("code", "%%timeit\nexplore.PiecewiseLinear()\nsecond = explore.Decisions()"),
            ("code", 'check.after("it")'),
            ("code", "print(check.knot(...))\ncheck.knot(1)\ncheck.progress()\nanalysis.knot(3)"),
        )
    )
    assert found == (6 + 3 + 1 + 3 + 1 + 1 + 1 + 1, 1, 1, 2)


def test_what_is_no_exercise_of_check_is_not_counted_as_one():
    functions = {name for name in check.__all__ if name.islower()}
    assert functions == set(lesson_time.NO_EXERCISES) and not functions & EXERCISES.keys()


def test_minutes_are_the_sum_to_the_nearest_five():
    one = notebook(("md", "word " * 1500), ("code", 'check.predict("a", {"b": "c", "d": "e"}, right="b")'))
    assert lesson_time.minutes(one) == 10  # 1,505 words take 10 minutes, the question 1.5
    one.cells.append(nbformat.v4.new_code_cell("check.knot(1)"))
    assert lesson_time.minutes(one) == 15
    assert lesson_time.minutes(notebook(("md", "short"))) == 5


def test_a_pause_begins_another_sitting():
    half = ("md", "word " * 1500)
    assert lesson_time.sittings(notebook(half, half)) == [20]
    assert lesson_time.sittings(notebook(half, ("md", f"*{lesson_time.PAUSE}.*"), half)) == [10, 10]


def test_the_first_cell_gets_the_minutes_and_keeps_all_else():
    one = notebook(("md", HEAD + "\n\nThere are 90 minutes · you need: this"))
    changed = lesson_time.with_minutes(one.cells[0].source, one)
    assert changed == one.cells[0].source.replace("90", "5", 1)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_notebook_states_its_minutes(path):
    found = nbformat.read(path, as_version=4)
    assert f" · {lesson_time.minutes(found)} minutes · " in found.cells[0].source
