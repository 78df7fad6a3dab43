"""Machine code on disk: found there, or kept for the next time.

Whatever is wrong with a folder or a file makes a process slower, and is said once; it ends nothing.
"""

import contextlib
import time
import warnings

from cnnlab.files.writing import Held, held
from cnnlab.loops.runtime import code
from cnnlab.loops.runtime.folder import tidy

PATIENCE = 120  # seconds to wait for another process that compiles the same; it takes a tenth of it


class Store:
    """Folders with files of machine code.

    folders : where to look, best first.  place : which of them to write to, or None.  found, made : how many pieces of
    machine code were there, and how many had to be compiled.
    """

    def __init__(self, folders, place):
        self.folders, self.place = folders, place
        self.found = self.made = 0
        self._said = set()

    def holds(self, name):
        """Whether there is a file of this name."""
        return any((folder / name).exists() for folder in self.folders)

    def find(self, name):
        """The machine code in the file of this name, brought into memory -> (code, address), or None."""
        for folder in self.folders:
            try:
                there = code.read(folder / name)
                if there is not None:
                    found = there, code.address_of(there)
                    self.found += 1
                    return found
            except (OSError, ValueError, RuntimeError) as problem:
                self.say("find", f"{folder} holds machine code that cannot be used ({problem})", "it is compiled anew")
        return None

    @contextlib.contextmanager
    def alone(self, name):
        """Keep other processes from compiling the same meanwhile: whoever comes second finds it made."""
        with contextlib.ExitStack() as until_the_end:
            patience = time.monotonic() + PATIENCE
            while self.place is not None and time.monotonic() < patience:
                try:
                    until_the_end.enter_context(held(self.place / name))
                    break
                except Held:
                    time.sleep(0.05)
                except OSError:  # no lock: then it is compiled twice
                    break
            yield

    def keep(self, name, there):
        """Write machine code for the next time; where that fails once, it is not tried again."""
        self.made += 1
        if self.place is None:
            where = f"{self.folders[0]} is read-only" if self.folders else "no folder can be written to"
            self.say("keep", f"machine code cannot be kept: {where}", "every process compiles it anew")
            return
        try:
            if self.made == 1:
                tidy(self.place)
            code.write(self.place / name, there)
        except OSError as problem:
            why = problem.strerror or problem
            self.say("keep", f"{self.place} cannot be written to ({why})", "machine code is compiled anew each time")
            self.place = None

    def say(self, kind, problem, result):
        """Tell of a problem, once of each kind."""
        if kind not in self._said:
            self._said.add(kind)
            text = f"{problem}; {result}, which takes a while. `cnnlab.doctor()` says more."
            warnings.warn(text, RuntimeWarning, stacklevel=2)
