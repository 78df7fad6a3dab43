"""How far one has come: numbers, words and a picture of what is kept."""

import re

import pytest

from cnnlab import check, draw
from cnnlab.check.series import EXERCISES, NOTEBOOKS, QUESTIONS
from cnnlab.check.toolkit import kept as module
from cnnlab.check.toolkit.kept import Kept


@pytest.fixture
def notes(monkeypatch):
    notes = Kept(None)
    monkeypatch.setattr(module, "_kept", notes)
    for name, at_first in (("_asked", 0), ("_told", "")):  # whatever other tests have asked it
        monkeypatch.setattr(check.knot, name, at_first)
    return notes


def test_every_exercise_has_its_notebook():
    assert EXERCISES.keys() == set(check.names())
    assert set(EXERCISES.values()) | set(QUESTIONS.values()) == set(NOTEBOOKS)
    assert not QUESTIONS.keys() & EXERCISES.keys(), "one name, one thing: check.forget(name) takes both"


def test_at_first_nothing_is_done(notes):
    progress = check.progress()
    assert f"0 of {len(QUESTIONS)} questions predicted" in str(progress)
    assert all(row[2:5] == (0, 0, 0) and row[6:] == (0, 0) for row in progress.rows)


def test_what_was_predicted_and_solved_is_counted_by_notebook(notes):
    notes.note("questions", "bend", choice="left", right=True, answer="left")
    notes.note("questions", "knots", choice="10", right=False, answer="11")
    notes.note("questions", "sharp", shown=True)
    notes.note("questions", "sharp", choice="a", right=True, answer="a")  # too late: it was shown before
    check.knot(2.0)
    check.knot(2.0)  # Run All once more: no new attempt
    check.knot.hint()
    assert check.knot(1.5).note == {
        "exercise": "knot",
        "attempts": 2,
        "hints": 1,
        "right": True,
        "mistake": "",
    }
    check.knot(7.0)  # solved is solved
    check.pieces(3)
    (row,) = [row for row in check.progress().rows if row[0] == "02_second_layer"]
    questions, exercises = (list(table.values()).count("02_second_layer") for table in (QUESTIONS, EXERCISES))
    assert row == ("02_second_layer", questions, 2, 1, 1, exercises, 1, 1)
    words = str(check.progress())
    assert "2 of" in words and "1 of them right; 1 of" in words and "with 1 hints" in words
    bundle = check.progress()._repr_mimebundle_()
    assert words == bundle["text/plain"] and bundle["image/png"][:4] == b"\x89PNG"
    assert re.search(r'<img class="[\w-]+" alt="2 of \d+ questions', bundle["text/html"])
    assert "<pre>notebook" in bundle["text/html"] and '[data-jp-theme-light="false"]' in bundle["text/html"]
    assert max(map(len, words.splitlines()[:-1])) < 95, (
        "wider than a cell of a laptop's JupyterLab, its rows are broken"
    )
    check.knot._asked, check.knot._told, check.pieces._told = 0, "", ""


def test_strange_notes_count_as_nothing(notes):
    notes.note("exercises", "knot", hints="<script>", solved="yes", attempts=[])
    notes.note("questions", "bend", choice=[], right="yes", answer={})
    assert "<script>" not in check.progress()._repr_mimebundle_()["text/html"]
    assert check.predict("?", {"a": "b", "c": "d"}, "a", "bend").choice is None
    assert check.knot(1.5).note["attempts"] == 1 and check.knot.hint(2).right is None
    check.knot._asked, check.knot._told = 0, ""


def test_every_state_has_a_mark_of_its_own():
    kinds = {"o": ("a", "b", "c", "d"), "s": ("e", "f", "g", "h")}
    picture = draw.tally({"one": "abcdefgh", "two": "a"}, kinds)
    lines = picture.axes[0].lines
    looks = {(line.get_marker(), line.get_fillstyle(), line.get_color(), line.get_markerfacecolor()) for line in lines}
    assert len(lines) == 9 and len(looks) == 8
    assert picture.caption == "one: a, b, c, d, e, f, g, h; two: a"
    with pytest.raises(ValueError, match="states of kinds; got 'x'"):
        draw.tally({"one": "x"}, kinds)
