"""Notebooks as a learner meets them: opened, read, run."""

import pytest

from .jupyter import ROOT

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
