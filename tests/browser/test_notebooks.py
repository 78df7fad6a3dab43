"""Notebooks as a learner meets them: opened, read, run."""

import ast
import base64
import io
import json
import re

import nbformat
import numpy as np
import pytest
from anything.odd import some_slow
from PIL import Image

from browser.harness.jupyter import ROOT
from cnnlab import draw

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in PATHS]


# What is visible inside of folds before anybody opens them: the sources of their cells.
SEEN = """[...panel.node.querySelectorAll("details")].filter(fold => fold.open || [...fold.children].some(part =>
    part.tagName !== "SUMMARY" && part.checkVisibility({ contentVisibilityAuto: true }))).map(fold => fold.outerHTML)"""


def pictures(notebook):
    """How many pictures outputs hold, in folds or not, and how many the page has, loaded and with a size."""
    data = [o.get("data", {}) for cell in notebook.cells() for o in cell.get("outputs", [])]
    held = sum(1 if "image/png" in d else "".join(d.get("text/html", "")).count("data:image/png") for d in data)
    images = "[...panel.node.querySelectorAll('.jp-OutputArea-output img')]"
    return held, notebook.page.evaluate(f"{images}.filter(image => image.complete && image.naturalWidth).length")


@pytest.mark.parametrize("name", some_slow(NAMES, NAMES[::8]))
def test_before_it_runs_a_notebook_shows_its_pictures_and_no_error(open_notebook, name):
    """Some in JupyterLab, which takes four seconds for each: folds, outputs and formulas of all are read elsewhere."""
    path = PATHS[NAMES.index(name)]
    notebook = open_notebook(path, runs=False)
    cells = "panel.node.querySelectorAll('.jp-Cell').length"
    # JupyterLab goes on to the next cells from frame to frame, which this way of waiting asks for.
    notebook.page.wait_for_function(f"{cells} === panel.content.widgets.length")
    held, shown = pictures(notebook)
    assert held == shown
    answers = [cell.get("metadata", {}).get("cnnlab", {}).get("answers") for cell in notebook.cells()]
    assert notebook.page.evaluate(SEEN) == [], "an answer is seen before a choice"
    assert notebook.page.evaluate("panel.node.querySelectorAll('details').length") >= len([*filter(None, answers)]) > 0
    assert "model not found" not in notebook.page.evaluate("panel.node.textContent").lower()
    formulas = "panel.node.querySelectorAll('.jp-RenderedMarkdown merror, .MathJax_Error').length"
    assert notebook.page.evaluate(formulas) == 0, "a formula does not parse"


def asked(cell):
    """The answers, with their replies, and the right one, of a cell that calls check.predict(...)."""
    call = ast.parse(cell["source"]).body[0].value
    return ast.literal_eval(call.args[1]), ast.literal_eval(call.keywords[0].value)


# What is asked here of some cells is seen when they have run; nbval runs all cells of all notebooks.
WHOLE = pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)])


@WHOLE
def test_a_prediction_is_folded_and_replies_to_a_choice_only(open_notebook, whole):
    """In notebook 01, which runs as far as its second question, or, slowly, to its end."""
    (path,) = [path for path in PATHS if path.stem.startswith("01_")]
    notebook = open_notebook(path)
    asks = [(i, asked(cell)) for i, cell in enumerate(notebook.cells()) if cell["source"].startswith("check.predict(")]
    (index, (answers, right)), (second, _) = asks[:2]
    replies = list(answers.values())
    for ran in (False, True):
        if ran:
            notebook.run_all(timeout=180, above=None if whole else second)
        cell = notebook.cell(index)
        assert cell.locator(".jp-InputPlaceholder").is_visible() and not cell.locator(".cm-editor").is_visible()
        told = cell.inner_text() + cell.locator(".jp-OutputArea").first.text_content()
        told += json.dumps(notebook.outputs(index), ensure_ascii=False)
        assert all(answer in told for answer in answers) and not any(reply in told for reply in replies)
    assert cell.get_by_role("radio").count() == len(answers)
    for wrong in (answer for answer in answers if answer != right):
        cell.locator(".widget-radio label").filter(has_text=wrong).first.click()
        notebook.wait_until_idle()
        said = cell.inner_text()
        assert "Not yet" in said and [reply for reply in replies if reply in said] == [answers[wrong]]
    cell.locator(".widget-radio label").filter(has_text=right).first.click()
    notebook.wait_until_idle()
    assert f"Right. {answers[right]}" in cell.inner_text()


