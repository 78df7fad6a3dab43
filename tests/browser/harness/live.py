"""An explorer on a page, as tests drive it: mouse, keys, and what it shows against what Python computes."""

import json

import numpy as np

from browser.harness.asking import ANSWER, ANSWERED, ASKED, WITHIN, answered, unpacked

# An explorer with one of everything, as the cells of a notebook.
TOOLKIT = """
import time
import numpy as np
from cnnlab.explore import Explorer
from cnnlab.explore.toolkit.controls import *
from cnnlab.explore.toolkit.items import *
from cnnlab.explore.toolkit.scene import *
"""
TRY = """
class Try(Explorer):
    title = "A try"
    wait = 0.0

    def __init__(self):
        super().__init__([
            Slider("a", "slope", -5, 5, 1, value=2),
            Handle("p", "point", (-2, 2), (-2, 2), (0.5, 0.5), 0.1),
            Cell("where", "cell", 3, 4, (0, 0)),
            Button("up", "count up", lambda a, **_: {"a": min(5, a + 1)}),
            Button("play", "walk", lambda a, **_: {"a": a + 1}, play=True, when=lambda a, **_: a < 5),
        ])

    def scene(self, a, p, where):
        time.sleep(self.wait)
        if a == 0:
            raise ValueError("a slope of 0 has no knot")
        numbers = np.arange(12.0).reshape(3, 4) * a / 4
        line = Curves(name="line", title="line", items=[Line([0, 1], [0, a], "y"), Mark(1 / a, "knot")], y=(-5, 5))
        plane = Plane(name="plane", title="plane", items=[Points([p[0]], [p[1]], drag="p")], x=(-2, 2), y=(-2, 2))
        e = Grid(name="e", title="e", symbol="e", values=numbers, scale=20, click="where")
        h = Grid(name="h", title="h", symbol="h", values=numbers[:1], scale=20)
        words = f"The slope is {a}, the point is at {p[0]:.1f}, {p[1]:.1f}, the cell is {where}."
        return Scene([line, plane, e, h], words, links=[Link("h", "e", [(0, 0, 0, 0), (0, 0, 2, 3)])])

explorer = Try()
explorer
"""
TRY = [TOOLKIT, TRY]

# An array as it lies in memory: over numbers one by one playwright would take longer than the test over all else.
PACKED = """array => { const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength), parts = [];
    for (let i = 0; i < bytes.length; i += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
    const kind = { Float32Array: "<f4", Float64Array: "<f8", Uint8Array: "|u1" }[array.constructor.name];
    return { dtype: kind, shape: [array.length], bytes: btoa(parts.join("")) } }"""
NOW = """(lambda scene, explorer: {
    "panels": {panel.name: {"values": getattr(panel, "values", None), "rows": getattr(panel, "rows", None),
        "lines": [[i.x, i.y] for i in getattr(panel, "items", []) if type(i).__name__ in ("Line", "Points")],
        "borders": [[*i.w, i.b] for i in getattr(panel, "items", []) if type(i).__name__ == "Border"]}
        for panel in scene.panels},
    "values": explorer.values,
    "places": {name: explorer.positions(name) for name, c in explorer.controls.items() if c.kind == "slider"},
    "words": scene.description})(explorer.current(), explorer)"""

LONGEST = 60  # seconds that the page may take for an answer
AS_A_LEARNER = 1500  # ms for which the store of a learner's view computes ahead
PAINTED = """async (root, ahead) => {
    while (!root.cnnlab.painted) await new Promise(next => setTimeout(next, 20));
    root.cnnlab.store.ahead = ahead; }"""
DRESSED = """async ({ cnnlab }, dark) => {
    while (cnnlab.theme?.dark !== dark) await new Promise(next => setTimeout(next, 20));
    return true; }"""
QUIET = """async ({ cnnlab }) => {
    while (cnnlab.channel.asking || cnnlab.channel.queue.length || cnnlab.waiting)
        await new Promise(next => setTimeout(next, 10)); }"""
SHOWN = """({
    panels: Object.fromEntries(live.frame.scene.rows.flat().map(panel => [panel.name, {
        values: panel.values ? [packed(panel.values.data), panel.values.shape] : null,
        rows: panel.rows || null,
        lines: (panel.items || []).filter(item => item.kind === "Line" || item.kind === "Points")
            .map(item => [packed(item.x.data), packed(item.y.data)]),
        borders: (panel.items || []).filter(item => item.kind === "Border")
            .map(item => [...item.w, item.b])}])),
    values: Object.fromEntries(Object.entries(live.values).filter(([, v]) => !(v && v.data))),
    thumbs: Object.fromEntries(live.controls.filter(c => c.kind === "slider")
        .map(c => [c.name, Number(root.querySelector(`[data-control="${c.name}"] input`).value)])),
    words: root.querySelector(".cnnlab-words").textContent })"""
# Everything in one go, for each question to the page costs more than its answer: what Python says to an expression,
# what it says to another once all is quiet, and the value of JavaScript `code` then.
SETTLED = f"""async (root, [before, after]) => {{
    const ask = expression => expression && ({ASKED})(expression), live = root.cnnlab, packed = {PACKED};
    const first = await ask(before);
    await ({WITHIN})(({ANSWERED})(), 30);
    await ({QUIET})(root);
    const second = await ask(after);
    return {{ first, second, shown: (%s) }}; }}"""
REST = """async element => {
    element.scrollIntoViewIfNeeded();
    const now = () => element.getBoundingClientRect().toJSON();
    const same = (a, b) => Object.keys(a).every(side => a[side] === b[side]);
    for (let before = now(), box;; before = box) {
        await new Promise(next => setTimeout(next, 50));
        if (same(before, box = now())) return box;
    } }"""


