"""Explorers as a learner has them: in a real JupyterLab, by mouse and keyboard; what is shown is what Python
computes.
"""

import nbformat
import numpy as np
import pytest

from browser.harness.live import AS_A_LEARNER, TRY, View
from cnnlab.explore.toolkit.numbers import cell_text
from cnnlab.picture import DIVERGING

PIECEWISE = ["from cnnlab import explore", "explorer = explore.PiecewiseLinear()\nexplorer"]
POOLING = ["from cnnlab import explore", "explorer = explore.PoolingRouter()\nexplorer"]
THREE = ["from cnnlab import explore", "explorer = explore.ThreePoolings()\nexplorer"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("source, slider", [(PIECEWISE, "w1"), (POOLING, "stride"), (THREE, "right")])
def test_the_picture_follows_the_dragged_slider_and_shows_the_engines_numbers(open_notebook, source, slider, theme):
    notebook = open_notebook(source, theme=theme)
    notebook.run_all()
    view = View(notebook)
    assert view.agrees()
    before, pixels = notebook.python("explorer.values")[slider], view.root.locator("canvas").screenshot()
    height = view.root.bounding_box()["height"]
    view.drag_slider(slider, 0.4, 0.95)
    assert view.agrees()
    assert notebook.python("explorer.values")[slider] > before
    assert view.root.locator("canvas").screenshot() != pixels
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def test_printed_numbers_and_colours_are_the_values(open_notebook):
    notebook = open_notebook(POOLING)
    notebook.run_all()
    view = View(notebook)
    view.control("mode", "select").select_option("average")
    view.settle()
    printed = view.js("live.printed")
    panels = notebook.python("{panel.name: [panel.values, panel.digits] for panel in explorer.current().panels}")
    assert len(printed) == sum(np.size(values) for values, _ in panels.values())
    for name, row, column, text in printed:
        values, digits = panels[name]
        assert text == cell_text(values[row][column], digits), (name, row, column)
    for row, column in ((0, 0), (1, 2), (3, 4), (5, 4), (6, 3)):
        painted = view.js(f"""(() => {{ const [x, y] = live.cellOnScreen("e", {row}, {column});
            return Array.from(live.canvas.getContext("2d").getImageData(x + 4, y + 3, 1, 1).data.slice(0, 3)) }})()""")
        colour = DIVERGING((panels["e"][0][row][column] + 9) / 18)[:3]
        np.testing.assert_allclose(painted, 255 * np.array(colour), atol=4)


def test_values_set_from_python_move_the_controls_and_the_picture(open_notebook):
    notebook = open_notebook([*TRY, "explorer.set(a=-3, where=(2, 1))", "seen = []\nexplorer.observe(seen.append)"])
    notebook.run_all()
    view = View(notebook)
    assert view.agrees()
    assert view.control("where").nth(0).input_value() == "2"
    view.control("a").press("ArrowRight")
    view.settle()
    assert notebook.python("seen") == [{"a": -2}]
    notebook.python("explorer.press('up', 3)")
    assert view.agrees()
    assert notebook.python("explorer.values")["a"] == 1


def test_keys_move_controls_and_not_the_notebook(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook)
    slider = view.control("a")
    for key, value in (("ArrowLeft", 1), ("End", 5), ("Home", -5), ("ArrowUp", -4), ("PageUp", None)):
        slider.press(key)
        view.settle()
        assert value in (None, notebook.python("explorer.values")["a"]), key
    slider.press("d")
    slider.press("d")  # would delete the cell, were it not kept from the notebook
    assert len(notebook.cells()) == 2
    grid = view.root.get_by_role("application", name="cell: arrow keys choose a cell")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        grid.press(key)
    view.settle()
    assert notebook.python("explorer.values")["where"] == [1, 2]
    point = view.root.get_by_role("application", name="point: arrow keys move it")
    point.press("ArrowUp")
    point.press("Shift+ArrowLeft")
    assert view.agrees()
    np.testing.assert_allclose(notebook.python("explorer.values")["p"], [-0.5, 0.6])


def test_cells_points_and_values_are_taken_by_the_mouse(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook)
    view.page.mouse.click(*view.at("e", 2, 3))
    view.settle()
    assert notebook.python("explorer.values")["where"] == [2, 3]
    view.drag(*view.at("e", 0, 0), *view.at("e", 1, 2))
    view.settle()
    assert notebook.python("explorer.values")["where"] == [1, 2]
    handle = view.root.get_by_role("application", name="point: arrow keys move it").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    view.drag(x, y, x - 30, y - 30)
    assert view.agrees()
    p = notebook.python("explorer.values")["p"]
    now = view.root.get_by_role("application", name="point: arrow keys move it").bounding_box()
    assert p[0] < 0.4 and p[1] > 0.6
    np.testing.assert_allclose(
        [now["x"] - handle["x"], now["y"] - handle["y"]], -30, atol=4
    )  # half a step of the raster


def test_a_value_dragged_in_a_grid_is_routed_at_once(open_notebook):
    notebook = open_notebook(POOLING)
    notebook.run_all()
    view = View(notebook)
    x, y = view.at("e", 2, 3)
    view.drag(x, y, x, y - 60)
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["e"][2][3] == 9 and values["preset"] == "your own"
    assert notebook.python("explorer.current()['h'].values")[1][1] == 9
    cells = view.root.get_by_role(
        "application", name="excitation e: arrow keys choose a cell, plus and minus change it"
    )
    cells.press("-")
    cells.press("ArrowRight")
    cells.press("4")
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["e"][2][3] == 8 and values["e"][2][4] == 4


def test_an_error_is_shown_in_words_and_the_last_picture_stays(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook)
    view.drag_slider("a", 0.7, 0.5)
    view.settle()
    error = view.root.get_by_role("alert")
    assert error.inner_text() == "A slope of 0 has no knot"
    assert notebook.python("repr(explorer.error)") == "ValueError('a slope of 0 has no knot')"
    assert view.js("live.printed.length") == 16, "the last good picture is gone"
    view.control("a").press("ArrowRight")
    view.settle()
    assert error.is_hidden() and notebook.python("explorer.error is None")
    assert view.agrees()


def test_a_slow_python_never_leaves_an_old_picture(open_notebook):
    notebook = open_notebook([*TRY, "Try.wait = 0.06"])
    notebook.run_all()
    view = View(notebook)
    view.js("(live.log = [], live.root.addEventListener('cnnlab-painted', e => live.log.push(e.detail)))")
    view.drag_slider("a", 0.7, 0.05, steps=40)
    view.js("(live.released = live.log.length)")
    assert view.agrees()
    stale = view.js("live.log.slice(live.released).filter(paint => paint.number < paint.last).length")
    assert stale <= 1
    numbers = [paint["number"] for paint in view.js("live.log")]
    assert numbers == sorted(numbers), "an older frame was painted over a newer one"


def test_hovering_lights_up_linked_cells(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook)
    corner = """(() => { const [x, y] = live.cellOnScreen("e", 2, 3); const ratio = devicePixelRatio;
        return Array.from(live.canvas.getContext("2d").getImageData(ratio * (x + 20), ratio * y, 1, 1).data) })()"""
    before = view.js(corner)
    view.page.mouse.move(*view.at("h", 0, 0))
    view.page.wait_for_timeout(100)
    assert view.js("live.hands.pointed") == ["h", 0, 0]
    assert view.js(corner) != before


def test_play_runs_until_it_is_over(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook)
    view.root.get_by_role("button", name="walk").click()
    view.page.wait_for_function(
        "root => root.cnnlab.values.a === 5 && !root.cnnlab.player.playing", arg=view.root.element_handle()
    )
    assert view.agrees()
    assert view.root.get_by_role("button", name="walk").is_disabled()
    view.root.get_by_role("button", name="reset").click()
    assert view.agrees()
    assert notebook.python("explorer.values")["a"] == 2


def test_training_plays_live_and_can_be_stopped(open_notebook):
    notebook = open_notebook(PIECEWISE)
    notebook.run_all()
    view = View(notebook)
    view.root.get_by_role("button", name="gradient descent: all").click()
    view.page.wait_for_function("root => root.cnnlab.frame.version > 10", arg=view.root.element_handle(), polling=30)
    view.root.get_by_role("button", name="stop: gradient descent: all").click()
    assert view.agrees()
    steps = notebook.python("explorer.version")
    view.page.wait_for_timeout(300)
    assert notebook.python("explorer.version") == steps


def test_two_views_of_one_explorer_go_together_and_a_removed_one_lets_go(open_notebook):
    notebook = open_notebook([*TRY, "explorer"])
    notebook.run_all()
    view, other = View(notebook, 1), View(notebook, 2)
    other.control("a").press("ArrowRight")
    assert other.agrees()
    assert View(notebook, 1).agrees()
    assert len(notebook.python("explorer._view.answers.seen")) == 2
    notebook.page.evaluate(
        "panel.content.widgets[2].model.clearExecution && panel.content.widgets[2].model.sharedModel.setOutputs([])"
    )
    notebook.page.wait_for_timeout(200)
    notebook.wait_until_idle()
    assert len(notebook.python("explorer._view.answers.seen")) == 1
    view.control("a").press("ArrowRight")
    assert view.agrees()


def test_every_width_and_both_themes_show_the_whole_picture(open_notebook):
    notebook = open_notebook(POOLING)
    notebook.run_all()
    page, size = notebook.page, notebook.page.viewport_size
    view = View(notebook)
    try:
        for width, lines in ((1600, 1), (700, 4), (420, 4)):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(300)
            view.settle()
            canvas = view.root.locator("canvas").bounding_box()
            assert canvas["width"] <= view.root.bounding_box()["width"] + 1
            boxes = view.js("live.layout.boxes.map(({ x, y, w, h }) => [x, y, w, h])")
            assert max(x + w for x, _, w, _ in boxes) <= canvas["width"] + 1
            assert max(y + h for _, y, _, h in boxes) <= canvas["height"] + 1
            assert len({y for _, y, _, _ in boxes}) == lines, f"{width} pixels"
            assert view.agrees()
        light = view.js("live.theme.dark")
        notebook.lab.theme("dark")
        page.wait_for_function("root => root.cnnlab.theme && root.cnnlab.theme.dark", arg=view.root.element_handle())
        assert light is False
        assert view.js("(live.look(), live.theme.dark)") is True, "no theme until the next paint"
    finally:
        page.set_viewport_size(size)


def test_every_control_has_a_name_that_is_read_out(open_notebook):
    notebook = open_notebook([*TRY, *PIECEWISE, *POOLING])
    notebook.run_all()
    for index in (1, 3, 5):
        root = View(notebook, index).root
        names = root.evaluate("""root => Array.from(root.querySelectorAll("input, select, button, [tabindex]"), node =>
            node.getAttribute("aria-label") || (node.labels && node.labels.length && node.labels[0].textContent.trim())
            || (node.tagName === "BUTTON" && node.textContent.trim()))""")
        assert len(names) > 5 and all(names), names
        assert root.get_attribute("aria-label") == notebook.python("explorer.title") or index < 5
        words = root.locator(".cnnlab-live")
        assert words.get_attribute("aria-live") == "polite"
        notebook.page.wait_for_timeout(600)
        assert words.inner_text() == root.locator(".cnnlab-words").inner_text() != ""


def test_a_saved_notebook_shows_the_still_picture_without_a_kernel(open_notebook, tmp_path):
    notebook = open_notebook(POOLING, stills=True)
    notebook.run_all()
    saved = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    )
    for cell in notebook.cells():
        saved.cells.append(
            nbformat.v4.new_code_cell(cell["source"], outputs=[nbformat.from_dict(o) for o in cell["outputs"]])
        )
    output = saved.cells[1].outputs[0]
    assert output.data.pop("application/vnd.jupyter.widget-view+json"), "no live view was made"
    assert "h[1, 1] = 6" in output.data["text/plain"]
    nbformat.write(saved, tmp_path / "saved.ipynb")
    again = open_notebook(tmp_path / "saved.ipynb")
    picture = again.cell(1).locator("img")
    assert picture.evaluate("node => node.naturalWidth") > 800
    again.run_all()
    assert View(again).agrees()


