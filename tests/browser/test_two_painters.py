"""Browser and matplotlib put everything of every explorer in the same places, in a view of 1,000 pixels."""

import pytest
from painters import agree

import cnnlab.explore as explore
from browser.harness.live import View
from cnnlab.explore.still.measure import measure

NAMES = [name for name in explore.__all__ if name != "Explorer"]
WIDE = """async ({ cnnlab }) => {
    cnnlab.page.picture.style.width = "1000px";
    cnnlab.schedule();
    while (cnnlab.layout.width !== 1000) await new Promise(next => setTimeout(next, 10)); }"""


@pytest.mark.parametrize("part", range(3))
def test_every_explorer_lies_in_the_same_places_in_both_painters(open_notebook, part):
    names = NAMES[part::3]
    cells = [f"{name} = explore.{name}.example()\n{name}" for name in names]
    notebook = open_notebook(["from cnnlab import explore", *cells])
    notebook.run_all()
    for index, name in enumerate(names, start=1):
        view = View(notebook, index)
        view.evaluate(WIDE)
        scene = getattr(explore, name).example().current()
        agree(measure(scene), view.js("live.measure()"), scene)
