"""A training run on disk, from which it goes on as if it had never stopped."""

import json
from pathlib import Path

import numpy as np

from cnnlab.network.files import document, read, write
from cnnlab.training.history import History

FORMAT = "cnnlab checkpoint 1"


class Checkpoint:
    """An .npz file with the weights, the optimiser's state and the history.

    settings : plain data that must be the same for the run to go on.
    seed_is_given : False where the seed came from a Generator; it is then taken from the file.
    """

    def __init__(self, path, settings, seed_is_given):
        self.path, self.settings, self.seed_is_given = Path(path), settings, seed_is_given
        if not self.path.parent.is_dir():
            raise ValueError(f"checkpoint must be a path in a folder that exists; there is no {self.path.parent}")

    def save(self, network, optimiser, history):
        """Replace the file, in one stroke, by the state after an epoch."""
        about = {"format": FORMAT, "settings": self.settings, "epochs": history.epochs}
        state = {f"optimiser/{name}": array for name, array in optimiser.state.items()}
        write(self.path, {"checkpoint": np.array(json.dumps(about)), **network.weights(), **state})

    def resume(self, network, optimiser):
        """Put everything back -> History, seed; an empty History if there is no file yet.

        Raises ValueError for a damaged file, and for one of another run: the message says what differs.
        """
        if not self.path.exists():
            return History(), self.settings["seed"]
        arrays = read(self.path)
        about = document(arrays.pop("checkpoint", None), self.path)
        if about.get("format") != FORMAT:
            raise ValueError(
                f"{self.path} must be a checkpoint that fit wrote ({FORMAT}); it says {about.get('format')!r}"
            )
        if not self.seed_is_given:
            self.settings["seed"] = about["settings"]["seed"]
        # Through JSON and back, as the file's settings have been: tuples become lists.
        now, then = json.loads(json.dumps(self.settings)), about["settings"]
        for name in now:
            if now[name] != then.get(name):
                raise ValueError(
                    f"{self.path} is a checkpoint of another run: its {name} was "
                    f"{_short(then.get(name))}, now it is {_short(now[name])}. "
                    "Take another path, or resume=False to start again"
                )
        prefix = "optimiser/"
        state = {name.removeprefix(prefix): arrays.pop(name) for name in list(arrays) if name.startswith(prefix)}
        try:
            network.set_weights(arrays)
        except ValueError as problem:
            raise ValueError(f"{self.path} is not a whole checkpoint: {problem}") from None
        optimiser.restore(state)
        return History(about["epochs"]), self.settings["seed"]


def _short(value):
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + " ..."
