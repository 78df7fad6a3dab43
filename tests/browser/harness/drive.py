"""Every control of an explorer on a page, driven by its kind; and what a theme looks like.

A control that an explorer gets later is driven without a word here, as long as it is of a kind that is known.
"""

import io
import json
import re
from collections import Counter

import numpy as np
from PIL import Image
from sounds import wav

# For the notebook's kernel: where a control can be driven, and all that an explorer shows in one number.
REACH = """
from cnnlab.explore.toolkit.explorer import in_turn

def within_reach(explorer, name, values):
    "Can the hand take the control at these values, and is there something to be seen of it then?"
    control = explorer.controls[name]
    if not explorer.enabled(name, values):
        return False
    if control.kind in ("handle", "cell", "matrix", "pad"):
        panels = explorer.scene(**values).panels
        taken = [getattr(panel, how, None) for panel in panels for how in ("click", "edit", "draw")]
        return name in taken + [getattr(item, "drag", None) for panel in panels for item in getattr(panel, "items", ())]
    if control.kind == "button":
        return True
    places = explorer.positions(name)
    places = places[:1] + places[-1:] if control.kind == "slider" else places
    prints = (fingerprint(explorer.scene(**explorer.after(values, name, place))) for place in places)
    first = next(prints)
    return any(other != first for other in prints)

def way_to(explorer, name):
    "What to set before the control is driven: {} where it can be at once, None if no other control brings it there."
    if within_reach(explorer, name, explorer.values):
        return {}
    for other, control in explorer.controls.items():
        all_ = explorer.positions(other) if control.kind in ("slider", "choice", "toggle") else []
        for value in (all_[:1] + all_[-1:] if control.kind == "slider" else all_):
            if other != name and within_reach(explorer, name, explorer.after(explorer.values, other, value)):
                return {other: value}

def fingerprint(scene):
    from hashlib import md5
    from cnnlab.explore.live.frames import pack
    return md5(b"".join(pack(scene.rows))).hexdigest()

@in_turn
def ready(explorer, name):
    "From the first state to one in which the control can be driven: the way, and the value of the control."
    explorer.reset()
    way = way_to(explorer, name)
    explorer.set(**(way or {}))
    return way, explorer.values.get(name)
"""
INK = {"light": 0x1F1F1F, "dark": 0xECECEC}


# All that is painted, as one number, and whether there is a complaint.
PICTURE = """(({ canvas, root }) => { let sum = 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (const pixel of new Uint32Array(data.buffer)) sum = (31 * sum + pixel) | 0;
    return [sum, [...root.querySelectorAll("[role=alert]")].some(alert => alert.checkVisibility())]; })(live)"""


# What image panels show, and the colour of the words.
PIXELS = """Object.fromEntries(live.frame.scene.rows.flat().filter(panel => panel.pixels)
    .map(({ name, pixels }) => [name, [packed(pixels.data), pixels.shape]]))"""
SAID = "getComputedStyle(live.page.words).color.match(/[0-9.]+/g).slice(0, 3).map(Number)"


def drive_all(view, alike=None):
    """Drive every control of the view, each from the first state; in Python `explorer` is the explorer.

    Of many points alike the first is dragged, the others are moved by keys; only so many of them, if `alike` says so.
    """
    controls, python = view.js("live.controls"), view.notebook.python
    assert {control["name"] for control in controls} == set(python("list(explorer.controls)"))
    state = "[explorer.values, fingerprint(explorer.current())]"
    first, driven = python(state), Counter()
    for control in controls:
        family = control["kind"], re.sub("[0-9]+", "", control["label"])
        if control["kind"] != "handle" or alike is None or driven[family] < alike:
            drive(view, control | {"by_keys": driven[family] > 0})
            driven[family] += 1
    view.root.get_by_role("button", name="reset").click()
    assert view.agrees() and python(state) == first, "reset does not bring the first state back"


def drive(view, control):
    """Use one control: its value in Python is another one then, and so is the picture."""
    name = control["name"]
    (way, value), _, (picture, _) = view.settled(PICTURE, before=f"ready(explorer, {name!r})")
    assert way is not None, f"nothing brings {name} to where it can be taken and shows something"
    fits = KINDS[control["kind"]](view, control, value)
    python = view.agrees(PICTURE)
    seen, complains = python["js"]
    if control["kind"] != "button":
        now = python["values"][name]
        assert now != value and fits(now), f"{name} is {now}, and was {value}"
    assert seen != picture, f"{name} changes nothing that is seen"
    assert not complains, name


# What the hand does with each kind of control, whose value is `value`; returns whether the value that comes of it fits.


def slider(view, control, value):
    """To the far side, by mouse."""
    all_ = np.array(control["all"])
    at, end = place(all_, value), 0.1 if place(all_, value) > 0.5 else 0.9
    view.drag_slider(control["name"], at, end, steps=4)
    return lambda now: abs(place(all_, now) - end) <= 0.06 + 0.5 / (len(all_) - 1)


def place(all_, value):
    """Where a value is among all, from 0 to 1."""
    return np.abs(all_ - value).argmin() / (len(all_) - 1)


def choice(view, control, value):
    options = control["options"]
    other = options[(options.index(value) + 1) % len(options)]
    view.control(control["name"], "select").select_option(other)
    return lambda now: now == other


