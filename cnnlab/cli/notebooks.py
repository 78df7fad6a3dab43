"""`lab`: the notebooks in a folder of the learner's, open in JupyterLab."""

import argparse
import subprocess
import sys
from pathlib import Path

from cnnlab.files import in_one_stroke
from cnnlab.teaching.shipped import sources

OPENING = [
    "--ServerApp.contents_manager_class=cnnlab.cli.opening.Contents",
    "--ServerApp.kernel_websocket_connection_class=cnnlab.cli.opening.Connection",
]


def lab(chosen: argparse.Namespace) -> int:
    """Copy what is not there yet, then become JupyterLab."""
    folder = Path(chosen.folder).expanduser()
    new, kept = copied(folder)
    print(f"{folder}: {new} notebooks copied{f', {kept} of yours left as they are' if kept else ''}")
    if chosen.copy_only:
        return 0
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}", *OPENING]
    command += chosen.jupyterlab
    if not any("default_url" in option for option in chosen.jupyterlab):
        command.append(f"--LabApp.default_url=/lab/tree/{sources()[0].name}")
    return subprocess.call(command)


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
