"""An explorer on a page, as tests drive it: mouse, keys, and what it shows against what Python computes."""

import json

import numpy as np

NOW = """(lambda scene, explorer: {
    "panels": {panel.name: {"values": getattr(panel, "values", None), "lines": [
        [i.x, i.y] for i in getattr(panel, "items", []) if type(i).__name__ == "Line"]} for panel in scene.panels},
    "values": explorer.values,
    "places": {name: explorer.positions(name) for name, c in explorer.controls.items() if c.kind == "slider"},
    "words": scene.description})(explorer.current(), explorer)"""


class View:
    """One explorer on the page: `root` is its playwright locator."""

    def __init__(self, notebook, index=1, nth=0):
        self.notebook, self.page = notebook, notebook.page
        self.root = notebook.cell(index).locator(".cnnlab").nth(nth)
        self.root.scroll_into_view_if_needed()
        self.page.wait_for_function("root => root.cnnlab.painted > 0", arg=self.root.element_handle())

    def js(self, code):
        """The value of JavaScript `code`, in which `live` is the view."""
        return self.root.evaluate(f"root => {{ const live = root.cnnlab; return {code} }}")

    def control(self, name, tag="input"):
        return self.root.locator(f"[data-control='{name}'] {tag}")

    def settle(self):
        """Wait until nothing is asked and the newest frame is painted."""
        self.notebook.wait_until_idle()
        self.page.wait_for_function(
            "root => !root.cnnlab.asking && !root.cnnlab.waiting", arg=self.root.element_handle()
        )

    def shown(self):
        """What the view shows, in the form of NOW, and where the thumbs of the sliders stand."""
        return self.js("""({
            panels: Object.fromEntries(live.frame.scene.rows.flat().map(panel => [panel.name, {
                values: panel.values ? [Array.from(panel.values.data), panel.values.shape] : null,
                lines: (panel.items || []).filter(item => item.kind === "Line")
                    .map(item => [Array.from(item.x.data), Array.from(item.y.data)])}])),
            values: Object.fromEntries(Object.entries(live.values).filter(([, v]) => !(v && v.data))),
            thumbs: Object.fromEntries(live.controls.filter(c => c.kind === "slider")
                .map(c => [c.name, Number(root.querySelector(`[data-control="${c.name}"] input`).value)])),
            words: root.querySelector(".cnnlab-words").textContent})""")

    def agrees(self):
        """The view shows exactly what Python computes now: arrays of every panel, words, values, places of thumbs."""
        self.settle()
        python, shown = self.notebook.python(NOW), self.shown()
        assert shown["panels"].keys() == python["panels"].keys()
        for name, panel in python["panels"].items():
            mine = shown["panels"][name]
            if panel["values"] is not None:
                data, shape = mine["values"]
                np.testing.assert_array_equal(np.reshape(data, shape), np.float32(panel["values"]), err_msg=name)
            assert len(mine["lines"]) == len(panel["lines"])
            for line, expected in zip(mine["lines"], panel["lines"], strict=True):
                np.testing.assert_array_equal(np.float32(line), np.float32(expected), err_msg=name)
        assert shown["words"] == python["words"]
        assert all(python["values"][name] == value for name, value in shown["values"].items())
        for name, places in python["places"].items():
            off = abs(places[shown["thumbs"][name]] - python["values"][name])
            assert off <= min(np.diff(places)) / 2 + 1e-9, f"the slider {name} stands elsewhere"
        return True

    def at(self, panel, row, column):
        """The middle of a cell, in pixels of the page."""
        box = self.root.locator("canvas").bounding_box()
        x, y, w, h = self.js(f"live.cellOnScreen({json.dumps(panel)}, {row}, {column})")
        return box["x"] + x + w / 2, box["y"] + y + h / 2

    def drag(self, x0, y0, x1, y1, steps=12):
        mouse = self.page.mouse
        mouse.move(x0, y0)
        mouse.down()
        mouse.move(x1, y1, steps=steps)
        mouse.up()

    def drag_slider(self, name, start, end, steps=25):
        """Drag the thumb of a slider from one fraction of its width to another."""
        box = self.control(name).bounding_box()
        y = box["y"] + box["height"] / 2
        self.drag(
            *(box["x"] + 8 + start * (box["width"] - 16), y), *(box["x"] + 8 + end * (box["width"] - 16), y), steps
        )
