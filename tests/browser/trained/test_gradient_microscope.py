"""The gradient microscope in a real JupyterLab: click units and maps, drag the image, look back from every layer."""

from browser.harness.live import View

IMPORT = """import numpy as np
from cnnlab import datasets, explore, models
x = datasets.pictures(train=10, test=8).x_test
seen = explore.GradientMicroscope(models.alexnet_tiny(rng=0), x, layer="pool2")
explorer = seen
"""


def pixels_agree(notebook, view, panel):
    """The pixels of a panel in the browser are those of Python, to the last bit of a float32."""
    view.settle()
    same = notebook.python(f"np.float32(explorer.current()[{panel!r}].pixels).ravel()")
    shown = view.js(f"packed(live.frame.scene.rows.flat().find(one => one.name === '{panel}').pixels.data)")
    return shown == same


def test_units_and_maps_are_clicked_and_the_gradient_follows(open_notebook):
    notebook = open_notebook([IMPORT, "seen"])
    notebook.run_all()
    view = View(notebook, 1)
    assert view.agrees()
    height = view.root.bounding_box()["height"]
    view.page.mouse.click(*view.at("map", 2, 5))
    assert view.agrees() and notebook.python("explorer.values")["where"] == [2, 5]
    for panel in ("gradient", "way"):
        assert pixels_agree(notebook, view, panel), panel
    view.page.mouse.click(*view.at("maps", 38, 42))  # four pixels to a number: the second map of the second row
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["d"] == notebook.python("explorer.maps.from_sheet(6, (9, 10))[0]") > 1
    assert pixels_agree(notebook, view, "gradient")
    view.drag_slider("image", 0.1, 0.9)
    view.drag_slider("d", 0.2, 0.8)
    assert view.agrees() and notebook.python("explorer.values")["image"] > 4
    view.drag(*view.at("map", 0, 0), *view.at("map", 6, 6))
    assert view.agrees() and pixels_agree(notebook, view, "gradient")
    view.root.get_by_role("button", name="its strongest unit").click()
    assert view.agrees()
    assert notebook.python(
        "explorer.current()['map'].pixels[explorer.values['where']] == explorer.current()['map'].pixels.max()"
    )
    for layer in notebook.python("explorer.positions('layer')")[::3]:
        view.control("layer", "select").select_option(layer)
        assert view.agrees() and pixels_agree(notebook, view, "gradient")
        assert view.root.bounding_box()["height"] == height, f"the output jumped at {layer}"
    view.control("colour", "select").select_option("blue")
    assert view.agrees() and notebook.python("explorer.current()['gradient'].title").endswith("blue")
    notebook.python("explorer.reset() or 0")
    assert view.wears("dark") and view.agrees() and notebook.python("explorer.values")["where"] != [4, 4]
    view.page.mouse.click(*view.at("map", 4, 4))
    assert view.agrees() and notebook.python("explorer.values")["where"] == [4, 4]
