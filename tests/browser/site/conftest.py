"""A site of two notebooks, built once, and a page that remembers what went wrong on it."""

import pytest

from tools.website import building, driving

QUICK = {"limit": 100_000, "products": [], "presses": 2}  # what is recorded for the tests
FEW = ("01_five_steps", "05_error_metrics")
ROOMS = ["cnnlab", "cnnlab.layers"]  # of the reference


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """(folder, facts) of a site of two notebooks."""
    folder = tmp_path_factory.mktemp("site")
    facts = building.build(
        folder / "out", FEW, tell=lambda words: None, cache=folder / "cache", wish=QUICK, rooms=ROOMS
    )
    return folder / "out", facts


@pytest.fixture
def page(chromium):
    """A page that remembers what went wrong on it, and what left the machine."""
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
    page.on("request", lambda asked: asked.url.startswith(driving.AT_HOME) or page.wrong.append(asked.url))
    yield page
    page.close()
    assert not page.wrong
