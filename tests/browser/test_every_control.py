"""The explorers of notebooks 00 to 06 and 11 to 13 in a real JupyterLab: every control is driven, both themes are
looked at; what is shown is what Python computes.
"""

import numpy as np
import pytest

from browser.harness.drive import REACH, drive_all, paints
from browser.harness.live import View

IMPORT = f"import numpy as np\nfrom cnnlab import datasets, explore\nfrom cnnlab import *\n{REACH}\nEXPLORERS = {{}}"
RINGS = """rng = np.random.default_rng(0)
x = rng.standard_normal((60, 2))
y = (np.hypot(*x.T) > 1).astype(int)
network = Network([Dense(4), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
explorer = explore.TrainedRegions(network, BinaryCrossEntropy(), Adam(0.03), x, y)"""
SHIFT = """digits = datasets.digits(8)
network = Network([Flatten(), Dense(10)], (8, 8, 1))
explorer = explore.ShiftTest(digits.x_test, digits.y_test, {"one layer": network}, reach=3)"""
EXPLORERS = {
    "KernelByHand": "explorer = explore.KernelByHand()",
    "FiveSteps": "explorer = explore.FiveSteps()",
    "ChainRule": "explorer = explore.ChainRule()",
    "OneWeight": "explorer = explore.OneWeight()",
    "CorrectionVectors": "explorer = explore.CorrectionVectors()",
    "FitByHand": "explorer = explore.FitByHand()",
    "Squashing": "explorer = explore.Squashing()",
    "Decisions": "explorer = explore.Decisions()",
    "SecondLayer": "explorer = explore.Decisions(lines=3, second=True)",
    "TrainedRegions": RINGS,
    "Parabola": "explorer = explore.Parabola()",
    "Descent": "explorer = explore.Descent()",
    "ConfidentlyWrong": "explorer = explore.ConfidentlyWrong()",
    "ConditionalMean": "explorer = explore.ConditionalMean()",
    "Logits": "explorer = explore.Logits()",
    "Refusing": "explorer = explore.Refusing.example()",
    "TooMuchData": "explorer = explore.TooMuchData()",
    "MovingCat": "explorer = explore.MovingCat()",
    "ShiftTest": SHIFT,
    "Reading": "explorer = explore.Reading.example()",
    "Drawing": "explorer = explore.Drawing()",
    "PoolingCheck": "explorer = explore.PoolingCheck()",
    "SpokenSyllable": "explorer = explore.SpokenSyllable()",
    "TimeDelay": "explorer = explore.TimeDelay.example()",
    "OwnVoice": "explorer = explore.OwnVoice.example()",
}


def lines_and_their_normals(view, notebook):
    """A line dragged by its square keeps its direction, its normal dragged by the dot turns it."""
    weights = "explorer.weights(explorer.values)"
    before, _ = notebook.python(weights)
    view.drag_point("line 1: position", 30, -40)
    assert view.agrees() and notebook.python("explorer.values")["preset"] == "my own"
    moved = notebook.python(weights)
    np.testing.assert_allclose(moved[0], before, atol=1e-9)
    view.drag_point("line 1: tip of the normal", 25, 25)
    assert view.agrees()
    assert notebook.python(weights)[0] != moved[0]


def a_weight_goes_up_and_down_only(view, notebook):
    """What is held in one direction moves in the other; what a hand pulls too far stops."""
    w = notebook.python("explorer.weights(explorer.values)")
    view.drag_point("weight v1", 60, 30)
    assert view.agrees()
    place = notebook.python("explorer.values")["v1"]
    assert place[0] == 1.0 and -2 <= place[1] < 1
    view.drag_point("bias v0", 0, -400)
    assert view.agrees() and notebook.python("explorer.values")["v0"] == [0.0, 2.0]
    assert notebook.python("explorer.weights(explorer.values)") == w


def a_knot_stops_at_its_neighbour(view, notebook):
    view.drag_point("knot 1", 900, -50)
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert abs(values["p2"][0] - values["p1"][0] - 0.1) < 1e-9 and values["p1"][1] > 0
    error = notebook.python("explorer.current().description.split()[3]")
    assert f"Your error is {error}" in view.root.locator(".cnnlab-words").text_content()


def a_knot_moves_along_its_axis(view, notebook):
    before = notebook.python("explorer.values")["knot1"]
    view.drag_point("knot 1", 40, 50)
    assert view.agrees()
    after = notebook.python("explorer.values")["knot1"]
    assert after[0] > before[0] and after[1] == 0.0


def the_lines_learn(view, notebook):
    before = notebook.python("explorer.network[0].parameters['w']")
    view.root.locator("button[data-control='step']").click()
    assert view.agrees()
    assert (
        notebook.python("explorer.training.steps") == 1
        and notebook.python("explorer.network[0].parameters['w']") != before
    )
    loss = notebook.python("(lambda t: float(t.loss(t.network.forward(t.x), t.y)))(explorer.training)")
    assert f"the loss is {loss:.3f}" in view.root.locator(".cnnlab-words").text_content()


def another_start(view, notebook):
    before = notebook.python("explorer.values")["start"]
    view.drag_point("start", 50, 30)
    assert view.agrees()
    start = notebook.python("explorer.values")["start"]
    assert start[0] > before[0] and start[1] < before[1]
    assert notebook.python("explorer.path(**explorer.values).u[0]") == start


def a_start_keeps_to_the_axis(view, notebook):
    view.drag_point("start", 60, -40)
    assert view.agrees()
    start = notebook.python("explorer.values")["start"]
    assert start[1] == 0
    assert notebook.python("explorer.walk(0.3, 1.0, explorer.values['start']).u[0]") == start[0]


