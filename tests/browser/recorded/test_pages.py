"""Explorers as pages: opened from a file, without Python, dragged by mouse, keys and finger, in both themes."""

import re
from contextlib import contextmanager

import numpy as np
import pytest

from cnnlab import explore
from cnnlab.explore import Explorer
from cnnlab.explore.recorded import view_script, view_style
from cnnlab.explore.toolkit.controls import Button, Cell, Handle, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.items import Highlight, Points
from cnnlab.explore.toolkit.scene import Grid, Plane, Scene

READY = "name => document.querySelector(name)?.dataset.ready"
SHIFTS = """() => { globalThis.shifted = []; new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) if (!hadRecentInput) globalThis.shifted.push(
        [value, ...sources.map(({ node, previousRect, currentRect }) => `${node?.nodeName} ${node?.className} from ${
        previousRect.y} to ${currentRect.y}`)]); }).observe(
    { type: "layout-shift", buffered: true }); }"""
NOW = """root => { const { frame, painted, theme } = root.cnnlab, { values, scene, disabled, error } = frame;
    const plain = value => value?.data ? { data: Array.from(value.data), shape: value.shape } : value;
    return { values: Object.fromEntries(Object.entries(values).map(([n, v]) => [n, plain(v)])), dark: theme?.dark,
             description: scene.description, disabled, error, painted } }"""


class Tried(Explorer):
    """All that a hand can do, in a small explorer."""

    title = "Tried"

    def __init__(self):
        self.count = 0
        super().__init__(
            [
                Slider("a", "slope", -2, 2, 1, value=1),
                Toggle("on", "on", True),
                Cell("where", "cell", 2, 3, (1, 2)),
                Handle("p", "point", (-1, 1), (-1, 1), step=0.5),
                Matrix("e", "e", np.arange(6.0).reshape(2, 3), -9, 9),
                Button("step", "step", self.step, when=lambda a, **_: a < 2),
            ]
        )

    def step(self, a, **_):
        self.count += 1
        return {"a": a + 1}

    def restart(self):
        self.count = 0

    def scene(self, a, on, where, p, e):
        h = Grid(name="h", title="h", values=a * e, scale=18, highlights=[Highlight([where], "here")], click="where")
        plane = Plane(name="plane", title="plane", items=[Points([p[0]], [p[1]], drag="p")], x=(-2, 2), y=(-2, 2))
        words = f"Slope {a}, {'on' if on else 'off'}, cell {where}, point {p[0]:g}, {p[1]:g}, sum {np.sum(e):g}, "
        return Scene([Grid(name="e", title="e", values=e, edit="e"), h, plane], f"{words}{self.count} steps.")


class Shown:
    """One explorer on a page, and what the page has asked for or complained of."""

    def __init__(self, page, explorer, place=".cnnlab-recorded"):
        self.page, self.explorer, self.place = page, explorer, place
        page.wait_for_function(READY, arg=place)
        self.root = page.locator(f"{place} .cnnlab")

    def now(self):
        """What is shown, after it was seen to be what Python computes for the values that are shown."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        now = self.root.evaluate(NOW)
        values = {
            name: self.explorer.controls[name].check(
                np.reshape(value["data"], value["shape"]) if isinstance(value, dict) else value
            )
            for name, value in now["values"].items()
        }
        assert now["error"] or now["description"] == self.explorer.scene(**values).description
        return now | {"values": values}

    def note(self):
        return self.page.locator(f"{self.place} .cnnlab-note [role=status]").inner_text()

    def drag(self, name, positions):
        """Drag the thumb of a slider over all its positions, by the mouse; the values on the way."""
        box = self.root.locator(f"[data-control='{name}'] input").bounding_box()
        y, seen = box["y"] + box["height"] / 2, []
        at = [box["x"] + 8 + (box["width"] - 16) * k / (positions - 1) for k in range(positions)]
        self.page.mouse.move(at[0], y)
        self.page.mouse.down()
        for x in at:
            self.page.mouse.move(x, y)
            seen.append(self.now()["values"][name])
        self.page.mouse.up()
        return seen

    def cell(self, panel, row, column):
        """The middle of a cell on the page, in px."""
        canvas = self.root.locator("canvas").bounding_box()
        x, y, w, h = self.root.evaluate("(root, at) => root.cnnlab.cellOnScreen(...at)", [panel, row, column])
        return canvas["x"] + x + w / 2, canvas["y"] + y + h / 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pages of some explorers."""
    folder = tmp_path_factory.mktemp("pages")
    Tried().to_html(folder / "try.html", title="A <try>", caption="Drag & see.", limit=60_000, products=[("a", "on")])
    explore.Drawing.example().to_html(folder / "drawing.html", limit=200_000)
    explore.SpokenSyllable.example().to_html(folder / "sound.html", sweeps=["vowel"], limit=400_000)
    explore.OwnVoice.example().to_html(folder / "voice.html", sweeps=["shown"], limit=400_000)
    return folder


