"""Explorers on a page whose kernel is restarted, whose cells run in any order, and on one that allows no eval."""

import base64
import json

import pytest

from browser.harness.live import TRY, View
from cnnlab.explore import Explorer
from cnnlab.explore.live.view import View as Model
from cnnlab.explore.toolkit.controls import Button, Choice, Slider, Toggle
from cnnlab.explore.toolkit.items import Line, Points
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table

GONE = "Python has been restarted or stopped: run this cell again"


def restart(notebook):
    notebook.page.evaluate("panel.sessionContext.session.kernel.restart()")
    notebook.wait_for(
        """(async () => { while (panel.sessionContext.session.kernel.status !== "idle")
        await new Promise(next => setTimeout(next, 50)) })()""",
        60,
    )


def run(notebook, index):
    """Run one cell, as Ctrl-Enter does."""
    notebook.page.evaluate(
        """async index => { panel.content.activeCellIndex = index;
        await jupyterapp.commands.execute("notebook:run-cell") }""",
        index,
    )
    notebook.wait_until_idle()


def busy(view):
    """What lies over the picture: the words that wait for Python, or that it is gone."""
    node = view.root.locator(".cnnlab-busy")
    return node.inner_text() if node.is_visible() else None


def test_a_kernel_that_is_restarted_leaves_a_sentence_and_run_all_goes_on(open_notebook):
    """One view waits for an answer that will not come; the other asks one that is gone already."""
    slow = "slow = Try()\nslow"
    notebook = open_notebook([*TRY, slow])
    notebook.run_all()
    view = View(notebook, 2)
    notebook.python("setattr(slow, 'wait', 600)")
    view.control("a").press("ArrowRight")
    view.root.locator(".cnnlab-busy", has_text="waiting for Python").wait_for()
    restart(notebook)
    view.root.locator(".cnnlab-busy", has_text=GONE).wait_for(timeout=10_000)
    other = View(notebook, 1)
    other.control("a").press("ArrowRight")
    other.root.locator(".cnnlab-busy", has_text=GONE).wait_for(timeout=10_000)
    assert other.js("live.printed.length") == 16, "the last picture stays"
    notebook.run_all()
    for index in (1, 2):
        view = View(notebook, index)
        assert view.agrees() and busy(view) is None


def test_cells_that_run_out_of_order_drive_what_they_show(open_notebook):
    notebook = open_notebook([*TRY, "explorer.set(a=4)", "explorer"])
    run(notebook, 3)  # nothing is there yet
    assert [output["ename"] for _, output in notebook.errors()] == ["NameError"]
    for index in (0, 1, 3, 2):
        run(notebook, index)
    notebook.python("globals().update(first=explorer)")
    old = View(notebook, 3)
    assert old.agrees() and notebook.python("first.values")["a"] == 4
    run(notebook, 1)  # another explorer of that name; cell 3 still shows the first
    old.control("a").press("ArrowLeft")
    old.settle()
    assert notebook.python("[first.values['a'], explorer.values['a']]") == [3, 2]
    assert old.js("live.values.a") == 3
    new = View(notebook, 1)
    new.control("a").press("ArrowRight")
    assert new.agrees() and notebook.python("[first.values['a'], explorer.values['a']]") == [3, 3]
    run(notebook, 3)
    run(notebook, 2)
    assert View(notebook, 3).agrees() and View(notebook, 1).agrees()
    assert notebook.python("[first.values['a'], explorer.values['a']]") == [3, 4]


def test_a_notebook_that_is_opened_again_shows_pictures_and_lives_on_where_its_kernel_does(open_notebook):
    ask = "check.predict('Is it?', {'yes': 'It is.', 'no': 'It is!'}, right='yes', name='bend')"
    notebook = open_notebook(
        [*TRY, f"from cnnlab import check\n{ask}", "check.after('bend')\nprint('the answer')", "explorer.set(a=4)"],
        stills=True,
    )
    notebook.run_all()
    notebook.reopen(kernel=True)
    view = View(notebook, 1)
    view.control("a").press("ArrowLeft")
    assert view.agrees() and notebook.python("explorer.values")["a"] == 3
    notebook.reopen(kernel=False)
    said = notebook.page.evaluate("panel.node.textContent")
    assert "model not found" not in said and notebook.lab.console == []
    assert notebook.cell(1).locator("img").count() == 1 and notebook.cell(1).locator(".cnnlab").count() == 0
    shown = [notebook.cell(index).locator(".jp-OutputArea").inner_text() for index in (2, 3)]
    assert "Is it?" in shown[0] and "Choose an answer" in shown[1] and "the answer" not in shown[1]