# What a cell shows once these words are in sight, where widgets are painted: lines and pictures of each output.
IN_SIGHT = """async ([index, words]) => {
    await panel.content.scrollToItem(index);
    const cell = panel.content.widgets[index].node, ends = performance.now() + 30_000;
    const seen = () => [...cell.querySelectorAll(".jp-OutputArea-output")].map(output =>
        [output.innerText.split("\\n"), cell.querySelectorAll("img").length]);
    while (performance.now() < ends && !seen().some(([lines]) => lines.includes(words)))
        await new Promise(next => setTimeout(next, 20));
    return seen(); }"""
# A picture that is drawn once, and not for every question.
DRAWN = """from cnnlab import check, draw
bundle = draw.curves([0, 1], {'line': [0, 1]}, 'x', 'y', width=3)._repr_mimebundle_()
class Shown:
    def _repr_mimebundle_(self, **_):
        return bundle"""


# One page with all of them takes twice as long as four.
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 4))])
def test_no_question_of_the_series_is_answered_before_a_choice(open_notebook, part):
    """Every fourth question in one notebook (the others slowly), each with a cell that answers it by words and a
    picture, as many cells of the series do; that those begin with check.after, too, is asked by
    tests/check/test_every_question.py.
    """
    asks = [cell.source for path in PATHS for cell in nbformat.read(path, 4).cells if "check.predict(" in cell.source]
    asks = asks[part::4]
    names = [re.search(r'name="(\w+)"', source)[1] for source in asks]
    answer = "check.after({name!r})\nprint('the answer')\nShown()"
    cells = [part for name, ask in zip(names, asks, strict=True) for part in (ask, answer.format(name=name))]
    notebook = open_notebook([DRAWN, *cells])
    notebook.run_all(timeout=180)
    covered = ["Choose an answer above first.", "Show me without choosing"]
    for place in range(2, len(cells) + 1, 2):
        outputs = notebook.page.evaluate(IN_SIGHT, [place, covered[1]])
        assert outputs == [[covered, 0]], f"{names[place // 2 - 1]} is answered, or its cover is not seen"
    for number, place in list(enumerate(range(2, len(cells) + 1, 2)))[::5]:  # each takes two seconds
        radios = notebook.cell(place - 1).get_by_role("radio")
        if number == 0:
            notebook.cell(place).get_by_role("button", name=covered[1]).click()
        else:
            radios.nth(number % radios.count()).click()
        notebook.wait_until_idle()
        notebook.cell(place).get_by_text("the answer").first.wait_for()
        said = notebook.cell(place).locator(".jp-OutputArea-output").first.inner_text()
        begin = "Shown without choosing." if number == 0 else "You thought:"
        assert said.startswith(begin) and "the answer" in said and covered[0] not in said
        assert notebook.cell(place).locator("img").count() == 1
        (output,) = notebook.outputs(place)
        note = output["data"]["application/vnd.cnnlab.verdict+json"]
        assert note["question"] == names[number] and note["shown"] == (number == 0)
        if place < len(cells):
            left = notebook.cell(place + 2).locator(".jp-OutputArea-output")
            assert left.inner_text().split("\n") == covered, "only this question was answered"


