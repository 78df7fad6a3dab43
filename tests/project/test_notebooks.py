"""The notebooks as they are committed, and the tool that brings them there.

That they run, and print what they should, is checked by nbval in the same run (see `addopts` in pyproject.toml): it
executes every cell and compares those tagged nbval-check-output.  A notebook without outputs would pass that silently;
the first tests here see to it that none does.
"""

import ast
import base64
import importlib.util
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from cnnlab import explore
from cnnlab.check.toolkit.verdict import MIME
from tools import lesson_time

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHECKED = "nbval-check-output"
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
TIMING = re.compile(r"\d ?(?:ms|µs|it/s|images/s|s/it)\b|\bWall time\b|\bin \d+(?:\.\d+)? ?s\b")

spec = importlib.util.spec_from_file_location("tools_notebooks", ROOT / "tools" / "notebooks.py")
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


class Fold(HTMLParser):
    """What lies in a fold: pictures with their words, and words, as the data of outputs."""

    def __init__(self, html):
        super().__init__()
        self.outputs, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "img":
            self.open.pop()  # it is empty
            kind, _, png = dict(attributes)["src"].partition(";base64,")
            self.outputs.append({kind.removeprefix("data:"): png, "text/plain": dict(attributes)["alt"]})
        if tag == "pre":
            self.outputs.append({"text/plain": ""})

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, words):
        if self.open and self.open[-1] == "pre":
            self.outputs[-1]["text/plain"] += words


def shown(cell):
    """The data of a cell's outputs, folds opened."""
    data = []
    for output in cell.outputs:
        whole = output.get("data", {"text/plain": output.get("text", "")})
        data += Fold(whole["text/html"]).outputs if tool.is_fold(whole) else [whole]
    return data


def printed(cell):
    """The text of a cell's outputs, folds opened."""
    return "\n".join(data.get("text/plain", "") for data in shown(cell))


def showing_explorers(notebook):
    """The code cells whose last expression is an explorer: explore.X(...), or a name that was last given to one."""

    def makes_one(node):
        made = node.func if isinstance(node, ast.Call) else None
        called = made.attr if isinstance(made, ast.Attribute) and ast.unparse(made.value) == "explore" else ""
        return called in explore.__all__

    cells, names = [], set()
    for cell in code(notebook):
        statements = ast.parse(cell.source).body
        for node in (node for statement in statements for node in ast.walk(statement)):
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                targets = getattr(node, "targets", None) or [node.target]
                given = {target.id for target in targets if isinstance(target, ast.Name)}
                names = names | given if makes_one(node.value) else names - given
        last = statements[-1].value if isinstance(statements[-1], ast.Expr) else None
        if makes_one(last) or getattr(last, "id", None) in names:
            cells.append(cell)
    return cells


def without_picture(notebook):
    """The sources of the cells that show an explorer, but neither a picture nor words for those without a kernel."""
    found = [shown(cell) for cell in showing_explorers(notebook)]
    whole = [any({"image/png", "text/plain"} <= data.keys() for data in outputs) for outputs in found]
    return [cell.source for cell, fine in zip(showing_explorers(notebook), whole, strict=True) if not fine]


# ---- every notebook


def test_it_is_valid_executed_and_in_normal_form(path):
    assert tool.faults(path) == []
    nbformat.validate(nbformat.read(path, as_version=4))


def test_it_was_run_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code(notebook) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))


def test_enough_of_what_it_prints_is_compared_and_can_be(notebook):
    checked = [cell for cell in code(notebook) if CHECKED in tags(cell)]
    assert len(checked) >= 3, f"only {len(checked)} cells are tagged {CHECKED}"
    for cell in checked:
        mimes = {mime for data in shown(cell) for mime in data}
        assert printed(cell).strip(), f"prints nothing that could be compared: {cell.source}"
        assert mimes <= {"text/plain", "text/markdown", MIME}, f"pictures are not compared: {cell.source}"
        assert not re.search(r"\d\.\d{4}", printed(cell)), f"more decimals than are the same everywhere: {cell.source}"
        assert "available(" not in cell.source, f"prints something else once data are downloaded: {cell.source}"
    assert not [cell.source for cell in code(notebook) if "nbval-skip" in tags(cell)]


def test_no_cell_shows_an_address_a_timing_an_error_or_a_widget(notebook):
    for cell in code(notebook):
        assert not ADDRESS.search(printed(cell)), cell.source
        assert not TIMING.search(printed(cell)), cell.source
        for output in cell.outputs:
            assert output.output_type != "error" or "raises-exception" in tags(cell), cell.source
            assert output.get("name") != "stderr" and tool.WIDGET not in output.get("data", {}), cell.source


