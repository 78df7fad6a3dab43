"""`explain`: an explorer as a page that anyone can drag, without Python."""

import argparse
from typing import Any


def explain(chosen: argparse.Namespace) -> int:
    """Write the page of an explorer at its example, or print what explorers there are."""
    from cnnlab import explore  # late: it brings all explorers along, and the others should begin at once

    names = [name for name in explore.__all__ if name != "Explorer"]
    if chosen.name is None:
        for name in names:
            print(f"{name:<20} {getattr(explore, name).title or name}")
        return 0
    if chosen.name not in names:
        raise ValueError(f"there is no explorer {chosen.name!r}; there are {', '.join(names)}")
    explorer = getattr(explore, chosen.name).example()
    for words in chosen.set or ():
        name, _, value = words.partition("=")
        explorer.set(**{name: _read(explorer, name, value)})
    sweeps = None if chosen.only is None else [name.strip() for name in chosen.only.split(",")]
    products = None if chosen.together is None else [names.split(",") for names in chosen.together]
    place = chosen.out or f"{chosen.name}.html"
    recording = explorer.to_html(
        place,
        title=chosen.title,
        caption=chosen.caption,
        sweeps=sweeps,
        products=products,
        limit=chosen.limit,
        presses=chosen.presses,
    )
    print(f"{place}: {recording}")
    return 0


def _read(explorer: Any, name: str, value: str) -> Any:
    """A value of a control, from words: the one of its positions that is written so."""
    if name not in explorer.controls:
        raise ValueError(f"there is no control {name!r}; the controls are {', '.join(explorer.controls)}")
    kind = explorer.controls[name].kind
    if kind == "toggle":
        if value.lower() not in ("true", "false"):
            raise ValueError(f"{name} must be true or false; got {value!r}")
        return value.lower() == "true"
    if kind == "choice":
        return value
    if kind not in ("slider", "cell", "handle"):
        raise ValueError(f"{name} is a {kind}, which cannot be set by words")
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        raise ValueError(f"{name} must be a number, or two with a comma between them; got {value!r}") from None
    numbers = [int(number) if number.is_integer() and kind != "handle" else number for number in numbers]
    return numbers[0] if kind == "slider" and len(numbers) == 1 else tuple(numbers)
