"""What is recorded of an explorer: the sweep of every control first, then as many of them together as there is room.

The room is counted in letters (the limit) and in frames (`MOST`), whichever is scarcer. Of it, the sweeps from the
beginning may take a share, `SWEEPS`: small ones whole, large ones thinned out evenly. The rest goes to modes: controls
(those with the fewest positions first) whose every position gets the sweeps of the others anew.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from math import prod

from cnnlab.explore.recorded.buttons import Finger
from cnnlab.explore.recorded.courses import FREE, Course
from cnnlab.explore.recorded.pool import BASE64
from cnnlab.explore.recorded.tape import Tape
from cnnlab.explore.toolkit.explorer import Explorer

LIMIT = 1_500_000  # letters
PRESSES = 40  # of a button
MOST = 2000  # frames
RAW = 64_000_000  # bytes that a page holds once all is unpacked
SWEEPS = 0.5  # of the room, for the sweeps from the beginning
WORDS = 0.6  # of the room, for choices among them
FULL = 0.9  # of the room: more than was thought, and no sweep goes on
LEAST = 0.2  # of the room, for the others whatever the choices take
PROBES = 4  # positions of each control that are tried, to know what a frame takes
TRIED = 3  # presses, likewise
EACH = 1.7  # letters, for each spot that a line leads to
FEW = 12  # positions of all modes together that are recorded at every press of a button


@dataclass
class Wish:
    """What is asked for.

    Parameters
    ----------
    sweeps : list of str, or None
        Controls that can be moved; None for all.
    products : list of tuples of str, or None
        Controls that can be moved together; None for as many as there is room for.
    limit : int
        Letters.
    presses : int
        Of every button.
    """

    sweeps: Sequence[str] | None = None
    products: Sequence[Sequence[str]] | None = None
    limit: int = LIMIT
    presses: int = PRESSES


@dataclass
class Plan:
    """Records an explorer on a tape.

    Parameters
    ----------
    explorer : Explorer
        In its present position and state.
    wish : Wish
        What is asked for.

    Attributes
    ----------
    tape : Tape
        What was recorded.
    courses : dict of str to Course
        The controls that can be moved, with their recorded positions.
    modes : list of tuples of str
        Controls that can be moved together.
    broken : list of str
        What was asked for and is not there, in words.
    """

    explorer: Explorer
    wish: Wish
    tape: Tape = field(init=False)
    courses: dict[str, Course] = field(default_factory=dict)
    modes: list[tuple[str, ...]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tape, self.finger = Tape(self.explorer), Finger(self.explorer)
        controls = self.explorer.controls
        wanted = list(controls if self.wish.sweeps is None else self.wish.sweeps)
        values = self.explorer.values
        self.courses = {
            name: Course(control, values[name])
            for name, control in controls.items()
            if name in wanted and control.kind not in ("button", *FREE)
        }
        specs = json.dumps([control.spec() for control in controls.values()], default=str)
        self.head = BASE64 * len(zlib.compress(specs.encode()))  # what is said of the controls
        self.buttons = [name for name, control in controls.items() if name in wanted and control.kind == "button"]

    def record(self) -> None:
        """Record what is asked for, as far as there is room."""
        start = self.tape.spot(self.explorer.values)
        if start is None or not self._room(1.0):
            raise ValueError(f"limit must leave room for one frame, {self._letters():.0f} bytes; got {self.wish.limit}")
        self._thin(start)
        for course in sorted(self.courses.values(), key=Course.count):
            self._sweep(start, course)
        self._press(start, self.buttons)
        if self.wish.products is None:
            self._grow(start)
        else:
            for names in self.wish.products:
                if not self._together(start, tuple(names)):
                    self.broken.append(f"{' and '.join(names)} together take more room than there is")
        if not self.finger.has_state:
            self.finger.join(self.tape, self.buttons)
        moved = {line.name for line in self.tape.lines}
        self.courses = {name: course for name, course in self.courses.items() if name in moved}

    # ---- room ----

    def _room(self, share: float) -> bool:
        tape = self.tape
        if len(tape.frames) > share * MOST or tape.pool.raw > share * RAW:
            return False
        return self._letters() <= share * self.wish.limit

    def _used(self) -> float:
        """The part of the room that is taken."""
        tape = self.tape
        return max(len(tape.frames) / MOST, tape.pool.raw / RAW, self._letters() / self.wish.limit)

    def _letters(self) -> float:
        """What the recording takes so far, the list of its lines included."""
        tape = self.tape
        return tape.pool.weigh() + EACH * (tape.entries + 2 * len(tape.steps) + len(tape.frames)) + self.head

    def _thin(self, start: int) -> None:
        """Give every sweep its part of the room."""
        needs = {}
        for name, course in self.courses.items():
            if self.tape.reaches(start, name):
                needs[name] = self._need(start, course)
        for name in self.buttons:
            needs[name] = self._need_of_presses(start, name)
        words = {name for name in needs if name in self.courses and self.courses[name].control.kind == "choice"}
        left = WORDS  # for choices first: what a picture is of matters more than how finely a point is dragged
        for k, name in enumerate(sorted(words, key=needs.__getitem__)):
            left -= self._fit(name, needs[name], left / (len(words) - k))
        left = max(SWEEPS - (WORDS - left), LEAST)
        others = sorted(set(needs) - words, key=needs.__getitem__)
        for k, name in enumerate(others):
            left -= self._fit(name, needs[name], left / (len(others) - k))

    def _fit(self, name: str, need: float, part: float) -> float:
        """Thin a control out to a part of the room, if it needs more; what it takes."""
        if name in self.courses and need > part:
            course = self.courses[name]
            most = max(1, int(course.count() * part / need))
            self.courses[name] = course.thinner(most) or course.thinnest()
        return min(part, need)

    def _need(self, start: int, course: Course) -> float:
        """Of all the room, what the positions of a control would take, guessed from some of them."""
        tape, mark = self.tape, self.tape.mark()
        before, frames = tape.pool.weigh(), len(tape.frames)
        raw = tape.pool.raw
        values, places = course.values(), course.places
        for k in range(PROBES):
            at = places[k * len(places) // PROBES]
            tape.beside(start, course.control.name, at, values[(2 * k + 1) * len(values) // (2 * PROBES)])
        made = max(1, len(tape.frames) - frames)
        each = max((tape.pool.weigh() - before) / made / self.wish.limit, 1 / MOST, (tape.pool.raw - raw) / made / RAW)
        tape.back(mark)
        return course.count() * each

    def _need_of_presses(self, start: int, name: str) -> float:
        tape, mark = self.tape, self.tape.mark()
        before = tape.pool.weigh()
        made = max(1, len(self._pressed(start, name, TRIED)))
        each = max((tape.pool.weigh() - before) / made / self.wish.limit, 1 / MOST)
        tape.back(mark)
        return self.wish.presses * each

    # ---- sweeps and presses ----

    def _sweep(self, start: int, course: Course) -> bool:
        """Record one sweep from the beginning; thinner, if it takes more than was thought; False without room."""
        name = course.control.name
        if not self.tape.reaches(start, name):
            return True
        thinner: Course | None = course.thinner(int(FULL * MOST) - len(self.tape.frames))
        while thinner is not None:
            mark = self.tape.mark()
            self.tape.line(start, thinner)
            if self._room(FULL):
                self.courses[name] = thinner
                return True
            self.tape.back(mark)
            thinner = thinner.thinner(thinner.count() // 2)
        del self.courses[name]
        return False

    def _press(self, start: int, names: Iterable[str]) -> None:
        """Record the presses of buttons from a spot on; fewer, where there is no room."""
        for name in names:
            times, mark = self.wish.presses, self.tape.mark()
            while times:
                spots = self._pressed(start, name, times)
                if self._room(1.0):
                    if spots:
                        self.tape.chain(name, [start, *spots])
                    break
                self.tape.back(mark)
                times //= 2

    def _pressed(self, start: int, name: str, times: int) -> list[int]:
        if not self.finger.can() or not (self.finger.has_state or self.finger.repeats(self.tape.values[start], name)):
            return []
        modes, spots = self._small_modes(), []
        with closing(self.finger.chain(self.tape, start, name, times)) as chain:
            for spot in chain:
                spots.append(spot)
                for mode in modes if self.finger.has_state else ():
                    if self.tape.reaches(spot, mode.control.name):
                        self.tape.line(spot, mode, anew=True)
        return spots

    def _small_modes(self) -> list[Course]:
        """Choices and boxes to tick, the smallest first, as far as they have FEW positions together."""
        found: list[Course] = []
        for course in sorted(self.courses.values(), key=Course.count):
            if course.control.kind in ("choice", "toggle") and sum(map(Course.count, found)) + course.count() <= FEW:
                found.append(course)
        return found

    # ---- together ----

    def _grow(self, start: int) -> None:
        """Let one control after the other be a mode, those with the fewest positions first, while there is room."""
        modes: tuple[str, ...] = ()
        kinds = ("choice", "toggle", "slider", "cell", "handle")
        can = [course for course in self.courses.values() if course.control.kind in kinds]
        for course in sorted(can, key=lambda course: (max(1, kinds.index(course.control.kind)), course.count())):
            name = course.control.name
            if self.tape.reaches(start, name):
                others = [other for other in (*self.courses, *self.buttons) if other not in (*modes, name)]
                if self._together(start, (*modes, name), others):
                    modes = (*modes, name)

    def _together(self, start: int, modes: tuple[str, ...], others: Sequence[str] = ()) -> bool:
        """Record modes at all their positions together, and there the sweeps of others, as far as there is room."""
        sizes = {name: course.count() for name, course in self.courses.items()}
        sizes |= {name: sum(name == button for button, _, _ in self.tape.steps) for name in self.buttons}
        new = prod(sizes[name] for name in modes)
        if modes[:-1] in self.modes or len(modes) == 1:
            new -= prod(sizes[name] for name in modes[:-1])
        each = self._used() / len(self.tape.frames)
        left = sorted(others, key=sizes.__getitem__)
        while self._used() + each * new * (1 + sum(sizes[name] for name in left)) > 1.0:
            if not left:
                return False
            left.pop()
        mark = self.tape.mark()
        for spot in self._bases(start, modes):
            for name in (*left, *modes):
                if name in self.courses and self.tape.reaches(spot, name):
                    self.tape.line(spot, self.courses[name])
            self._press(spot, [name for name in left if name in self.buttons])
            if not self._room(1.0):
                self.tape.back(mark)
                return False
        self.modes.append(modes)
        return True

    def _bases(self, start: int, modes: Sequence[str]) -> list[int]:
        """The spots of all positions of the modes."""
        spots = [start]
        for name in modes:
            found = [
                self.tape.beside(spot, name, None, value)
                for spot in spots
                if self.tape.reaches(spot, name)
                for value in self.courses[name].values()
            ]
            spots = [spot for spot in dict.fromkeys([*spots, *found]) if spot is not None]
        return spots
