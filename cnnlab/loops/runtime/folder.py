"""Where machine code is kept on disk.

It lives in a folder whose name tells the sources of this floor (a hash: change one file, and all are compiled again,
once) and the sizes of vector and tile, which are compiled in.
"""

import contextlib
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

from cnnlab.loops.runtime.processor import ROWS, VECTOR_BYTES

FLOOR = Path(__file__).parents[1]
OURS = re.compile(r"[0-9a-f]{16}(-\d+x\d+)?")  # names of such folders
KEPT, DAY = 4, 86400  # that many folders of other sources stay, and all that were used today


def stamp():
    """A hash of the sources of this floor, and the sizes of vector and tile."""
    digest = hashlib.sha256()
    for path in sorted(FLOOR.rglob("*.py")):
        digest.update(path.relative_to(FLOOR).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{digest.hexdigest()[:16]}-{VECTOR_BYTES}x{ROWS}"


def candidates():
    """Where machine code may be kept, best first: the user's choice, the platform's cache, a private temporary
    folder.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(os.environ["NUMBA_CACHE_DIR"])
        return
    try:
        home = Path.home()
    except RuntimeError:  # no HOME, and no entry for this user
        home = None
    if os.environ.get("XDG_CACHE_HOME"):
        yield Path(os.environ["XDG_CACHE_HOME"]) / "cnnlab"
    elif home is not None:
        yield home / {"darwin": "Library/Caches", "win32": "AppData/Local"}.get(sys.platform, ".cache") / "cnnlab"
    yield Path(tempfile.gettempdir()) / f"cnnlab-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def trusted(status):
    """Whether a file or folder is ours or the administrator's: machine code from there runs as us."""
    return not hasattr(os, "getuid") or status.st_uid in (0, os.getuid())


def writable(folder):
    """Make the folder, for this user alone; whether it is there, ours, and can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not trusted(folder.stat()):
            return False
        with tempfile.TemporaryFile(dir=folder):
            pass
        os.utime(folder)  # when it was used last
        return True
    except OSError:
        return False


def warm(folder):
    """Whether there is machine code in a folder that may be used."""
    try:
        return trusted(folder.stat()) and any(path.suffix == ".code" for path in folder.iterdir())
    except OSError:
        return False


def shared(name):
    """The folders that somebody has filled for all who learn on this machine; nothing is ever written there."""
    chosen = os.environ.get("CNNLAB_CODE")
    return [Path(chosen) / name] if chosen and warm(Path(chosen) / name) else []


def cache_folders():
    """(folders to look in, best first; the one of them to write to, or None)."""
    name = stamp()
    found = shared(name)
    for folder in candidates():
        if writable(folder / name):
            return [*found, folder / name], folder / name
        if warm(folder / name):
            found.append(folder / name)
    return found, None


def earlier(folder):
    """The folders beside it that hold machine code of other sources, or for other sizes of vector and tile."""
    others = [path for path in folder.parent.iterdir() if OURS.fullmatch(path.name) and path != folder]
    return [path for path in others if path.is_dir() and not path.is_symlink()]


def tidy(folder, now=None):
    """Remove what nobody needs any more: folders of sources that are no longer there, and what killed processes left.

    The newest stay, and all that were used today: another process, with other sources, may be at work there.
    """
    now = time.time() if now is None else now
    with contextlib.suppress(OSError):
        for part in folder.glob("*.code.*"):
            if now - part.stat().st_mtime > DAY:
                part.unlink(missing_ok=True)
        ages = {path: now - path.stat().st_mtime for path in earlier(folder)}
        for path in sorted(ages, key=ages.get)[KEPT:]:
            if ages[path] > DAY:
                shutil.rmtree(path, ignore_errors=True)
