"""A recording: what a page needs to show an explorer, and to let it be driven, without Python."""

import base64
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cnnlab import arguments
from cnnlab.explore.recorded.courses import FREE, Course
from cnnlab.explore.recorded.heights import heights
from cnnlab.explore.recorded.page import page
from cnnlab.explore.recorded.plan import LIMIT, PRESSES, Plan, Wish
from cnnlab.explore.toolkit.explorer import Explorer, in_turn
from cnnlab.files import PathLike, check_place, in_one_stroke

__all__ = ["Recording", "record"]

VERSION = 1  # of the form that unpack.js reads


@dataclass(frozen=True)
class Recording:
    """Frames of an explorer, for pages without Python; `print` it to see what is in it.

    Parameters
    ----------
    title, description : str
        Of the explorer, and of the frame it begins with.
    text : str
        Everything, in ASCII: two gzip streams in base 64, with a point between them.
    frames : int
        How many different pictures are in it.
    left_out : list of str
        Sentences: what needs Python, what has fewer positions, what moves together.
    heights : dict of int to int
        Width of a place on a page -> the height that it will need there at most, about, in px.
    """

    title: str
    description: str
    text: str
    frames: int
    left_out: list[str]
    heights: dict[int, int]

    @property
    def bytes(self) -> int:
        """Of the text."""
        return len(self.text)

    def script(self, key: str) -> str:
        """A classic script that hands the recording to a page with `view_script`.

        Parameters
        ----------
        key : str
            Of letters, digits, - and _; the page has a place with data-recording=KEY.

        Returns
        -------
        script : str
            JavaScript.

        Raises
        ------
        ValueError
            If the key has other letters.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
            raise ValueError(f"key must be of letters, digits, - and _; got {key!r}")
        return f'globalThis.cnnlab.keep("{key}", "{self.text}");\n'

    def save(self, path: PathLike, title: str = "", caption: str = "") -> None:
        """Write one page that holds everything, and asks nobody for anything.

        Parameters
        ----------
        path : str or path
            Its ending is .html.
        title : str
            By default that of the explorer.
        caption : str
            Stands below it, if there is one.

        Raises
        ------
        ValueError
            If the path has another ending, or cannot be written to.
        """
        place = Path(path)
        if place.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"path must end in .html; got {str(path)!r}")
        check_place(place)
        with in_one_stroke(place) as file:
            file.write(page(self.text, title or self.title, self.description, caption).encode())

    def __str__(self) -> str:
        return " ".join([f"{self.title}: {self.bytes / 1000:,.0f} kB, {self.frames:,} pictures.", *self.left_out])


def record(
    explorer: Explorer,
    sweeps: Sequence[str] | None = None,
    products: Sequence[Sequence[str]] | None = None,
    limit: int = LIMIT,
    presses: int = PRESSES,
) -> Recording:
    """Record an explorer as it stands; see `Explorer.to_html`."""
    wish = checked(explorer, sweeps, products, limit, presses)
    recording, missing = recorded(explorer, wish)
    while recording.bytes > limit:  # what is said of its lines took more than was thought
        wish = replace(wish, limit=int(0.95 * wish.limit * limit / recording.bytes))
        recording, missing = recorded(explorer, wish)
    for words in missing:
        warnings.warn(f"{explorer.title}: {words}", stacklevel=4)
    return recording


def checked(
    explorer: Explorer,
    sweeps: Sequence[str] | None,
    products: Sequence[Sequence[str]] | None,
    limit: int,
    presses: int,
) -> Wish:
    """What is asked for, or ValueError in words for its caller."""
    names = [*explorer.controls]
    movable = [name for name, control in explorer.controls.items() if control.kind not in ("button", "matrix", *FREE)]
    if isinstance(sweeps, str) or any(name not in names for name in sweeps or ()):
        raise ValueError(f"sweeps must be a list of controls, of {', '.join(names)}; got {sweeps!r}")
    for some in products or ():
        if isinstance(some, str) or len(some) < 2 or any(name not in movable for name in some):
            raise ValueError(
                f"products must be a list of lists of two controls or more, of {', '.join(movable)}; got {some!r}"
            )
        if sweeps is not None and not set(some) <= set(sweeps):
            raise ValueError(f"products must be of controls that are among the sweeps; got {some!r}")
    arguments.whole("limit", limit)
    if isinstance(presses, bool) or not isinstance(presses, int) or presses < 0:
        raise ValueError(f"presses must be a whole number from 0 on; got {presses!r}")
    return Wish(sweeps, products, limit, presses)


@in_turn
def recorded(explorer: Explorer, wish: Wish) -> tuple[Recording, list[str]]:
    """A recording, and what was asked for and is not in it."""
    plan = Plan(explorer, wish)
    plan.record()
    tape = plan.tape
    controls = explorer.controls
    pressed = {name for name, _, _ in tape.steps}
    needs = [name for name in controls if name not in plan.courses and name not in pressed]
    head = {
        "version": VERSION,
        "title": explorer.title,
        "controls": [
            (plan.courses[name].spec() if name in plan.courses else control.spec())
            for name, control in controls.items()
        ],
        "needs": needs,
        "frames": tape.frames,
        "presses": {spot: presses for spot, presses in enumerate(tape.presses) if presses},
        "lines": [[line.name, line.at, line.start, line.spots] for line in tape.lines],
        "steps": [[name, _flat(tape.steps, name)] for name in sorted(pressed)],
    }
    texts, numbers = tape.pool.finished(head)
    text = ".".join(base64.b64encode(part).decode() for part in (texts, numbers))
    first = explorer.scene(**explorer.values)
    left_out = _left_out(explorer, plan, needs)
    room = heights(explorer, needs)
    return Recording(explorer.title, first.description, text, len(tape.frames), left_out, room), plan.broken


def _flat(steps: list[tuple[str, int, int]], name: str) -> list[int]:
    return [spot for button, *ends in steps if button == name for spot in ends]


def _left_out(explorer: Explorer, plan: Plan, needs: list[str]) -> list[str]:
    """Sentences on what the page cannot do."""
    said = []
    labels = {
        name: f"{control.group}: {control.label or name}" if control.group else control.label or name
        for name, control in explorer.controls.items()
    }
    if needs:
        said.append(f"Needs Python: {', '.join(labels[name] for name in needs)}.")
    thin = [f"{labels[name]} ({_count(course)})" for name, course in plan.courses.items() if course.every > 1]
    if thin:
        said.append(f"Fewer positions: {', '.join(thin)}.")
    moved = set(plan.courses)
    together = [names for names in plan.modes if not any(set(names) < set(other) for other in plan.modes)]
    if together and moved - set(together[-1]):
        said.append(f"Together: {'; '.join(' and '.join(labels[n] for n in names) for names in together)}.")
    elif not together and len(moved) > 1:
        said.append("One control moves at a time.")
    return said


def _count(course: Course) -> str:
    full = Course(course.control, course.present)
    return f"{course.count():,} of {full.count():,}"
