"""How much room an explorer has on its page before it is there, so that nothing moves when it comes."""

from itertools import pairwise
from typing import Any

from tools.website.running import Run

MORE, RIM = 1.08, 8  # what is reckoned is up to 49 of 623 pixels short (Descent), where rows of controls break in two


def heights(about: dict[str, Any]) -> list[tuple[int, int]]:
    """(from which width of the place on, its height), in pixels, of what is known of a recording.

    From one width to the next a picture may grow to what it is there.
    """
    reckoned = sorted((int(wide), high) for wide, high in about["heights"].items())
    largest = [*(max(one, other) for (_, one), (_, other) in pairwise(reckoned)), reckoned[-1][1]]
    return [(wide, round(high * MORE + RIM)) for (wide, _), high in zip(reckoned, largest, strict=True)]


def room_of(runs: list[Run]) -> str:
    """The room of every explorer as a style sheet: what view.js reserves would come too late for the first one."""
    rules = []
    for about in {about["key"]: about for each in runs for about in each.explorers()}.values():
        for at, (wide, high) in enumerate(heights(about)):
            rule = f'[data-recording="{about["key"]}"] {{ min-height: {high}px }}'
            rules.append(f"@container explorer (min-width: {wide}px) {{ {rule} }}" if at else rule)
    return "\n".join([*rules, ""])