@pytest.fixture
def opened(chromium):
    """A function that opens a file and gives its page, as a context; nothing but files may be asked for."""

    @contextmanager
    def opened(path, width=1366, scheme="light", touch=False, files=1):
        looks = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "has_touch": touch}
        context = chromium.new_context(**looks)
        page = context.new_page()
        asked, problems = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
        page.add_init_script(f"({SHIFTS})()")
        page.goto(path.as_uri())
        yield page
        assert page.evaluate("() => globalThis.shifted") == [], "what is on the page has moved"
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        context.close()
        assert len(asked) == files and all(url.startswith("file:") for url in asked), asked
        assert not problems, problems

    return opened


@pytest.mark.parametrize("width, scheme", [(1366, "light"), (390, "dark")])
def test_a_page_is_dragged_from_a_file_and_shows_what_python_computes(folder, opened, width, scheme):
    with opened(folder / "try.html", width, scheme, touch=width < 500) as page:
        shown = Shown(page, Tried())
        now = shown.now()
        assert now["dark"] == (scheme == "dark") and now["values"]["a"] == 1
        assert page.title() == "A <try>" and page.locator("figcaption").inner_text() == "Drag & see."
        assert shown.drag("a", 5) == [-2, -1, 0, 1, 2]
        page.keyboard.press("ArrowLeft")
        assert shown.now()["values"]["a"] == 1
        at = shown.cell("e", 1, 2)  # a number that is dragged: up by its steps
        page.mouse.move(*at)
        page.mouse.down()
        page.mouse.move(at[0], at[1] - 60)
        page.mouse.up()
        matrix = shown.now()["values"]["e"]
        assert matrix[1, 2] == 9 and np.array_equal(np.delete(matrix, 5), np.delete(np.arange(6.0), 5))
        (page.touchscreen.tap if width < 500 else page.mouse.click)(*shown.cell("h", 0, 1))
        assert shown.now()["values"]["where"] == (0, 1)
        root = shown.root
        assert root.get_attribute("role") == "group" and root.get_attribute("aria-label") == "Tried"


def test_what_was_not_recorded_together_goes_back_and_the_page_says_so(folder, opened):
    with opened(folder / "try.html") as page:
        shown = Shown(page, Tried())
        assert re.fullmatch(r"Recorded: [\d,]+ pictures, no Python behind them\.", shown.note())
        at = shown.cell("e", 1, 2)
        page.mouse.move(*at)
        page.mouse.down()
        page.mouse.move(at[0], at[1] - 60)
        page.mouse.up()
        shown.drag("a", 2)
        assert shown.now()["values"]["e"][1, 2] == 5, "it went back"
        assert shown.note() == "Back to the recorded path: e. They move together with Python."
        page.get_by_role("button", name="reset").click()
        assert shown.now()["values"]["a"] == 1 and shown.note().startswith("Recorded:")
        page.get_by_role("button", name="step").click()
        now = shown.root.evaluate(NOW)  # its state is not that of a new explorer
        assert now["values"]["a"] == 2 and "1 steps" in now["description"] and "step" in now["disabled"]


def test_a_switch_of_the_page_turns_the_theme(folder, opened):
    with opened(folder / "try.html") as page:
        shown = Shown(page, Tried())
        assert shown.now()["dark"] is False
        page.evaluate("() => document.documentElement.dataset.theme = 'dark'")
        page.wait_for_function("() => document.querySelector('.cnnlab').cnnlab.theme?.dark")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(17, 17, 17)"


def test_what_needs_python_says_so_and_is_dead(folder, opened):
    with opened(folder / "drawing.html", width=390, touch=True) as page:
        shown = Shown(page, explore.Drawing.example())
        pad = shown.root.locator("fieldset.cnnlab-pad")
        assert pad.evaluate("element => element.disabled") and "needs Python" in pad.inner_text()
        assert "Needs Python: draw." in shown.note()
        page.get_by_role("button", name="another image").tap()
        first = shown.root.evaluate(NOW)["values"]["drawing"]
        page.get_by_role("button", name="another image").tap()
        assert shown.root.evaluate(NOW)["values"]["drawing"] != first


