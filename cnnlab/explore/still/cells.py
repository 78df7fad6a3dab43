"""Grid and Image as a still picture, in pixels with y downwards: where cells lie, and painting them; as grids.js."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle as Box

from cnnlab.explore.still.marks import Cells, legend_of, legend_texts, paint_marks
from cnnlab.explore.still.paint import MAPS, MUTED, PAPER, POINT, WORDS, colour_of, inks_on
from cnnlab.explore.still.texts import Text, shrunk
from cnnlab.explore.still.words import (
    diagram_geometry,
    diagram_texts,
    paint_diagram,
    paint_table,
    table_geometry,
    table_texts,
)
from cnnlab.explore.toolkit.numbers import cell_text, format_number
from cnnlab.explore.toolkit.ruler import Rect, cut, width_of
from cnnlab.explore.toolkit.scene import Diagram, Grid, Image, Panel, Table
from cnnlab.explore.toolkit.sheets import Part
from cnnlab.picture import STYLE, THEME

RULE = STYLE["cells"]
ABOVE = 9  # words lie over all lines


def cells_geometry(panel: Panel, body: Rect) -> Cells:
    """Where the cells of a panel lie within its body (x, y, w, h)."""
    if isinstance(panel, Table):
        return table_geometry(panel, body)
    if isinstance(panel, Diagram):
        return diagram_geometry(panel, body)
    assert isinstance(panel, Grid | Image)
    return grid_geometry(panel, body)


def paint_cells(sheet: Axes, panel: Panel, body: Rect) -> None:
    """Paint a Grid, Image, Table or Diagram onto the sheet, without its words."""
    painters: dict[type, Any] = {Grid: _grid, Image: _image, Table: paint_table, Diagram: paint_diagram}
    painters[type(panel)](sheet, panel, body)


def grid_geometry(panel: Grid | Image, body: Rect) -> Cells:
    """Where the cells of a Grid, or the pixels of an Image, lie."""
    x, y, w, h = body
    rows, columns = panel.values.shape if isinstance(panel, Grid) else panel.whole or panel.pixels.shape[:2]
    room_rows, room_columns = panel.capacity or (rows, columns)
    bare = RULE["bare"]
    left, right, low, top = bare, bare, bare, head_room(panel)
    if isinstance(panel, Grid) and panel.indices:
        left = max(RULE["left"], _index_width(panel) + RULE["index_left"] + RULE["index_rim"])
        if panel.column_label:
            right = max(RULE["right"], RULE["column_label"] + width_of(f"{panel.column_label} →", WORDS["ticks"]))
        if panel.row_label:
            low = RULE["bottom"]
            left = max(left, RULE["row_label_x"] + width_of(f"{panel.row_label} ↓", WORDS["ticks"]))
    keys, _ = legend_of(panel, w)
    bottom = low + legend_height(panel, w)
    largest = panel.cell if isinstance(panel, Grid) else 1e9
    side = min((w - left - right) / room_columns, (h - top - bottom) / room_rows, largest)
    side = float(int(side + 1e-6)) if side >= RULE["whole_from"] else side
    x0 = x + left + max(0.0, (w - left - right - side * columns) / 2)
    y0 = y + top + max(0.0, side * (room_rows - rows) / 2)
    legend_y = y + top + side * room_rows + low + RULE["legend"] - RULE["legend_up"]
    legend_x = max(x, min(x0 - STYLE["marks"]["legend_left"], x + w - max((key.end for key in keys), default=0)))
    return Cells(
        lambda r, c: (x0 + c * side, y0 + r * side, side, side), rows, columns, side, x0, y0, legend_y, legend_x, keys
    )


def head_room(panel: Grid | Image) -> float:
    """What stands above the cells: the numbers of the columns, here or in a panel beside it."""
    if not isinstance(panel, Grid):
        return float(RULE["heads"] if panel.heads else RULE["bare"])
    return max(panel.head, float(RULE["top"] if panel.indices else RULE["bare"]))


def _index_width(panel: Grid) -> float:
    """Of the longest number of a row."""
    ends = panel.row_offset, panel.row_offset + (panel.capacity or panel.values.shape)[0] - 1
    return max(width_of(format_number(end, 0), WORDS["indices"]) for end in ends)


def grid_height(panel: Grid | Image, g: Cells, width: float) -> float:
    """How high the body of a panel is that its cells fill, as `g` lies in one without end."""
    return (g.legend_y or 0.0) + RULE["legend_up"] - RULE["legend"] + legend_height(panel, width)


def legend_height(panel: Grid | Image, width: float) -> float:
    """Of the meanings of the marks."""
    return float(RULE["legend"] * max(legend_of(panel, width)[1], 1 if isinstance(panel, Grid) else 0))


def texts_of(panel: Grid) -> list[list[str]]:
    """What is printed in the cells."""
    values = np.asarray(panel.values, dtype=float)
    return panel.texts or [[cell_text(v, panel.digits or 0) for v in row] for row in values]


def letters_of(panel: Grid, g: Cells) -> float:
    """How large the numbers in the cells are, so that no ring touches them; 0 if there is no room for them."""
    rule, words = RULE["words"], {words for row in texts_of(panel) for words in row}
    longest = max((width_of(one, 1) for one in words), default=1) or 1
    size = min(rule["largest"], rule["of_side"] * g.side, (g.side - 2 * rule["clear"]) / longest)
    return size if size >= rule["smallest"] else 0


def grid_texts(panel: Grid, g: Cells) -> list[Text]:
    """The numbers in the cells, those of rows and columns, what these are called, and the meanings of the marks."""
    values = np.asarray(panel.values, dtype=float)
    faded = {(r, c) for mark in panel.highlights if mark.style == "fade" for r, c in mark.cells}
    size, texts = letters_of(panel, g), []
    inks: Any = None
    if panel.colours != "none" and size:
        inks = inks_on(MAPS[panel.colours](Normalize(*panel.scale)(np.nan_to_num(values))))
    for r, row in enumerate(texts_of(panel) if size else ()):
        for c, words in enumerate(row):
            pale = (r, c) in faded
            plain = inks is None or np.isnan(values[r, c]) or pale
            x, y = g.x0 + (c + 0.5) * g.side, g.y0 + (r + 0.5) * g.side
            style: dict[str, Any] = {"alpha": RULE["fade_words"] if pale else 1.0}
            style |= {} if plain else {"on": inks[r, c]}
            if words:
                texts.append(Text(words, x, y, "cell", size, **style))
    return texts + (_index_texts(panel, g) if panel.indices else []) + legend_texts(g)


def _index_texts(panel: Grid, g: Cells) -> list[Text]:
    """The numbers of rows and columns, and what they are called."""
    size, up = WORDS["indices"], g.y0 - RULE["index_up"]
    muted: dict[str, Any] = {"colour": "muted"}
    numbers = [format_number(c + panel.column_offset, 0) for c in range(g.columns)]
    wide = max(RULE["index_each"], max((width_of(one, size) for one in numbers), default=0.0) + RULE["index_apart"])
    texts = []
    for c in range(0, g.columns, max(1, int(np.ceil(wide / g.side)))):
        style: dict[str, Any] = {"base": "alphabetic", **muted}
        texts.append(Text(numbers[c], g.x0 + (c + 0.5) * g.side, up, "index", size, **style))
    for r in range(0, g.rows, max(1, int(np.ceil(RULE["index_each"] / g.side)))):
        x, y = g.x0 - RULE["index_left"], g.y0 + (r + 0.5) * g.side
        texts.append(Text(format_number(r + panel.row_offset, 0), x, y, "index", size, "right", **muted))
    size = WORDS["ticks"]
    if panel.column_label:
        x = g.x0 + g.columns * g.side + RULE["column_label"]
        texts.append(Text(f"{panel.column_label} →", x, up, "axis", size, "left", "alphabetic", "muted"))
    if panel.row_label:
        x, y = g.x0 - RULE["row_label_x"], g.y0 + g.rows * g.side + RULE["row_label_y"]
        texts.append(Text(f"{panel.row_label} ↓", x, y, "axis", size, "right", "alphabetic", "muted"))
    return texts


def cell_texts(panel: Panel, body: Rect) -> list[Text]:
    """All words of a panel that is made of cells."""
    if isinstance(panel, Table):
        return table_texts(panel, table_geometry(panel, body))
    if isinstance(panel, Diagram):
        return diagram_texts(panel, diagram_geometry(panel, body))
    assert isinstance(panel, Grid | Image)
    g = grid_geometry(panel, body)
    return grid_texts(panel, g) if isinstance(panel, Grid) else [*part_texts(panel, g), *legend_texts(g)]


def _grid(sheet: Axes, panel: Grid, body: Rect) -> None:
    g = grid_geometry(panel, body)
    values = np.asarray(panel.values, dtype=float)
    faded = {(r, c) for mark in panel.highlights if mark.style == "fade" for r, c in mark.cells}
    if panel.colours != "none":
        norm, strength = Normalize(*panel.scale), np.where(np.isnan(values), 0.0, 1.0)
        for r, c in faded:
            strength[int(r), int(c)] *= RULE["fade"]
        style: dict[str, Any] = {
            "cmap": MAPS[panel.colours],
            "norm": norm,
            "alpha": strength,
            "interpolation": "nearest",
        }
        sheet.imshow(np.nan_to_num(values), extent=_extent(g), zorder=1, aspect="auto", **style)
    for mark in (one for one in panel.highlights if one.style == "tint"):
        style = {"facecolor": colour_of(mark.colour), "alpha": RULE["tint"], "linewidth": 0, "zorder": 1}
        for r, c in mark.cells:
            sheet.add_patch(Box((g.x0 + c * g.side, g.y0 + r * g.side), g.side, g.side, **style))
    if g.side >= RULE["lines_from"]:
        _lines(sheet, g)
    _frame(sheet, g)
    paint_marks(sheet, panel, g)


def _extent(g: Cells) -> Rect:
    """Of all cells, as imshow wants it."""
    return g.x0, g.x0 + g.columns * g.side, g.y0 + g.rows * g.side, g.y0


def _lines(sheet: Axes, g: Cells) -> None:
    """Between all cells."""
    x0, x1, y1, y0 = _extent(g)
    style = {"color": THEME["grid"], "alpha": THEME["grid_strength"], "linewidth": POINT, "zorder": 2}
    for r in range(g.rows + 1):
        sheet.plot([x0, x1], [y0 + r * g.side] * 2, **style)
    for c in range(g.columns + 1):
        sheet.plot([x0 + c * g.side] * 2, [y0, y1], **style)


def _image(sheet: Axes, panel: Image, body: Rect) -> None:
    g = grid_geometry(panel, body)
    style: Any = {"extent": _extent(g), "interpolation": "nearest", "aspect": "auto"}
    if panel.pixels.ndim == 2:
        style |= {"cmap": MAPS[panel.colours], "norm": Normalize(*panel.scale)}
    sheet.imshow(panel.pixels, **style)
    for r, c in (cell for mark in panel.highlights if mark.style == "fade" for cell in mark.cells):
        place = (g.x0 + c * g.side, g.y0 + r * g.side)
        style = {"facecolor": PAPER, "alpha": RULE["fade_image"], "linewidth": 0, "zorder": 1}
        sheet.add_patch(Box(place, g.side, g.side, **style))
    for part in panel.parts:
        _frame(sheet, part_cells(part, g))
    if not panel.parts:
        _frame(sheet, g)
    over = RULE["overhang"]  # windows may hang over the edge, so far
    place = (g.x0 - over, g.y0 - over)
    edge = Box(place, g.columns * g.side + 2 * over, g.rows * g.side + 2 * over, transform=sheet.transData)
    paint_marks(sheet, panel, g, edge)


def part_cells(part: Part, g: Cells) -> Cells:
    """Where the numbers of a part of an image lie."""
    side, x0, y0 = part.each * g.side, g.x0 + part.column * g.side, g.y0 + part.row * g.side
    return Cells(lambda r, c: (x0 + c * side, y0 + r * side, side, side), part.rows, part.columns, side, x0, y0)


def part_texts(panel: Image, g: Cells) -> list[Text]:
    """What stands above the parts of an image, and beside their rows."""
    texts: list[Text] = []
    for head in panel.heads:
        x, room = g.x0 + (head.column + head.columns / 2) * g.side, head.columns * g.side
        lines = [(head.text, WORDS["ticks"], "head_up", "ink"), (head.under, WORDS["indices"], "under_up", "muted")]
        for words, largest, up, colour in lines:
            size = shrunk(words, room, largest)
            said = cut(words, room, size)
            if len(said) > 1 or said == words != "":
                texts.append(Text(said, x, g.y0 - RULE[up], "head", size, base="alphabetic", colour=colour))
    for part in panel.parts:
        cells = part_cells(part, g)
        size = min(WORDS["ticks"], RULE["part_of_side"] * cells.side)
        for r, words in enumerate(part.words if size >= RULE["words"]["smallest"] else ()):
            x, y = cells.x0 + part.columns * cells.side + RULE["part_words"], cells.y0 + (r + 0.5) * cells.side
            texts.append(Text(words, x, y, "part", size, "left"))
    return texts


def _frame(sheet: Axes, g: Cells) -> None:
    """Around all cells."""
    style = {"fill": False, "edgecolor": MUTED, "linewidth": POINT, "zorder": 2}
    sheet.add_patch(Box((g.x0 - 0.5, g.y0 - 0.5), g.columns * g.side + 1, g.rows * g.side + 1, **style))
