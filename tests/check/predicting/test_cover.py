"""Covers in the kernel of a notebook: what a cell shows lies under them until a choice is made, and runs as always."""

import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from cnnlab import check, draw
from cnnlab.check.predicting.cover import folded
from cnnlab.check.toolkit.verdict import MIME

WIDGET = "application/vnd.jupyter.widget-view+json"
ASK = """
from cnnlab import check
asked = check.predict("Up?", {"up": "Yes.", "down": "No."}, right="up", name="way")
asked
"""
PICTURE = """
class Picture:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/png": b"pixels", "text/plain": "a <b>picture</b>"}
"""


def run(folder, *cells, fails=False):
    """The outputs of each cell, run in one kernel whose notes are kept in the folder."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources, allow_errors=fails)
    client.execute(env={**os.environ, "CNNLAB_KEEP": "on", "IPYTHONDIR": str(folder / "profile")})
    return [[dict(output) for output in cell.outputs] for cell in notebook.cells]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A first session: what every cell has shown at its end, by its own name."""
    cells = {
        "ask": ASK,
        "covered": PICTURE
        + "check.after('way')\nprint('one', end=' ')\nprint('two')\nprint('10 %\\r20 %', flush=True)\n"
        "display(Picture())\nprint('three')\n[1, 2 < 3]",
        "results": "print(_, _2 is _, Out[2])",
        "quiet": "check.after('way')\n3;",
        "updated": "check.after('way')\nhandle = display('old', display_id=True)\nhandle.update('new')\nx = 5",
        "silent": "check.after('way')\ny = x + 1",
        "free": "print(x, y)\nprint('free')",
        "earlier": "other = display('first', display_id=True)",
        "update": "check.after('way')\nother.update('second')",
        "script": "check.after('way')\n%time 3 + 4\nfor i in range(2):\n    print(i)",
        "failed": "check.after('way')\nprint('before')\nundefined",
        "unknown": "check.after('nowhere')\nprint('seen')",
        "other": "check.after('bend')\nprint('of a question that was not asked in this session')",
        "choose": "asked.choose('down')",
        "later": "check.after('way')\nprint('open')",
    }
    folder = tmp_path_factory.mktemp("kernel")
    outputs = run(folder, *cells.values(), fails=True)
    return folder, dict(zip(cells, outputs, strict=True))


def words(outputs):
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)


def test_one_output_holds_a_cover_and_a_closed_fold_or_opens_with_the_choice(ran):
    _, shown = ran
    (cover,) = shown["other"]
    assert cover["data"].keys() == {WIDGET, "text/html", "text/plain"}
    assert cover["data"]["text/plain"] == "Choose an answer above first. (The question is 'bend'.)"
    assert cover["data"]["text/html"].startswith("<details><summary>Choose an answer above first")
    (opened,) = shown["covered"]  # as the choice of a later cell has left it
    assert opened["output_type"] == "display_data" and opened["data"]["text/html"].startswith("<details open>")
    assert "You thought: “down”. It happened: “up”" in opened["data"]["text/plain"]
    assert opened["data"][MIME] == {"question": "way", "choice": "down", "right": False, "shown": False}


def test_prints_pictures_and_the_last_value_lie_in_it_in_their_order(ran):
    html = ran[1]["covered"][0]["data"]["text/html"].splitlines()
    words = "a &lt;b&gt;picture&lt;/b&gt;"
    image = f'<img alt="{words}" src="data:image/png;base64,cGl4ZWxz" style="max-width: 100%">'
    picture = f'<figure style="margin: 0">{image}<figcaption>{words}</figcaption></figure>'
    inside = ["<pre>one two", "20 %</pre>", picture, "<pre>three</pre>", "<pre>[1, True]</pre>"]
    assert html[1:] == [*inside, "</details>"]


def test_the_cell_runs_as_always(ran):
    _, shown = ran
    assert words(shown["results"]) == "[1, True] True [1, True]\n"
    assert shown["quiet"] == [] and shown["silent"] == [], "nothing was shown, so nothing is covered"
    assert words(shown["free"]) == "5 6\nfree\n"
    assert "<pre>&#x27;new&#x27;</pre>\n</details>" in shown["updated"][0]["data"]["text/html"]
    assert words(shown["earlier"]) == "'second'" and shown["update"] == []
    assert "0\n1</pre>" in shown["script"][0]["data"]["text/html"], "behind what the magic has printed"


def test_an_error_is_shown_with_what_was_printed_before(ran):
    outputs = ran[1]["failed"]
    (error,) = [output for output in outputs if output["output_type"] == "error"]
    assert error["ename"] == "NameError" and "line 3" in "".join(error["traceback"])
    assert "before" in words([output for output in outputs if output["output_type"] != "error"])
    assert not any("text/html" in output.get("data", {}) for output in outputs)


def test_a_name_that_is_no_question_is_told_and_nothing_covered(ran):
    said = words(ran[1]["unknown"])
    assert "There is no question 'nowhere'" in said and "bend" in said and said.endswith("seen\n")


def test_behind_a_choice_nothing_is_covered_and_the_next_session_knows_it(ran):
    folder, shown = ran
    (printed,) = shown["later"]
    assert printed["text"] == "open\n", "the first cell behind the question has said what was thought"
    notes = json.loads((folder / ".cnnlab" / "progress.json").read_text(encoding="utf-8"))
    assert notes["questions"]["way"]["choice"] == "down" and notes["exercises"] == {}
    ((thought, printed), (asked,)) = run(folder, "from cnnlab import check\ncheck.after('way')\nprint('open')", ASK)
    assert "You thought: “down”" in thought["data"]["text/plain"] and printed["text"] == "open\n"
    assert asked["data"][MIME]["choice"] == "down"


def test_outside_of_notebooks_nothing_happens(capsys):
    check.after("bend")
    check.after("nowhere")
    print("seen")
    assert capsys.readouterr().out == "seen\n"


DRAWN = draw.curves([0, 1], {"one": [0, 1]}, "x", "y", caption="a line & its end")._repr_mimebundle_()


def test_no_html_of_others_comes_into_a_fold():
    evil = "<script>alert(1)</script>"
    data = {"text/html": evil, "text/plain": evil, "image/png": f'"><script>{evil}'}
    for part in (data, {"text/plain": evil}):
        html = folded([{"output_type": "display_data", "data": part}], evil)
        assert "<script" not in html and html.count("<details>") == 1
    assert "<script" not in folded([{"output_type": "stream", "name": "stdout", "text": evil}], "First")


def test_a_picture_in_a_fold_is_dark_on_a_dark_page():
    """As it would be outside of the fold: one of cnnlab's comes as a whole, one with anything beside it does not."""
    data = {mime: one.decode("latin1") if isinstance(one, bytes) else one for mime, one in DRAWN.items()}
    night = '[data-jp-theme-light="false"] .cnnlab-'
    assert night in folded([{"output_type": "display_data", "data": data}], "First")
    for evil in ("<b>x</b>", "<script>alert(1)</script>", "</details>"):
        for broken in (data["text/html"] + evil, data["text/html"].replace("a line", f"a line{evil}")):
            fold = folded([{"output_type": "display_data", "data": data | {"text/html": broken}}], "First")
            assert evil not in fold.removesuffix("</details>") and night not in fold
