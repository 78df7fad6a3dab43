"""Explorers on a page whose kernel is restarted, whose cells run in any order, whose notebook is saved and reopened."""

from browser.harness.live import TRY, View

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