def a_logit_keeps_to_its_class(view, notebook):
    before = notebook.python("explorer.values")
    view.drag_point("logit of dog", 50, -40)
    assert view.agrees()
    after = notebook.python("explorer.values")
    assert after["dog"][0] == 2 and after["dog"][1] > before["dog"][1] and after["cat"] == before["cat"]


def what_the_network_hears_is_played(view, notebook):
    """The unit under the ring is another one; what the browser plays is what Python has, shifted and all."""
    view.root.get_by_role("button", name="reset").click()
    assert view.agrees()
    before = notebook.python("explorer.values")["first"]
    view.drag_point("unit of layer 1", 100, -30)
    assert view.agrees()
    after = notebook.python("explorer.values")["first"]
    assert after[0] > before[0] and after[1] > before[1]
    button = view.root.get_by_role("button", name="listen: what the network hears")
    played = view.root.evaluate("""root => {
        root.querySelector("[aria-label='listen: what the network hears']").click();
        const { buffer } = root.cnnlab.listen.source;
        return [buffer.sampleRate, [...buffer.getChannelData(0)]];
    }""")
    rate, samples = notebook.python("(lambda s: (s.rate, s.samples))(explorer.current().sounds[1])")
    assert played[0] == rate and np.allclose(played[1], samples, atol=1e-7)
    button.click()
    view.root.locator("button[aria-pressed=false]", has_text="♪ what the network hears").wait_for()
    assert button.is_enabled() and view.root.locator(".cnnlab-silent").is_hidden()


FURTHER = {
    "CorrectionVectors": a_knot_moves_along_its_axis,
    "FitByHand": a_knot_stops_at_its_neighbour,
    "Decisions": lines_and_their_normals,
    "SecondLayer": a_weight_goes_up_and_down_only,
    "TrainedRegions": the_lines_learn,
    "Descent": another_start,
    "Parabola": a_start_keeps_to_the_axis,
    "Logits": a_logit_keeps_to_its_class,
    "TimeDelay": what_the_network_hears_is_played,
}


def view_of(notebook, names, name):
    """The view of that explorer, which is called `explorer` from now on."""
    notebook.python(f"globals().update(explorer=EXPLORERS[{name!r}])")
    return View(notebook, 1 + names.index(name))


@pytest.fixture
def wide(lab):
    """A function that makes the window so wide, and high enough for a picture of a high view; then it is as it was."""
    before = lab.page.viewport_size

    def wide(pixels):
        lab.page.set_viewport_size({"width": pixels, "height": before["height"] if pixels > 900 else 2 * pixels})

    yield wide
    lab.page.set_viewport_size(before)


LIGHT, DARK = (("light", 1366), ("dark", 900)), (("dark", 900), ("light", 1366))
LIGHT_NARROW, DARK_WIDE = (("light", 900), ("dark", 1366)), (("dark", 1366), ("light", 900))
OTHERWISE = [(0, DARK), (1, LIGHT), (0, LIGHT_NARROW), (1, LIGHT_NARROW), (0, DARK_WIDE), (1, DARK_WIDE)]


@pytest.mark.parametrize(
    ("part", "looks", "alike"),
    [
        *((0, LIGHT, 2), (1, DARK, 2)),
        *(pytest.param(*other, None, marks=pytest.mark.slow) for other in [(0, LIGHT), (1, DARK), *OTHERWISE]),
    ],
)
def test_every_control_is_driven_and_both_themes_show_the_engines_numbers(open_notebook, wide, part, looks, alike):
    """Half of the explorers is driven in the one theme and width, and then looked at in both; the other half the other
    way; of points alike, as the knots of a curve, two are driven. All of them, and all ways with each half, are slow.
    """
    names = list(EXPLORERS)[part::2]
    cells = [f"{EXPLORERS[name]}\nEXPLORERS[{name!r}] = explorer\nexplorer" for name in names]
    wide(looks[0][1])
    notebook = open_notebook([IMPORT, *cells], theme=looks[0][0])
    notebook.run_all()
    for name in names:
        view = view_of(notebook, names, name)
        assert view.agrees()
        height = view.root.bounding_box()["height"]
        drive_all(view, alike)
        if name in FURTHER:
            FURTHER[name](view, notebook)
        assert view.root.bounding_box()["height"] == height, f"the output of {name} jumped"
        assert paints(view, looks[0][0]), name
    notebook.lab.theme(looks[1][0])
    wide(looks[1][1])
    for name in names:
        assert paints(view_of(notebook, names, name), looks[1][0]), name


def test_a_row_of_the_weights_lights_up_its_weight_in_the_network(open_notebook):
    notebook = open_notebook([IMPORT, "explorer = explore.FiveSteps()\nexplorer"])
    notebook.run_all()
    view = View(notebook)
    node = notebook.python("[node.text for node in explorer.current()['network'].nodes].index('w1_2')")
    edge = f"""(() => {{ const [x, y, w] = live.cellOnScreen("network", 0, {node}), ratio = devicePixelRatio;
        return Array.from(live.canvas.getContext("2d").getImageData(ratio * (x + w / 2), ratio * y, 1, 1).data) }})()"""
    before = view.js(edge)
    view.page.mouse.move(*view.at("weights", 2, 0))
    view.page.wait_for_timeout(100)
    assert view.js("live.hands.pointed") == ["weights", 2, 0] and view.js(edge) != before