def test_the_input_of_predictions_is_folded_and_no_other(notebook):
    for cell in notebook.cells:
        predicts = cell.cell_type == "code" and "check.predict(" in cell.source
        assert not predicts or cell.source.startswith("check.predict("), f"not alone in its cell: {cell.source}"
        assert cell.metadata.get("jupyter") == ({"source_hidden": True} if predicts else None), cell.source
        assert set(cell.metadata) <= {"tags", "jupyter", "cnnlab"}, cell.source


def test_cells_are_short(notebook):
    for cell in code(notebook):
        assert 1 <= len(cell.source.splitlines()) <= 8, cell.source


def test_it_has_the_rhythm_of_the_series(path, notebook):
    title, _, minutes = tool.head(path)
    assert ": " in title and minutes >= 5
    sittings = lesson_time.sittings(notebook)
    assert max(sittings) <= 60, f"sittings of {sittings} minutes"
    assert len(sittings) == 1 or "two sittings" in " ".join(notebook.cells[0].source.split())
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert len(headings) >= 3
    if not path.stem.startswith("00"):
        assert [heading for heading in headings[-3:]] == ["In practice", "On your own", "Further reading"]
        sources = "\n".join(cell.source for cell in code(notebook))
        assert sources.count("check.predict(") >= 2 and "### Exercise" in text


def test_every_picture_is_a_whole_png_of_a_width_that_fits_the_page(notebook):
    for cell in code(notebook):
        for data in shown(cell):
            if "image/png" in data:
                png = base64.b64decode(data["image/png"], validate=True)
                assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[-8:-4] == b"IEND", cell.source
                assert 50 <= int.from_bytes(png[16:20], "big") <= 2400, cell.source


def test_every_explorer_has_a_still_picture_and_words(notebook):
    assert without_picture(notebook) == []


def test_the_series_is_numbered_without_gaps_or_doubles_and_the_readme_lists_it():
    numbers = [path.stem[:2] for path in PATHS]
    assert len(set(numbers)) == len(numbers) and all(re.fullmatch(r"\d\d_[a-z0-9_]+", path.stem) for path in PATHS)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == tool.with_table(readme), "run: python tools/notebooks.py readme"


# ---- the tool


def make(*cells):
    other = {"kernelspec": {"name": "other", "display_name": "Other"}, "toc": True}
    notebook = nbformat.v4.new_notebook(metadata=other)
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    return notebook


