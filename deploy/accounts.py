"""Accounts for learners that nobody has to make: numbers that own the learners' folders, and have no name elsewhere.

JupyterHub is the administrator's then, and becomes the learner before anything of the learner's runs. What one account
writes no other can read, for its folder is closed (0700); that is the system's doing, not that of a web page.
"""

import contextlib
import os
import pwd
import resource
from pathlib import Path

from classroom import FIRST, LAST


def number_of(home):
    """The account that a learner's folder belongs to; a folder that is missing is made, for an account of its own."""
    home = Path(home)
    if not home.exists():
        number = next(number for number in range(FIRST, LAST + 1) if number not in _taken(home.parent))
        beside = home.with_name(f".{home.name}")  # whoever is interrupted leaves no folder of the administrator's
        beside.mkdir(mode=0o700, exist_ok=True)
        os.chown(beside, number, number)
        beside.rename(home)
    number = home.stat(follow_symlinks=False).st_uid
    if not FIRST <= number <= LAST:
        raise PermissionError(f"{home} belongs to account {number}, not to a learner; begin a class in another FOLDER")
    return number


def _taken(learners):
    """The numbers of accounts that are in use, here or on the system."""
    there = {path.stat(follow_symlinks=False).st_uid for path in learners.iterdir()}
    return there | {entry.pw_uid for entry in pwd.getpwall()}


def become(home, number, limits):
    """Between fork and exec: this process has limits, and is the learner's from now on; number None: no account."""
    for name, most in limits:
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with contextlib.suppress(ValueError, OSError):  # a system that has no such limit
                resource.setrlimit(kind, (lower, lower))
    if number is not None:
        os.setgroups([])
        os.setgid(number)
        os.setuid(number)
    os.umask(0o077)
    os.chdir(home)


def closed(paths):
    """The first folder or file on the way to `paths` that other accounts may not enter or read, or None."""
    for path in map(Path, paths):
        for part in (path, *path.parents):
            bits = part.stat().st_mode
            if not bits & (0o001 if part.is_dir() else 0o004):
                return part
    return None
