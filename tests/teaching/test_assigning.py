"""Copies for students: clean, whole, and with what a course needs."""

import json

import nbformat
import pytest

from cnnlab import __version__, check
from cnnlab.check.series import NOTEBOOKS
from cnnlab.check.toolkit import withheld
from cnnlab.cli import main
from cnnlab.teaching.assigning import clean
from cnnlab.teaching.originals import original
from cnnlab.teaching.source import checks, question


def code(whole):
    return [cell for cell in whole["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_copy_is_the_notebook_without_its_outputs_and_says_what_to_hand_in(name):
    one = original(name)
    whole = clean(one)
    nbformat.validate(nbformat.from_dict(whole))
    assert whole["cells"][-1]["source"].startswith("## Hand in") and f"`{name}.ipynb`" in whole["cells"][-1]["source"]
    before = [cell["source"] for cell in one.whole["cells"]]
    assert [cell["source"] for cell in whole["cells"][:-1]] == before, "every cell is there, as it was"
    for cell in code(whole):
        asked = question("".join(cell["source"]))
        assert cell["execution_count"] is None and bool(cell["outputs"]) is bool(asked)
        for output in cell["outputs"]:
            assert set(output["data"]) <= {"text/plain", "text/markdown"}
            assert not any(reply in str(output) for reply in asked.answers.values()), "no reply before a choice"
    assert whole["metadata"]["cnnlab"] == {"notebook": name, "version": __version__, "solutions": True}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_solutions_are_kept_back_on_request_before_anything_is_asked(name):
    whole = clean(original(name), solutions=False)
    nbformat.validate(nbformat.from_dict(whole))
    sources = ["".join(cell["source"]) for cell in code(whole)]
    (place,) = [k for k, source in enumerate(sources) if source.startswith("check.withhold_solutions()")]
    assert any("import" in source and "check" in source for source in sources[:place])
    first = next(k for k, source in enumerate(sources) if checks(source) or question(source))
    assert place < first
    assert len(code(whole)) == len(code(clean(original(name)))) + 1 and not whole["metadata"]["cnnlab"]["solutions"]


def test_a_solution_that_is_kept_back_is_not_told(monkeypatch):
    monkeypatch.setattr(withheld, "_withheld", False)
    assert "2000" in check.start_weights.solution()
    check.withhold_solutions()
    said = check.start_weights.solution()
    assert "kept back" in said and "check.start_weights.hint()" in said and "2000" not in said
    assert "Hint 1 of 3" in str(check.start_weights.hint(1))
    assert "def " not in check.pool_gradient.solution()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_check_is_a_cell_that_nbgrader_grades(name):
    one = original(name)
    whole = clean(one, points=2.0)
    nbformat.validate(nbformat.from_dict(whole))
    marked = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in code(whole) if "nbgrader" in cell["metadata"]}
    assert list(marked) == one.exercises
    for exercise, cell in marked.items():
        flags = {"grade": True, "locked": True, "solution": False, "task": False, "schema_version": 3, "points": 2}
        assert cell["metadata"]["nbgrader"] == flags | {"grade_id": exercise}
        shown, begin, test, end = cell["source"].splitlines()
        assert begin == "### BEGIN HIDDEN TESTS" and end == "### END HIDDEN TESTS" and test == f"assert {shown}"
        with pytest.raises(AssertionError):
            exec(cell["source"], {"check": check, shown[shown.index("(") + 1 : -1]: ...})
        exec(cell["source"], {"check": check, shown[shown.index("(") + 1 : -1]: getattr(check, exercise).right})


def test_the_command_writes_what_was_asked_for_and_nothing_over_anything(tmp_path, capsys):
    folder = tmp_path / "a class"
    assert main(["assign", "9", "11_pooling", "09", "--out", str(folder), "--no-solutions", "--nbgrader"]) == 0
    names = ["09_backprop_is_correlation.ipynb", "11_pooling.ipynb"]
    assert capsys.readouterr().out.splitlines() == [str(folder / name) for name in names]
    whole = json.loads((folder / names[1]).read_text("utf-8"))
    assert whole == clean(original("11"), solutions=False, points=1)
    (folder / names[1]).write_text("mine")
    assert main(["assign", "08", "11", "--out", str(folder)]) == 1
    assert "is there already; nothing was written" in capsys.readouterr().err
    assert (folder / names[1]).read_text() == "mine" and len(list(folder.iterdir())) == 2
    for words, said in (
        (["77"], "there is no notebook '77'; there are 00_start_here"),
        (["../11_pooling", "--out", str(folder / names[0])], "--out must be a folder"),
        (["08", "--points", "0"], "points must be a positive number"),
    ):
        assert main(["assign", "--out", str(tmp_path / "other"), *words]) == 1
        assert said in capsys.readouterr().err and not (tmp_path / "other").exists()
