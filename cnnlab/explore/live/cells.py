"""Which cell of a notebook shows which view: what a cell showed is let go when the cell is run again.

ipywidgets keeps every view alive, and IPython every result of a cell (`Out`, `_5`), with all images and networks of its
explorer, for as long as the kernel lives; the output that showed them is gone from the page by then.
"""

import gc
import re
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from IPython.core.getipython import get_ipython

Shell = Any  # IPython's InteractiveShell, which is not typed
RESULT = re.compile(r"_+|_\d+")  # IPython's own names for results of cells


class Shown(Protocol):
    """A view, as far as it matters here."""

    explorer: Any
    close: Callable[[], None]


_shown: WeakKeyDictionary[Any, dict[str, list[Shown]]] = WeakKeyDictionary()  # shell -> {cell: views}


def shown(view: Shown) -> None:
    """The cell that runs now shows a view."""
    shell: Shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    if shell is None or cell is None:  # no notebook, or one that does not say which cell it runs
        return
    if shell not in _shown:
        _shown[shell] = {}
        shell.events.register("pre_run_cell", lambda info: _run_again(shell, info.cell_id))
    views = _shown[shell].setdefault(cell, [])
    if view not in views:
        views.append(view)


def _run_again(shell: Shell, cell: str | None) -> None:
    """Let go of what the cell showed when it was run before, and nobody else shows."""
    cells = _shown[shell]
    gone = cells.pop(cell, []) if cell is not None else []
    left = [view for view in gone if not any(view in views for views in cells.values())]
    for view in left:
        view.close()
        _forget(shell, view.explorer)
    if left:
        del gone, left, view
        gc.collect()  # explorers and their controls know each other, and Python sees how many they are, not how large


def _forget(shell: Shell, explorer: object) -> None:
    """Take an explorer out of IPython's memory of results; variables of the learner's stay."""
    for number in [number for number, result in shell.user_ns["_oh"].items() if result is explorer]:
        del shell.user_ns["_oh"][number]
    for names in (shell.user_ns, shell.user_ns_hidden):
        for name in [name for name, value in names.items() if value is explorer and RESULT.fullmatch(name)]:
            del names[name]
    for name in ("_", "__", "___"):
        if getattr(shell.displayhook, name, None) is explorer:
            setattr(shell.displayhook, name, "")
