"""The explorers of notebooks 01, 03 to 06, 12 and 13 in a real JupyterLab: drag, press, choose, both themes; the
engine's numbers.
"""

import numpy as np
import pytest

from browser.live import View

IMPORT = "import numpy as np\nfrom cnnlab import datasets, explore\nfrom cnnlab import *\nEXPLORERS = []"
RINGS = """rng = np.random.default_rng(0)
x = rng.standard_normal((60, 2))
y = (np.hypot(*x.T) > 1).astype(int)
network = Network([Dense(4), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
EXPLORERS.append(explore.TrainedRegions(network, BinaryCrossEntropy(), Adam(0.03), x, y))
EXPLORERS[-1]"""
SHIFT = """digits = datasets.digits(8)
network = Network([Flatten(), Dense(10)], (8, 8, 1))
EXPLORERS.append(explore.ShiftTest(digits.x_test, digits.y_test, {"one layer": network}, reach=3))
EXPLORERS[-1]"""
EXPLORERS = {
    "FiveSteps": ("EXPLORERS.append(explore.FiveSteps())\nEXPLORERS[-1]", "i", "ten"),
    "Decisions": ("EXPLORERS.append(explore.Decisions())\nEXPLORERS[-1]", "lines", None),
    "TrainedRegions": (RINGS, None, "step"),
    "Descent": ("EXPLORERS.append(explore.Descent())\nEXPLORERS[-1]", "eta", None),
    "ConfidentlyWrong": ("EXPLORERS.append(explore.ConfidentlyWrong())\nEXPLORERS[-1]", "e", None),
    "ConditionalMean": ("EXPLORERS.append(explore.ConditionalMean())\nEXPLORERS[-1]", "x", "again"),
    "TooMuchData": ("EXPLORERS.append(explore.TooMuchData())\nEXPLORERS[-1]", "units", None),
    "MovingCat": ("EXPLORERS.append(explore.MovingCat(datasets.photo('chelsea')))\nEXPLORERS[-1]", "right", None),
    "ShiftTest": (SHIFT, "shift", None),
    "Reading": ("EXPLORERS.append(explore.Reading.example())\nEXPLORERS[-1]", "right", "misread"),
    "SpokenSyllable": ("EXPLORERS.append(explore.SpokenSyllable())\nEXPLORERS[-1]", "consonant", None),
    "TimeDelay": ("EXPLORERS.append(explore.TimeDelay.example())\nEXPLORERS[-1]", "shift", "misheard"),
}


def play(view, name):
    """Press a button that plays, and press it again after a while."""
    button = view.root.locator(f"button[data-control='{name}']")
    button.click()
    view.page.wait_for_timeout(700)
    button.click()
    assert view.agrees()


def choose(view, name, option):
    view.control(name, "select").select_option(option)
    assert view.agrees()


def toggle(view, name):
    view.root.locator(f"label[data-control='{name}'] input").click()
    assert view.agrees()


def at_another_step(view, notebook):
    step = notebook.python("explorer.positions('step')")[2]
    choose(view, "step", step)
    assert notebook.python("explorer.values")["step"] == step


def lines_and_their_normals(view, notebook):
    """A line dragged by its square keeps its direction, its normal dragged by the dot turns it."""
    weights = "explorer.weights(explorer.values)"
    (before, _), moved = notebook.python(weights), None
    view.drag_point("line 1: position", 30, -40)
    assert view.agrees() and notebook.python("explorer.values")["preset"] == "my own"
    moved = notebook.python(weights)
    np.testing.assert_allclose(moved[0], before, atol=1e-9)
    view.drag_point("line 1: tip of the normal", 25, 25)
    assert view.agrees()
    assert notebook.python(weights)[0] != moved[0]
    choose(view, "preset", "all through one point")
    toggle(view, "surface")
    values = notebook.python("explorer.values")
    assert values["surface"] and values["preset"] == "all through one point"


def the_lines_learn(view, notebook):
    before = notebook.python("explorer.network[0].parameters['w']")
    play(view, "train")
    assert notebook.python("explorer.steps") > 20 and notebook.python("explorer.network[0].parameters['w']") != before
    loss = notebook.python("float(explorer.loss(explorer.network.forward(explorer.x), explorer.y))")
    assert f"the loss is {loss:.3f}" in view.root.locator(".cnnlab-words").text_content()
    toggle(view, "map")
    toggle(view, "lines")


def another_start(view, notebook):
    before = notebook.python("explorer.values")["start"]
    view.drag_point("start", 50, 30)
    assert view.agrees()
    start = notebook.python("explorer.values")["start"]
    assert start[0] > before[0] and start[1] < before[1]
    assert notebook.python("explorer.path(**explorer.values).u[0]") == start
    choose(view, "surface", notebook.python("list(explorer.landscapes)")[-1])
    play(view, "walk")


def the_other_answer(view, notebook):
    choose(view, "y", "0 (no cat)")
    assert notebook.python("explorer.values")["y"] == "0 (no cat)"


def down_too(view, notebook):
    view.drag_slider("down", 0.5, 0.9)
    assert view.agrees() and notebook.python("explorer.values")["down"] > 0
    np.testing.assert_array_equal(view.pixels("image"), notebook.python("explorer.current()['image'].pixels"))


def another_image(view, notebook):
    view.drag_slider("image", 0.1, 0.6)
    assert view.agrees() and notebook.python("explorer.values")["image"] > 0
    shown = np.float32(notebook.python("explorer.current()['image'].pixels"))
    np.testing.assert_array_equal(np.float32(view.pixels("image")), shown)


FURTHER = {
    "FiveSteps": at_another_step,
    "Decisions": lines_and_their_normals,
    "TrainedRegions": the_lines_learn,
    "Descent": another_start,
    "ConfidentlyWrong": the_other_answer,
    "ConditionalMean": lambda view, notebook: play(view, "train"),
    "MovingCat": down_too,
    "ShiftTest": another_image,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pictures_follow_the_hand_and_show_the_engines_numbers(open_notebook, theme):
    names = list(EXPLORERS)[theme == "dark" :: 2]
    notebook = open_notebook([IMPORT, *(EXPLORERS[name][0] for name in names)], theme=theme)
    notebook.run_all()
    for index, name in enumerate(names, start=1):
        _, control, button = EXPLORERS[name]
        notebook.python(f"globals().update(explorer=next(e for e in EXPLORERS if type(e).__name__ == '{name}'))")
        view = View(notebook, index)
        assert view.agrees()
        height, pixels = view.root.bounding_box()["height"], view.root.locator("canvas").screenshot()
        if control is not None and view.control(control, "select").count():
            view.control(control, "select").select_option(index=0)
            assert view.agrees()
        elif control is not None:
            view.drag_slider(control, 0.3, 0.9)
            assert view.agrees()
        if button is not None:
            view.root.locator(f"button[data-control='{button}']").click()
            assert view.agrees()
        assert view.root.locator("canvas").screenshot() != pixels, name
        if name in FURTHER:
            FURTHER[name](view, notebook)
        assert view.root.bounding_box()["height"] == height, f"the output of {name} jumped"