SAMPLE = (
    "import sys, ipywidgets\nfrom matplotlib.figure import Figure\nfrom IPython.display import display",
    "print('one'); print('two', flush=True); print('three'); print('warning', file=sys.stderr)",
    "print('10 %\\r20 %\\rdone')",
    "figure = Figure(figsize=(2, 1)); figure.gca().plot([1, 3, 2])\n"
    "class Live(ipywidgets.IntSlider):\n"
    "    def _repr_mimebundle_(self, **keys):\n"
    "        from io import BytesIO\n"
    "        figure.savefig(png := BytesIO())\n"
    "        view = super()._repr_mimebundle_(**keys)\n"
    "        return {**view, 'image/png': png.getvalue(), 'text/plain': 'a slider', 'text/html': '<b>no</b>'}\n"
    "display(Live())",
    "display(ipywidgets.IntSlider())\n[1, 2]",
    "class Question(ipywidgets.IntSlider):\n"
    "    def _repr_mimebundle_(self, **keys):\n"
    "        return {**super()._repr_mimebundle_(**keys), 'text/markdown': '**Which?**', 'text/plain': 'Which?'}\n"
    "display(Question())",
    "class Covered(ipywidgets.IntSlider):\n"
    "    def _repr_mimebundle_(self, **keys):\n"
    "        fold = '<details><summary>First.</summary></details>'\n"
    "        return {**super()._repr_mimebundle_(**keys), 'text/html': fold, 'text/plain': 'First.'}\n"
    "display(Covered())",
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The sample notebook, executed twice and normalised: two texts."""
    folder = tmp_path_factory.mktemp("run")
    return [tool.text_of(tool.normalise(tool.execute(make(*SAMPLE), folder))) for _ in range(2)]


def test_two_executions_give_the_same_bytes(executed):
    assert executed[0] == executed[1]


def test_outputs_are_pictures_and_text_and_nothing_else(executed):
    notebook = json.loads(executed[0])
    assert notebook["metadata"] == tool.METADATA
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{index:02d}" for index in range(7)]
    outputs = [cell["outputs"] for cell in notebook["cells"]]
    assert outputs[0] == []
    assert outputs[1] == [{"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n", "three\n"]}]
    assert outputs[2][0]["text"] == ["done\n"]
    (live,) = outputs[3]
    assert set(live["data"]) == {"image/png", "text/plain"} and live["data"]["text/plain"] == ["a slider"]
    assert base64.b64decode(live["data"]["image/png"])[1:4] == b"PNG"
    (result,) = outputs[4]  # the bare widget is gone: without its kernel it would be an empty frame
    assert result["data"]["text/plain"] == ["[1, 2]"] and result["execution_count"] == 5
    (question,) = outputs[5]  # words written for readers stay
    assert question["data"] == {"text/markdown": ["**Which?**"], "text/plain": ["Which?"]}
    (covered,) = outputs[6]  # and folds
    assert covered["data"] == {"text/html": ["<details><summary>First.</summary></details>"], "text/plain": ["First."]}


def test_normal_form_is_left_alone_and_tags_are_kept(executed, tmp_path):
    notebook = nbformat.reads(executed[0], as_version=4)
    assert tool.text_of(tool.normalise(notebook)) == executed[0]
    notebook.cells[0].metadata = {"tags": [CHECKED], "scrolled": True, "execution": {"iopub.status.busy": "now"}}
    assert tool.normalise(notebook).cells[0].metadata == {"tags": [CHECKED]}


def test_predictions_and_nothing_else_are_folded(executed, tmp_path):
    notebook = nbformat.reads(executed[0], as_version=4)
    first, second = notebook.cells[:2]
    first.source, first.metadata = 'check.predict("?", {"a": "no", "b": "yes"}, right="b")', {"tags": ["mine"]}
    second.metadata = {"jupyter": {"source_hidden": True}}
    path = tmp_path / "99_sample.ipynb"
    path.write_text(tool.text_of(notebook), encoding="utf-8")
    assert tool.faults(path) == ["is not in normal form"]
    cells = tool.normalise(notebook).cells
    assert cells[0].metadata == {"jupyter": {"source_hidden": True}, "tags": ["mine"]} and cells[1].metadata == {}
    assert cells[0].outputs == first.outputs and cells[0].source == first.source


def test_an_explorer_without_its_picture_is_found():
    notebook = make(
        "own = explore.Descent()\nown",
        "explore.ThreePoolings(e)",
        "own.set(eta=0.1)\nown",
        "own.values",
        "own = 3\nown",
        "explore.Descent().current()",
        "other = explore.Reading(network, x, y); other",
    )
    data = {"image/png": "", "text/plain": "Descent: where it is"}
    notebook.cells[0].outputs = [nbformat.v4.new_output("execute_result", data)]
    notebook.cells[1].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "only words"})]
    assert without_picture(notebook) == [notebook.cells[index].source for index in (1, 2, 6)]


def test_faults_are_found(executed, tmp_path):
    path = tmp_path / "99_sample.ipynb"
    path.write_text(executed[0], encoding="utf-8")
    assert tool.faults(path) == []
    stripped = nbformat.reads(executed[0], as_version=4)
    stripped.cells[1].execution_count = None
    path.write_text(tool.text_of(stripped), encoding="utf-8")
    assert tool.faults(path) == ["has cells that were not executed"]
    path.write_text(executed[0] + "\n", encoding="utf-8")
    assert tool.faults(path) == ["is not in normal form"]


def test_a_cell_that_fails_stops_the_execution(tmp_path):
    with pytest.raises(Exception, match="ZeroDivisionError"):
        tool.execute(make("1 / 0"), tmp_path)


def test_the_commands_execute_check_and_list(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tool, "FOLDER", tmp_path / "notebooks")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tool.FOLDER.mkdir()
    notebook = make("print(6 * 7)")
    heading = "# Pooling: what is kept\n\n*Lecture topics 20-25 · 20 minutes · you need: 07_convolution*\n\nMore."
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(heading))
    nbformat.write(notebook, tool.FOLDER / "11_pooling.ipynb")
    assert tool.main(["check"]) == 1 and "python tools/notebooks.py execute 11_pooling" in capsys.readouterr().out
    assert tool.main(["execute", "notebooks/11_pooling.ipynb"]) == 0
    assert tool.main(["check", "11_pooling"]) == 0
    (tmp_path / "README.md").write_text("a\n" + tool.MARKS[0] + "old\n" + tool.MARKS[1] + "b\n", encoding="utf-8")
    assert tool.main(["readme"]) == 0
    row = "| [11_pooling](notebooks/11_pooling.ipynb)<br>Pooling: what is kept | 20-25 | 5 |"
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert f"{row}\n" in readme and "old" not in readme and readme.startswith("a\n") and readme.endswith("b\n")
    with pytest.raises(SystemExit, match="no notebook 12_nothing"):
        tool.main(["check", "12_nothing"])
    notebook.cells[0].source = "# Pooling"
    nbformat.write(notebook, tool.FOLDER / "11_pooling.ipynb")
    with pytest.raises(ValueError, match="must begin like this"):
        tool.main(["readme"])
