"""The explorers of notebook 10 in a real JupyterLab: click, drag, play; the engine's numbers, in both themes."""

from browser.harness.live import View

IMPORT = "from cnnlab.explore import GradientCheck, HiddenKernel, TwoConvolutions, WeightGradient"
EXPLORERS = [
    f"{IMPORT}\nkept = [WeightGradient(), HiddenKernel(), GradientCheck(), TwoConvolutions()]",
    *(f"kept[{k}]" for k in range(4)),
]


def opened(notebook, index):
    """The view of that explorer, which is called `explorer` from now on."""
    notebook.python(f"globals().update(explorer=kept[{index - 1}])")
    return View(notebook, index)


def test_weights_are_clicked_errors_dragged_kernels_found_and_steps_chosen(open_notebook):
    notebook = open_notebook(EXPLORERS)
    notebook.run_all()
    for index, use in enumerate((click_and_drag, play, choose_steps, walk_and_train), start=1):
        view = opened(notebook, index)
        assert view.agrees()
        height = view.root.bounding_box()["height"]
        use(notebook, view)
        assert view.root.bounding_box()["height"] == height, "the output jumped"
    for index in (1, 2, 3, 4):
        view = opened(notebook, index)
        assert view.wears("dark") and view.agrees()


def click_and_drag(notebook, view):
    view.page.mouse.click(*view.at("dw", 2, 0))
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["weight"] == [2, 0] and values["turned"] == [0, 2]
    view.page.mouse.click(*view.at("other", 2, 2))
    assert view.agrees()
    assert notebook.python("explorer.values")["weight"] == [0, 0]
    before = notebook.python("explorer.current()['dw'].values")
    x, y = view.at("de", 1, 1)
    view.drag(x, y, x, y - 40)
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["errors"] == "your own" and values["de0"][1][1] > 2
    assert notebook.python("explorer.current()['dw'].values") != before
    view.control("look", "select").select_option("convolution, flip forgotten")
    assert view.agrees()
    assert "are right" in notebook.python("explorer.current().description")
    view.drag_slider("stride", 0.05, 0.95)
    assert view.agrees()
    assert notebook.python("explorer.values")["stride"] == 3


def play(notebook, view):
    view.root.get_by_role("button", name="1 step").click()
    assert view.agrees()
    assert notebook.python("len(explorer.learner.losses)") == 1
    view.root.get_by_role("button", name="train", exact=True).click()
    view.page.wait_for_function("root => root.cnnlab.frame.version > 12", arg=view.root.element_handle(), polling=30)
    view.root.get_by_role("button", name="stop: train").click()
    assert view.agrees()
    steps = notebook.python("len(explorer.learner.losses)")
    assert steps > 40 and notebook.python("abs(explorer.learner.w[..., 0, 0] - explorer.values['w']).max()") < 0.01
    view.drag_slider("eta", 0.5, 0.98)
    assert view.agrees()
    view.root.get_by_role("button", name="start again").click()
    view.root.get_by_role("button", name="train", exact=True).click()  # far above the limit: it stops by itself
    view.page.wait_for_function("root => !root.cnnlab.player.playing", arg=view.root.element_handle(), polling=30)
    assert view.agrees()
    assert "diverged" in notebook.python("explorer.current().description")
    assert view.root.get_by_role("button", name="train", exact=True).is_disabled()


def choose_steps(notebook, view):
    view.control("step").scroll_into_view_if_needed()
    view.drag_slider("step", 0.75, 0.1)
    assert view.agrees()
    assert notebook.python("explorer.values")["step"] < 1e-9
    view.root.locator(".cnnlab-words").scroll_into_view_if_needed()
    view.page.mouse.click(*view.at("dw", 0, 2))
    assert view.agrees()
    assert notebook.python("explorer.values")["weight"] == [0, 2]
    view.control("f", "select").select_option("ReLU")
    assert view.agrees()


def walk_and_train(notebook, view):
    for _ in range(11):  # through all stages, and the kernels have learned
        view.root.get_by_role("button", name="next", exact=True).click()
        assert view.agrees()
    assert notebook.python("len(explorer.learner.losses)") == 2
    view.root.get_by_role("button", name="train", exact=True).click()
    view.page.wait_for_function("root => root.cnnlab.frame.version > 40", arg=view.root.element_handle(), polling=30)
    view.root.get_by_role("button", name="stop: train").click()
    assert view.agrees()
    assert notebook.python("explorer.learner.losses[-1] < 0.5 * explorer.learner.losses[0]")
    view.drag_slider("eta", 0.4, 0.9)
    assert view.agrees()
