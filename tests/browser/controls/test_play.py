"""Ordered controls, stepped and played in a real JupyterLab: from the store, by mouse and keys, gliding or not."""

import numpy as np

from browser.harness.live import AS_A_LEARNER, TOOLKIT, View

WALK = [
    TOOLKIT,
    """
class Walk(Explorer):
    def __init__(self):
        self.asked = 0
        super().__init__([Slider("x", "place", 0.0, 2.0, 0.1, value=0.0),
                          Slider("k", "step", 0, 5, 1, value=0),
                          Choice("word", "word", ["one", "two", "three"], ordered=True),
                          Choice("kind", "kind", ["a", "b"]),
                          Cell("where", "cell", 2, 3)])

    def scene(self, x, k, word, kind, where):
        self.asked += 1
        line = Curves(name="line", items=[Points([x], [k / 10]), Bars([0.5], [x / 2], values=True, digits=2)], x=(0, 2))
        e = Grid(name="e", symbol="e", values=np.full((2, 3), float(k)), scale=9, click="where")
        return Scene([line, e], f"At {x:.1f}, step {k}, {word}, {kind}, cell {where}: that is all there is.")

explorer = Walk()
explorer
""",
]
PLACES = """(() => { live.seen = []; const { show } = live;
    live.show = frame => { live.seen.push(frame.values.%s); show.call(live, frame) } })()"""
STOPPED = "root => root.cnnlab.play.playing === null"
# The place of the point in every picture that is painted, and the heights that are printed at the bar.
PAINTED = """(() => { live.points = []; const { glide } = live, { seen } = glide;
    glide.seen = scene => { const found = seen.call(glide, scene), [point, bar] = found.rows[0][0].items;
        live.points.push([point.x.data[0], point.y.data[0], (bar.shown || bar.y).data[0]]); return found } })()"""


def button(view, words):
    return view.root.get_by_role("button", name=words, exact=True)


def stored(view, name, count):
    script = "([root, name, count]) => root.cnnlab.store.isOf(name) && root.cnnlab.store.frames.size >= count"
    view.page.wait_for_function(script, arg=[view.root.element_handle(), name, count])


def wait_for(view, script):
    view.page.wait_for_function(script, arg=view.root.element_handle())


def test_it_plays_from_the_store_to_its_end_and_python_knows_where_it_is(open_notebook):
    notebook = open_notebook(WALK)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    button(view, "play: step").hover()
    stored(view, "k", 6)
    view.settle()
    asked = notebook.python("explorer.asked")
    view.js(PLACES % "k")
    button(view, "pace of play: normal").click()
    button(view, "play: step").click()
    assert button(view, "stop: step").get_attribute("aria-pressed") == "true"
    wait_for(view, STOPPED)
    assert list(dict.fromkeys(view.js("live.seen"))) == [1, 2, 3, 4, 5], "each place once, in order, and no other"
    assert view.agrees() and notebook.python("explorer.values")["k"] == 5
    assert notebook.python("explorer.asked") <= asked + 4, "Python was asked again for what it had computed ahead"


def test_keys_and_buttons_step_it_and_a_touch_of_the_control_stops_it(open_notebook):
    notebook = open_notebook(WALK)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    button(view, "one on: step").click()
    button(view, "one on: step").click()
    button(view, "one back: step").click()
    button(view, "one on: word").click()
    view.control("where").nth(1).press("ArrowUp")  # the number of its column
    assert view.agrees()
    values = notebook.python("explorer.values")
    assert (values["k"], values["word"], values["where"]) == (1, "two", [0, 1])
    assert not view.root.get_by_role("button", name=": kind").count(), "it has no order"
    button(view, "play in a loop").click()
    slider = view.control("x")
    slider.press(" ")
    wait_for(view, "root => root.cnnlab.values.x > 0.25 && root.cnnlab.play.playing === 'x'")
    slider.press("ArrowLeft")
    assert view.js("live.play.playing") is None
    view.control("where").first.press("Tab")
    button(view, "play: cell").press("Enter")
    wait_for(view, "root => root.cnnlab.values.where[0] === 1 && root.cnnlab.play.playing === 'where'")
    view.page.mouse.click(*view.at("e", 0, 2))
    assert view.js("live.play.playing") is None
    assert view.agrees() and notebook.python("explorer.values")["where"] == [0, 2]


def test_real_numbers_glide_and_whole_ones_leap(open_notebook):
    notebook = open_notebook(WALK)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    view.js(PAINTED)
    button(view, "one on: place").click()
    wait_for(view, "root => !root.cnnlab.glide.from && Math.abs((root.cnnlab.points.at(-1)?.[0] ?? 0) - 0.1) < 1e-6")
    x, _, printed = np.array(view.js("live.points")).T
    assert ((x > 1e-3) & (x < 0.099)).any() and (np.diff(x) >= -1e-9).all()
    assert set(np.round(printed, 6)) <= {0.0, 0.05}, "a number was printed that Python never computed"
    button(view, "one on: step").click()
    view.settle()
    view.page.wait_for_timeout(300)
    y = np.array(view.js("live.points"))[:, 1]
    assert set(np.round(y, 6)) == {0.0, 0.1}
    view.page.emulate_media(reduced_motion="reduce")
    view.js("(live.points = [])")
    button(view, "one on: place").click()
    wait_for(view, "root => root.cnnlab.points.some(([x]) => Math.abs(x - 0.2) < 1e-6)")
    view.page.wait_for_timeout(300)
    view.page.emulate_media(reduced_motion="no-preference")
    assert set(np.round(np.array(view.js("live.points"))[:, 0], 6)) <= {0.1, 0.2}, "it glides all the same"
    assert view.agrees()
