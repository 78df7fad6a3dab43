"""Every explorer of notebooks 01 and 03 to 06 in a real JupyterLab: drag, press, both themes; the engine's numbers."""

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
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pictures_follow_the_hand_and_show_the_engines_numbers(open_notebook, theme):
    names = list(EXPLORERS)[theme == "dark" :: 2]
    notebook = open_notebook([IMPORT, *(EXPLORERS[name][0] for name in names)], theme=theme)
    notebook.run_all()
    for index, name in enumerate(names, start=1):
        _, slider, button = EXPLORERS[name]
        notebook.python(f"globals().update(explorer=next(e for e in EXPLORERS if type(e).__name__ == '{name}'))")
        view = View(notebook, index)
        assert view.agrees()
        height, pixels = view.root.bounding_box()["height"], view.root.locator("canvas").screenshot()
        if slider is not None:
            view.drag_slider(slider, 0.3, 0.9)
            assert view.agrees()
        if button is not None:
            view.root.locator(f"button[data-control='{button}']").click()
            assert view.agrees()
        assert view.root.locator("canvas").screenshot() != pixels, name
        assert view.root.bounding_box()["height"] == height, f"the output of {name} jumped"
