"""How the loops are compiled, and where their machine code is kept.

numba notices when the file of a function changes, but not when something that it calls in another file does.  So the
machine code lives in a folder whose name is a hash of all files of this floor: change one, and all are compiled again,
once.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from numba import cfunc, config, njit

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
    for folder in candidates():
        if writable(folder / stamp()):
            return folder / stamp()
    return None


CACHE = None if config.DISABLE_JIT else cache_folder()


def compiled(function):
    """Decorator of a loop: machine code, kept on disk, that lets go of Python's lock while it runs."""
    with kept():
        return njit(cache=CACHE is not None, nogil=True, error_model="numpy", no_cfunc_wrapper=True)(function)


def compiled_inside(function):
    """As `compiled`, for what only other loops call: without a way in from Python there is less to compile."""
    options = {"no_cfunc_wrapper": True, "no_cpython_wrapper": True}
    with kept():
        return njit(cache=CACHE is not None, nogil=True, error_model="numpy", **options)(function)


def compiled_into(function):
    """Decorator of a part of one longer loop: its lines become lines of that loop, which alone is compiled."""
    return njit(inline="always")(function)


def compiled_loosely(function):
    """As `compiled_inside`, for long sums whose terms may be added in another order, several at a time."""
    options = {"no_cfunc_wrapper": True, "no_cpython_wrapper": True, "fastmath": {"reassoc", "contract", "nsz"}}
    with kept():
        return njit(cache=CACHE is not None, nogil=True, error_model="numpy", **options)(function)


def compiled_at(signature, function):
    """The address of the machine code of a function, which is compiled now."""
    with kept():
        code = cfunc(signature, cache=CACHE is not None, error_model="numpy")(function)
    _alive.append(code)
    return code.address


_alive = []  # machine code lives as long as these do


@contextlib.contextmanager
def kept():
    """While this lasts, numba keeps machine code where we want it."""
    before = config.CACHE_DIR
    try:
        config.CACHE_DIR = "" if CACHE is None else str(CACHE)
        yield
    finally:
        config.CACHE_DIR = before
