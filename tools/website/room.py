"""How much room an explorer has on its page before it is there, so that nothing moves when it comes."""

from typing import Any

from tools.website.running import Run

NARROW, MORE = 600, 1.04  # px; where rows of controls break in many ways, a little more than was reckoned
RIM = 8  # px


def heights(about: dict[str, Any]) -> list[tuple[int, int]]:
    """(from which width of the place on, its height), in pixels, of what is known of a recording."""
    reckoned = sorted((int(wide), high) for wide, high in about["heights"].items())
    return [(wide, round(high * (MORE if wide < NARROW else 1) + RIM)) for wide, high in reckoned]


def room_of(runs: list[Run]) -> str:
    """The room of every explorer as a style sheet: what view.js reserves would come too late for the first one."""
    rules = []
    for about in {about["key"]: about for each in runs for about in each.explorers()}.values():
        for at, (wide, high) in enumerate(heights(about)):
            rule = f'[data-recording="{about["key"]}"] {{ min-height: {high}px }}'
            rules.append(f"@container explorer (min-width: {wide}px) {{ {rule} }}" if at else rule)
    return "\n".join([*rules, ""])
