"""What cnnlab finds on this computer, and what to do where something is amiss."""

import importlib.metadata
import os
import platform

from cnnlab.datasets import store
from cnnlab.loops.runtime.compiled import DISABLED, STORE
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
    lines += _machine_code()
    for folder in store.folders():
        lines.append(f"data: {folder}" + ("" if folder.is_dir() else " (not there yet)"))
    return "\n".join(lines)


def _machine_code() -> list[str]:
    if DISABLED:
        return ["! machine code is switched off, so all is slow. Remedy: unset NUMBA_DISABLE_JIT"]
    lines = []
    for folder in STORE.folders:
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()] if os.path.isdir(folder) else []
        access = "writable" if folder == STORE.place else "read-only"
        lines.append(f"machine code: {folder} ({access}), {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB")
    lines.append(f"in this process: {STORE.found} found there, {STORE.made} compiled")
    if STORE.place is None:
        lines.append("! machine code cannot be kept. Remedy: set NUMBA_CACHE_DIR to a folder that you can write to")
    return lines
