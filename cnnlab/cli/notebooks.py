"""`lab`: the notebooks in a folder of the learner's, open in JupyterLab."""

import argparse
import subprocess
import sys
from pathlib import Path

from cnnlab.files import in_one_stroke

# In a wheel the notebooks travel inside of the package; in a clone they lie beside it.
FOLDERS = (Path(__file__).resolve().parents[1] / "notebooks", Path(__file__).resolve().parents[2] / "notebooks")

OPENING = "--ServerApp.contents_manager_class=cnnlab.cli.opening.Contents"


def lab(chosen: argparse.Namespace) -> int:
    """Copy what is not there yet, then become JupyterLab."""
    folder = Path(chosen.folder).expanduser()
    new, kept = copied(folder)
    print(f"{folder}: {new} notebooks copied{f', {kept} of yours left as they are' if kept else ''}")
    if chosen.copy_only:
        return 0
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}", OPENING]
    command += chosen.jupyterlab
    if not any("default_url" in option for option in chosen.jupyterlab):
        command.append(f"--LabApp.default_url=/lab/tree/{sources()[0].name}")
    return subprocess.call(command)


def sources() -> list[Path]:
    """The notebooks that come with cnnlab, in their order."""
    for folder in FOLDERS:
        found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        if found:
            return found
    raise FileNotFoundError(
        f"the notebooks are missing; they should be in {' or in '.join(map(str, FOLDERS))}. Install cnnlab again"
    )


def copied(folder: Path) -> tuple[int, int]:
    """Put the notebooks into a folder: (how many are new there, how many were there and stay as they are)."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"FOLDER must be a folder for the notebooks; {folder} is a file")
    folder.mkdir(parents=True, exist_ok=True)
    new = 0
    for source in sources():
        place = folder / source.name
        if not place.exists():
            with in_one_stroke(place) as file:
                file.write(source.read_bytes())
            new += 1
    return new, len(sources()) - new
