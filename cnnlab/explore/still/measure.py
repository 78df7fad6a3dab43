"""Where everything of a scene lies, as plain numbers; tests compare them with the browser's (paint/measure.js)."""

from typing import Any

import numpy as np

from cnnlab.explore.still.arrows import arrow_geometry, arrow_texts, landed, strokes_of
from cnnlab.explore.still.axes import axes_geometry, axes_ticks
from cnnlab.explore.still.boxes import WIDTH, PanelBox, layout
from cnnlab.explore.still.cells import cells_geometry, letters_of
from cnnlab.explore.still.items import border_geometry, mark_geometry, vector_geometry
from cnnlab.explore.still.texts import Text
from cnnlab.explore.still.words import edge_geometry
from cnnlab.explore.toolkit.items import Border, Mark, Vector
from cnnlab.explore.toolkit.scene import Curves, Diagram, Grid, Scene, Table


def measure(scene: Scene, width: float = WIDTH) -> dict[str, Any]:
    """Height, panels by name, and arrows, in pixels from the top left, as lists and numbers."""
    boxes, height = layout(scene, width)
    texts = [text for at in boxes for text in at.texts]
    said = [text.box for text in texts]
    found = [arrow_geometry(arrow, boxes) for arrow in scene.arrows]
    arrows = [at and landed(at, said) for at in found]
    return {
        "height": height,
        "panels": {at.panel.name: _panel(at) | {"texts": _texts(at.texts)} for at in boxes},
        "arrows": [
            at
            and {name: at[name].tolist() for name in ("start", "middle", "end", "words")}
            | {"head": float(at["head"])}
            | {"strokes": [[point.tolist() for point in (part[0], part[-1])] for part in strokes_of(at, said)]}
            for at in arrows
        ],
        "texts": _texts(arrow_texts(scene, boxes, texts)),
    }


def _texts(texts: list[Text]) -> list[dict[str, Any]]:
    """What is written, and the boxes that it fills."""
    return [
        {"words": text.words, "part": text.part, "size": float(text.size), "box": [float(v) for v in text.box]}
        for text in texts
    ]


def _panel(at: PanelBox) -> dict[str, Any]:
    panel, whole = at.panel, {"box": list(at.box), "body": list(at.body)}
    if isinstance(panel, Curves):
        return whole | _axes(panel, at)
    g = cells_geometry(panel, at.body)
    cells = [g.cell(0, 0), g.cell(g.rows - 1, g.columns - 1)]
    if isinstance(panel, Table):
        return whole | {"lines": [cell and [cell[1], cell[3]] for cell in cells]}
    if isinstance(panel, Diagram):
        edges = [edge_geometry(panel, g, edge) for edge in panel.edges]
        names = ("start", "end", "words", "head")
        plain = [{name: np.asarray(v).tolist() for name, v in zip(names, edge, strict=True)} for edge in edges]
        return whole | {"nodes": [g.cell(0, i) for i in range(len(panel.nodes))], "edges": plain}
    letters = {"letters": letters_of(panel, g)} if isinstance(panel, Grid) else {}
    return whole | {"cells": cells, "legend": g.legend_y} | letters


def _axes(panel: Curves, at: PanelBox) -> dict[str, Any]:
    g = axes_geometry(panel, at.body)
    x_ticks, y_ticks = axes_ticks(panel, g)

    def places(item: Any) -> list[list[float]] | None:
        if isinstance(item, Mark):
            found = mark_geometry(item, g)
            return None if found is None else [[found[0], found[1]]]
        if not isinstance(item, Border | Vector):
            return None
        geometry = border_geometry(item, g) if isinstance(item, Border) else vector_geometry(item, g)
        names = ("foot" if isinstance(item, Border) else "start", "tip", "words")
        return None if geometry is None else [geometry[name].tolist() for name in names]

    return {
        "axes": [g.left, g.top, g.width, g.height],
        "x_ticks": [[g.px(place), words] for place, words in x_ticks],
        "y_ticks": [[g.py(place), words] for place, words in y_ticks],
        "items": [places(item) for item in panel.items],
    }
