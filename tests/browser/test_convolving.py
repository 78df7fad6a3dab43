"""The explorers of notebook 07 in a real JupyterLab: step, drag a kernel, filter a photograph, move an image."""

import numpy as np
import pytest

from browser.harness.drive import paints
from browser.harness.live import View

CELLS = [
    "from cnnlab import explore",
    "stepper = explore.ConvolutionStepper()\nstepper",
    "photo = explore.PhotoFilter()\nphoto",
    "moved = explore.ShiftedConvolution()\nmoved",
    "paddings = explore.ThreePaddings()\npaddings",
    "game = explore.KernelDesigner()\ngame",
    "orange = explore.FindTheColour()\norange",
    "def convolve(h, w):\n    return ...\nyours = explore.ConvolutionStepper(function=convolve)\nyours",
]


def choose(notebook, name):
    notebook.python(f"globals().update(explorer={name})")


def same_picture(view, notebook):
    """Every pixel of e is the engine's."""
    np.testing.assert_array_equal(view.pixels("e"), notebook.python("photo.current()['e'].pixels"))


def test_the_pictures_follow_the_hand_and_show_the_engines_numbers_in_both_themes(open_notebook):
    notebook = open_notebook(CELLS)
    notebook.run_all()
    choose(notebook, "stepper")
    view = View(notebook, 1)
    assert view.agrees()
    view.root.locator("button[data-control='step']").click()
    notebook.page.wait_for_timeout(700)
    view.root.locator("button[data-control='step']").click()  # it plays until it is pressed again
    assert view.agrees()
    notebook.page.mouse.click(*view.at("e", 1, 2))
    assert view.agrees() and notebook.python("stepper.values")["where"] == [1, 2]
    x, y = view.at("w", 0, 0)
    view.drag(x, y, x, y - 40)
    assert view.agrees() and notebook.python("stepper.values")["kernel"] == "your own"
    choose(notebook, "photo")
    view = View(notebook, 2)
    pixels = view.root.locator("canvas").screenshot()
    view.control("kernel", "select").select_option("emboss")
    assert view.agrees() and view.root.locator("canvas").screenshot() != pixels
    same_picture(view, notebook)
    view.page.mouse.click(*view.at("e", 40, 150))
    assert view.agrees() and notebook.python("photo.values")["where"] == [40, 150]
    said = view.root.locator(".cnnlab-words").text_content()
    e = notebook.python("photo.convolution(**photo.values).e(photo._image(photo.values['photo']))[40, 150]")
    assert [float(word.replace("−", "-")) for word in said.rsplit("e = ", 1)[1].rstrip(".").split(", ")] == [
        pytest.approx(value, abs=0.0051) for value in e
    ]
    view.drag(*view.at("e", 40, 150), *view.at("e", 91, 62))  # moving it stops at some, in the end at this
    assert view.agrees() and notebook.python("photo.values")["where"] == [91, 62]
    x, y = view.at("w_red", 0, 0)
    before = notebook.python("photo.values")["w_red"][0][0]
    view.drag(x, y, x, y - 40)  # draw a weight
    assert view.agrees()
    values = notebook.python("photo.values")
    assert values["kernel"] == "draw your own" and values["w_red"][0][0] > before
    same_picture(view, notebook)
    choose(notebook, "moved")
    view = View(notebook, 3)
    view.drag_slider("right", 0.5, 0.9)
    assert view.agrees()
    view.drag_slider("stride", 0.0, 0.4)
    assert view.agrees() and notebook.python("moved.values")["stride"] == 2
    x, y = view.at("w", 0, 0)
    view.drag(x, y, x, y - 40)
    assert view.agrees() and notebook.python("moved.values")["w"][0][0] > 1
    choose(notebook, "paddings")
    view = View(notebook, 4)
    notebook.page.mouse.click(*view.at("e", 3, 4))
    assert view.agrees() and notebook.python("paddings.values")["where"] == [3, 4]
    assert "e[1, 2] with “valid”" in view.root.locator(".cnnlab-words").text_content()
    choose(notebook, "game")
    view = View(notebook, 5)
    view.control("target", "select").select_option("bright above, dark below")
    x, y = view.at("w", 0, 1)
    view.drag(x, y, x, y + 40)
    assert view.agrees() and notebook.python("game.values")["w"][0][1] < 0
    score = notebook.python("game.found().score")
    assert f"explains {score} %" in view.root.locator(".cnnlab-words").text_content()
    choose(notebook, "orange")
    view = View(notebook, 6)
    x, y = view.at("w", 0, 2)
    view.drag(x, y, x, y + 60)
    assert view.agrees() and notebook.python("orange.values")["w"][0][2] < 1
    choose(notebook, "yours")
    view = View(notebook, 7)
    assert "“...” still" in view.root.locator(".cnnlab-words").text_content()
    x, y = view.at("w", 0, 0)
    view.drag(x, y, x, y - 40)
    assert view.agrees(), "without a result, all else lives on"
    for theme in ("light", "dark"):
        notebook.lab.theme(theme)
        for index, name in enumerate(("stepper", "photo", "moved", "paddings", "game", "orange", "yours"), start=1):
            choose(notebook, name)
            assert paints(View(notebook, index), theme), name
