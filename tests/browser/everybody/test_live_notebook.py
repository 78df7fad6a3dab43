"""A live notebook in JupyterLab: what the project draws has no grave finding of axe-core, and the keyboard reaches it.

JupyterLab's own buttons, cells and menus are left out: only what stands in the outputs of cells is looked at, and of
that nothing in plain words: the verdict of an exercise is Markdown, which JupyterLab renders in its own colours.
"""

import pytest

from browser.harness.axe import findings

CELLS = [
    "import numpy as np\nfrom cnnlab import check, draw, explore",
    'check.predict("Which way?", {"Up": "Yes: it rises.", "Down": "It would if a were negative."}, "Up", "bend")',
    "explore.ThreePoolings()",
    "draw.grid({'e': np.arange(12.0).reshape(3, 4) - 5})",
    "draw.curves(np.arange(5), {'loss': np.arange(5.0)}, 'epoch', 'loss')",
    "check.progress()",
]
OURS = ".ours .jp-OutputArea-output"
FOCUS = """() => { const e = document.activeElement, cell = e.closest(".jp-Cell");
    return { cell: Number(cell?.dataset.windowedListIndex ?? -1), kind: e.type || e.getAttribute("role") || e.tagName,
        ring: getComputedStyle(e).outlineStyle !== "none",
        name: (e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent || "").trim() } }"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_core_finds_nothing_grave_in_what_we_draw(open_notebook, theme):
    notebook = open_notebook(CELLS, theme=theme)
    notebook.run_all()
    found = []
    for index in range(1, len(CELLS)):
        cell = notebook.cell(index)
        output = cell.locator(".jp-OutputArea-output").first
        output.wait_for()
        output.evaluate("output => output.scrollIntoView({ block: 'center' })")  # what is covered is not judged
        if index == 2:
            notebook.page.wait_for_function("() => document.querySelector('.cnnlab')?.cnnlab.painted")
        cell.evaluate("cell => cell.classList.add('ours')")
        found += [f"cell {index}: {line}" for line in findings(notebook.page, OURS)]
        cell.evaluate("cell => cell.classList.remove('ours')")
    assert found == []


def test_a_question_is_answered_by_the_keyboard_and_tab_goes_on_to_the_explorer(open_notebook):
    notebook = open_notebook(CELLS[:3])
    notebook.run_all()
    question = notebook.cell(1)
    question.get_by_role("radio").first.focus()
    notebook.page.keyboard.press("Space")
    notebook.wait_until_idle()
    assert question.locator(".widget-html").last.inner_text().strip(), "no reply"
    reached = []
    for _ in range(40):
        notebook.page.keyboard.press("Tab")
        here = notebook.page.evaluate(FOCUS)
        if here["cell"] == 2:
            reached.append(here)
    assert {"range", "application"} <= {here["kind"] for here in reached}
    assert all(here["name"] for here in reached if here["kind"] in ("range", "application", "button", "checkbox"))
