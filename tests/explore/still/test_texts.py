"""Words of a scene meet no other words, stay in their panels, and no arrow runs through a number: by their boxes.

Both painters paint from these boxes (still/measure.py), and tests/javascript compares those of the browser with them.
"""

from itertools import combinations

import numpy as np
import pytest
from explorers import everything, spread

import cnnlab.explore as explore
from cnnlab.explore.still.arrows import arrow_geometry, curve_at, head_points, landed, strokes_of
from cnnlab.explore.still.boxes import layout
from cnnlab.explore.still.cells import grid_geometry
from cnnlab.explore.still.measure import measure
from cnnlab.explore.still.texts import shrunk
from cnnlab.explore.toolkit.items import Arrow, Highlight, Label, Mark
from cnnlab.explore.toolkit.ruler import cut, overlap, width_of, word_box, wrapped
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table
from cnnlab.picture import STYLE

NAMES = [name for name in explore.__all__ if name != "Explorer"]
WIDTHS = 1180, 880, 350  # of a view in windows of 1366, 900 and 390 pixels
SLACK = 0.5  # pixels that two boxes may share
RANDOM = 50  # states


def faults(scene, width):
    """What is wrong with the words of a scene at a width, in words."""
    boxes, _ = layout(scene, width)
    found, texts = [], []
    for at in boxes:
        x, y, w, h = at.box
        for text in at.texts:
            left, top, wide, high = box = text.box
            if min(left - x, top - y, x + w - left - wide, y + h - top - high) < -SLACK:
                found.append(f"{text.part} {text.words!r} leaves {at.panel.name}")
            texts.append((box, f"{text.part} {text.words!r} of {at.panel.name}"))
    texts.sort(key=lambda one: one[0][1])
    for i, (box, words) in enumerate(texts):
        for other, below in texts[i + 1 :]:
            if other[1] >= box[1] + box[3] - SLACK:
                break
            if overlap(box, other, SLACK):
                found.append(f"{words} meets {below}")
    said = [box for box, _ in texts]
    for arrow in scene.arrows:
        at = arrow_geometry(arrow, boxes)
        at = at and landed(at, said)
        strokes = [point for part in strokes_of(at, said) for point in part] if at else []
        if strokes and touched(np.array(strokes), np.array(said)).any():
            found.append(f"the arrow from {arrow.start} to {arrow.end} strikes through a word")
    return found


def touched(points, boxes):
    """Whether each point lies within a pixel of a box."""
    low, high = boxes[:, :2] - 1, boxes[:, :2] + boxes[:, 2:] + 1
    return ((low <= points[:, None]) & (points[:, None] <= high)).all(axis=2).any(axis=1)


def look(scene, values, widths=WIDTHS):
    for width in widths:
        wrong = faults(scene, width)
        assert not wrong, f"{width} pixels wide, {values}: {len(wrong)} faults, first of all {wrong[0]}"


def states(explorer, many):
    """The first state; with `many` every control's sweep and some states by chance, else the ends of each control."""
    start, rng = explorer.values, np.random.default_rng(0)
    yield start
    for name, control in explorer.controls.items():
        if control.kind == "button":
            continue
        places = explorer.positions(name)
        for value in spread(places) if many else places[:: max(1, len(places) - 1)][:2]:
            yield explorer.after(start, name, value)
    for _ in range(RANDOM if many else 0):
        values = start
        for name, control in explorer.controls.items():
            if control.kind != "button":
                places = explorer.positions(name)
                values = explorer.after(values, name, places[rng.integers(len(places))])
        yield values


@pytest.mark.parametrize("name", NAMES)
def test_no_words_of_an_explorer_meet_or_leave_their_panel(name):
    explorer = getattr(explore, name).example()
    for turn, values in enumerate(states(explorer, many=False)):
        look(explorer.scene(**values), values, WIDTHS[turn % 3 :][:1] if turn else WIDTHS)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nor_do_they_at_any_position_of_a_control_or_by_chance(name):
    explorer = getattr(explore, name).example()
    for values in states(explorer, many=True):
        look(explorer.scene(**values), values)


