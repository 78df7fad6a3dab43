"""`train` and `evaluate`: a network of the series by its recipe, and how well it, or another one, does.

`train` writes a log beside the weights, NAME.json beside NAME.npz: recipe, seed, data, names of the classes, figures,
every epoch, and a sum of the weights, so that no log is taken for that of others.
"""

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cnnlab import __version__, arguments, recipes
from cnnlab.datasets.fitting import labelled
from cnnlab.files import check_place, held, in_one_stroke, plain, read_json
from cnnlab.network import Network


def train(chosen: argparse.Namespace) -> int:
    """Train, and write weights and log; 0, or 130 where it was stopped."""
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


def evaluate(chosen: argparse.Namespace) -> int:
    """Print the error on the test images."""
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
