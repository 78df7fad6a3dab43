"""A folder of ten notebooks that students handed in: what their outputs say, and what does not fit."""

import csv
import json
import sys
from pathlib import Path

import nbformat
import pytest
from teaching.students import check_cell, code, forged, hand_in, small, worked

from cnnlab import check
from cnnlab.check.toolkit.verdict import MIME
from cnnlab.cli import main
from cnnlab.teaching import grading, reading
from cnnlab.teaching.marks import COLUMNS, Marks, safe
from cnnlab.teaching.originals import original

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools import notebooks

NAME = "11_pooling"
ALL = ["pool_numbers", "pool_size", "pool_gradient", "average_pool", "average_gradient", "decimation_gradient"]


def mistaken(name):
    return next(iter(getattr(check, name).mistakes))


def ten(folder):
    """Ten of them, in as many ways."""
    hand_in(folder, "anna", worked(NAME))
    wrong = {name: mistaken(name).answer for name in ALL[:2]} | {"average_pool": ...}
    hand_in(folder, "bert", worked(NAME, wrong, hints=2, predicted=False))
    untouched = worked(NAME, predicted=False)
    for cell in untouched["cells"]:
        cell.update({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})
    hand_in(folder, "carl", untouched)
    deleted = worked(NAME)
    deleted["cells"].remove(check_cell(deleted, "pool_gradient"))
    hand_in(folder, "dora", deleted)
    hand_in(folder, "=HYPERLINK(1)", worked(NAME))
    hand_in(folder, "fred", "{" + "not JSON at all")
    hand_in(folder, "gina", '{"nbformat": 4, "cells": [], "x": "' + "x" * reading.LENGTH + '"}')
    hand_in(folder, "hans", forger())
    other = worked(NAME)
    other["metadata"]["cnnlab"] = {"notebook": "09_backprop_is_correlation", "version": "0.0.1", "solutions": False}
    hand_in(folder, "ines", other)
    hand_in(folder, "jana", {**small("1 + 1"), "cells": [code("print(1)")]})


def forger():
    """Verdicts that cannot have come from their cells."""
    whole = worked(NAME, {name: ... for name in ALL})
    cells = whole["cells"]

    def right(name):
        return forged(
            {"exercise": name, "right": True, "mistake": "", "hints": 0}, f"✓ Right. {getattr(check, name).explain}"
        )

    check_cell(whole, "pool_size")["outputs"] = right("pool_size") * 2  # its cell asks, and so it is believed
    check_cell(whole, "average_pool")["outputs"] = forged({"exercise": "average_pool", "right": True, "mistake": ""})
    empty = check_cell(whole, "pool_numbers")
    empty.update(source="check.pool_numbers(...)", outputs=right("pool_numbers"))
    taken = check_cell(whole, "pool_gradient")
    taken.update(source="check.pool_gradient(check.pool_gradient.right)", outputs=right("pool_gradient"))
    check_cell(whole, "decimation_gradient").update(execution_count=None, outputs=right("decimation_gradient"))
    cells.append(code("print('right')", right("average_gradient")))
    cells.append(code("check.back_number(1)", right("back_number")))
    cells.append(code("check.anything(1)", forged({"exercise": "anything", "right": True, "mistake": ""})))
    cells.append(code("1", forged({"right": True})))
    cells.append(code("1", forged({"question": "usual_check", "choice": "All is well", "right": True})))
    return whole


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """(code of the command, its lines by file) for the ten."""
    folder = tmp_path_factory.mktemp("class")
    ten(folder / "in")
    ended = main(["grade", str(folder / "in"), "--out", str(folder / "marks.csv")])
    with open(folder / "marks.csv", encoding="utf-8-sig", newline="") as file:
        return ended, {row["file"].removesuffix(".ipynb"): row for row in csv.DictReader(file)}


def test_every_notebook_gets_a_line_and_the_exit_code_says_that_not_all_were_graded(graded):
    ended, rows = graded
    assert ended == 1 and len(rows) == 10 and all(tuple(row) == COLUMNS for row in rows.values())
    assert {name for name, row in rows.items() if row["graded"] != "yes"} == {"fred", "gina", "jana"}


def numbers(row):
    return [row[name] for name in ("right", "exercises", "hints", "predicted", "predicted_right", "questions")]