def test_the_search_for_faults_finds_them():
    look(everything(), {})
    scene = everything()
    boxes, _ = layout(scene, 1000)
    texts = [text for at in boxes for text in at.texts]
    kinds = {"title", "tick", "axis", "item", "cell", "index", "legend", "node", "edge", "part", "head"}
    assert {text.part for text in texts} == kinds
    assert not any(overlap(a.box, b.box, SLACK) for a, b in combinations(texts, 2))
    crowded = Table(name="t", rows=[["words", "more"]] * 40, header=["a", "b"], height=80)
    assert len(faults(Scene([crowded], "Too much."), 350)) > 9


def test_labels_in_one_place_are_kept_apart_or_left_out():
    marks = [Mark(0.5, f"knot {k}") for k in range(5)]
    labels = [Label(0.2, 0.5, "10110") for _ in range(9)]
    scene = Scene([Curves(name="c", items=[*marks, *labels])], "Everything in one place.")
    said = [text["words"] for text in measure(scene, 400)["panels"]["c"]["texts"]]
    assert all(f"knot {k}" in said for k in range(5)) and 1 <= said.count("10110") < 9
    look(scene, {})


@pytest.mark.parametrize("side", [28, 36, 44])
def test_rings_leave_room_for_a_minus_sign(side):
    marks = [Highlight([(0, 0)], "", 1, "ring")]
    grid = Grid(name="g", values=[[-2.25, 1]], highlights=marks, height=120, cell=side)
    (at,), _ = layout(Scene([grid], "A ring."), 600)
    g = grid_geometry(at.panel, at.body)
    rule = STYLE["marks"]
    within = rule["inset"] + max(rule["thinnest"], min(rule["thickest"], g.side / rule["share"])) / 2
    text = next(text for text in at.texts if text.words == "−2.25")
    assert text.box[0] >= g.x0 + within and text.box[0] + text.box[2] <= g.x0 + g.side - within


def test_an_arrow_runs_behind_the_numbers_on_its_way():
    grid = Grid(name="g", values=np.full((3, 9), -8.0), height=160)
    scene = Scene([grid], "An arrow over numbers.", arrows=[Arrow(("g", 0, 0), ("g", 1, 8), width=2)])
    boxes, _ = layout(scene, 600)
    at = arrow_geometry(scene.arrows[0], boxes)
    said = [text.box for text in boxes[0].texts]
    struck = [curve_at(at, k / 200) for k in range(201)]
    assert sum(any(overlap((*point, 0.1, 0.1), box) for box in said) for point in struck) > 20
    assert len(strokes_of(at, said)) > 3 and not faults(scene, 600)


def test_the_head_of_an_arrow_lies_on_no_number():
    def struck(at, said):
        points = head_points(at["end"], at["angle"], at["head"])
        low, high = np.min(points, axis=0), np.max(points, axis=0) + 0.1
        near = [box for box in said if overlap(box, (*low, *(high - low)))]
        return any(overlap((*point, 0.1, 0.1), box) for point in points for box in near)

    explorer, moved = explore.PoolingRouter(), 0
    for size, stride, mode in ((2, 2, "max"), (3, 2, "average"), (2, 1, "max"), (4, 4, "average")):
        explorer.set(size=size, stride=stride, mode=mode, all_arrows=True)
        scene = explorer.current()
        boxes, _ = layout(scene)
        said = [text.box for at in boxes for text in at.texts]
        for arrow in scene.arrows:
            at = arrow_geometry(arrow, boxes)
            assert not struck(landed(at, said), said), arrow
            moved += struck(at, said)
    assert moved > 15, "nothing was in the way, so this test tests nothing"


def test_the_ruler_measures_cuts_and_breaks():
    assert width_of("iii", 10) < width_of("www", 10) < width_of("www", 10, True)
    assert width_of("y\u0302", 10) == width_of("y", 10) and width_of("猫", 10) == 10
    x, y, w, h = word_box("−2", 100, 50, 10, "right", "middle")
    assert x + w == 100 and y < 50 < y + h
    assert cut("a long name", 30, 10).endswith("…") and width_of(cut("a long name", 30, 10), 10) <= 30
    assert wrapped("one two three", 45, 10) == ["one two", "three"]


def test_words_that_are_shrunk_to_their_room_are_whole():
    for room in np.linspace(60, 90, 301):
        size = shrunk("b1_2 -0.39", room, 14, True)
        assert size == STYLE["placing"]["shrunk"] or cut("b1_2 -0.39", room, size, True) == "b1_2 -0.39", room
