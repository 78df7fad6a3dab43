"""What a learner has chosen and solved, kept on the learner's own disk: `.cnnlab/progress.json` beside the notebook.

Nothing leaves the computer.  Only the kernel of a notebook keeps anything, and only where neither CNNLAB_KEEP nor
CNNLAB_PROGRESS is "off".  A folder that cannot be written to, or a file that is damaged, stops nobody: what was chosen
is known as long as the kernel lives.
"""

import copy
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cnnlab.files import Held, held, in_one_stroke, plain, read_json

Note = dict[str, Any]
KINDS = ("questions", "exercises")
OFF = ("off", "0", "no")
PATIENCE = 50  # times that a file is tried which another kernel holds: a second, and no cell waits longer


def in_notebook() -> bool:
    """Is this the kernel of a notebook?  (IPython in a terminal has no kernel.)"""
    interactive = sys.modules.get("IPython")
    return getattr(interactive.get_ipython() if interactive else None, "kernel", None) is not None


def wanted() -> bool:
    """Whether anything is to be written: in a notebook, unless it was switched off."""
    settings = (os.environ.get(name, "").lower() for name in ("CNNLAB_KEEP", "CNNLAB_PROGRESS"))
    return in_notebook() and not any(value in OFF for value in settings)


class Kept:
    """Notes by kind and name, in memory and, if there is a path, in a file that several kernels may share.

    path : of the file; None keeps all in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.told = path, False
        self.notes: dict[str, dict[str, Note]] = {kind: {} for kind in KINDS}
        self.watchers: dict[str, list[Callable[[], None]]] = {}
        self.read()

    def get(self, kind: str, name: str) -> Note:
        """What is known of a question or an exercise: a copy, empty if nothing is."""
        return dict(self.notes[kind].get(name, {}))

    def note(self, kind: str, name: str, **news: Any) -> None:
        """Add to what is known, and to the file; then tell whoever watches this name."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = self.notes[kind].setdefault(name, {})
        entry.update(news, at=now)
        self._write({kind: {name: entry}})
        if kind == "questions":
            for call in list(self.watchers.get(name, ())):
                call()

    def watch(self, name: str, call: Callable[[], None]) -> Callable[[], None]:
        """Call a function after every note about a question; gives a function that ends this."""
        self.watchers.setdefault(name, []).append(call)

        def end() -> None:
            if call in self.watchers[name]:
                self.watchers[name].remove(call)

        return end

    def forget(self, name: str | None) -> None:
        """Forget one name, or all of them."""
        for kind in KINDS:
            for one in [one for one in self.notes[kind] if name in (None, one)]:
                del self.notes[kind][one]
        self._write({}, without=lambda one: name in (None, one))

    def read(self) -> None:
        """Learn what the file knows: other notebooks write into it, too."""
        if self.path is not None and self.path.exists():
            try:
                for kind, notes in _checked(read_json(self.path)).items():
                    self.notes[kind].update(notes)
            except (OSError, ValueError) as problem:
                self._tell(f"{problem}. A new one is begun" + self._set_aside())

    def _write(self, news: dict[str, dict[str, Note]], without: Callable[[str], bool] = lambda name: False) -> None:
        """Put the news into the file, beside what others have written there meanwhile."""
        for _ in range(PATIENCE):
            if self.path is None:
                return
            try:
                self._write_now(self.path, news, without)
                return
            except Held:  # another notebook, for some milliseconds
                time.sleep(0.02)
            except OSError as problem:
                self._tell(f"{problem}. What you choose and solve is known until the kernel ends, and not kept")
                self.path = None

    def _write_now(self, path: Path, news: dict[str, dict[str, Note]], without: Callable[[str], bool]) -> None:
        path.parent.mkdir(exist_ok=True)
        with held(path):
            whole = self._in_file()
            for kind in KINDS:
                whole[kind] = {name: one for name, one in whole[kind].items() if not without(name)}
                whole[kind].update(news.get(kind, {}))
            with in_one_stroke(path) as file:
                file.write(json.dumps({"version": 1, **whole}, ensure_ascii=False, indent=1).encode("utf-8"))

    def _in_file(self) -> dict[str, dict[str, Note]]:
        if self.path is None or not self.path.exists():
            return {kind: {} for kind in KINDS}
        try:
            return _checked(read_json(self.path))
        except ValueError as problem:
            self._tell(f"{problem}. A new one is begun" + self._set_aside())
            return copy.deepcopy(self.notes)

    def _set_aside(self) -> str:
        """Give the damaged file another name, so that nothing of it is lost; says which."""
        assert self.path is not None
        other = self.path.with_name(f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}.json")
        try:
            os.replace(self.path, other)
        except OSError:
            self.path = None
            return ", in memory only"
        return f"; the old one is now {other}"

    def _tell(self, words: str) -> None:
        """Once is enough, and no cell fails for it."""
        if not self.told:
            print(plain(words) + ".", file=sys.stderr)
        self.told = True


def _checked(whole: Any) -> dict[str, dict[str, Note]]:
    """What a file says, if it is of the right form.  Raises ValueError if not."""
    if not isinstance(whole, dict) or whole.get("version") != 1:
        raise ValueError("this is no progress.json of version 1")
    for kind in KINDS:
        notes = whole.get(kind)
        if not isinstance(notes, dict) or not all(isinstance(note, dict) for note in notes.values()):
            raise ValueError(f"progress.json must hold a note for each of its {kind}")
    return {kind: whole[kind] for kind in KINDS}


def count(note: Note, key: str) -> int:
    """A number of a note: a file may say anything."""
    number = note.get(key, 0)
    return number if type(number) is int and number > 0 else 0


_kept: Kept | None = None


def kept() -> Kept:
    """The one of this process, made when it is first asked for: its file is beside the notebook."""
    global _kept
    if _kept is None:
        _kept = Kept(Path.cwd() / ".cnnlab" / "progress.json" if wanted() else None)
    return _kept


def forget(name: str | None = None) -> None:
    """Forget what was chosen and solved, to begin once more; covers come back when their cells are run again.

    Parameters
    ----------
    name : str or None
        Of a question or an exercise; None forgets all, of all notebooks in this folder.
    """
    kept().forget(name)
