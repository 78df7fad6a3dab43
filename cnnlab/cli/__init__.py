"""The command `cnnlab` (or `python -m cnnlab`): open the notebooks, train and measure networks, look after data, teach.

Each command tells what it does with --help; problems are one line on stderr and an exit code: 1 where something could
not be done, 2 where the words of the command line make no sense, 130 where it was stopped by Ctrl-C.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from cnnlab import __version__
from cnnlab.cli import asking, data, explaining, notebooks, sweeping, teaching, training
from cnnlab.datasets.downloads import REGISTRY
from cnnlab.files import plain
from cnnlab.recipes.varying import CHECKS as SETTINGS

__all__ = ["main"]

MORE = "cnnlab COMMAND --help tells more. Without an installation: python -m cnnlab COMMAND"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; problems are told in one sentence on stderr.

    Parameters
    ----------
    words : list of str or None
        The words of the command line; None for those of this process.

    Returns
    -------
    code : int
        0, 1 where it could not be done, or 130 where it was stopped.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that this terminal has no letters for is written by their numbers
            stream.reconfigure(errors="backslashreplace")
    chosen = _parser().parse_args(words)
    try:
        return int(chosen.run(chosen))
    except (OSError, ValueError, TypeError, FloatingPointError, ImportError) as problem:
        print(f"cnnlab: {plain(problem)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # outside of `fit`, which ends in its own way
        print("cnnlab: stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cnnlab", description="Convolutional neural networks by hand: the command.", epilog=MORE
    )
    parser.add_argument("--version", action="version", version=f"cnnlab {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: object, about: str, more: str = "") -> argparse.ArgumentParser:
        said = commands.add_parser(name, help=about, description=more or f"{about[0].upper()}{about[1:]}.")
        said.set_defaults(run=run)
        return said

    lab = command(
        "lab",
        notebooks.lab,
        "copy the notebooks into a folder of yours and open them in JupyterLab",
        "Copy the notebooks into a folder of yours and open them in JupyterLab. Notebooks that are there already stay "
        "as they are: what you wrote in them is yours.",
    )
    lab.add_argument("folder", nargs="?", default="cnnlab-notebooks", metavar="FOLDER", help="default: %(default)s")
    lab.add_argument("--copy-only", action="store_true", help="copy, and do not open anything")
    lab.add_argument("jupyterlab", nargs="*", metavar="-- OPTION", help="options for JupyterLab, after --")

    command("doctor", asking.doctor, "what cnnlab finds on this computer, and remedies; exit code 1 if it needs one")
    command("list", asking.list_, "name the networks of the series and what they learn")
    shape = command("summary", asking.summary, "a network as a table: shapes, parameters, multiply-adds")
    shape.add_argument("name", metavar="NAME", help="one of those that `list` names, or a .npz file of a network")
    come = command("progress", asking.progress, "how far you have come: predictions and exercises, by notebook")
    come.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="where the notebooks are; default: here")

    page = command(
        "explain",
        explaining.explain,
        "an explorer as a page that anyone can drag, without Python; without a name: which there are",
        "Write an explorer, at its example, as one HTML file that moves without Python: for slides, handouts, pages. "
        "It says itself what it cannot do without. Without EXPLORER: the names of all.",
    )
    page.add_argument("name", nargs="?", metavar="EXPLORER", help="such as PoolingRouter")
    page.add_argument("-o", "--out", metavar="FILE", help="default: EXPLORER.html")
    page.add_argument("--title", default="", help="default: that of the explorer")
    page.add_argument("--caption", default="", help="a sentence below it")
    page.add_argument(
        "--set", action="append", metavar="CONTROL=VALUE", help="where it begins; more than once, if needed"
    )
    page.add_argument("--only", metavar="CONTROL,...", help="the controls that move; default: all that can")
    page.add_argument(
        "--together", action="append", metavar="CONTROL,CONTROL", help="controls that move together, at all positions"
    )
    page.add_argument("--limit", type=int, default=1_500_000, help="bytes of its pictures (default: %(default)s)")
    page.add_argument("--presses", type=int, default=40, help="of each button (default: %(default)s)")

    _for_teachers(command)

    train = command("train", training.train, "train a network by its recipe, with checkpoints")
    measure = command("evaluate", training.evaluate, "error of the bundled (or of other) weights on the test images")
    for one in (train, measure):
        one.add_argument("name", metavar="NAME", help="one of those that `list` names")
        one.add_argument("--data", metavar="FILE", help="your own .npz file or folder of images")
    train.add_argument("--out", metavar="FILE", help="where to write the weights, NAME.npz; the log goes to NAME.json")
    train.add_argument("--seed", type=int, help="another seed than the recipe's")
    train.add_argument("--epochs", type=int, help="another number of epochs than the recipe's")
    train.add_argument(
        "--validation", action="store_true", help="measure on a part of the training images; the test images stay out"
    )
    train.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    measure.add_argument("--weights", metavar="FILE", help="a file that `train` wrote, instead of the bundled weights")
    measure.add_argument("--json", action="store_true", help="print one JSON object")

    many = command(
        "sweep",
        sweeping.sweep,
        "a recipe with many seeds and settings, a run on each core; what was stopped goes on",
        "Train a network by its recipe with every seed and all settings, as many runs at once as there are workers, "
        "and print a table. Each run is written when it ends: the same command goes on with what is left.",
    )
    many.add_argument("name", metavar="NAME", help="one of those that `list` names")
    many.add_argument("--seeds", type=int, default=5, help="how many, from 0 (default: %(default)s)")
    many.add_argument(
        "--grid", action="append", metavar="NAME=A,B", help=f"of {', '.join(SETTINGS)}; more than once, if needed"
    )
    many.add_argument("--data", metavar="FILE", help="your own .npz file or folder of images")
    many.add_argument("--test", action="store_true", help="errors of the test images, not of a part of the training's")
    many.add_argument("--out", metavar="FILE", help="of the results; default: NAME.sqlite")
    many.add_argument("--cluster", metavar="ADDRESS", help="of a scheduler of Dask's; default: one on this computer")
    many.add_argument("--figure", metavar="NAME", help="of the table, such as train_error; default: error")

    sets = command("data", data.list_, "the data sets that can be downloaded: list, get, verify, where")
    what = sets.add_subparsers(dest="action", metavar="ACTION")
    for name, run, about in (
        ("list", data.list_, "name them, with their sizes, and say which are on this computer (the default)"),
        ("get", data.get, "fetch one, or all, into the data folder; what is there already is checked"),
        ("verify", data.verify, "check every file that is there against its sha256; exit code 1 if one is damaged"),
        ("where", data.where, "the folders in which data are looked for, best first"),
    ):
        action = what.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        action.set_defaults(run=run)
        if name == "get":
            action.add_argument("name", choices=[*REGISTRY, "all"], help="of the data set")
    return parser


def _for_teachers(command: Callable[..., argparse.ArgumentParser]) -> None:
    give = command(
        "assign",
        teaching.assign,
        "for teachers: clean copies of notebooks for students",
        "Write clean copies of notebooks for students: outputs cleared, questions to be read, and a last cell that "
        "says what to hand in. Nothing is written over. docs/teaching.md says which exercises to set.",
    )
    give.add_argument("names", nargs="+", metavar="NOTEBOOK", help="numbers or names, such as 09 10")
    give.add_argument("--out", required=True, metavar="DIR", help="the folder for the copies")
    give.add_argument("--no-solutions", action="store_true", help="there `.solution()` tells none; hints stay")
    give.add_argument("--nbgrader", action="store_true", help="with nbgrader's metadata, for its folder source/")
    give.add_argument("--points", type=float, default=1, help="of each exercise, for nbgrader (default: %(default)s)")

    read = command(
        "grade",
        teaching.grade,
        "for teachers: marks of the notebooks that students hand in, as a table",
        "Write a table with a line for each notebook below DIR: exercises right of all, hints, predictions, problems. "
        "It reads what the outputs say, and anybody can write an output. With --execute each notebook is run again: "
        "that RUNS OTHER PEOPLE'S CODE on this computer, in a process with limits, without a network where the system "
        "allows that. Exit code 1 if not every notebook could be graded.",
    )
    read.add_argument("dir", metavar="DIR", help="what was handed in; folders in it are looked through, too")
    read.add_argument("--out", required=True, metavar="FILE", help="the table, such as marks.csv")
    read.add_argument("--execute", action="store_true", help="run them again: other people's code, on this computer")
    read.add_argument("--seconds", type=float, default=600, help="that a notebook may take (default: %(default)s)")
    read.add_argument("--megabytes", type=int, default=4000, help="of memory that it may have (default: %(default)s)")