@pytest.mark.slow  # all of notebook 02, for what the question test sees with stand-ins
def test_the_explorers_of_a_notebook_come_with_the_choice_and_live(open_notebook):
    (path,) = [path for path in PATHS if path.stem.startswith("02_")]
    notebook = open_notebook(path)
    notebook.run_all(timeout=180)
    cells = notebook.cells()
    answers = [cell.get("metadata", {}).get("cnnlab", {}).get("answers") for cell in cells]
    first = answers.index("bend")
    assert notebook.cell(first).locator(".cnnlab").count() == 0 and notebook.page.evaluate(SEEN) == []
    ask = next(i for i, cell in enumerate(cells) if cell["source"].startswith("check.predict("))
    notebook.cell(ask).get_by_role("radio").first.click()
    notebook.wait_until_idle()
    view = notebook.cell(first).locator(".cnnlab")
    view.get_by_role("slider").first.press("ArrowRight")
    notebook.wait_until_idle()
    assert view.count() == 1 and "knots at" in view.inner_text()


@WHOLE
def test_the_network_of_1989_trains_before_the_learners_eyes(open_notebook, whole):
    """In notebook 13, which runs as far as the pictures of what was learned, or, slowly, to its end."""
    (path,) = [path for path in PATHS if path.stem.startswith("13_")]
    notebook = open_notebook(path)
    learned = next(i for i, cell in enumerate(notebook.cells()) if cell["source"].startswith("boxes = "))
    notebook.run_all(timeout=180, above=None if whole else learned)
    error = notebook.python("float(evaluate(network, data.x_test, data.y_test).error)")
    assert 0 < error < 0.06
    seen = notebook.page.evaluate("panel.node.textContent")
    assert f"accuracy {100 * (1 - error):.1f} %" in seen, "the trained accuracy, as the learner reads it"
    held, shown = pictures(notebook)
    assert held >= 3 and shown >= 3


# ---- still pictures

CAPTION = "Two lines & what they are"
CELL = f"""from cnnlab import draw
draw.curves([0, 1, 2], {{"one": [0, 1, 2], "two": [2, 1, 0]}}, "x", "y", caption="{CAPTION}")"""


def looks(notebook, index=0):
    """(rim of the picture, page beside it, colour of the caption) as they are on the screen; asserts what is said."""
    cell = notebook.cell(index)
    image, caption = cell.locator("img"), cell.locator("figcaption")
    image.wait_for()
    notebook.page.wait_for_function("image => image.complete && image.naturalWidth", arg=image.element_handle())
    assert image.count() == 1 and image.get_attribute("alt") == CAPTION
    assert caption.is_visible() and caption.inner_text() == CAPTION
    notebook.wait_until_idle()
    shown, box = Image.open(io.BytesIO(cell.screenshot())).convert("RGB"), image.bounding_box()
    around = cell.bounding_box()
    x, y = box["x"] - around["x"], box["y"] - around["y"]
    inside = shown.getpixel((round(x) + 3, round(y) + 3))
    beside = shown.getpixel((round(x + box["width"]) + 8, round(y + box["height"] / 2)))
    said = caption.evaluate("node => getComputedStyle(node).color.match(/[0-9.]+/g).slice(0, 3).map(Number)")
    return np.array(inside), np.array(beside), np.array(said)


def test_a_picture_has_the_paper_of_its_page_and_a_caption_that_is_seen(open_notebook):
    notebook = open_notebook([CELL]).run_all()
    for theme, is_dark in (("light", False), ("dark", True), ("light", False)):
        notebook.lab.theme(theme)
        rim, page, said = looks(notebook)
        assert np.abs(rim - page).max() <= 1, (theme, rim, page)
        assert (page.mean() < 60) == is_dark and abs(said.mean() - page.mean()) > 110


def test_before_it_runs_a_picture_of_a_stranger_is_seen_once_with_its_caption(open_notebook, tmp_path):
    bundle = draw.curves([0, 1], {"one": [0, 1]}, "x", "y", caption=CAPTION)._repr_mimebundle_()
    bundle["image/png"] = base64.b64encode(bundle["image/png"]).decode()
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", bundle)])]
    nbformat.write(notebook, tmp_path / "stranger.ipynb")
    for theme in ("light", "dark"):
        rim, page, said = looks(open_notebook(tmp_path / "stranger.ipynb", theme))
        assert rim.min() == 255, "JupyterLab drops its style sheet: the picture on light paper"
        assert abs(said.mean() - page.mean()) > 110
