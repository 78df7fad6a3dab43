"""What cnnlab finds on this computer, and what to do where something is amiss."""

import importlib.metadata
import os
import platform
import tempfile
from pathlib import Path

from cnnlab.datasets import store
from cnnlab.loops.runtime.compiled import DISABLED, STORE
from cnnlab.loops.runtime.folder import KEPT, earlier
from cnnlab.loops.runtime.processor import ROWS, VECTOR_BYTES
from cnnlab.loops.runtime.team import cores, threads

__all__ = ["doctor"]

PACKAGES = ("numpy", "numba", "llvmlite", "matplotlib", "jupyterlab", "ipywidgets", "anywidget", "pooch")


def doctor() -> str:
    """A report of what cnnlab finds on this computer; what is amiss comes with a remedy.

    Returns
    -------
    report : str
        Lines for people: versions, processor, threads, machine code, data.  `print` it.
    """
    lines = [f"Python {platform.python_version()} on {platform.platform()}"]
    for name in PACKAGES:
        try:
            lines.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"! {name} is missing. Remedy: python -m pip install {name}")
    lines.append(f"processor {platform.machine()}: vectors of {VECTOR_BYTES} bytes, tiles of {ROWS} rows")
    lines.append(f"threads: {threads()} for {cores()} processors")
    return "\n".join([*lines, *_machine_code(), *_data()])


def _machine_code() -> list[str]:
    if DISABLED:
        return ["! machine code is switched off, so all is slow. Remedy: unset NUMBA_DISABLE_JIT"]
    lines = []
    for folder in STORE.folders:
        access = "writable" if folder == STORE.place else "read-only"
        lines.append(f"machine code: {folder} ({access}), {_size(folder)}")
    lines.append(f"in this process: {STORE.found} found there, {STORE.made} compiled")
    if STORE.place is None:
        lines.append("! machine code cannot be kept. Remedy: set NUMBA_CACHE_DIR to a folder that you can write to")
    else:
        lines += _old_machine_code(STORE.place)
    return lines


def _old_machine_code(place: Path) -> list[str]:
    try:
        old = earlier(place)
    except OSError:  # another process has just tidied up
        old = []
    if not old:
        return []
    count = f"{len(old)} folder{'s' * (len(old) > 1)}"
    return [
        f"machine code of other versions of cnnlab: {count} beside it, {_size(*old)}; of those not used today the "
        f"{KEPT} newest stay, the others go when something is compiled. To clear them now, delete the "
        f"folders in {place.parent} with names like {place.name}, but not this one"
    ]


def _data() -> list[str]:
    """Where data are looked for; what is fetched goes into the first of these folders."""
    lines = []
    for k, folder in enumerate(store.folders()):
        free = _can_be_written(folder)
        lines.append(f"data: {folder} ({'writable' if free else 'not writable'}), {_size(folder)}")
        if k == 0 and not free:
            lines.append(
                "! nothing can be downloaded into the first of these folders. Remedy: set CNNLAB_DATA to a folder that "
                "you can write to"
            )
    return lines


def _can_be_written(folder: Path) -> bool:
    """Whether files can be made there; if it is not there yet, whether it could be made.  Nothing is left."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            return True
    except OSError:
        return False


def _size(*folders: Path) -> str:
    """ "3 files, 1.5 MB"; of what another process takes away meanwhile nothing is counted."""
    if not any(folder.is_dir() for folder in folders):
        return "not there yet"
    sizes = []
    for folder in folders:
        for inside, _, names in os.walk(folder):
            for name in names:
                try:
                    sizes.append(os.lstat(os.path.join(inside, name)).st_size)
                except OSError:
                    continue
    return f"{len(sizes)} file{'s' * (len(sizes) != 1)}, {sum(sizes) / 1e6:.1f} MB"
