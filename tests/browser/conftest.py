"""Fixtures for tests in a real JupyterLab with a real Chromium.

    def test_the_slider_moves_the_curve(open_notebook):
        notebook = open_notebook(["from cnnlab import explore", "explorer = explore.PieceWise()", "explorer"])
        notebook.run_all()                                     # raises if a cell ends in an error
        view = notebook.cell(2)                                # a playwright locator of that cell, scrolled into view
        view.get_by_role("slider", name="bias").press("ArrowRight")
        notebook.wait_until_idle()                             # kernel quiet, page painted
        assert notebook.python("explorer.values")["bias"] == 0.1

`open_notebook(SOURCE, theme="light")` takes a list of code cells, or the path of a notebook (a copy is opened, the file
is never written to); it closes the one opened before.  With `stills=True` explorers in such cells draw the still
pictures that a saved notebook shows, too, which takes a second each.  A notebook that is only looked at is opened with
`runs=False`: no kernel is started for it alone.  The JupyterLab server and the browser start once per run, and
tests with cells of their own use one notebook and one kernel, which are emptied in between.  The test fails if the
browser's console showed an error or anything asked another host; a test that expects such ends with
`notebook.lab.console.clear()`.  For anything else, `notebook.page` is the playwright page, in which `panel` is the
NotebookPanel and `jupyterapp` the application.

Where no browser is found these tests skip and say so; CNNLAB_REQUIRE_BROWSER=1 makes that an error.  CNNLAB_BROWSER is
the path of a browser of your choice.  A failing test leaves a screenshot in .cache/browser/.
"""

import os
import re

import pytest

from browser.harness.jupyter import FLAGS, ROOT, Lab, Server, find_browser


@pytest.fixture(scope="session")
def chromium():
    """A running browser, as playwright has it."""
    path, required = find_browser(shell=True), os.environ.get("CNNLAB_REQUIRE_BROWSER") == "1"
    if path is None and required:
        pytest.fail("CNNLAB_REQUIRE_BROWSER=1, but no Chromium was found (apt install chromium, or set CNNLAB_BROWSER)")
    if path is None:
        pytest.skip("no browser found: install Chromium or Chrome, or set CNNLAB_BROWSER, to run this test")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory):
    """One page showing a JupyterLab of the tests' own."""
    with Server(tmp_path_factory.mktemp("jupyter")) as server:
        lab = Lab(chromium, server)
        yield lab
        lab.context.close()


@pytest.fixture
def open_notebook(lab, request):
    """A function that opens a notebook and returns it as a `Notebook`; see the top of this file."""
    opened = []

    def close():
        problems = [problem for notebook in opened for problem in notebook.problems()]
        while opened:
            lab.put_away(opened.pop(), keep=not getattr(request.node, "failed", False))
        assert not problems, "\n".join(problems)

    def open_notebook(source, theme="light", stills=False, runs=True):
        close()
        opened.append(lab.open(source, theme, stills, runs))
        return opened[-1]

    yield open_notebook
    if getattr(request.node, "failed", False):
        folder = ROOT / ".cache" / "browser"
        folder.mkdir(parents=True, exist_ok=True)
        lab.page.screenshot(path=folder / f"{re.sub(r'[^A-Za-z0-9_]+', '-', request.node.name)}.png")
    close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.failed = report.failed
    return report