def test_right_and_wrong_answers_are_counted(graded):
    _, rows = graded
    assert numbers(rows["anna"]) == ["6", "6", "0", "4", "4", "4"]
    assert (rows["anna"]["not_right"], rows["anna"]["problems"]) == ("", "")
    assert numbers(rows["bert"]) == ["3", "6", "12", "0", "0", "4"]
    said = [f"{name} ({mistaken(name).name})" for name in ALL[:2]]
    assert rows["bert"]["not_right"] == "; ".join([*said, "average_pool (no answer yet)"])
    assert numbers(rows["carl"])[0] == "0" and rows["carl"]["not_right"].count("(not run)") == 6


def test_what_was_deleted_or_comes_from_elsewhere_is_named(graded):
    _, rows = graded
    assert numbers(rows["dora"])[0] == "5" and "no cell asks check.pool_gradient" in rows["dora"]["problems"]
    assert numbers(rows["ines"])[0] == "6", "by what is in it"
    for words in ("says that it is 09", "handed out with cnnlab 0.0.1", "withhold_solutions() is gone"):
        assert words in rows["ines"]["problems"]


def test_what_is_no_notebook_of_the_series_is_told_why(graded):
    _, rows = graded
    assert "JSON is damaged" in rows["fred"]["problems"] and "more than 16,777,216" in rows["gina"]["problems"]
    assert rows["jana"]["problems"] == "nothing of a notebook of the series is in it"
    assert "/" not in "".join(rows[name]["problems"] for name in ("fred", "gina", "jana")), "no path of this computer"


def test_a_name_is_no_formula(graded):
    _, rows = graded
    assert numbers(rows["'=HYPERLINK(1)"])[0] == "6"
    for words in ("=1", "+1", "-1", "@x", "\tx", " =1", "＝1", "|x"):
        assert safe(words).startswith("'")
    assert safe("anna = 1\x1b[2J") == "anna = 1\\x1b[2J" and len(safe("a" * 9999)) == 2000


def test_verdicts_that_do_not_fit_their_cells_are_named_and_not_counted(graded):
    row = graded[1]["hans"]
    assert numbers(row) == ["1", "6", "0", "4", "4", "4"], "the one that fits; --execute would tell"
    for words in (
        "pool_size has 2 verdicts; the last one counts",
        "a verdict of average_pool is not counted: its words are not those of the check",
        "a verdict of pool_numbers is not counted: there is no answer in its cell",
        "a verdict of pool_gradient is not counted: its answer is the solution of the package",
        "a verdict of decimation_gradient is not counted: its cell was never run",
        "a verdict of average_gradient is not counted: its cell does not ask check.average_gradient",
        "a verdict of back_number is not counted: it belongs to 09_backprop_is_correlation",
        "a verdict of anything is not counted: there is no such exercise",
        "a verdict that names no exercise is not counted",
        "a choice in usual_check is not counted: its cell does not ask usual_check",
    ):
        assert words in row["problems"], words


NOTES = (
    *([], "x", None, {"exercise": []}, {"exercise": "pool_size", "right": 1}, {"exercise": "pool_size", "right": {}}),
    *({"exercise": "pool_size", "right": True, "mistake": []}, {"exercise": "pool_size"}, {"question": {}}),
    *({"question": "sea_or_sky", "choice": {}}, {"question": "sea_or_sky", "choice": "x", "right": True}),
    *({"right": []}, {"exercise": "pool_size", "right": False, "mistake": "", "hints": "x", "attempts": -1}),
)


@pytest.mark.parametrize("note", NOTES)
def test_whatever_a_note_is_the_line_is_written(note, tmp_path):
    whole = worked(NAME)
    check_cell(whole, "pool_size")["outputs"] = forged(note)
    whole["cells"].append(code("check.after('x')", forged(note)))
    hand_in(tmp_path, "one", whole)
    (marks,) = grading.grade(tmp_path)
    assert marks.graded == "yes" and marks.right == 5 and marks.predicted in (3, 4)


FILES = (
    *("", "null", "[]", '{"nbformat": 3, "worksheets": []}', '{"nbformat": 4, "cells": [1]}', "[" * 5000),
    *('{"nbformat": 4, "cells": {}}', '{"nbformat": 4, "cells": [{"cell_type": "code"}]}', '{"a": NaN'),
)


