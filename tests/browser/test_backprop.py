"""The explorers of notebook 09 in a real JupyterLab: click, drag, edit; the engine's numbers, in both themes."""

from browser.harness.live import View

CELLS = [
    "import numpy as np\nfrom cnnlab import datasets, explore, layers\n"
    "photo = datasets.photo('coffee', 48)\n"
    "layer = layers.Conv2D(4, 5, stride=2)\n"
    "kept = [explore.ErrorFootprint(), explore.ToeplitzView(), explore.ErrorFootprint(layer, photo)]",
    "kept[0]",
    "kept[1]",
    "kept[2]",
]


def look_at(notebook, number):
    notebook.python(f"globals().update(explorer=kept[{number}])")
    view = View(notebook, number + 1)
    assert view.agrees()
    return view, view.root.bounding_box()["height"]


def footprints_follow_clicks_and_edits(notebook):
    view, height = look_at(notebook, 0)
    view.page.mouse.click(*view.at("de", 2, 0))
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["at_e"] == [2, 0] and values["look"] == "where one dL/de goes"
    view.page.mouse.click(*view.at("dh", 1, 4))
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["at_h"] == [1, 4] and values["look"] == "what one dL/dh collects"
    assert "dL/dh[1, 4]" in notebook.python("explorer.current().description")
    before = notebook.python("explorer.current()['dh'].values")
    x, y = view.at("de", 1, 1)
    view.drag(x, y, x, y - 40)  # edit an error
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["de0"][1][1] > 3 and values["at_e"] == [1, 1]
    edited = notebook.python("explorer.current()['dh'].values")
    assert edited != before
    x, y = view.at("w", 0, 0)
    view.drag(x, y, x, y + 40)  # edit a weight
    assert view.agrees()
    assert notebook.python("explorer.values")["w"][0][0] < 1
    assert notebook.python("explorer.current()['dh'].values") != edited
    view.drag_slider("stride", 0.05, 0.5)
    view.page.mouse.click(*view.at("dh", 2, 2))
    assert view.agrees()
    assert notebook.python("explorer.values")["stride"] == 2
    assert "zeros put in between" in notebook.python("explorer.current()['spread'].title")
    view.control("padding", "select").select_option("full")
    assert view.agrees()
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def all_four_ways_into_the_matrix(notebook):
    view, height = look_at(notebook, 1)
    view.page.mouse.click(*view.at("W", 2, 6))
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["entry"] == [2, 6] and values["at_e"] == [0, 2] and values["at_h"] == [1, 2]
    view.page.mouse.click(*view.at("Wt", 9, 4))
    assert view.agrees()
    assert notebook.python("explorer.values")["entry"] == [4, 9]
    view.page.mouse.click(*view.at("e", 0, 0))
    assert view.agrees()
    view.page.mouse.click(*view.at("dh", 3, 3))
    assert view.agrees()
    assert notebook.python("explorer.values")["entry"] == [0, 15]
    x, y = view.at("w", 1, 1)
    view.drag(x, y, x, y - 40)
    assert view.agrees()
    weight = notebook.python("explorer.values")["w"][1][1]
    assert weight > 3 and notebook.python("explorer.current()['W'].values")[0][0] == weight
    view.control("stride").scroll_into_view_if_needed()
    view.drag_slider("stride", 0.05, 0.95)
    assert view.agrees()
    assert notebook.python("explorer.current()['W'].title").startswith("W: 4 ")
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def a_photograph_behind_a_layer(notebook):
    view, height = look_at(notebook, 2)
    view.page.mouse.click(*view.at("dh", 20, 30))
    assert view.agrees()
    assert notebook.python("explorer.values")["at_h"] == [20, 30]
    view.drag_slider("d", 0.05, 0.95)
    view.drag_slider("c", 0.05, 0.95)
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert (values["c"], values["d"]) == (2, 3)
    view.page.mouse.click(*view.at("de", 5, 7))
    assert view.agrees()
    assert notebook.python("explorer.values")["at_e"] == [5, 7]
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def test_errors_are_clicked_and_edited_and_go_back_where_the_engine_says(open_notebook):
    notebook = open_notebook(CELLS)
    notebook.run_all()
    footprints_follow_clicks_and_edits(notebook)
    all_four_ways_into_the_matrix(notebook)
    a_photograph_behind_a_layer(notebook)


def test_the_dark_theme_shows_the_same(open_notebook):
    notebook = open_notebook(CELLS, theme="dark")
    notebook.run_all()
    for number in range(3):
        view, _ = look_at(notebook, number)
        assert view.js("live.theme.dark") is True
