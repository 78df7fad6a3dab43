"""Where the notebooks of the series lie, as they come with cnnlab."""

from pathlib import Path

# In a wheel the notebooks travel inside of the package; in a clone they lie beside it.
FOLDERS = (Path(__file__).resolve().parents[1] / "notebooks", Path(__file__).resolve().parents[2] / "notebooks")


def sources() -> list[Path]:
    """The notebooks that come with cnnlab, in their order."""
    for folder in FOLDERS:
        found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        if found:
            return found
    raise FileNotFoundError(
        f"the notebooks are missing; they should be in {' or in '.join(map(str, FOLDERS))}. Install cnnlab again"
    )
