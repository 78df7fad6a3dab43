"""Presses of buttons: an explorer is pressed, step by step, and put back to where it was."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from cnnlab.explore.recorded.tape import Tape
from cnnlab.explore.toolkit.controls import Button
from cnnlab.explore.toolkit.explorer import Explorer


class Finger:
    """Presses the buttons of an explorer whose views and observers hear nothing of it.

    Parameters
    ----------
    explorer : Explorer
        Is put back after every chain: its values, and its own state if it has one, which must be that of its beginning.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.has_state = type(explorer).restart is not Explorer.restart

    def can(self) -> bool:
        """Whether what it presses can be put back."""
        return not self.has_state or self.explorer.at_beginning

    def chain(self, tape: Tape, start: int, name: str, times: int) -> Generator[int, None, None]:
        """The spots to which presses lead from a spot on: so many, or until the button is greyed or changes nothing."""
        with self._aside():
            values, state = dict(tape.values[start]), self.has_state
            for k in range(1, times + 1):
                after = self._pressed(name, values)
                if after is None:
                    return
                spot = tape.spot(after, (name, k) if state else ())
                if spot is None or (not state and all(np.array_equal(after[n], values[n]) for n in after)):
                    return
                yield spot
                values = after

    def join(self, tape: Tape, names: Sequence[str]) -> None:
        """Where a press leads from one recorded spot to another: for explorers without a state of their own."""
        steps = {(name, one) for name, one, _ in tape.steps}
        for name in names:
            if not any(name == button for button, _, _ in tape.steps):
                continue
            with self._aside():
                for spot, values in enumerate(tape.values):
                    after = None if (name, spot) in steps else self._pressed(name, values)
                    to = None if after is None else tape.known(after)
                    if to is not None and to != spot:
                        tape.chain(name, [spot, to])

    def repeats(self, values: Mapping[str, Any], name: str) -> bool:
        """Whether a press leads to the same place every time: no chance, no memory that `restart` does not know."""
        ends = []
        for _ in range(2):
            with self._aside():
                ends.append(self._pressed(name, values))
        one, two = ends
        return one is not None and two is not None and all(np.array_equal(one[n], two[n]) for n in one)

    def _pressed(self, name: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The values after a press; None where it is greyed, or raises."""
        explorer, button = self.explorer, self.explorer.controls[name]
        if not isinstance(button, Button) or button.action is None:
            return None
        explorer._values = dict(values)
        try:
            if not explorer.enabled(name, values):
                return None
            changes = button.action(**values) or {}
            return dict(values) | {n: explorer.controls[n].check(v) for n, v in changes.items()}
        except Exception:  # a learner reads it in the live view; on a page the chain ends before it
            return None

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """The explorer from its beginning, and afterwards again."""
        explorer = self.explorer
        values, callbacks, view = explorer._values, explorer._callbacks, explorer._view
        explorer._callbacks, explorer._view = [], None
        try:
            if self.has_state:
                explorer.restart()
            yield
        finally:
            if self.has_state:
                explorer.restart()
            explorer._values, explorer._callbacks, explorer._view = values, callbacks, view
