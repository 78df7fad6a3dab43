"""How high a recorded explorer will be on a page, before it is there: generous, so that nothing jumps when it comes."""

from itertools import groupby

from cnnlab.explore.still.boxes import layout
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.ruler import width_of

WIDTHS = (360, 600, 850, 1180)  # px of a place on the page
LINE, ROW = 19, 33  # px of a line of words, of a row of controls
GAP = 13  # px between two controls
LAST = 190  # px of the reset, and of the pace of play
GROUP = 185  # px of a group of controls, from side to side
NEEDS = 90  # px of "needs Python" beside a control
NOTE = 150  # letters that a page says of a recording beside what needs Python
MARGIN = 34


def heights(explorer: Explorer, needs: list[str]) -> dict[int, int]:
    """Width of the place -> height, in px; needs : the controls that need Python."""
    scene = explorer.scene(**explorer.values)
    labels = [explorer.controls[name].label or name for name in needs]
    note = "x" * NOTE + ", ".join(labels)
    found = {}
    for width in WIDTHS:
        words = _lines(scene.description, width, 14, 2) + 1 + _lines(note, width, 13, 2)
        picture = layout(scene, width - 4)[1]
        found[width] = round(_controls(explorer, needs, width) + picture + LINE * words + MARGIN)
    return found


def _lines(words: str, width: int, size: float, least: int) -> int:
    return max(least, int(-(-1.12 * width_of(words, size) // width)))


def _controls(explorer: Explorer, needs: list[str], width: int) -> float:
    high, x = 0.0, float(width)
    for group, controls in groupby(explorer.controls.values(), key=lambda control: control.group):
        inside = list(controls)
        tall = 30.0 + 26 * len(inside) if group else ROW
        for wide in [GROUP] if group else [*map(_wide, inside)]:
            wide += NEEDS if wide and not group and any(control.name in needs for control in inside) else 0
            if wide and x + wide + GAP > width:
                high, x = high + tall, 0.0
            x += wide + (GAP if wide else 0)
    return high + (ROW if x + LAST > width else 0) + (ROW if width < 2 * LAST else 0)


def _wide(control: Control) -> float:
    """px of a control with its label; 0 for one that is on the picture."""
    words = width_of(control.label or control.name, 14) + 16
    if isinstance(control, Slider):
        return words + 204
    if isinstance(control, Choice):
        return words + max(width_of(option, 14) for option in control.options) + (100 if control.ordered else 40)
    if isinstance(control, Cell):
        return 0 if control.bare else words + 240
    if control.kind in ("handle", "matrix"):
        return 0
    return words + {"pad": 620, "microphone": 320}.get(control.kind, 30)
