"""Notebooks as a learner meets them: opened, read, run."""

import ast
import json

import pytest

from browser.harness.jupyter import ROOT

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def pictures(notebook):
    """How many outputs hold a picture, and how many pictures the page shows, loaded and with a size."""
    held = [o for cell in notebook.cells() for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    images = "[...panel.node.querySelectorAll('.jp-OutputArea-output img')]"
    return len(held), notebook.page.evaluate(f"{images}.filter(image => image.complete && image.naturalWidth).length")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_before_it_runs_a_notebook_shows_its_pictures_and_no_error(open_notebook, path):
    notebook = open_notebook(path)
    cells = "panel.node.querySelectorAll('.jp-Cell').length"
    notebook.page.wait_for_function(f"{cells} === panel.content.widgets.length")
    held, shown = pictures(notebook)
    assert held == shown
    assert "model not found" not in notebook.page.evaluate("panel.node.textContent").lower()
    formulas = "panel.node.querySelectorAll('.jp-RenderedMarkdown merror, .MathJax_Error').length"
    assert notebook.page.evaluate(formulas) == 0, "a formula does not parse"


def asked(cell):
    """The answers, with their replies, and the right one, of a cell that calls check.predict(...)."""
    call = ast.parse(cell["source"]).body[0].value
    return ast.literal_eval(call.args[1]), ast.literal_eval(call.keywords[0].value)


def test_a_prediction_is_folded_and_replies_to_a_choice_only(open_notebook):
    (path,) = [path for path in PATHS if path.stem.startswith("01_")]
    notebook = open_notebook(path)
    index, (answers, right) = next(
        (i, asked(cell)) for i, cell in enumerate(notebook.cells()) if cell["source"].startswith("check.predict(")
    )
    replies = list(answers.values())
    for ran in (False, True):
        if ran:
            notebook.run_all(timeout=180)
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


def test_the_network_of_1989_trains_before_the_learners_eyes(open_notebook):
    (path,) = [path for path in PATHS if path.stem.startswith("13_")]
    notebook = open_notebook(path)
    notebook.run_all(timeout=180)
    error = notebook.python("float(evaluate(network, data.x_test, data.y_test).error)")
    assert 0 < error < 0.06
    seen = notebook.page.evaluate("panel.node.textContent")
    assert f"accuracy {100 * (1 - error):.1f} %" in seen, "the trained accuracy, as the learner reads it"
    held, shown = pictures(notebook)
    assert held >= 3 and shown >= 3
