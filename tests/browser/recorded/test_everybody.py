"""An explorer without a mouse: by Tab and keys alone, by a finger, at 200 % of its size, seen by axe-core."""

import numpy as np
import pytest

from browser.harness.axe import findings
from cnnlab.explore import Explorer
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Handle, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.items import Highlight, Points
from cnnlab.explore.toolkit.scene import Grid, Plane, Scene

LONGEST = 40  # presses of Tab on a page with one explorer
# What has the focus: its role and name as a screen reader has them, and whether an eye sees that it has it.
HERE = """() => { const e = document.activeElement;
    const type = { range: "slider", checkbox: "checkbox", number: "spinbutton" };
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(e), label = e.labels?.[0]?.textContent;
    return { role: e.getAttribute("role") || type[e.type] || { SELECT: "combobox", BUTTON: "button" }[e.tagName],
        name: (e.getAttribute("aria-label") || label || e.textContent).trim(), inside: Boolean(e.closest(".cnnlab")),
        ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth), colour: outlineColor,
        description: e.closest(".cnnlab")?.cnnlab.frame.scene.description } }"""
VALUES = """root => Object.fromEntries(Object.entries(root.cnnlab.values).map(
    ([name, value]) => [name, value?.data ? Array.from(value.data) : value]))"""


class ByHand(Explorer):
    """One of each kind of control."""

    title = "By hand"

    def __init__(self):
        super().__init__(
            [
                Slider("a", "slope", -2, 2, 1, value=1),
                Toggle("on", "shown", True),
                Choice("sign", "sign", ["plus", "minus"], "plus"),
                Cell("where", "cell", 2, 3, (1, 1)),
                Handle("p", "point", (-1, 1), (-1, 1), (0, 0), 0.5),
                Matrix("e", "e", np.arange(6.0).reshape(2, 3), -9, 9),
                Button("up", "count up", lambda a, **_: {"a": min(2, a + 1)}),
            ]
        )

    def scene(self, a, on, sign, where, p, e):
        words = f"Slope {a}, {sign}, cell {where}, point {p[0]:g}, {p[1]:g}, sum {np.sum(e):g}, {on}."
        h = Grid(name="h", title="h", values=a * e, scale=18, highlights=[Highlight([where], "here")], click="where")
        plane = Plane(name="plane", title="plane", items=[Points([p[0]], [p[1]], drag="p")], x=(-2, 2), y=(-2, 2))
        return Scene([Grid(name="e", title="e", values=e, edit="e"), h, plane], words)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("by_hand") / "page.html"
    ByHand().to_html(path, limit=60_000, products=[], caption="Words below. " * 200)
    return path.as_uri()


@pytest.fixture
def opened(chromium, address):
    """A function that opens the page in a context of one's own, and waits for its explorer."""
    contexts = []

    def opened(**looks):
        contexts.append(chromium.new_context(**{"viewport": {"width": 1366, "height": 768}} | looks))
        page = contexts[-1].new_page()
        page.goto(address)
        page.wait_for_function("() => document.querySelector('.cnnlab')?.cnnlab.painted")
        return page, page.locator(".cnnlab")

    yield opened
    for context in contexts:
        context.close()


def walk(page):
    """What Tab comes to in the explorer, in its order."""
    stops, left = [], False
    for _ in range(LONGEST):
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        left = left or (bool(stops) and not stop["inside"])
        if stop["inside"] and left:
            break
        if stop["inside"]:
            stops.append(stop)
    return stops


KEYS = {  # by role and the begin of the name: the key, and the value that it changes
    ("slider", "slope"): ("ArrowLeft", "a"),
    ("checkbox", "shown"): ("Space", "on"),
    ("combobox", "sign"): ("ArrowDown", "sign"),
    ("button", "count up"): ("Enter", "a"),
    ("application", "cell"): ("ArrowLeft", "where"),
    ("application", "point"): ("ArrowUp", "p"),
    ("application", "e"): ("+", "e"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tab_reaches_every_control_shows_where_it_is_and_keys_move_it(opened, scheme):
    page, root = opened(color_scheme=scheme)
    stops = walk(page)
    assert all(stop["role"] and stop["name"] and stop["description"] for stop in stops), stops
    assert min(stop["ring"] for stop in stops) >= 2, "an eye does not see where the keyboard is"
    assert {stop["colour"] for stop in stops} == {"rgb(0, 114, 178)"}, "the colour whose contrast is tested"
    missed = dict(KEYS)
    page.reload()
    page.wait_for_function("() => document.querySelector('.cnnlab')?.cnnlab.painted")
    for _ in range(LONGEST):
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        known = [key for key in missed if stop["role"] == key[0] and stop["name"].split(":")[0].startswith(key[1])]
        if not known:
            continue
        key, name = missed.pop(known[0])
        before, said = root.evaluate(VALUES), stop["description"]
        page.keyboard.press(key)
        page.wait_for_function(
            "([root, said]) => root.cnnlab.frame.scene.description !== said", arg=[root.element_handle(), said]
        )
        after = root.evaluate(VALUES)
        assert before[name] != after[name], f"{key} does not change {name}"
        if not missed:
            break
    assert not missed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_core_finds_nothing_grave_on_a_page_of_one_explorer(opened, scheme):
    page, _ = opened(color_scheme=scheme)
    assert findings(page, "body") == []


def test_at_200_percent_nothing_is_lost_and_nothing_scrolls_sideways(opened):
    page, root = opened(viewport={"width": 683, "height": 384}, device_scale_factor=2)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 683
    for part in root.locator("button, input, select, canvas, .cnnlab-words").all():
        if part.is_visible():
            box = part.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 683, part.evaluate("e => e.outerHTML.slice(0, 90)")
    assert len(walk(page)) >= len(KEYS)


AT_REST = """async () => {
    for (let was; was !== scrollY;) { was = scrollY; await new Promise(next => setTimeout(next, 100)); } }"""


def swipe(page, x, y, dy):
    """A finger goes down at a point, moves upright, and leaves."""
    hand = page.context.new_cdp_session(page)
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = {"x": x, "y": y + dy * step / 8}
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_finger_takes_the_handle_and_scrolls_the_page_where_none_is(opened):
    page, root = opened(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    root.get_by_role("button", name="count up").tap()
    page.wait_for_function("root => root.cnnlab.values.a === 2", arg=root.element_handle())
    handle = root.get_by_role("application", name="point: arrow keys move it")
    handle.evaluate("e => e.scrollIntoView({ block: 'center' })")
    box, scrolled = handle.bounding_box(), page.evaluate("scrollY")
    swipe(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, -40)
    page.wait_for_function("root => root.cnnlab.values.p[1] > 0", arg=root.element_handle())
    assert page.evaluate("scrollY") == scrolled, "the page went along"
    values = root.evaluate(VALUES)
    words = root.locator(".cnnlab-words").bounding_box()
    swipe(page, words["x"] + 20, words["y"] + 8, -160)
    page.wait_for_function("was => scrollY > was + 20", arg=scrolled)
    assert root.evaluate(VALUES) == values, "a finger that scrolls has changed something"
    page.evaluate(AT_REST)  # a page that was thrown glides on
    canvas = root.locator("canvas").bounding_box()
    beside = page.evaluate("scrollY")
    swipe(page, canvas["x"] + canvas["width"] - 2, max(60, canvas["y"] + canvas["height"] - 4), 60)
    page.wait_for_function("was => scrollY < was", arg=beside)
