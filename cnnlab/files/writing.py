"""Writing: the old file or the whole new one, whatever happens; and one process at a time where that is needed."""

import contextlib
import hashlib
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cnnlab.files.door import PathLike
from cnnlab.files.text import plain

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LONGEST = 40  # characters of a name that goes into longer ones as it is: a file system takes 255 bytes at most


class Held(OSError):
    """Another process, or another part of this one, is at work there."""


@contextmanager
def in_one_stroke(path: PathLike) -> Iterator[BinaryIO]:
    """A file to write to: whoever looks at the path finds the old file or, at the end, the whole new one.

    A link stays a link, and a file that is replaced keeps its permissions. What killed processes have left beside the
    path is cleared away.

    Parameters
    ----------
    path : str or Path
        Where.

    Yields
    ------
    binary file

    Raises
    ------
    OSError
        Where the file cannot be written; the message names it.
    """
    path = _target(path)
    with _named(path):
        _clear(path)
        part, file = _part(path)
    try:
        with _named(path), file:
            if path.exists():
                os.chmod(part, stat.S_IMODE(path.stat().st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform != "win32":  # locked until it bears its name: nobody takes it for a leftover
                os.replace(part, path)
        if sys.platform == "win32":  # where an open file can be neither renamed nor removed
            with _named(path):
                os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def check_place(path: PathLike) -> None:
    """See whether a file can be written, before the work that it shall hold.

    Parameters
    ----------
    path : str or Path
        Where it will be written; nothing is there afterwards that was not there before.

    Raises
    ------
    OSError
        If it cannot: no such folder, a folder in its place, no permission; the message names the path.
    """
    if str(path).endswith(("/", os.sep)):
        raise IsADirectoryError(f"{path} must name a file; it is the name of a folder")
    path = _target(path)
    with _named(path):
        part, file = _part(path)
        file.close()
        part.unlink()


@contextmanager
def held(path: PathLike, wait: bool = False, news: str = "") -> Iterator[bool]:
    """Keep everybody else out who asks for the same path, until the end; a process that dies lets go.

    Parameters
    ----------
    path : str or Path
        Of what is worked on; the lock is a file beside it, in a folder that can be written to.
    wait : bool
        Wait for whoever is there, instead of raising.
    news : str
        Told on stderr, once, before waiting.

    Yields
    ------
    bool
        False where the file system has no locks, and nobody is kept out.

    Raises
    ------
    Held
        If somebody is there, unless `wait`.
    OSError
        Where no file can be made beside the path.
    """
    path = Path(os.path.realpath(path))
    lock = path.with_name(f".{_short(path)}.lock")
    while True:
        with _named(path):
            try:
                file: BinaryIO = open(lock, "ab")
            except PermissionError:  # another user's; to read is enough for a lock
                file = open(lock, "rb")
        try:
            mine = _lock(file)
            if mine is None or (mine and _still_there(file, lock)):
                break
        except BaseException:
            file.close()
            raise
        file.close()
        if mine is False:
            if not wait:
                raise Held(f"another process is at work on {path}: wait for its end, or take another path")
            if news:
                print(plain(news), file=sys.stderr)
                news = ""
            time.sleep(0.05)
    try:
        yield mine is True
    finally:
        with contextlib.suppress(OSError):
            if sys.platform != "win32":
                lock.unlink(missing_ok=True)  # while it is locked: who waits for it looks whether it is still there
        file.close()
        if sys.platform == "win32":
            with contextlib.suppress(OSError):  # somebody else has it open
                lock.unlink(missing_ok=True)


def _target(path: PathLike) -> Path:
    """Where a link leads to, if a plain file can be there.  Raises if not."""
    named, path = path, Path(os.path.realpath(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{named} cannot be written: there is no folder {path.parent}")
    if path.is_dir():
        raise IsADirectoryError(f"{named} cannot be written: it is a folder")
    if path.exists():
        if not path.is_file():  # /dev/null would be replaced by a file
            raise OSError(f"{named} cannot be written: it is no plain file")
        if not os.access(path, os.W_OK):
            raise PermissionError(f"{named} cannot be written: it is read-only")
    return path


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of the disk name nothing, or a file nobody has heard of: these say what could not be written."""
    try:
        yield
    except OSError as problem:
        if problem.filename is not None and not str(problem.filename).endswith((".part", ".lock")):
            raise
        told = type(problem)(f"{path} cannot be written: {problem.strerror or problem}")
        told.errno = problem.errno
        raise told from None


def _short(path: Path) -> str:
    """The name of a file, or what stands for it in longer names."""
    return path.name if len(path.name) <= LONGEST else hashlib.sha256(os.fsencode(path.name)).hexdigest()[:LONGEST]


def _part(path: Path) -> tuple[Path, BinaryIO]:
    """A new file beside the path, locked as long as it is open."""
    while True:
        part = path.with_name(f".{_short(path)}.{secrets.token_hex(4)}.part")
        with contextlib.suppress(FileExistsError):
            file = open(part, "xb")
            if _lock(file) is not False and _still_there(file, part):  # or it was taken for a leftover in between
                return part, file
            file.close()


def _clear(path: Path) -> None:
    """Remove what processes that were killed have left beside a path."""
    pattern = re.compile(re.escape(f".{_short(path)}.") + "[0-9a-f]{8}[.]part")
    for part in path.parent.iterdir():
        if pattern.fullmatch(part.name):
            with contextlib.suppress(OSError):
                if sys.platform == "win32":  # does not remove what is open
                    part.unlink()
                    continue
                with open(part, "rb+") as file:
                    if _lock(file):
                        part.unlink()


def _still_there(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def _lock(file: BinaryIO) -> bool | None:
    """Lock an open file for oneself: False if somebody else has it, None where there are no locks."""
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True