class View:
    """One explorer on the page: `root` is its playwright locator.

    The store computes `ahead` for so many ms: a frame or two, as tests wait until no more are on their way.  Tests of
    the store itself give it the time of AS_A_LEARNER.
    """

    def __init__(self, notebook, index=1, nth=0, ahead=10):
        self.notebook, self.page = notebook, notebook.page
        self.root = notebook.cell(index).locator(".cnnlab").nth(nth)
        self.root.scroll_into_view_if_needed()
        self.element = self.root.element_handle()
        self.evaluate(PAINTED, ahead)

    def evaluate(self, script, arg=None):
        """What a function in JavaScript says to the element and `arg`; a locator would search the page each time."""
        within = f"({WITHIN})(({script})(root, arg), {LONGEST})"
        reply = self.element.evaluate(f"async (root, arg) => root.isConnected && [await {within}]", arg)
        if reply:
            return reply[0]
        self.element = self.root.element_handle()  # its cell has run again
        return self.evaluate(script, arg)

    def until(self, says, arg=None):
        """Wait until a function in JavaScript of the element and `arg` says so; playwright would ask at every frame."""
        again = f"while (!({says})(root, arg)) await new Promise(next => setTimeout(next, 10));"
        self.evaluate(f"async (root, arg) => {{ {again} }}", arg)

    def wears(self, theme):
        """Switch to that theme, and wait until the view has put it on, as `dressed` does."""
        self.notebook.lab.theme(theme)
        return self.dressed(theme == "dark")

    def dressed(self, dark):
        """Wait until the view has put on the dark theme, or the light one; an error after LONGEST."""
        return self.evaluate(DRESSED, dark)

    def js(self, code):
        """The value of JavaScript `code`, in which `live` is the view; `packed(ARRAY)` comes as a list of numbers."""
        return unpacked(self.evaluate(f"root => {{ const live = root.cnnlab, packed = {PACKED}; return {code} }}"))

    def control(self, name, tag="input"):
        return self.root.locator(f"[data-control='{name}'] {tag}")

    def settle(self):
        """Wait until nothing is asked and the newest frame is painted."""
        self.settled()

    def settled(self, code="null", before="", after=""):
        """Ask Python for `before`, wait until nothing is asked and the newest frame is painted, ask for `after`, then
        evaluate `code` as `js` does: the three values.
        """
        asked = [each and ANSWER % each for each in (before, after)]
        reply = self.evaluate(SETTLED % code, asked)
        said = [each and answered(each, reply[name]) for each, name in ((before, "first"), (after, "second"))]
        return *said, unpacked(reply["shown"])

    def shown(self):
        """What the view shows, in the form of NOW, and where the thumbs of the sliders stand."""
        return self.js(SHOWN)

    def agrees(self, code="null"):
        """The view shows exactly what Python computes now: arrays, curves, points and tables of every panel, words,
        values, places of thumbs. What Python computed is given back, and as "js" the value of JavaScript `code`.
        """
        _, python, (shown, python["js"]) = self.settled(f"[{SHOWN}, {code}]", after=NOW)
        assert shown["panels"].keys() == python["panels"].keys()
        for name, panel in python["panels"].items():
            mine = shown["panels"][name]
            if panel["values"] is not None:
                data, shape = mine["values"]
                np.testing.assert_array_equal(np.reshape(data, shape), np.float32(panel["values"]), err_msg=name)
            assert mine["rows"] == panel["rows"] and mine["borders"] == panel["borders"], name
            assert len(mine["lines"]) == len(panel["lines"])
            for line, expected in zip(mine["lines"], panel["lines"], strict=True):
                np.testing.assert_array_equal(np.float32(line), np.float32(expected), err_msg=name)
        assert shown["words"] == python["words"]
        assert all(python["values"][name] == value for name, value in shown["values"].items())
        for name, places in python["places"].items():
            off = abs(places[shown["thumbs"][name]] - python["values"][name])
            assert off <= min(np.diff(places)) / 2 + 1e-9, f"the slider {name} stands elsewhere"
        return python

    def still(self, element):
        """The box of an element, once the page around it has come to rest."""
        return element.evaluate(REST)

    def at(self, panel, row, column):
        """The middle of a cell, in pixels of the page."""
        box = self.still(self.root.locator("canvas"))
        x, y, w, h = self.js(f"live.cellOnScreen({json.dumps(panel)}, {row}, {column})")
        return box["x"] + x + w / 2, box["y"] + y + h / 2

    def drag(self, x0, y0, x1, y1, steps=8):
        mouse = self.page.mouse
        mouse.move(x0, y0)
        mouse.down()
        mouse.move(x1, y1, steps=steps)
        mouse.up()

    def drag_point(self, label, right, down, steps=8):
        """Take the point of a `Handle` with this label, and move it by so many pixels of the page."""
        handle = self.root.get_by_role("application", name=f"{label}: arrow keys move it", exact=True)
        box = self.still(handle)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.drag(x, y, x + right, y + down, steps)

    def pixels(self, panel):
        """What an image panel shows, (H, W) or (H, W, 3)."""
        data, shape = self.js(f"""(() => {{
            const shown = live.frame.scene.rows.flat().find(panel => panel.name === {json.dumps(panel)}).pixels;
            return [packed(shown.data), shown.shape]; }})()""")
        return np.reshape(data, shape)

    def drag_slider(self, name, start, end, steps=10):
        """Drag the thumb of a slider from one fraction of its width to another."""
        box = self.still(self.control(name))
        y = box["y"] + box["height"] / 2
        self.drag(
            *(box["x"] + 8 + start * (box["width"] - 16), y), *(box["x"] + 8 + end * (box["width"] - 16), y), steps
        )
