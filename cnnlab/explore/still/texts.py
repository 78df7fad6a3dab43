"""Words of a picture as data, before they are painted: what they are, where they stand, which box they fill.

Both painters paint from these and both measures report them, so that a test can ask whether any two meet; as
paint/texts.js.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes

from cnnlab.explore.still.paint import WORDS, colour_of, write
from cnnlab.explore.toolkit.checked import Colour
from cnnlab.explore.toolkit.ruler import Rect, overlap, width_of, word_box
from cnnlab.picture import STYLE

RULE = STYLE["placing"]


@dataclass(frozen=True)
class Text:
    """Words at (x, y) in pixels; base "alphabetic" or "middle"; `part` says what they are; turned : upwards."""

    words: str
    x: float
    y: float
    part: str
    size: float = WORDS["plain"]
    align: str = "center"
    base: str = "middle"
    colour: Colour = "ink"
    bold: bool = False
    halo: bool = False
    alpha: float = 1.0
    turned: bool = False
    on: Any = None  # the colour they stand on, where that is not the paper

    @property
    def box(self) -> Rect:
        """What they fill."""
        x, y, w, h = word_box(self.words, 0, 0, self.size, self.align, self.base, self.bold)
        return (self.x + y, self.y - x - w, h, w) if self.turned else (self.x + x, self.y + y, w, h)


def moved(text: Text, right: float, down: float, **changes: Any) -> Text:
    """The same words elsewhere."""
    return replace(text, x=text.x + right, y=text.y + down, **changes)


def inside(text: Text, frame: Rect) -> Text:
    """The same words, moved into a frame as far as they fit in."""
    x, y, w, h = text.box
    left, top, width, height = frame
    right = max(left - x, 0.0) + min(left + width - x - w, 0.0) if w <= width else 0.0
    down = max(top - y, 0.0) + min(top + height - y - h, 0.0) if h <= height else 0.0
    return moved(text, right, down) if right or down else text


def shrunk(words: str, room: float, size: float, bold: bool = False) -> float:
    """The size at which words fit into their room, if that is not too small to be read."""
    return max(RULE["shrunk"], min(size, size * room / max(1.0, width_of(words, size, bold))))


def is_free(box: Rect, taken: Iterable[Rect]) -> bool:
    """Whether a box meets none of those that are taken."""
    return not any(overlap(box, other, 0) for other in taken)


def placed(wanted: Sequence[Sequence[Text]], frame: Rect, taken: Iterable[Rect] = ()) -> list[Text]:
    """Of every words the first of their places that is free and within the frame; words that have none are left out."""
    found: list[Text] = []
    boxes = list(taken)
    for places in wanted:
        for text in places:
            text = inside(text, frame)
            box = text.box
            if is_free(box, boxes) and within(box, frame):
                found.append(text)
                boxes.append(box)
                break
    return found


def within(box: Rect, frame: Rect, slack: float = 0.01) -> bool:
    """Whether a box lies in a frame."""
    return (
        box[0] >= frame[0] - slack
        and box[1] >= frame[1] - slack
        and box[0] + box[2] <= frame[0] + frame[2] + slack
        and box[1] + box[3] <= frame[1] + frame[3] + slack
    )


def put(sheet: Axes, text: Text, **more: Any) -> None:
    """Paint words."""
    va = {"alphabetic": "baseline", "middle": "center"}[text.base]
    more |= {"weight": "bold"} if text.bold else {}
    more |= {"alpha": text.alpha} if text.alpha < 1 else {}
    more |= {"rotation": 90, "rotation_mode": "anchor"} if text.turned else {}
    colour = colour_of(text.colour) if text.on is None else text.on
    write(sheet, text.x, text.y, text.words, text.size, colour, text.halo, text.align, va, **more)
