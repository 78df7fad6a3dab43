"""What every explorer must stand: each control in every position, each button pressed, and no error anywhere.

`Try` is an explorer to try the toolkit on, `everything` a scene with every kind of panel; `faults` and `empty` look
for numbers that are none; `assert_allclose` and `assert_array_equal` are NumPy's, for what is asked thousands of times.
"""

import re
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from cnnlab.explore import Explorer
from cnnlab.explore.live.frames import pack
from cnnlab.explore.toolkit.control import same
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Handle, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.items import (
    STYLES,
    Arrow,
    Border,
    Highlight,
    Label,
    Line,
    Link,
    Map,
    Mark,
    Points,
    Vector,
)
from cnnlab.explore.toolkit.scene import Curves, Diagram, Edge, Grid, Image, Node, Plane, Scene, Table
from cnnlab.explore.toolkit.sheets import Head, Part
from cnnlab.themes import STYLE

MARKS = re.compile(r"`[^`]+`|\*\*\w[^*]*\*\*|\]\(")  # of Markdown: a picture shows them as they stand
WORDS = re.compile(r"\b(nan|inf|infinity|None)\b|array\(|object at")
AGAIN = 4  # every fourth scene is asked for a second time
MANY = 9  # positions of a control that are tried, about: its ends, its middle, and a spread
FEW = 4  # between the ends, from each option of a choice that is not the longest


# As parameters of a test: a sweep of some positions, and where time is no matter one of all of them.
SWEEPS = pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.slow)])


