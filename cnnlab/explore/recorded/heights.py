"""How high a recorded explorer will be on a page, before it is there: generous, so that nothing jumps when it comes."""

from cnnlab.explore.recorded.courses import Course
from cnnlab.explore.still.boxes import layout
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.ruler import width_of

WIDTHS = (360, 600, 850, 1180)  # px of a place on the page
LINE, ROW = 19, 32  # px of a line of words, of a row of controls


def heights(explorer: Explorer, courses: dict[str, Course]) -> dict[int, int]:
    """Width of the place -> height, in px."""
    scene = explorer.scene(**explorer.values)
    return {
        width: round(_controls(explorer, width) + layout(scene, width - 4)[1] + _words(scene.description, width))
        for width in WIDTHS
    }


def _words(description: str, width: int) -> float:
    lines = max(2, -(-width_of(description, 14) * 1.1 // width))
    return 12 + LINE * lines + 3 * LINE


def _controls(explorer: Explorer, width: int) -> float:
    rows, x = 1, 0.0
    for control in explorer.controls.values():
        wide = _wide(control)
        if x and x + wide > width:
            rows, x = rows + 1, 0.0
        x += wide
    return rows * ROW


def _wide(control: Control) -> float:
    words = width_of(control.label or control.name, 14) + 20
    if isinstance(control, Slider):
        return words + 200
    if isinstance(control, Choice):
        return words + max(width_of(option, 14) for option in control.options) + 110
    if isinstance(control, Cell):
        return 0 if control.bare else words + 230
    if control.kind in ("handle", "matrix"):
        return 0
    return words + (300 if control.kind == "pad" else 30)
