"""Arrows between cells of a scene: where they run, what they say, and painting them; as paint/arrows.js."""

from typing import Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from cnnlab.explore.still.axes import Sheet
from cnnlab.explore.still.boxes import PanelBox
from cnnlab.explore.still.cells import cells_geometry
from cnnlab.explore.still.paint import POINT, arrow_head, colour_of, has_axes
from cnnlab.explore.still.texts import Text, moved, placed
from cnnlab.explore.toolkit.items import Arrow
from cnnlab.explore.toolkit.ruler import Rect, overlap
from cnnlab.explore.toolkit.scene import Scene
from cnnlab.picture import STYLE, THEME


def arrow_geometry(arrow: Arrow, boxes: list[PanelBox]) -> dict[str, np.ndarray] | None:
    """An arrow between two cells: a slight curve keeps arrows apart that share a row. None if a cell is not there."""
    rule, ends = STYLE["arrow"], []
    for name, row, column in (arrow.start, arrow.end):
        at = next(at for at in boxes if at.panel.name == name)
        cell = None if has_axes(at.panel) else cells_geometry(at.panel, at.body).cell(row, column)
        if cell is None:
            return None
        x, y, w, h = cell
        ends.append((np.array([x + w / 2, y + h / 2]), min(w, h)))
    (first, side0), (last, side1) = ends
    dx, dy = last - first
    middle = (first + last) / 2 + rule["bend"] * np.array([dy, -dx])
    start_angle, angle = (np.arctan2(*way[::-1]) for way in (middle - first, last - middle))
    turn = np.array([np.cos(angle), np.sin(angle)])
    head = rule["head"] + arrow.width
    end = last - rule["end"] * side1 * turn
    return {
        "start": first + rule["start"] * side0 * np.array([np.cos(start_angle), np.sin(start_angle)]),
        "middle": middle,
        "end": end,
        "shaft": end - rule["shaft"] * head * turn,
        "words": 0.25 * first + 0.5 * middle + 0.25 * last,
        "angle": angle,
        "head": head,
    }


def arrow_texts(scene: Scene, boxes: list[PanelBox], texts: list[Text]) -> list[Text]:
    """What the arrows say, near their middle, where it meets no other words."""
    rule, wanted = STYLE["arrow"], []
    for arrow in scene.arrows:
        at = arrow_geometry(arrow, boxes) if arrow.label else None
        if at is not None:
            first = Text(arrow.label, 0, 0, "arrow", colour=arrow.colour, bold=True, halo=True)
            wanted.append([moved(first, *curve_at(at, share)) for share in rule["places"]])
    right, below = (max(at.box[k] + at.box[k + 2] for at in boxes) for k in (0, 1))
    return placed(wanted, (0, 0, right, below), [text.box for text in texts])


def curve_at(at: dict[str, Any], share: float) -> np.ndarray:
    """A point of the curve of an arrow, from its start (0) to where its head begins (1)."""
    rest = 1 - share
    return rest * rest * at["start"] + 2 * rest * share * at["middle"] + share * share * at["shaft"]


def landed(at: dict[str, Any], boxes: list[Rect]) -> dict[str, Any]:
    """An arrow whose head lies on no word: as it would be, or a little further, shorter, or smaller."""
    rule, turn = STYLE["arrow"], np.array([np.cos(at["angle"]), np.sin(at["angle"])])
    room = 2 * at["head"]
    about = (at["end"][0] - room, at["end"][1] - room, 2 * room, 2 * room)
    near = [box for box in boxes if overlap(box, about)]
    for share, further in rule["landings"]:
        end, head = at["end"] + further * turn, share * at["head"]
        if not any(
            _covers(box, point, rule["landing_clear"]) for point in head_points(end, at["angle"], head) for box in near
        ):
            break
    return at | {"end": end, "head": head, "shaft": end - rule["shaft"] * head * turn}


def head_points(tip: np.ndarray, angle: float, head: float) -> list[np.ndarray]:
    """Points all over the head of an arrow, a triangle."""
    rule, count = STYLE["arrow"], STYLE["arrow"]["landing_points"]
    a, b, c = (
        tip,
        *(
            tip - head * np.array([np.cos(angle + half), np.sin(angle + half)])
            for half in (-rule["half_angle"], rule["half_angle"])
        ),
    )
    steps = [(i / count, j / count) for i in range(count + 1) for j in range(count + 1 - i)]
    return [(1 - u - v) * a + u * b + v * c for u, v in steps]


def strokes_of(at: dict[str, Any], boxes: list[Rect]) -> list[list[np.ndarray]]:
    """The parts of an arrow's curve that are painted: behind words it is left out, so that it strikes none through."""
    x0, y0, x1, y1 = (f([at[n][k] for n in ("start", "middle", "shaft")]) for f in (min, max) for k in (0, 1))
    near = [box for box in boxes if overlap(box, (x0 - 1, y0 - 1, x1 - x0 + 2, y1 - y0 + 2))]
    count = STYLE["arrow"]["pieces"]
    points = [curve_at(at, k / count) for k in range(count + 1)]
    hidden = [any(_covers(box, point) for box in near) for point in points]
    parts: list[list[np.ndarray]] = [[]]
    for point, behind in zip(points, hidden, strict=True):
        if not behind:
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def _covers(box: Rect, point: np.ndarray, clear: float = STYLE["arrow"]["clear"]) -> bool:
    return (
        box[0] - clear <= point[0] <= box[0] + box[2] + clear and box[1] - clear <= point[1] <= box[1] + box[3] + clear
    )


def paint_arrow(sheet: Sheet, at: dict[str, Any] | None, arrow: Arrow, boxes: list[Rect]) -> None:
    if at is None:
        return
    at = landed(at, boxes)
    rule, colour = STYLE["arrow"], colour_of(arrow.colour)
    strokes: list[tuple[float, dict[str, Any]]] = [(arrow.width, {"edgecolor": colour, "zorder": 7})]
    if arrow.width >= rule["halo_from"]:  # thin arrows let what is under them through
        halo = {"edgecolor": THEME["halo"], "alpha": THEME["halo_strength"], "zorder": 6}
        strokes.append((arrow.width + rule["halo"], halo))
    for part in strokes_of(at, boxes):
        for width, style in strokes:
            sheet.axes.add_patch(PathPatch(Path(part), fill=False, linewidth=width * POINT, capstyle="butt", **style))
    sheet.axes.add_patch(arrow_head(at["end"], float(at["angle"]), float(at["head"]), colour, zorder=7))
