"""The browser harness itself: it sees what a learner sees, and reports what goes wrong behind their back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from browser.harness.jupyter import INSTALLED, ROOT


def test_cells_run_and_their_outputs_are_read(open_notebook):
    notebook = open_notebook(["import numpy as np\nh = np.arange(3)", "print('sum', h.sum())", "h + 1"])
    notebook.run_all()
    assert notebook.outputs(1)[0]["text"] == "sum 3\n"
    assert notebook.text().splitlines() == ["sum 3", "array([1, 2, 3])"]
    assert notebook.python("h") == [0, 1, 2]
    assert notebook.cell(2).inner_text().count("array([1, 2, 3])") == 1


def test_the_next_cells_find_nothing_of_those_before(open_notebook):
    """A new kernel would take longer than most tests: this one is emptied instead."""
    left = "import ipywidgets\nleft = ipywidgets.IntSlider(value=3)\nleft"
    names = "sorted(name for name in globals() if not name.startswith('_'))"
    fresh = open_notebook([f"print({names})"]).run_all().text()
    kernel = open_notebook([left, "1"]).run_all().python("__import__('os').getpid()")
    notebook = open_notebook([f"print({names})"]).run_all()
    assert notebook.python("__import__('os').getpid()") == kernel
    assert notebook.text() == fresh and len(notebook.cells()) == 1
    assert notebook.python("len(__import__('ipywidgets').Widget.widgets)") == 0


def test_an_error_in_a_cell_is_raised(open_notebook):
    notebook = open_notebook(["1 / 0"])
    with pytest.raises(AssertionError, match="cell 0: ZeroDivisionError: division by zero"):
        notebook.run_all()
    with pytest.raises(AssertionError, match="NameError"):
        notebook.python("nothing")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_widget_is_live_in_both_themes(open_notebook, theme):
    source = "import ipywidgets\nslider = ipywidgets.IntSlider(value=3, max=10, description='eta')\nslider"
    notebook = open_notebook([source], theme=theme)
    notebook.run_all()
    notebook.cell(0).get_by_role("slider").press("ArrowRight")
    notebook.wait_until_idle()
    assert notebook.python("slider.value") == 4
    background = notebook.page.evaluate("getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (theme == "light"), background


def test_console_errors_and_requests_to_other_hosts_are_noticed(open_notebook):
    notebook = open_notebook(["1"])
    assert notebook.problems() == []
    notebook.page.evaluate("console.error('something broke')")
    notebook.page.evaluate("fetch('http://example.org/').catch(() => null)")
    assert "console error: something broke" in notebook.problems()
    assert "request to another host: http://example.org/" in notebook.problems()
    notebook.lab.console.clear()
    notebook.lab.requests.clear()


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_without_a_browser_the_tests_skip_aloud_unless_one_is_required(tmp_path, required, outcome):
    if any(Path(path).exists() for path in INSTALLED):
        pytest.skip("a browser is installed where it cannot be hidden")
    inside = {name: value for name, value in os.environ.items() if name != "CNNLAB_BROWSER"}
    inside |= {"PATH": str(tmp_path), "CNNLAB_REQUIRE_BROWSER": required}
    test = f"{Path(__file__)}::test_an_error_in_a_cell_is_raised"
    command = [sys.executable, "-m", "pytest", "-rs", "-q", "-n0", "-p", "no:cacheprovider", test]
    ran = subprocess.run(command, cwd=ROOT, env=inside, capture_output=True, text=True)
    assert outcome in ran.stdout and "Chromium" in ran.stdout, ran.stdout + ran.stderr
