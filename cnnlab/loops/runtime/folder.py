"""Where machine code is kept on disk.

numba notices when the file of a function changes, but not when something that it calls in another file does.  So the
machine code lives in a folder whose name is a hash of all files of this floor: change one, and all are compiled again,
once.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

FLOOR = Path(__file__).parents[1]


def stamp():
    """A hash of the sources of this floor."""
    digest = hashlib.sha256()
    for path in sorted(FLOOR.rglob("*.py")):
        digest.update(path.relative_to(FLOOR).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


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


def writable(folder):
    """Make the folder, for this user alone; whether it is there, ours, and can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return False  # somebody else's folder in a shared place: machine code from there would run as us
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def cache_folder():
    """The first folder that can be written to, or None: then everything is compiled anew in each process."""
    name = stamp()
    for folder in candidates():
        if writable(folder / name):
            return folder / name
    return None