def spread(positions, turn=0, turns=None, many=MANY):
    """The first, the middle and the last of the positions, and between them every turns-th, from the turn-th on: in
    `turns` turns all of them. Without `turns` so few that there are about `many`.
    """
    count = len(positions)
    if count <= many:
        return list(positions)
    turns = turns or max(2, count // (many - 1))
    return [positions[i] for i in sorted({0, count // 2, count - 1, *range(turn % turns, count, turns)})]


def sweep(explorer, check=None, all_positions=False):
    """Drive every control of an explorer, one after the other, and look at every scene; returns how many scenes were
    looked at.

    A slider is put at its smallest, its largest and some positions between (with all_positions=True at all of them),
    a choice at every option, a cell at the corners and some cells between, a matrix at a sample, and every button is
    pressed twice. From every option of every choice and toggle the sliders are tried again, since errors like to
    hide in one mode only; at other positions from each option, so that over the options of the longest choice every
    slider has been everywhere. From the options of the other choices FEW will do, unless it is all_positions.
    check : called as check(scene, values) on every scene, to compare its numbers with the engine's. Every scene must
    pack for the browser, have a description with more in it than the title, finite numbers or NaN; every
    AGAIN-th must be the same when it is asked for twice.
    """
    seen = 0
    first = len(explorer.current().description)
    room = explorer.longest or max(STYLE["description"]["letters"], STYLE["description"]["times"] * first)

    def look():
        nonlocal seen
        scene = explorer.current()
        packed = pack([scene])
        assert seen % AGAIN or packed == pack([explorer.current()]), (
            f"{explorer.title}: the same values gave two different scenes at {dict(explorer.values)}"
        )
        assert len(scene.description) > len(explorer.title) + 20, (
            f"{explorer.title}: say more than {scene.description!r}"
        )
        words = scene.description
        assert len(words) <= room or "our function" in words, f"longest must be {len(words)}, not {room}: {words}"
        if any(mark in packed[0] for mark in (b"`", b"**", b"](")):  # where there may be some, they are looked for
            assert not (found := marked(scene)), f"{explorer.title}: marks that a picture does not know: {found}"
        for panel in scene.panels:
            for name in ("values", "pixels"):
                array = getattr(panel, name, None)
                assert array is None or not np.isinf(array).any(), (
                    f"{panel.name}: infinite {name} at {dict(explorer.values)}"
                )
        if check is not None:
            check(scene, dict(explorer.values))
        seen += 1

    def drive(name, positions):
        before = explorer.values[name]
        carries = spread(positions) if explorer.controls[name].carries else ()
        straight = [explorer.after(explorer.values, name, value) for value in carries]
        for value, told in zip(carries, straight, strict=True):
            for other, direct in zip(carries, straight, strict=True):
                round_about = explorer.after(told, name, other)  # the view relies on it that the way is no matter
                alike = all(same(direct[one], round_about[one]) for one in direct | round_about)
                assert alike, f"{name}: {value!r} then {other!r} is not {other!r}"
        for value in positions:
            expected = explorer.after(explorer.values, name, value)[name]  # an explorer may pull a value back inside
            explorer.set(**{name: value})
            assert np.array_equal(explorer.values[name], expected), f"{name} = {value!r}: {explorer.values[name]!r}"
            look()
        explorer.set(**{name: before})

    look()
    kinds = {name: control.kind for name, control in explorer.controls.items()}
    modes = [
        (name, value)
        for name, kind in kinds.items()
        if kind in ("choice", "toggle")
        for value in explorer.positions(name)
    ]
    for name, kind in kinds.items():
        if kind != "button":
            drive(name, explorer.positions(name) if all_positions else spread(explorer.positions(name)))
    explorer.reset()
    longest = max((name for name, _ in modes), key=lambda name: len(explorer.positions(name)), default=None)
    options = [value for name, value in modes if name == longest]
    free = {  # the options of the longest choice from which a control can be driven
        other: [value for value in options if explorer.enabled(other, explorer.after(explorer.values, longest, value))]
        for other in kinds
    }
    for turn, (name, value) in enumerate(modes):
        explorer.set(**{name: value})
        for other, kind in kinds.items():
            if kind in ("slider", "cell") and explorer.enabled(other):
                everywhere = name == longest and kind == "slider"
                place = (free[other].index(value), len(free[other])) if everywhere else (turn,)
                many = MANY if all_positions or name == longest else FEW
                drive(other, spread(explorer.positions(other), *place, many=many))
        for other, kind in kinds.items():
            if kind == "button" and explorer.enabled(other):
                explorer.press(other)
                look()
        explorer.reset()
    for name, kind in kinds.items():
        if kind == "button":
            explorer.press(name, times=2)
            look()
            explorer.reset()
    first = {name: control.value for name, control in explorer.controls.items() if control.kind != "button"}
    assert all(np.array_equal(explorer.values[name], value) for name, value in first.items()), (
        "reset did not bring the first values back"
    )
    return seen


def assert_allclose(actual, desired, rtol=1e-7, atol=0, **options):
    """As `numpy.testing.assert_allclose`, which takes ten times as long, and has the last word and the message."""
    one, other = np.asarray(actual), np.asarray(desired)
    if one.shape == other.shape and one.dtype.kind in "fi" and other.dtype.kind in "fi":
        with np.errstate(invalid="ignore", over="ignore"):
            apart = np.abs(one - other)  # no finite number where either is none
            if np.isfinite(apart).all() and (apart <= atol + rtol * np.abs(other)).all():
                return
    np.testing.assert_allclose(actual, desired, rtol, atol, **options)


def assert_array_equal(actual, desired, **options):
    """As `numpy.testing.assert_array_equal`, in the same way."""
    one, other = np.asarray(actual), np.asarray(desired)
    if one.shape != other.shape or not (one == other).all():
        np.testing.assert_array_equal(actual, desired, **options)


class Try(Explorer):
    """All kinds of controls, and one position (a = 0 with "strict") that raises."""

    title = "A try"

    def __init__(self):
        self.count = 0
        super().__init__(
            [
                Slider("a", "slope", -2, 2, 1, value=1),
                Slider("eta", choices=[0.01, 0.1, 1.0], value=0.1),
                Choice("mode", "mode", ["mild", "strict"]),
                Toggle("on", "on", True),
                Cell("where", "cell", 3, 4, (1, 2)),
                Handle("p", "point", (-1, 1), (-1, 1)),
                Matrix("e", "e", np.arange(6.0).reshape(2, 3), -9, 9),
                Button("step", "step", self.step, when=lambda a, **_: a < 2),
            ]
        )

    def step(self, a, **_):
        self.count += 1
        return {"a": a + 1}

    def restart(self):
        self.count = 0

    def consequences(self, name, values):
        return {"where": (0, 0)} if name == "mode" else {}

    def scene(self, a, eta, mode, on, where, p, e):
        if a == 0 and mode == "strict":
            raise ZeroDivisionError("a line of slope 0 has no knot")
        return Scene(
            [Grid(name="e", values=a * e, highlights=[Highlight([where], "here")] if on else [])],
            f"Slope {a} at eta = {eta:g}, point {p[0]:g}, {p[1]:g}, {self.count} steps.",
        )


def everything():
    """A scene with every kind of panel and item in it."""
    x = np.linspace(0.1, 1, 20)
    curves = [
        Line(x, x * x, "y"),
        Points(x[:3], x[:3], "dots", 1, shape="ring"),
        Mark(0.5, "knot"),
        Mark(y=0.5, label="limit"),
    ]
    plane = [
        Border((1, -1), 0.1, "1", shade=True),
        Border((1, 1), -0.9, arrow=False),
        Vector(0, 0, 0.5, 0.5, "w"),
        Label(0.5, 0.5, "101"),
        Points([0.2], [0.3], drag="p"),
    ]
    marks = [Highlight([(0, 0)], style, i, style) for i, style in enumerate(STYLES)]
    nodes = [Node(1, 1, "x", shape="circle"), Node(4, 1, "conv", "3 × 3", value=0.5, depth=2)]
    table = {"rows": [["e = w x", 1.5]], "header": ["formula", "value"], "align": "lr", "colours": {(0, 1): 1}}
    background = Map(np.random.default_rng(0).normal(size=(5, 6)), light=np.linspace(-1, 1, 30).reshape(5, 6))
    return Scene(
        [
            [
                Curves(
                    name="c", title="c", items=curves, y=(0.01, 10), y_log=True, x_ticks=[(0.5, "half")], y_label="y"
                ),
                Plane(name="p", items=plane, background=background),
                Grid(name="g", values=[[1, np.nan], [-2.5, 0]], highlights=marks, row_label="m", column_label="n"),
            ],
            [
                Image(name="i", pixels=np.zeros((6, 7, 3)), symbol="x"),
                Table(name="t", **table),
                Diagram(name="d", nodes=nodes, edges=[Edge(0, 1, "w")]),
            ],
            [
                Image(
                    name="s",
                    pixels=np.linspace(-1, 1, 60).reshape(6, 10),
                    colours="diverging",
                    parts=[
                        Part(1, 0, 2, 2, 2, "h[{r}, {c}]", 3.0),
                        Part(0, 7, 6, 1, 1, "e[{i}]", words=list("012345")),
                    ],
                    heads=[Head(0, 5, "conv1", "2 × 2"), Head(5, 4, "dense1, softmax", "6")],
                ),
            ],
        ],
        "Everything there is.",
        arrows=[Arrow(("g", 0, 0), ("t", 0, 1), label="to"), Arrow(("d", 0, 0), ("i", 2, 2))],
        links=[Link("g", "i", [(0, 0, 1, 1)])],
    )


def faults(scene):
    """Words with "nan" in them, infinite numbers, and numbers in words' places that are none."""
    found = []
    for where, value in leaves(scene, "scene"):
        if isinstance(value, str):
            if WORDS.search(value):
                found.append(f"{where}: {value[:100]!r}")
        elif isinstance(value, float | np.floating):
            if not np.isfinite(value):
                found.append(f"{where}: {value}")
        elif value.dtype.kind == "f" and np.isinf(value).any():
            found.append(f"{where}: infinite numbers")
    return found


def marked(scene):
    """Texts with marks of Markdown in them, wherever in a scene they stand."""
    return [
        f"{where}: {text!r}" for where, text in leaves(scene, "scene") if isinstance(text, str) and MARKS.search(text)
    ]


def leaves(value, where):
    """(place, value) of every text, number and array in a scene."""
    if type(value) in (int, bool, type(None)):
        return
    if isinstance(value, (str, float, np.floating, np.ndarray)):
        yield where, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for k, item in enumerate(value):
            yield from leaves(item, f"{where}[{k}]")
    elif is_dataclass(value):
        for field in fields(value):
            name = getattr(value, "name", type(value).__name__)
            yield from leaves(getattr(value, field.name), f"{where}.{name}.{field.name}")


def empty(scene):
    """(panel, what) of arrays with NaN in them: what is left out on purpose."""
    found = set()
    for panel in scene.panels:
        stack = [(panel, type(panel).__name__)]
        while stack:
            value, what = stack.pop()
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and np.isnan(value).any():
                found.add((panel.name, what))
            elif isinstance(value, list | tuple):
                stack += [(item, what) for item in value]
            elif is_dataclass(value):
                stack += [(getattr(value, f.name), f"{type(value).__name__}.{f.name}") for f in fields(value)]
    return found
