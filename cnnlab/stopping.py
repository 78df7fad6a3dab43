"""Ctrl-C while `cnnlab` or `python -m cnnlab` still imports what it needs: one line, as later, and no traceback.

The package imports this before anything else, for what comes next takes a second or more.
"""

import sys
from pathlib import PurePath
from types import TracebackType


def _told(kind: type[BaseException], problem: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("cnnlab: stopped", file=sys.stderr)
    else:
        sys.__excepthook__(kind, problem, where)


# What stands there until the package is imported, or the name of the installed command.
if (sys.argv[:1] == ["-m"] and "cnnlab" in sys.orig_argv) or PurePath(sys.argv[0] if sys.argv else "").stem == "cnnlab":
    sys.excepthook = _told
