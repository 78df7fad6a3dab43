"""The explorers of notebook 08 in a real JupyterLab: click units, maps and patches, walk through the vector; point
at numbers of a whole network, hold one, and draw.
"""

import numpy as np

from browser.harness.live import View

IMPORT = """import numpy as np
from cnnlab import Conv2D, Dense, Flatten, MaxPool2D, Network, ReLU, datasets, explore
kinds = [Conv2D(6, 5), ReLU(), MaxPool2D(2), Conv2D(12, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)]
seen = explore.ReceptiveField(Network(kinds, (16, 16, 1), rng=0), datasets.digits(16).x_test[:40], layer="conv2")
flat = explore.Flattened()
"""
CELLS = [IMPORT, "seen", "flat"]
WHOLE = [
    "from cnnlab import datasets, explore, recipes\ndigits = datasets.digits(16)",
    "explorer = explore.WholeNetwork(None, digits.x_test[:40], digits.y_test[:40])\nexplorer",
    'explore.WholeNetwork("1989")',
]


def opened(notebook, index, name):
    """The view of that explorer, which is called `explorer` from now on."""
    notebook.python(f"globals().update(explorer={name})")
    return View(notebook, index)


def test_units_maps_and_patches_are_clicked(open_notebook):
    notebook = open_notebook(CELLS[:2])
    notebook.run_all()
    view = opened(notebook, 1, "seen")
    assert view.agrees()
    height = view.root.bounding_box()["height"]
    view.page.mouse.click(*view.at("map", 3, 1))
    assert view.agrees()
    assert notebook.python("explorer.values")["where"] == [3, 1]
    assert notebook.python("explorer.current()['x'].rectangles[0].row") == 6
    view.page.mouse.click(*view.at("maps", 6, 7))  # the second row of maps, the second one
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["d"] == 5 and values["where"] == [1, 2]
    view.page.mouse.click(*view.at("patches", 12, 15))
    assert view.agrees()
    values, best = notebook.python("[explorer.values, explorer._found(3, 5)[5].image]")
    assert values["image"] == best and values["d"] == 5
    view.drag_slider("image", 0.1, 0.7, steps=12)
    view.drag_slider("d", 0.2, 0.9, steps=12)
    assert view.agrees()
    view.page.mouse.click(*view.at("patches", 12, 15))  # the same patch of another map
    assert view.agrees()
    assert notebook.python("explorer.values['image'] == explorer._found(3, explorer.values['d'])[5].image")
    for layer in notebook.python("explorer.positions('layer')")[::7]:  # the first convolution, the last layer
        view.control("layer", "select").select_option(layer)
        assert view.agrees()
        assert view.root.bounding_box()["height"] == height, f"the output jumped at {layer}"
    assert notebook.python("explorer.current()['x'].rectangles[0].rows") == 16


def test_fields_light_up_and_block_and_vector_follow_each_other(open_notebook):
    notebook = open_notebook(CELLS, theme="dark")
    notebook.run_all()
    hover(opened(notebook, 1, "seen"))
    walk(notebook, opened(notebook, 2, "flat"))


def hover(view):
    assert view.agrees()
    before = view.root.locator("canvas").screenshot()
    view.page.mouse.move(*view.at("map", 0, 0))
    view.settle()
    assert view.root.locator("canvas").screenshot() != before
    lit = view.js("live.frame.scene.links[0].pairs.shape[0]")
    assert lit == 4 * 4 * 100, "sixteen units, fields of ten by ten"


def walk(notebook, view):
    assert view.agrees()
    height = view.root.bounding_box()["height"]
    view.page.mouse.click(*view.at("vector", 0, 15))
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["map0"] == [1, 2] and values["c"] == 0
    view.page.mouse.click(*view.at("map1", 0, 1))
    assert view.agrees()
    assert notebook.python("explorer.values")["i"] == 4
    view.control("order", "select").select_option("channel first (PyTorch)")
    assert view.agrees()
    assert notebook.python("explorer.values")["i"] == 7
    view.drag_slider("C", 0.5, 0.98)
    view.drag_slider("H", 0.5, 0.98)
    assert view.agrees()
    assert notebook.python("explorer.current()['vector'].values.shape") == [1, 27]
    view.root.get_by_role("button", name="next i ▸").click()
    view.page.wait_for_function(
        "root => root.cnnlab.values.i > 10 || root.cnnlab.values.i < 3", arg=view.root.element_handle()
    )
    view.root.get_by_role("button", name="stop: next i ▸").click()
    assert view.agrees()
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def chosen(notebook):
    return notebook.python("explorer.chart.unit(*explorer.values['at'])")


def cell(notebook, place, unit):
    return notebook.python(f"explorer.chart.cell({place}, {unit})")


def test_a_number_is_pointed_at_held_and_follows_what_is_drawn(open_notebook):
    notebook = open_notebook(WHOLE)
    notebook.run_all()
    view = View(notebook)
    assert view.agrees()
    height = view.root.bounding_box()["height"]
    for place, unit in ((1, (2, 3, 5)), (0, (7, 6, 11)), (3, (29,)), (2, (100,))):
        view.page.mouse.move(*view.at("network", *cell(notebook, place, unit)))
        assert view.agrees() and chosen(notebook) == [place, list(unit)], "pointing is enough"
        assert view.root.bounding_box()["height"] == height, "the output jumped"
    here = view.at("network", *cell(notebook, 1, (1, 1, 0)))
    view.page.mouse.click(*here)
    assert view.agrees() and chosen(notebook) == [1, [1, 1, 0]]
    view.page.mouse.move(*view.at("network", *cell(notebook, 3, (3,))), steps=8)
    assert view.agrees() and chosen(notebook) == [1, [1, 1, 0]], "a click holds it"
    keys = view.root.get_by_role("application", name="a number of the network: arrow keys choose a cell", exact=True)
    keys.press("ArrowDown")
    assert view.agrees() and chosen(notebook) == [1, [2, 1, 0]], "a key goes to the next number"
    keys.press("ArrowUp")
    before = view.pixels("network")
    view.drag(*view.at("image", 3, 3), *view.at("image", 12, 9))
    assert view.agrees() and chosen(notebook) == [1, [1, 1, 0]]
    now = view.pixels("network")
    np.testing.assert_array_equal(np.float32(now), np.float32(notebook.python("explorer.current()['network'].pixels")))
    assert (np.nan_to_num(now) != np.nan_to_num(before)).mean() > 0.2, "every map follows the stroke"
    view.root.get_by_role("button", name="next misread").click()
    assert view.agrees() and ", but it is " in view.root.locator(".cnnlab-words").text_content()
    view.control("against", "select").select_option("the best other")
    assert view.agrees()
    view.page.mouse.click(*here)  # lets go
    view.page.mouse.move(*view.at("network", *cell(notebook, 0, (0, 0, 0))), steps=5)
    assert view.agrees() and chosen(notebook) == [0, [0, 0, 0]]
    sentence = notebook.cell(2).locator(".cnnlab-words").text_content()
    assert sentence == "network must be a Network; got str."
