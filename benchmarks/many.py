"""Many trainings, several at once: sweeps of this folder's programs (docs/sweeps.md).

A training is a function(seed=..., **settings) of a program, which gives its figures. Each goes to a core, and is
written to .cache/sweeps when it ends: what is stopped, by Ctrl-C or by force, goes on with the same command. A file
belongs to the code and the data that it was made with; with other code or other data everything begins anew.
"""

import hashlib
import importlib
import sys
from pathlib import Path

from cnnlab import sweeps
from cnnlab.sweeps.results import words
from cnnlab.sweeps.store import name_of

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "sweeps"


def swept(name, work, seeds, grid, data=None, cluster=None):
    """Run what is not done yet -> [(settings, [Run of each seed])], in the order of the grid.

    name : of the program.  work : one training, a function of that program.  seeds, grid : as for `sweeps.sweep`.
    data : a file or folder of one's own, or None.  cluster : the address of a scheduler, or a client; None: this
    computer.  Where a run has failed, or somebody stops it, the program ends here.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    out = FOLDER / f"{name}-{made_of(data)[:12]}.sqlite"
    settings = sweeps.combinations(grid)
    wanted = {name_of(seed, each) for seed in range(seeds) for each in settings}
    done = {name_of(run.seed, run.settings) for run in sweeps.read(out) if run.error is None} if out.exists() else set()
    if there := len(wanted & done):
        print(f"{there} of {len(wanted)} runs are in {out}; without that file all are done anew", file=sys.stderr)
    try:
        found = sweeps.sweep(shared(work, name), seeds, grid, out=out, client=cluster)
    except KeyboardInterrupt:  # before the first run, or behind the last
        raise SystemExit(130) from None
    if found.interrupted:
        print(f"stopped: {found.left} runs are left; the same command goes on", file=sys.stderr)
        raise SystemExit(130)
    ended = {name_of(run.seed, run.settings): run for run in found}
    rows = [(each, [ended[name_of(seed, each)] for seed in range(seeds)]) for each in settings]
    if failed := [run for _, runs in rows for run in runs if run.error is not None]:
        for run in failed:
            print(f"failed: seed {run.seed}, {words(run.settings)}: {run.error}", file=sys.stderr)
        raise SystemExit(1)
    return rows


def figures(runs, name):
    """A figure of all runs, in the order of their seeds."""
    return [run.figures[name] for run in runs]


def shared(work, name):
    """A function by the name of its file: the program that is begun is called __main__, which workers do not have."""
    return getattr(importlib.import_module(f"benchmarks.{name}"), work.__name__)


def made_of(data=None):
    """A digest of the code, and of a file or folder of data."""
    digest = hashlib.sha256()
    files = [*(ROOT / "cnnlab").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
    if data:
        files += [each for each in (Path(data), *Path(data).rglob("*")) if each.is_file()]
    for path in sorted(files):
        with open(path, "rb") as file:
            digest.update(path.name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def asks_for_data(parser, default):
    """The option --data: where a program's images come from."""
    parser.add_argument(
        "--data",
        type=lambda path: path and str(Path(path).resolve()),  # workers may stand elsewhere; "" is the default's
        default="",
        help=f"an .npz file with x_train, y_train, x_test, y_test; {default} by default",
    )


def asks_for_cluster(parser):
    """The option --cluster: who does the work."""
    parser.add_argument(
        "--cluster",
        metavar="tcp://ADDRESS",
        help="of a scheduler whose workers have this repository; a worker for each core of this computer by default",
    )
