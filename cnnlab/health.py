"""What cnnlab finds on this computer, and what to do where something is amiss."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from cnnlab.datasets import store
from cnnlab.datasets.base import embedded
from cnnlab.files import read_json
from cnnlab.loops.runtime.compiled import DISABLED, STORE
from cnnlab.loops.runtime.folder import KEPT, earlier
from cnnlab.loops.runtime.processor import MISSING, ROWS, VECTOR_BYTES
from cnnlab.loops.runtime.team import cores, threads
from cnnlab.packages import WITHOUT, lacking

__all__ = ["doctor"]

PACKAGES = ("numpy", "numba", "llvmlite", "matplotlib", "jupyterlab", "ipywidgets", "anywidget", "pooch")
FRONT_ENDS = {  # and who brings it
    "anywidget": "anywidget",
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets",
}
ENOUGH = {"disk": 500e6, "memory": 1e9}  # bytes


def doctor() -> str:
    """A report of what cnnlab finds on this computer; what is amiss comes with a remedy.

    Returns
    -------
    report : str
        Lines for people: versions, processor, threads, machine code, data.  `print` it.
    """
    lines = [f"Python {platform.python_version()} on {platform.platform()}"]
    lines += [*_itself(), *_packages(), *_front_ends(), *_processor(), *_memory(), *_machine_code(), *_data()]
    return "\n".join([*lines, *_embedded(), *_kept()])


def _itself() -> list[str]:
    """Which cnnlab this is, and whether it is the one that was installed."""
    here, version = Path(__file__).parent, sys.modules["cnnlab"].__version__  # the package is above this floor
    lines = [f"cnnlab {version} in {here}"]
    try:
        installed = importlib.metadata.version("cnnlab")
    except importlib.metadata.PackageNotFoundError:
        return lines
    if installed != version:
        lines.append(
            f"! cnnlab {installed} is installed, but another one is used, from {here}. Remedy: start Python in another "
            "folder, or install this one: python -m pip install -e FOLDER"
        )
    return lines


def _packages() -> list[str]:
    lines, oldest, gone = [], _oldest(), lacking()
    for name in dict.fromkeys((*PACKAGES, *gone)):
        try:
            version = None if name in gone else importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = None
        if version is None:
            effect = f": {WITHOUT[name]}" if name in WITHOUT else ""
            lines.append(f"! {name} is missing{effect}. Remedy: python -m pip install {name}")
            continue
        lines.append(f"{name} {version}")
        if name in oldest and _numbers(version) < _numbers(oldest[name]):
            lines.append(
                f"! {name} {version} is too old: cnnlab needs {oldest[name]} or newer. Remedy: python -m pip install "
                f'"{name}>={oldest[name]}"'
            )
    return lines


def _oldest() -> dict[str, str]:
    """The oldest version of each package that cnnlab says it works with."""
    try:
        lines = importlib.metadata.requires("cnnlab") or []
    except importlib.metadata.PackageNotFoundError:
        lines = []
    found = (re.match(r"([A-Za-z0-9._-]+) *>= *([0-9.]+)", line) for line in lines if "extra ==" not in line)
    return {match[1]: match[2] for match in found if match}


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _front_ends() -> list[str]:
    """Whether JupyterLab will find what shows explorers and questions."""
    places = [Path(base) / "share" / "jupyter" / "labextensions" for base in (sys.prefix, "/usr/local", "/usr")]
    lines = []
    for name, package in FRONT_ENDS.items():
        there = next((place / name for place in places if (place / name / "package.json").is_file()), None)
        if there is None:
            lines.append(
                f"! JupyterLab lacks the extension {name}, so explorers stay pictures. Remedy: python -m pip install "
                f"--force-reinstall {package}, then reload the page"
            )
        else:
            lines.append(f"JupyterLab's extension {name}: {there}")
    return lines


def _processor() -> list[str]:
    lines = [f"processor {platform.machine()}: vectors of {VECTOR_BYTES} bytes, tiles of {ROWS} rows"]
    if os.environ.get("NUMBA_CPU_NAME"):
        lines.append(
            f"! machine code is made for another processor, {os.environ['NUMBA_CPU_NAME']}, which may be slower than "
            "this one. Remedy: unset NUMBA_CPU_NAME and NUMBA_CPU_FEATURES"
        )
    try:
        count = threads()
    except ValueError:
        told = os.environ.get("CNNLAB_THREADS")
        return [*lines, f"! CNNLAB_THREADS must be a number of threads; it is {told!r}. Remedy: unset CNNLAB_THREADS"]
    lines.append(f"threads: {count} for {cores()} processors")
    if count > cores():
        lines.append("! more threads than processors wait for each other. Remedy: unset CNNLAB_THREADS")
    return lines


def _memory() -> list[str]:
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        text = Path("/proc/meminfo").read_text(encoding="ascii", errors="replace")
        found = re.search(r"MemAvailable: *(\d+) kB", text)
        free = int(found[1]) * 1024 if found else free
    except (AttributeError, ValueError, OSError):  # a system that does not tell
        return []
    lines = [f"memory: {free / 1e9:.1f} GB free"]
    if free < ENOUGH["memory"]:
        lines.append("! little memory is free: kernels may die. Remedy: shut down kernels and programs not in use")
    return lines


def _embedded() -> list[str]:
    """Whether what comes with cnnlab is there, and is what data/README.md says."""
    try:
        readme = embedded("README.md")
        rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", readme.read_text(encoding="utf-8"), re.MULTILINE)
        wrong = [name for name, digest in rows if store.sha256_of(readme.parent / name) != digest]
    except OSError as problem:
        return [f"! {problem}. Remedy: install cnnlab again"]
    if wrong:
        return [f"! of the embedded files {', '.join(wrong)} changed or damaged. Remedy: install cnnlab again"]
    return [f"embedded data: {readme.parent}, {len(rows)} files, whole"]


def _kept() -> list[str]:
    """Whether what a learner chooses in this folder can be kept."""
    place = Path.cwd() / ".cnnlab"
    if (place / "progress.json").exists():
        try:
            read_json(place / "progress.json")
        except (OSError, ValueError) as problem:
            return [f"! {problem}. Remedy: delete it; what it held of your progress is lost"]
        return [f"progress: {place / 'progress.json'}"]
    if not _can_be_written(place):
        return [
            f"! nothing can be kept in {place}: choices are forgotten when the kernel ends. Remedy: copy the notebooks "
            "into a folder of yours"
        ]
    return [f"progress: none yet in {place}"]


def _machine_code() -> list[str]:
    if MISSING:
        return ["machine code: none, without numba"]
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
        free = shutil.disk_usage(STORE.place).free
        lines.append(f"disk: {free / 1e9:.1f} GB free there")
        if free < ENOUGH["disk"]:
            lines.append(f"! the disk of {STORE.place} is almost full. Remedy: delete something there")
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
