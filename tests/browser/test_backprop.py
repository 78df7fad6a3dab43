"""The explorers of notebook 09 in a real JupyterLab: click, drag, edit, play; the engine's numbers, in both themes."""

from browser.harness.live import View

CELLS = [
    "import numpy as np\nfrom cnnlab import datasets, explore, layers\n"
    "photo = datasets.photo('coffee', 48)\n"
    "layer = layers.Conv2D(4, 5, stride=2)\n"
    "kept = [explore.ErrorFootprint(), explore.ToeplitzView(), explore.ErrorFootprint(layer, photo)]\n"
    "kept += [explore.StampedErrors(), explore.WhyNot.example()]",
    *(f"kept[{number}]" for number in range(5)),
]
ENDLESS = [
    "from cnnlab import datasets, explore",
    "def endless(de, w, h_shape, stride):\n    while True:\n        pass\n"
    "explorer = explore.WhyNot(x=datasets.digits(16).x_test[:2], function=endless)\nexplorer",
]
STOPPED = "root => root.cnnlab.play.playing === null"


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


def button(view, words):
    return view.root.get_by_role("button", name=words, exact=True)


def played(view, words):
    """Play a control to its end."""
    button(view, f"play: {words}").click()
    view.page.wait_for_function(STOPPED, arg=view.root.element_handle(), polling=30)
    assert view.agrees()


def stamps_and_pixels_are_played_to_their_ends(notebook):
    view, height = look_at(notebook, 3)
    button(view, "pace of play: normal").click()
    played(view, "errors stamped")
    assert notebook.python("explorer.values")["stamps"] == 9
    whole = notebook.python("explorer.current()['dh'].values")
    view.control("assign").check()
    assert view.agrees() and notebook.python("explorer.current()['dh'].values") != whole
    view.page.mouse.click(*view.at("dh", 4, 2))
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert values["look"] == "every pixel gathers" and values["pixels"] == 23
    played(view, "pixels gathered")
    assert notebook.python("explorer.values")["pixels"] == 25, "there are 81 places on the slider, and 25 pixels"
    assert notebook.python("explorer.current()['dh'].values") == whole
    x, y = view.at("w", 1, 1)
    view.drag(x, y, x, y - 40)
    assert view.agrees() and notebook.python("explorer.values")["w"][1][1] > 2
    view.page.mouse.click(*view.at("spread", 3, 3))
    assert view.agrees()
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def a_digit_is_drawn_and_its_errors_come_back(notebook):
    view, height = look_at(notebook, 4)
    assert notebook.python("bool(np.isnan(explorer.current()['dx'].pixels).all())")
    played(view, "the way back, through")
    assert notebook.python("explorer.values")["way_back"] == "conv1"
    before = notebook.python("explorer.current()['dx'].pixels")
    view.page.mouse.click(*view.at("dx", 4, 11))
    assert view.agrees() and notebook.python("explorer.values")["pixel"] == [4, 11]
    x, y = view.at("drawing", 2, 2)
    view.drag(x, y, x + 30, y + 60)
    assert view.agrees()
    assert notebook.python("explorer.current()['dx'].pixels") != before, "the errors follow what is drawn"
    view.root.locator("button[data-control='another']").click()
    assert view.agrees()
    view.control("why", "select").select_option("8")
    assert view.agrees() and "Why 8" in notebook.python("explorer.current()['drawing'].title")
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def test_errors_are_clicked_and_edited_and_go_back_where_the_engine_says_in_both_themes(open_notebook):
    notebook = open_notebook(CELLS)
    notebook.run_all()
    footprints_follow_clicks_and_edits(notebook)
    all_four_ways_into_the_matrix(notebook)
    a_photograph_behind_a_layer(notebook)
    stamps_and_pixels_are_played_to_their_ends(notebook)
    a_digit_is_drawn_and_its_errors_come_back(notebook)
    for number in range(5):
        view, _ = look_at(notebook, number)
        assert view.wears("dark") and view.agrees()


def test_nothing_jumps_in_a_narrow_window(open_notebook):
    notebook = open_notebook(CELLS)
    size = notebook.page.viewport_size
    notebook.page.set_viewport_size({"width": 900, "height": size["height"]})
    try:
        notebook.run_all()
        for number, name, positions in ((0, "stride", (2, 3)), (4, "way_back", notebook.python("kept[4].order"))):
            view, height = look_at(notebook, number)
            for position in positions:
                notebook.python(f"explorer.set(**{{{name!r}: {position!r}}}) and 0")
                assert view.agrees()
                assert view.root.bounding_box()["height"] == height, (name, position)
    finally:
        notebook.page.set_viewport_size(size)


def test_a_function_of_ones_own_without_an_end_holds_nothing_up(open_notebook):
    """It is stopped, a sentence says so, and the image can be drawn on all the same."""
    notebook = open_notebook(ENDLESS)
    notebook.run_all()
    view = View(notebook, 1)
    view.control("way_back", "select").select_option("conv1")
    assert view.agrees()
    assert "Your function was stopped after" in view.root.locator(".cnnlab-words").text_content()
    before = notebook.python("explorer.values")["drawing"]
    view.drag(*view.at("drawing", 8, 2), *view.at("drawing", 8, 12))
    assert view.agrees() and notebook.python("explorer.values")["drawing"] != before
    assert view.root.get_by_role("alert").is_hidden()