HOME = "http://127.0.0.1:9"  # nobody listens there: the browser asks the test
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"  # no eval, nothing inline, no images, no requests
TEXTS = (
    '<img src=x onerror="globalThis.broken = 1">',
    "<script>globalThis.broken = 2</script>",
    "</div><b>bold</b>&lt;i&gt;",
    "$5 and $x^2$, \\frac{1}{2}, Ba$$in",
    "שלום עולם \u202egnp.exe",
    "🐱‍👤 👩‍👩‍👧 é",
    "'; alert(1); '",
)
BOOT = """
import widget from "./view.js";
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
globalThis.refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
globalThis.asked = [];
const state = STATE;
for (const name of ["first_text", "first_numbers"]) state[name] = bytes(state[name]);
const model = { get: (name) => state[name], send: (question) => asked.push(question), on() {}, off() {} };
widget.render({ model, el: document.getElementById("here") });
"""


class Named(Explorer):
    """An explorer with a text of a user in every place that can hold one."""

    def __init__(self, text):
        self.text = text
        controls = [Choice("a", text, [text, "b"]), Slider("s", text, group=text), Toggle("t", text)]
        super().__init__([*controls, Button("go", text, lambda **_: None)], title=text)

    def scene(self, **_):
        text = self.text
        line = Curves(name="c", title=text, x_label=text, y_label=text, items=[Line([0, 1], [0, 1], text)])
        points = Curves(name="p", items=[Points([0.5], [0.5], text)], x_ticks=[(0.5, text)])
        table = Table(name="t", title=text, rows=[[text, 1.0]], header=[text, text])
        return Scene(
            [line, points, table, Grid(name="g", title=text, symbol=text[:9], values=[[1.0]])], f"{text} ends."
        )


@pytest.fixture
def strict(chromium):
    """A function that shows an explorer on such a page -> (page, the addresses that were asked for)."""
    context = chromium.new_context(viewport={"width": 1200, "height": 800})

    def show(explorer):
        view = Model(explorer)
        state = {"title": view.title, "controls": view.controls}
        for name in ("first_text", "first_numbers"):
            state[name] = base64.b64encode(getattr(view, name)).decode()
        head = (
            '<meta charset="utf-8"><link rel="stylesheet" href="view.css"><script type="module" src="boot.js"></script>'
        )
        files = {
            "/": ("text/html", f'<!DOCTYPE html><html><head>{head}</head><body><div id="here"></div></body></html>'),
            "/view.css": ("text/css", view._css),
            "/view.js": ("text/javascript", view._esm),
            "/boot.js": ("text/javascript", BOOT.replace("STATE", json.dumps(state))),
        }
        asked = []

        def answer(route):
            asked.append(route.request.url)
            kind, body = files.get(route.request.url.removeprefix(HOME), ("text/plain", ""))
            headers = {"content-type": f"{kind}; charset=utf-8", "content-security-policy": POLICY}
            route.fulfill(status=200 if body else 404, headers=headers, body=body)

        page = context.new_page()
        page.route("**/*", answer)
        page.goto(f"{HOME}/")
        page.wait_for_function("document.querySelector('.cnnlab')?.cnnlab.painted > 0")
        return page, asked

    yield show
    context.close()


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_texts_of_users_are_texts_on_the_page(strict, text):
    explorer = Named(text)
    page, asked = strict(explorer)
    assert page.evaluate("globalThis.broken") is None and page.evaluate("refused") == []
    root = page.locator(".cnnlab")
    assert root.locator("img, script, b, i").count() == 0
    assert root.get_attribute("aria-label") == text
    assert page.locator(".cnnlab-words").evaluate("node => node.textContent") == f"{text} ends."
    assert root.locator("option").first.evaluate("node => node.value || node.textContent") in (text, text.strip(), "0")
    assert not any(address.endswith("/x") for address in asked)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a text pushes the page apart"
    assert explorer.picture().png().startswith(b"\x89PNG")
