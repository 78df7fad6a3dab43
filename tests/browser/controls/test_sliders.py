"""Sliders whose positions are many, or end where other controls let them end, in a real JupyterLab."""

from browser.harness.live import AS_A_LEARNER, TOOLKIT, View

LONG = [
    TOOLKIT,
    """
class Long(Explorer):
    def __init__(self):
        super().__init__([Slider("a", "a", 0, 1999, 1, value=0)])

    def scene(self, a):
        grid = Grid(name="e", title="e", values=np.full((2, 2), a))
        return Scene([grid], f"The value is {a}, and nothing else is to be seen here.")

explorer = Long()
explorer
""",
]


def test_a_hand_that_pulls_over_many_positions_stops_at_some_and_rests_at_its_own(open_notebook):
    notebook = open_notebook(LONG)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    thumb = view.control("a")
    box = view.still(thumb)
    view.js("""(() => { live.passed = []; const { turn } = live;
        live.turn = (...given) => {
            live.passed.push([live.store.grain, given[2]]); // a machine that stalls between two moves lets it rest
            turn.apply(live, given) } })()""")
    y, width = box["y"] + box["height"] / 2, thumb.evaluate("node => node.clientWidth")
    grain = int(2 * 2000 / width)
    view.page.mouse.move(box["x"] + 8, y)
    view.page.mouse.down()
    for step in range(1, 21):
        view.page.mouse.move(box["x"] + 8 + 0.03 * width * step, y)
    passed = [a for moving, a in view.js("live.passed") if moving > 1]
    assert passed and all(a % grain == 0 for a in passed), f"every {grain}-th is stopped at: {passed}"
    root = view.root.element_handle()
    rests = """([{ cnnlab }, grain]) => { const own = cnnlab.lastValue("a");
        return own % grain !== 0 && cnnlab.store.grain === 1 && cnnlab.values.a === own }"""
    view.page.mouse.move(box["x"] + 8 + 0.65 * width, y)
    view.page.wait_for_function(rests, arg=[root, grain])  # the mouse is still down
    own = view.js("live.passed.at(-1)[1]")
    assert int(thumb.input_value()) == own
    view.page.mouse.up()
    assert view.agrees() and notebook.python("explorer.values")["a"] == own
    thumb.press("ArrowRight")
    assert view.agrees() and notebook.python("explorer.values")["a"] == own + 1, "keys go one by one"
    place = box["x"] + 0.5 * box["width"], y
    view.page.mouse.click(*place)
    clicked = view.agrees()["values"]["a"]
    thumb.press("ArrowRight")
    view.agrees()
    notebook.python(f"explorer.set(a={clicked})")
    view.agrees()
    view.page.mouse.click(*place)  # nothing moves, so the browser tells of no value
    view.page.wait_for_timeout(200)
    assert view.agrees()["values"]["a"] == clicked, (
        "what keys had set, and Python has changed since, does not come back"
    )
