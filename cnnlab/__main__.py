"""Train a network of the series by its recipe, or measure one:

python -m cnnlab list
python -m cnnlab doctor
python -m cnnlab train NAME [--data FILE.npz] [--out FILE.npz] [--seed N] [--epochs N] [--validation] [--resume]
python -m cnnlab evaluate NAME [--data FILE.npz] [--weights FILE.npz] [--json]

`train` writes a log beside the weights, NAME.json beside NAME.npz: recipe, seed, data, names of the classes, figures,
every epoch, and a sum of the weights, so that no log is taken for that of others.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cnnlab import __version__, arguments, health, recipes
from cnnlab.datasets.fitting import labelled
from cnnlab.files import check_place, held, in_one_stroke, plain, read_json
from cnnlab.network import Network

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; problems are told in one sentence on stderr.

    Parameters
    ----------
    words : list of str or None
        The words of the command line; None for those of this process.

    Returns
    -------
    code : int
        0, 1 where it could not be done, or 130 where training was stopped.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that this terminal has no letters for is written by their numbers
            stream.reconfigure(errors="backslashreplace")
    chosen = _parser().parse_args(words)
    try:
        return {"list": _list, "doctor": _doctor, "train": _train, "evaluate": _evaluate}[chosen.command](chosen)
    except (OSError, ValueError, TypeError, FloatingPointError) as problem:
        print(f"cnnlab: {plain(problem)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # outside of `fit`, which ends in its own way
        print("cnnlab: stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cnnlab", description="Train or measure the networks of the series."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="name the networks and what they learn")
    commands.add_parser("doctor", help="what cnnlab finds on this computer, and remedies")
    train = commands.add_parser("train", help="train a network by its recipe")
    measure = commands.add_parser("evaluate", help="error of the bundled (or of other) weights on the test images")
    for command in (train, measure):
        command.add_argument("name", metavar="NAME", help="one of those that `list` names")
        command.add_argument("--data", metavar="FILE", help="your own .npz file or folder of images")
    train.add_argument("--out", metavar="FILE", help="where to write the weights, NAME.npz; the log goes to NAME.json")
    train.add_argument("--seed", type=int, help="another seed than the recipe's")
    train.add_argument("--epochs", type=int, help="another number of epochs than the recipe's")
    train.add_argument(
        "--validation", action="store_true", help="measure on a part of the training images; the test images stay out"
    )
    train.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    measure.add_argument("--weights", metavar="FILE", help="a file that `train` wrote, instead of the bundled weights")
    measure.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _list(chosen: argparse.Namespace) -> int:
    for recipe in recipes.RECIPES.values():
        print(f"{recipe.name:<16} {recipe.about}")
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    print(health.doctor())
    return 0


def _train(chosen: argparse.Namespace) -> int:
    recipe = recipes.recipe(chosen.name)
    seed = recipe.seed if chosen.seed is None else arguments.seed("--seed", chosen.seed)
    epochs = recipe.epochs if chosen.epochs is None else arguments.whole("--epochs", chosen.epochs)
    out, log, part = _places(chosen.out or f"{recipe.name}.npz", chosen.data)
    if chosen.resume and not part.exists():
        raise FileNotFoundError(f"--resume needs a run that was stopped: there is no {part}; leave it out to begin one")
    with held(out):
        return _trained(chosen, recipe, seed, epochs, out, log, part)


def _places(given: str, data: str | None) -> tuple[Path, Path, Path]:
    """Where weights, log and checkpoint go, all of them seen to be free for that: long work shall not end in vain."""
    out = Path(given)
    if out.suffix.lower() == ".json":
        raise ValueError(f"--out must name the file of the weights, such as {out.stem}.npz; got {given}, a log's name")
    log, part = recipes.log_place(out), out.with_name(f".{out.name}.part.npz")
    for place in (given, log, part):
        check_place(place)
        if data is not None and os.path.exists(place) and os.path.exists(data) and os.path.samefile(place, data):
            raise ValueError(f"--out must not be written over --data; {place} is the same file")
    twin = log.with_suffix("") if out.suffix.lower() == ".npz" else out.with_name(out.name + ".npz")
    if twin.is_file():
        raise ValueError(f"--out {given} would have its log in {log}, which is that of {twin}; take another name")
    if log.exists() and not recipes.is_log(read_json(log)):
        raise ValueError(f"--out {given} would have its log in {log}, and that is another file; take another name")
    return out, log, part


def _trained(
    chosen: argparse.Namespace, recipe: recipes.Recipe, seed: int, epochs: int, out: Path, log: Path, part: Path
) -> int:
    split = "validation" if chosen.validation else "test"
    data, origin = recipes.load(recipe, chosen.data, split)
    network, history = recipes.train(recipe, data, seed, epochs, checkpoint=part, resume=chosen.resume)
    if history.interrupted:
        went = f"stopped after {len(history)} epoch{'s' if len(history) > 1 else ''}; --resume goes on from {part}"
        kept = len(history) and part.exists()  # not if it was stopped while the first one was written
        print(plain(went) if kept else "stopped before the first epoch was finished: nothing was kept")
        return 130
    network.save(out, half=recipe.half)
    network = Network.load(out)  # what is measured is what was written, rounded weights and all
    figures = {"train": recipes.measure(network, data.x_train, data.y_train)}
    figures[split] = recipes.measure(network, data.x_test, data.y_test, recipe.views)
    told = {
        "cnnlab": __version__,
        "recipe": recipe.settings() | {"epochs": epochs},
        "seed": seed,
        "data": origin,
        "names": list(data.names),
        "weights": recipes.sum_of(out),
        "measured": figures,
        "epochs": [_without_times(row) for row in history.epochs],
    }
    with in_one_stroke(log) as file:
        file.write((json.dumps(told, indent=1) + "\n").encode())
    part.unlink(missing_ok=True)
    for name, found in figures.items():
        print(f"{name}: {_words(found)}")
    print(plain(f"weights in {out}, log in {log}"))
    return 0


def _without_times(row: Mapping[str, Any]) -> dict[str, Any]:
    """One epoch of the history, without what was not measured and without timings: the log is the same every time."""
    return {key: value for key, value in row.items() if value is not None and "second" not in key}


def _evaluate(chosen: argparse.Namespace) -> int:
    recipe = recipes.recipe(chosen.name)
    data, origin = recipes.load(recipe, chosen.data)
    network = recipes.bundled(recipe.name) if chosen.weights is None else Network.load(chosen.weights)
    names = recipes.known_names(recipe, chosen.weights)
    data = labelled(data, names, network.output_shape[0])
    found = {"name": recipe.name, **recipes.measure(network, data.x_test, data.y_test, recipe.views)}
    found |= {"data": origin, "weights": chosen.weights or "bundled"}
    print(json.dumps(found) if chosen.json else _words(found))
    return 0


def _words(found: Mapping[str, Any]) -> str:
    """A measurement for people: "2.00 % error (6 of 300)"."""
    return f"{100 * found['error']:.2f} % error ({found['wrong']} of {found['samples']:,})"


if __name__ == "__main__":
    sys.exit(main())