@pytest.mark.parametrize("whole", FILES)
def test_whatever_a_file_is_it_gets_a_line(whole, tmp_path):
    hand_in(tmp_path, "one", whole)
    (marks,) = grading.grade(tmp_path)
    assert marks.graded == "no" and len(marks.problems) == 1 and str(tmp_path) not in marks.problems[0]


def test_solutions_that_were_read_are_counted(tmp_path):
    whole = worked(NAME, hints=3)
    for name in ("pool_size", "pool_gradient"):
        (output,) = check_cell(whole, name)["outputs"]
        output["data"][MIME]["solution"] = True
    hand_in(tmp_path, "one", whole)
    (marks,) = grading.grade(tmp_path)
    assert (marks.right, marks.hints, marks.solutions_read) == (6, 18, 2)


def test_odd_cells_are_read(tmp_path):
    whole = worked(NAME)
    odd = [{"cell_type": "code", "source": 7, "outputs": [1, {"data": 3}, {}]}, {"cell_type": "raw"}, {}]
    odd += [code("%matplotlib inline\n!ls"), code("def f(:"), code("check." + "x(" * 3000), code("check.x(*a, **b)")]
    whole["cells"] = odd + whole["cells"]
    hand_in(tmp_path, "one", whole)
    assert grading.grade(tmp_path)[0].right == 6


def test_folders_are_looked_through_but_for_hidden_ones(tmp_path):
    hand_in(tmp_path / "a", "one", worked(NAME))
    hand_in(tmp_path / ".ipynb_checkpoints", "one", worked(NAME))
    (tmp_path / "a" / "folder.ipynb").mkdir()
    marks = grading.grade(tmp_path)
    assert [one.file for one in marks] == ["a/folder.ipynb", "a/one.ipynb"] and "a folder" in marks[0].problems[0]


def test_the_command_says_in_a_line_what_is_amiss(tmp_path, capsys):
    place = str(tmp_path / "marks.csv")
    for words, said in (
        ([str(tmp_path / "no"), "--out", place], "DIR must be the folder"),
        ([str(tmp_path), "--out", place], "there is no notebook in"),
        ([str(tmp_path), "--out", str(tmp_path / "no" / "x.csv")], "there is no folder"),
        ([str(tmp_path), "--out", place, "--seconds", "-1"], "--seconds must be a positive number"),
    ):
        assert main(["grade", *words]) == 1
        assert said in capsys.readouterr().err and not (tmp_path / "marks.csv").exists()
    hand_in(tmp_path, "one", worked(NAME))
    assert main(["grade", str(tmp_path), "--out", place]) == 0
    assert "what the notebooks say of themselves" in capsys.readouterr().out


def test_what_a_real_kernel_leaves_in_a_notebook_is_read(tmp_path):
    """The cells are those of the series; a choice is made as a click does it, then a cell behind it is shown."""
    name = "03_first_layer"
    cells = {
        "import": "from cnnlab import check",
        "ask": "",
        "choose": "",
        "after": "",
        "wrong": "",
        "hint": "",
        "right": "",
    }
    first = next(iter(original(name).questions.values()))
    cells["ask"] = next(source for source in original(name).code if f'name="{first.name}"' in source)
    cells["choose"] = "from cnnlab.check.predicting.prediction import ASKED\n"
    cells["choose"] += f"verdict = ASKED[{first.name!r}].choose({first.right!r})"
    cells["after"] = f'check.after("{first.name}")\n"what answers it"'
    cells["wrong"], cells["hint"] = "check.regions_of_4(16)", "check.regions_of_4.hint()"
    cells["right"] = "check.distance(2.0)"
    told = [nbformat.v4.new_code_cell(source) for source in cells.values()]
    whole = notebooks.execute(nbformat.v4.new_notebook(cells=told), tmp_path, timeout=120)
    hand_in(tmp_path, "one", json.dumps(whole))
    (marks,) = grading.grade(tmp_path)
    assert (marks.notebook, marks.right, marks.predicted, marks.predicted_right) == (name, 1, 1, 1)
    assert marks.states["distance"] == "right" and marks.states["regions_of_4"] not in ("right", "doubtful", "not run")
    assert not [words for words in marks.problems if "not counted" in words]


def test_marks_of_nothing_have_empty_numbers():
    assert Marks("x", problems=["a", "b"]).row == ["x", "", "no", *[""] * 8, "a; b"]
    assert len(Marks("x", "11_pooling").row) == len(COLUMNS)