def toggle(view, control, value):
    view.root.locator(f"label[data-control='{control['name']}'] input").click()
    return lambda now: now is (not value)


def button(view, control, value):
    """Press it; where it plays, press it again after a while, unless it has come to its end."""
    pressed = view.root.locator(f"button[data-control='{control['name']}']")
    pressed.click()
    if control["play"]:
        view.page.wait_for_timeout(400)
        if pressed.get_attribute("aria-pressed") == "true":
            pressed.click()
        assert pressed.get_attribute("aria-pressed") == "false", control["name"]


def handle(view, control, value):
    """Towards the middle of its range, by mouse or by keys."""
    (x, y), middle = value, [np.mean(control[side]) for side in ("x", "y")]
    right, up = (1 if x < middle[0] else -1), (1 if y < middle[1] else -1)
    if control["by_keys"]:
        point = view.root.get_by_role("application", name=f"{control['label']}: arrow keys move it", exact=True)
        point.press("Shift+ArrowRight" if right > 0 else "Shift+ArrowLeft")
        point.press("Shift+ArrowUp" if up > 0 else "Shift+ArrowDown")
    else:
        view.drag_point(control["label"], 30 * right, -24 * up, steps=3)
    return lambda now: (now[0] - x) * right > 0 or (now[1] - y) * up > 0


def cell(view, control, value):
    """By a click on the picture; then, where it has fields of numbers, by a key."""
    panel = view.js(f"live.frame.scene.rows.flat().find(panel => panel.click === {json.dumps(control['name'])}).name")
    row, column = value
    there = control["rows"] - 1 - row, control["columns"] - 1 - column
    view.page.mouse.click(*view.at(panel, *(there if there != (row, column) else (0, 0))))
    view.settle()
    clicked = view.notebook.python("explorer.values")[control["name"]]
    assert clicked != value, f"{control['name']}: a click does not choose"
    fields = view.control(control["name"])
    if fields.count():
        fields.last.press("ArrowDown" if clicked[-1] > 0 else "ArrowUp")
    return lambda now: now != clicked or not fields.count()


def matrix(view, control, value):
    """The first cell, up or down."""
    panel = view.js(f"live.frame.scene.rows.flat().find(panel => panel.edit === {json.dumps(control['name'])}).name")
    x, y = view.at(panel, 0, 0)
    up = value[0][0] < (control["lo"] + control["hi"]) / 2
    view.drag(x, y, x, y - 40 if up else y + 40)
    return lambda now: (now[0][0] > value[0][0]) is up


def pad(view, control, value):
    """A stroke across the middle, by mouse; the way back and forth again."""
    panel = view.js(f"live.frame.scene.rows.flat().find(panel => panel.draw === {json.dumps(control['name'])}).name")
    rows, columns, _ = control["shape"]
    view.drag(*view.at(panel, rows // 2, 1), *view.at(panel, rows // 2, columns - 2))
    view.settle()
    drawn = view.notebook.python("explorer.values")[control["name"]]
    for way, expected in (("undo", value), ("redo", drawn)):
        view.control(control["name"], f"button[aria-label='{way}']").click()
        view.settle()
        assert view.notebook.python("explorer.values")[control["name"]] == expected, way
    return lambda now: np.allclose(np.array(now)[rows // 2, 2 : columns - 2], control["ink"])


def microphone(view, control, value):
    """A tone, out of a file."""
    tone = 0.5 * np.sin(np.arange(6_000) / 5)
    file = {"name": "tone.wav", "mimeType": "audio/wav", "buffer": wav(tone)}
    view.control(control["name"], "input[type=file]").set_input_files(file)
    view.until("(root, [name, old]) => root.cnnlab.values[name].data.length !== old", [control["name"], len(value)])
    return lambda now: len(now) == 6_000 and np.allclose(now, tone, atol=1e-4)


KINDS = {
    "slider": slider,
    "choice": choice,
    "toggle": toggle,
    "button": button,
    "handle": handle,
    "cell": cell,
    "matrix": matrix,
    "pad": pad,
    "microphone": microphone,
}


def paints(view, theme):
    """The view shows the engine's numbers and pixels, on the paper and with the ink of the theme."""
    dark = theme == "dark"
    view.dressed(dark)
    pixels, said = view.agrees(f"[{PIXELS}, {SAID}]")["js"]
    python = view.notebook.python(f"{{name: explorer.current()[name].pixels for name in {list(pixels)}}}")
    for name, (data, shape) in pixels.items():
        np.testing.assert_array_equal(np.float32(data).reshape(shape), np.float32(python[name]), err_msg=name)
    seen = np.array(Image.open(io.BytesIO(view.root.locator("canvas").screenshot())).convert("RGB")).astype(int)
    seen = seen @ (0x10000, 0x100, 1)
    colours, counts = np.unique(seen, return_counts=True)
    paper = colours[counts.argmax()]
    light = brightness([paper >> 16, paper >> 8 & 255, paper & 255])
    assert light < 80 if dark else light > 200, f"the paper is {paper:06x}"
    assert np.mean(seen != paper) > 0.02, "an empty picture"
    assert (seen == INK[theme]).sum() > 60, "nothing is written in the ink of the theme"
    assert abs(brightness(said) - light) > 100, f"words of {said} on {paper:06x}"
    return True


def brightness(colour):
    return float(np.dot(colour, (0.299, 0.587, 0.114)))
