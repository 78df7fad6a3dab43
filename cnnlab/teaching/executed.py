"""Run a student's notebook again, in a process of its own under limits, and compare what it gives with what is right.

The process that runs the cells says what they hand to the checks, and which values their functions give; whether these
are right is found here, where no line of a student runs.  So neither a printed verdict nor a check that was replaced
counts.  A right answer can be copied: that nobody can see.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import psutil

from cnnlab.check.toolkit.exercise import REGISTER, Exercise
from cnnlab.files import parsed, plain
from cnnlab.teaching import apart
from cnnlab.teaching.stored import state
from cnnlab.teaching.wire import unpacked

LINE = 64 << 20  # bytes of a message
START = 180  # seconds that a busy computer may take to import everything; those of the cells are counted from then on
MESSAGES = 20_000
# What of the environment is handed on: where things are, and nothing that might be secret.
HANDED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "XDG_CACHE_HOME"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    *("PATHEXT", "COMSPEC", "CNNLAB_CACHE", "CNNLAB_DATA", "CNNLAB_THREADS", "NUMBA_NUM_THREADS"),
)


@dataclass
class Ran:
    """What a notebook did when it was run again.

    Parameters
    ----------
    states : dict of str to str
        Of each exercise that was asked: "right", or what it is instead; the last answer counts.
    times : dict of str to int
        How often each was asked.
    problems : list of str
        Cells that stopped, and what was not believed.
    ended : str
        Why it did not come to its end; "" if it did.
    network : bool
        Whether it could have reached one.
    """

    states: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    ended: str = ""
    network: bool = True


def executed(cells: Sequence[tuple[int, str]], seconds: float = 600, megabytes: int = 4000) -> Ran:
    """Run cells of code in a process of its own, in an empty folder, and judge their answers.

    Parameters
    ----------
    cells : list of (int, str)
        The number of each cell, for messages, and its source.
    seconds : float
        After which the process is ended.
    megabytes : int
        Of memory that it may have.

    Returns
    -------
    ran : Ran
        Whatever the cells do, this comes back.
    """
    ran = Ran()
    asked = {"cells": list(cells), "seconds": int(seconds) + 1, "memory": megabytes << 20}
    with tempfile.TemporaryDirectory(prefix="cnnlab-", ignore_cleanup_errors=True) as room:
        process = _begun(room)
        try:
            messages: queue.Queue[bytes] = queue.Queue(maxsize=4)
            threading.Thread(target=_read, args=(process.stdout, messages), daemon=True).start()
            threading.Thread(target=_write, args=(process.stdin, asked), daemon=True).start()
            _listened(process, messages, ran, seconds, megabytes)
        finally:
            _end(process)
    return ran


def confirmed(exercise: Exercise, parts: Any) -> bool:
    """Whether values that came from elsewhere are those of a right answer.

    Parameters
    ----------
    exercise : Exercise
        That was asked.
    parts : object
        The values, packed, one for each input of a function.

    Returns
    -------
    right : bool
        False, too, for what are no values at all.
    """
    try:
        values = iter([unpacked(one) for one in parts])
        with np.errstate(all="ignore"):
            if not callable(exercise.right):
                return exercise._judged(next(values)).right is True
            return exercise._judged(lambda *given: next(values)).right is True
    except Exception:  # it is not trusted, so everything may be wrong with it
        return False


def _begun(room: str) -> subprocess.Popen[bytes]:
    """The process, in an empty folder; -P keeps that folder out of what can be imported."""
    folder, other = os.path.join(room, "notebook"), os.path.join(room, "other")
    os.mkdir(folder)
    os.mkdir(other)
    environment = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    environment |= {"CNNLAB_KEEP": "off", "CNNLAB_PROGRESS": "off", "MPLBACKEND": "Agg", "IPYTHONDIR": other}
    environment |= {"TMPDIR": other, "TEMP": other, "TMP": other, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", str(Path(apart.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )


def _listened(
    process: subprocess.Popen[bytes], messages: "queue.Queue[bytes]", ran: Ran, seconds: float, megabytes: int
) -> None:
    """Take messages until the end, or until a limit is met."""
    at, deadline = 0, time.monotonic() + START
    for number in range(MESSAGES):
        line = None
        while line is None:
            if time.monotonic() > deadline:
                ran.ended = f"ended after {seconds:g} s, in cell {at}" if number else "its process did not begin"
                return
            if _memory(process.pid) > megabytes << 20:
                ran.ended = f"ended in cell {at}, with more than {megabytes:,} MB of memory"
                return
            with contextlib.suppress(queue.Empty):
                line = messages.get(timeout=0.1)
        if not line:
            ran.ended = f"its process ended by itself, in cell {at}"
            return
        if number == 0:
            deadline = time.monotonic() + seconds
        try:
            message = parsed(line.decode(), LINE)
            at = _taken(message, ran, at)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            ran.ended = f"cell {at} writes where only the checks write"
            return
        if message.get("done") is True:
            return
    ran.ended = f"cell {at} asks the checks without end"


def _taken(message: Any, ran: Ran, at: int) -> int:
    """Take a message; gives the number of the cell that runs."""
    if "begun" in message:
        ran.network = message["begun"]["network"] is not False
    elif "cell" in message:
        return int(message["cell"])
    elif "stopped" in message:
        ran.problems.append(f"cell {int(message['stopped'])} stops: {plain(str(message['why'])[:200])}")
    elif "exercise" in message:
        _judged(message, ran, at)
    return at


def _judged(message: dict[str, Any], ran: Ran, at: int) -> None:
    """One answer: right if it says so, and if its values are right."""
    exercise = REGISTER.get(str(message["exercise"]))
    if exercise is None:
        return
    name, right = exercise.name, message["right"]
    ran.times[name] = ran.times.get(name, 0) + 1
    if right is True and message.get("lent") is True:
        ran.states[name] = "the solution itself"
        ran.problems.append(f"cell {at}: the answer to {name} is the solution of the package")
    elif right is True and not confirmed(exercise, message.get("values")):
        ran.states[name] = "doubtful"
        why = f": {plain(str(message['lost'])[:100])}" if "lost" in message else ""
        ran.problems.append(f"cell {at}: the answer to {name} says that it is right, and its values are not{why}")
    else:
        known = {mistake.name for mistake in exercise.mistakes} | {"changes its input"}
        mistake = message["mistake"] if message.get("mistake") in known else ""
        ran.states[name] = state(right if isinstance(right, bool) else None, mistake)


def _read(stream: IO[bytes], messages: "queue.Queue[bytes]") -> None:
    """Hand on lines, and at the end an empty one; a line that is too long is cut, and will not be understood."""
    for line in _lines(stream):
        messages.put(line)
    messages.put(b"")


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    with contextlib.suppress(OSError, ValueError):
        while line := stream.readline(LINE):
            yield line


def _write(stream: IO[bytes], asked: dict[str, Any]) -> None:
    with contextlib.suppress(OSError, ValueError):
        stream.write(json.dumps(asked).encode() + b"\n")
        stream.close()


def _family(pid: int) -> list[psutil.Process]:
    """A process and those that it began, and these, as far as they are still known to belong to it."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(pid: int) -> int:
    """Bytes that they have together."""
    found = 0
    for one in _family(pid):
        with contextlib.suppress(psutil.Error):
            found += one.memory_info().rss
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it began."""
    for one in _family(process.pid)[1:]:  # also those that have left its group
        with contextlib.suppress(psutil.Error):
            one.kill()
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.close()
