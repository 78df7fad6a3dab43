"""What runs first for a learner, as the learner: the notebooks are laid into the folder, then the server begins.

cnnlab itself is not imported here: a server needs none of it, and would be larger by it for every learner.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def lay_out(home):
    """What the learner needs in their folder -> the folder of the notebooks; what is there already stays."""
    (home / ".run").mkdir(mode=0o700, exist_ok=True)
    fonts = home / ".matplotlib"
    if not fonts.exists():
        fonts.mkdir()
        for path in Path(os.environ["CNNLAB_FONTS"]).glob("fontlist-*.json"):  # to look for fonts takes seconds
            shutil.copyfile(path, fonts / path.name)
    notebooks = home / "notebooks"
    notebooks.mkdir(exist_ok=True)
    for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"):
        if not (notebooks / path.name).exists():
            beside = notebooks / f".{path.name}"  # whole or not at all
            shutil.copyfile(path, beside)
            beside.rename(notebooks / path.name)
    return notebooks


def opening():
    """cnnlab/cli/opening.py as a module of its own, under which the options name it."""
    spec = importlib.util.spec_from_file_location("cnnlab_opening", ROOT / "cnnlab" / "cli" / "opening.py")
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def main(options):
    """Become the learner's server."""
    notebooks = lay_out(Path(os.environ["HOME"]))
    opening()
    from jupyterhub.singleuser import main as serve

    off = [f"--ServerApp.jpserver_extensions={name}=False" for name in ("jupyter_lsp", "notebook_shim")]
    sys.argv[1:] = [*options, *off, f"--ServerApp.root_dir={notebooks}"]
    serve()


if __name__ == "__main__":
    main(sys.argv[1:])
