"""A training run on disk, from which it goes on as if it had never stopped."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.files import PathLike
from cnnlab.network import Network
from cnnlab.network.files import read, write
from cnnlab.optimisers import Optimiser
from cnnlab.training.history import History

FORMAT = "cnnlab checkpoint 1"
LENGTH = 64 << 20  # characters of settings and epochs: some 300,000 epochs


class Checkpoint:
    """An .npz file with the weights, the optimiser's state and the history.

    Parameters
    ----------
    path : str or Path
        Where.
    settings : dict
        Plain data that must be the same for the run to go on.
    seed_is_given : bool
        False where the seed came from a Generator; it is then taken from the file.

    Raises
    ------
    ValueError
        If there is no such folder.
    """

    def __init__(self, path: PathLike, settings: dict[str, Any], seed_is_given: bool) -> None:
        self.path, self.settings, self.seed_is_given = Path(path), settings, seed_is_given
        if not self.path.parent.is_dir():
            raise ValueError(f"checkpoint must be a path in a folder that exists; there is no {self.path.parent}")

    def save(self, network: Network, optimiser: Optimiser, history: History) -> None:
        """Replace the file, in one stroke, by the state after an epoch.

        Parameters
        ----------
        network, optimiser, history
            Of the run.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        about = {"format": FORMAT, "settings": self.settings, "epochs": history.epochs}
        state = {f"optimiser/{name}": array for name, array in optimiser.state.items()}
        write(self.path, {"checkpoint": np.array(json.dumps(about)), **network.weights(), **state})

    def resume(self, network: Network, optimiser: Optimiser) -> tuple[History, int]:
        """Put everything back.

        Parameters
        ----------
        network, optimiser
            Of the run; they are changed.

        Returns
        -------
        history : History
            Empty if there is no file yet.
        seed : int
            Of the run.

        Raises
        ------
        ValueError
            For a damaged file, and for one of another run: the message says what differs.
        """
        if not self.path.exists():
            return History(), self.settings["seed"]
        about, arrays = read(self.path, "checkpoint", LENGTH)
        if about.get("format") != FORMAT:
            raise ValueError(
                f"{self.path} must be a checkpoint that fit wrote ({FORMAT}); it says {str(about.get('format'))[:80]!r}"
            )
        settings, epochs = about.get("settings"), about.get("epochs")
        if not isinstance(settings, dict) or not isinstance(epochs, list) or {type(row) for row in epochs} - {dict}:
            raise ValueError(f"{self.path} is not a whole checkpoint: it does not say which settings and epochs it has")
        if not self.seed_is_given:
            self.settings["seed"] = settings.get("seed")
        # Through JSON and back, as the file's settings have been: tuples become lists.
        now, then = json.loads(json.dumps(self.settings)), settings
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
        return History(epochs), self.settings["seed"]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + " ..."