def test_what_follows_from_a_position_is_not_taken_from_the_store(open_notebook):
    """At stride 4 the chosen cell is pulled inside, and stays there when the slider goes back: so must the picture."""
    notebook = open_notebook([*POOLING, "explorer.set(where=(3, 3))"])
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    slider = view.control("stride")
    slider.hover()
    notebook.page.wait_for_function("root => root.cnnlab.store.frames.size >= 4", arg=view.root.element_handle())
    for keys in (["ArrowRight", "ArrowRight"], ["ArrowLeft", "ArrowLeft"]):
        for key in keys:
            slider.press(key)
        assert view.agrees()
        assert notebook.python("explorer.values")["where"] == [1, 1]


def test_a_slider_that_runs_to_and_fro_ahead_of_python_ends_in_agreement(open_notebook):
    """How far the cell was pulled depends on which positions Python saw; the picture shows what came of it."""
    notebook = open_notebook([*POOLING, "explorer.set(where=(3, 3))"])
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    slider = view.control("stride")
    slider.hover()
    notebook.page.wait_for_function("root => root.cnnlab.store.frames.size >= 4", arg=view.root.element_handle())
    for _ in range(3):
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
            slider.press(key)
        assert view.agrees()
    assert notebook.python("explorer.values")["where"] != [3, 3]