def test_a_microphone_needs_python_and_is_never_asked_for(folder, opened):
    with opened(folder / "voice.html") as page:
        shown = Shown(page, explore.OwnVoice.example())
        shown.now()
        box = shown.root.locator("fieldset.cnnlab-microphone")
        assert box.evaluate("element => element.disabled") and "needs Python" in box.inner_text()
        assert "Needs Python: your syllable" in shown.note()


def test_sounds_are_heard_without_python(folder, opened):
    with opened(folder / "sound.html") as page:
        shown = Shown(page, explore.SpokenSyllable.example())
        shown.now()
        button = shown.root.locator(".cnnlab-listen button").first
        button.click()
        assert button.get_attribute("aria-pressed") == "true" or not shown.root.locator(".cnnlab-silent").is_hidden()


POLICY = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:"


def test_explorers_of_a_long_page_come_when_they_are_near_and_nothing_moves(folder, opened):
    explorers = {"one": explore.ShiftTest.example(), "two": explore.Logits.example()}
    places = []
    for key, explorer in explorers.items():
        recording = explorer.recording(limit=60_000, products=())
        (folder / f"{key}.js").write_text(recording.script(key), encoding="utf-8")
        heights = " ".join(f"{width}:{height}" for width, height in recording.heights.items())
        places.append(
            f'<div class="cnnlab-recorded" id="{key}" data-recording="{key}" data-src="{key}.js" '
            f'data-heights="{heights}"></div><p>Words below.</p>'
        )
    (folder / "view.js").write_text(view_script(), encoding="utf-8")
    (folder / "view.css").write_text(view_style() + ".far { height: 3000px }", encoding="utf-8")
    (folder / "long.html").write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width"><title>Long</title><link rel="stylesheet" href="view.css">'
        f'<script src="view.js"></script><body>{places[0]}<p class="far">far</p>{places[1]}',
        encoding="utf-8",
    )
    for width in (1366, 390):
        with opened(folder / "long.html", width, files=5) as page:
            Shown(page, explorers["one"], "#one").now()
            assert page.locator("#two .cnnlab").count() == 0, "it is far away"
            page.locator("#two").scroll_into_view_if_needed()
            shown = Shown(page, explorers["two"], "#two")
            shown.now()
            needed = "e => [...e.children].reduce((sum, child) => sum + child.offsetHeight, 0)"
            for key in explorers:
                room = page.evaluate(f"() => parseFloat(document.querySelector('#{key}').style.minHeight)")
                assert room >= page.locator(f"#{key}").evaluate(needed)


LIVE = """() => { const listeners = [], answer = (content) => listeners.forEach((f) => f(content, []));
    cnnlab.live = { label: "Go live", words: "Python comes into this page.", connect(mounted, name, say) {
        say(`${name} ...`);
        globalThis.given = [name, mounted.values.a, mounted.presses];
        const frame = { ...mounted.view.frame, values: { ...mounted.values, a: 0 } };
        const held = { title: "live", controls: mounted.model.get("controls"), first: frame };
        return globalThis.fails ? Promise.reject(new Error("no Python came")) : Promise.resolve({
            get: (n) => held[n], on: (_, f) => listeners.push(f), off() {}, send({ view, number }) {
                const told = { kind: "frame", number, seen: { [view]: number }, refused: null, otherwise: null };
                if (number) queueMicrotask(() => answer({ ...told, frames: [frame] })); } }); } };
    document.dispatchEvent(new CustomEvent("cnnlab-live")); }"""


def test_python_can_take_over_and_one_that_does_not_come_is_told_of(folder, opened):
    with opened(folder / "try.html") as page:
        shown = Shown(page, Tried())
        page.locator(shown.place).evaluate("element => element.dataset.live = 'Try'")
        page.evaluate(LIVE)
        button = page.get_by_role("button", name="Go live")
        page.evaluate("() => globalThis.fails = true")
        button.click()
        page.wait_for_function("() => document.querySelector('.cnnlab-note').textContent.includes('no Python came')")
        assert button.is_enabled()
        page.evaluate("() => globalThis.fails = false")
        button.click()
        page.wait_for_function("() => document.querySelector('.cnnlab-note').textContent.includes('Live:')")
        assert page.evaluate("() => globalThis.given") == ["Try", 1, []]
        assert page.locator(".cnnlab").count() == 1
        assert page.locator(".cnnlab").evaluate(NOW)["values"]["a"] == 0
