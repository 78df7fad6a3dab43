"""The explorers of notebook 14 that ask a trained network, in a real JupyterLab: clicked, dragged, driven by keys."""

import numpy as np

from browser.harness.live import View

IMPORT = """import numpy as np
from cnnlab import CrossEntropy, datasets, explore, models, recipes
data = datasets.pictures(train=10, test=24, seed=5)
net, x = recipes.bundled("alexnet_tiny"), data.x_test
best = explore.BestPatches(net, x, layer="conv2")
pushed = explore.PushedImage(net, x[:6], classes=data.names)
hidden = explore.HiddenPart(net, x[:6], classes=data.names)
"""
CELLS = [IMPORT, "best", "pushed", "hidden"]


def opened(notebook, index, name):
    """The view of that explorer, which is called `explorer` from now on, and how high it is."""
    notebook.python(f"globals().update(explorer={name})")
    view = View(notebook, index)
    assert view.agrees()
    return view, view.root.bounding_box()["height"]


def values(notebook):
    return notebook.python("explorer.values")


def same(notebook, view, *panels):
    """Pixels on the screen are those of Python, to the last bit of a float32."""
    for panel in panels:
        now = notebook.python(f"np.float32(explorer.current()[{panel!r}].pixels)")
        np.testing.assert_array_equal(np.float32(view.pixels(panel)), np.float32(now), err_msg=panel)


def keys(view, label, nth=0):
    name = f"{label}: arrow keys choose a cell"
    return view.root.get_by_role("application", name=name, exact=True).nth(nth)


def test_each_is_clicked_dragged_and_driven_by_keys_and_shows_pythons_numbers(open_notebook):
    notebook = open_notebook(CELLS)
    notebook.run_all()
    best_patches(notebook, *opened(notebook, 1, "best"))
    pushed_image(notebook, *opened(notebook, 2, "pushed"))
    hidden_part(notebook, *opened(notebook, 3, "hidden"))
    in_the_dark_theme_too(notebook)


def best_patches(notebook, view, height):
    side = notebook.python("list(explorer.best(explorer.options[explorer.values['layer']], 0)[1])")
    for number in (5, 9, 2):
        row, column = divmod(number - 1, 3)
        view.page.mouse.click(*view.at("patches", row * (side[0] + 1) + 1, column * (side[1] + 1) + 1))
        assert view.agrees() and values(notebook)["number"] == number
        same(notebook, view, "patches", "x", "gradient")
        assert notebook.python("explorer.current()['x'].title").startswith(f"number {number}: image ")
    view.control("number").press("ArrowRight")
    assert view.agrees() and values(notebook)["number"] == 3
    for layer in ("conv1: 32 × 32 × 16", "conv2: 15 × 15 × 32"):  # the slider ends at the last map that there is
        view.control("layer", "select").select_option(layer)
        assert view.agrees() and values(notebook)["layer"] == layer
        view.control("d").press("End")
        assert view.agrees() and values(notebook)["d"] == int(layer.split()[-1]) - 1
        assert view.control("d").evaluate("node => node.value === node.max")
    view.control("layer", "select").select_option("conv1: 32 × 32 × 16")
    assert view.agrees() and values(notebook)["d"] == 15, "and is brought back where there are fewer"
    assert view.control("d").evaluate("node => node.value === '15' && node.max === '15'")
    view.control("layer", "select").select_option("conv2: 15 × 15 × 32")
    assert view.agrees()
    view.control("number").press("End")
    assert view.agrees() and values(notebook)["number"] == 9
    view.drag_slider("d", 0.0, 0.9)
    assert view.agrees() and values(notebook)["number"] == 1, "another map begins with its best"
    same(notebook, view, "patches", "x", "gradient")
    for layer in notebook.python("explorer.positions('layer')")[::4]:
        view.control("layer", "select").select_option(layer)
        assert view.agrees() and view.root.bounding_box()["height"] == height, f"the output jumped at {layer}"


def pushed_image(notebook, view, height):
    view.drag_slider("step", 0.0, 0.5)
    python = view.agrees()
    step = values(notebook)["step"]
    assert step >= 3 and f"{step} of 255 levels" in python["words"]
    same(notebook, view, "before", "now", "change")
    walk = "explorer.walk(0, explorer.values['target'], True)"
    said = notebook.python(f"{walk}.yhat[explorer.values['step']]")
    asked = notebook.python(f"CrossEntropy().yhat(net.predict({walk}.x[-1:]))")
    assert f"({100 * max(said):.0f} %)" in python["words"]
    view.control("step").press("End")
    assert view.agrees() and values(notebook)["step"] == 8
    last = notebook.python(f"{walk}.yhat[8]")
    np.testing.assert_allclose(last, asked[0], atol=1e-5)
    for name in ("target", "way"):
        before = view.pixels("now")
        now, positions = values(notebook)[name], notebook.python(f"explorer.positions('{name}')")
        view.control(name, "select").select_option(next(one for one in reversed(positions) if one != now))
        assert view.agrees() and values(notebook)[name] != now
        assert (view.pixels("now") != before).any(), "another walk ends elsewhere"
        same(notebook, view, "now", "change")
    view.control("image").press("ArrowRight")
    assert view.agrees() and values(notebook)["image"] == 1
    view.control("step").press("Home")
    assert "Nothing has changed yet" in view.agrees()["words"]
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def hidden_part(notebook, view, height):
    for panel, place in (("x", (7, 20)), ("occlusion", (22, 9)), ("saliency", (31, 0))):
        view.page.mouse.click(*view.at(panel, *place))
        python = view.agrees()
        assert values(notebook)["where"] == list(place) and f"around [{place[0]}, {place[1]}] hidden" in python["words"]
        same(notebook, view, "x", "occlusion", "saliency")
    view.drag(*view.at("x", 10, 10), *view.at("x", 15, 18))
    assert view.agrees() and values(notebook)["where"] == [15, 18]
    for panel in range(3):
        here = values(notebook)["where"]
        keys(view, "its middle", panel).press("ArrowRight")
        keys(view, "its middle", panel).press("ArrowDown")
        assert view.agrees() and values(notebook)["where"] == [here[0] + 1, here[1] + 1]
    view.drag_slider("size", 0.3, 0.95)
    assert view.agrees() and values(notebook)["size"] > 10
    view.root.get_by_role("button", name="where it costs most").click()
    python = view.agrees()
    least = notebook.python("float(100 * explorer.covered(0, explorer.values['size'])[:, :, "
                            "explorer.classes.index(explorer.values['label'])].min())")  # fmt: skip
    assert f"gets {least:.0f} %" in python["words"]
    view.control("label", "select").select_option(notebook.python("explorer.positions('label')[-1]"))
    view.control("image").press("End")
    assert view.agrees() and values(notebook)["image"] == 5
    same(notebook, view, "x", "occlusion", "saliency")
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def in_the_dark_theme_too(notebook):
    view, _ = opened(notebook, 3, "hidden")
    assert view.wears("dark") and view.agrees()
    view.page.mouse.click(*view.at("occlusion", 5, 5))
    assert view.agrees() and values(notebook)["where"] == [5, 5]
    view, _ = opened(notebook, 1, "best")
    notebook.python("explorer.set(number=4) or 0")
    assert view.wears("dark") and view.agrees()
    view.page.mouse.click(*view.at("patches", 0, 0))
    assert view.agrees() and values(notebook)["number"] == 1
