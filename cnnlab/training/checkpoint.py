"""A training run on disk, from which it goes on as if it had never stopped."""

import contextlib
import copy
import hashlib
import json
from collections.abc import Callable
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.files import Npz, PathLike, check_place
from cnnlab.network import Network
from cnnlab.network.files import fitting, read, write
from cnnlab.optimisers import Constant, Optimiser
from cnnlab.training.history import COLUMNS, History
from cnnlab.types import Array

FORMAT = "cnnlab checkpoint 2"
LENGTH = 64 << 20  # characters of settings and epochs: some 300,000 epochs
PREFIX = "optimiser/"
PROBES = 64  # places of a schedule that are written down: a function has no name that outlives its process


def settings(
    network: Network,
    optimiser: Optimiser,
    epochs: int,
    data: tuple[Array, Array],
    validation: tuple[Array, Array] | None,
    augment: Callable[..., Any] | None,
    **others: Any,
) -> dict[str, Any]:
    """What must be the same for a run to go on.

    Parameters
    ----------
    network, optimiser, epochs, validation, augment : as for `fit`
    data : (x, y)
        As it is learned from.
    **others
        Plain data.

    Returns
    -------
    dict
        Plain data; data are told by their sha256, a schedule by what it gives.
    """
    of, follows = optimiser.config(), not isinstance(optimiser.eta, Constant)
    if follows:
        _rename(of, "eta", "a schedule")
    return {
        "network": network.config(),
        "optimiser": of,
        **others,
        "data": _sum(*data),
        "validation": None if validation is None else _sum(*validation),
        "augment": None if augment is None else getattr(augment, "__qualname__", type(augment).__qualname__),
        "epochs": epochs if follows else None,  # what eta is depends on how many there will be
        "schedule": [optimiser.eta_at(k / PROBES) for k in range(PROBES)] if follows else None,
    }


def _rename(of: dict[str, Any], name: str, value: Any) -> None:
    """Give an entry another value, wherever it is."""
    for key, each in of.items():
        if isinstance(each, dict):
            _rename(each, name, value)
        elif key == name:
            of[key] = value


def _sum(*arrays: Array) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        if array.dtype.kind in "iu":  # the same labels in any size
            array = array.astype(np.int64)
        digest.update(f"{array.dtype.str} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


class Checkpoint:
    """An .npz file with the weights, the optimiser's state and the history, each with its sum.

    Parameters
    ----------
    path : str or Path
        Where.
    settings : dict
        Plain data that must be the same for the run to go on, see `settings`.
    seed_is_given : bool
        False where the seed came from a Generator; it is then taken from the file.

    Raises
    ------
    ValueError
        If nothing can be written there.
    """

    def __init__(self, path: PathLike, settings: dict[str, Any], seed_is_given: bool) -> None:
        self.path, self.settings, self.seed_is_given = Path(path), settings, seed_is_given
        if not self.path.parent.is_dir():
            raise ValueError(f"checkpoint must be a path in a folder that exists; there is no {self.path.parent}")
        try:
            check_place(path)
        except OSError as problem:
            raise ValueError(f"checkpoint must be a path where a file can be written: {problem}") from None
        try:
            json.dumps(settings)
        except TypeError as problem:
            raise ValueError(f"checkpoint can only hold settings that JSON can hold: {problem}") from None

    def begin(self) -> None:
        """See that nothing but a checkpoint will be written over.

        Raises
        ------
        ValueError
            If something else is there.
        """
        if self.path.exists() and self.path.stat().st_size:
            with contextlib.suppress(ValueError), Npz.open(self.path) as file:
                if "checkpoint" in file.names:
                    return
            raise ValueError(f"checkpoint must be a new path, or that of a checkpoint; {self.path} is something else")

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
        arrays = network.weights() | {f"{PREFIX}{name}": array for name, array in optimiser.state.items()}
        about = {"format": FORMAT, "settings": self.settings, "epochs": history.epochs}
        about["sums"] = {name: _sum(array) for name, array in arrays.items()}
        about["sum"] = _sum_of(about)
        write(self.path, {"checkpoint": np.array(json.dumps(about)), **arrays})

    def resume(self, network: Network, optimiser: Optimiser, epochs: int) -> tuple[History, int]:
        """Put everything back.

        Parameters
        ----------
        network, optimiser
            Of the run; they are changed, once everything in the file has been found good.
        epochs : int
            How many there shall be in all.

        Returns
        -------
        history : History
            Empty if there is no file yet.
        seed : int
            Of the run.

        Raises
        ------
        ValueError
            For a damaged file, and for one of another run: the message names the file, and what is wrong with it.
        """
        if not self.path.exists():
            return History(), self.settings["seed"]
        about, arrays = read(self.path, "checkpoint", LENGTH)
        if about.get("format") != FORMAT:
            raise ValueError(
                f"{self.path} must be a checkpoint that fit wrote ({FORMAT}); it says {str(about.get('format'))[:80]!r}"
            )
        try:
            then, rows, sums = _parts(about)
        except ValueError as problem:
            raise ValueError(f"{self.path} is not a whole checkpoint: {problem}") from None
        seed, wanted = self._same_run(then), _state_of(network, optimiser)
        if len(rows) > epochs:
            raise ValueError(
                f"{self.path} is a checkpoint of another run: {len(rows)} epochs are done, now epochs is {epochs}. "
                "Take another path, or resume=False to start again"
            )
        try:
            weights, state = _checked(network, wanted, arrays, sums, len(rows) * self.settings["steps"])
            if about["sum"] != _sum_of(about):
                raise ValueError("its settings or epochs are not those that were written: their sum is another")
        except ValueError as problem:
            raise ValueError(f"{self.path} is not a whole checkpoint: {problem}") from None
        network.set_weights(weights)
        optimiser.restore(state)
        self.settings["seed"] = seed
        return History(rows), seed

    def _same_run(self, then: dict[str, Any]) -> int:
        """The seed of the run, which was made with these settings.  Raises if that is another."""
        seed = self.settings["seed"] if self.seed_is_given else then.get("seed")
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ValueError(f"{self.path} is not a whole checkpoint: its seed is {_short(seed)}")
        # Through JSON and back, as the file's settings have been: tuples become lists.
        now = json.loads(json.dumps(self.settings | {"seed": seed}))
        for name in [*now, *(then.keys() - now.keys())]:
            if now.get(name) != then.get(name):
                was, now_is = _short(then.get(name)), _short(now.get(name))
                raise ValueError(
                    f"{self.path} is a checkpoint of another run: its {name} was {was}, now it is {now_is}. "
                    "Take another path, or resume=False to start again"
                )
        return seed


def _parts(about: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Settings, epochs and sums of what a checkpoint says.  Raises a ValueError that names what is wrong."""
    then, rows, sums = about.get("settings"), about.get("epochs"), about.get("sums")
    if not isinstance(then, dict) or not isinstance(rows, list) or {type(row) for row in rows} - {dict}:
        raise ValueError("it does not say which settings and epochs it has")
    if not isinstance(sums, dict) or not isinstance(about.get("sum"), str):
        raise ValueError("it does not say which sums its parts have")
    if not rows:
        raise ValueError("its epochs are missing")
    for number, row in enumerate(rows, 1):
        if row.keys() != COLUMNS.keys():
            odd = sorted(row.keys() ^ COLUMNS.keys())[0]
            raise ValueError(f"its epochs[{number - 1}] must have {', '.join(COLUMNS)}; {odd[:80]} is amiss")
        for name, may_lack in COLUMNS.items():
            value = row[name]
            if not (value is None and may_lack) and (not isinstance(value, Real) or isinstance(value, bool)):
                raise ValueError(f"its epochs[{number - 1}].{name} must be a number; got {_short(value)}")
        if row["epoch"] != number:
            raise ValueError(f"its epochs[{number - 1}].epoch must be {number}; got {row['epoch']}")
    return then, rows, sums


def _checked(
    network: Network, state: dict[str, Array], arrays: dict[str, Array], sums: dict[str, Any], steps: int
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Weights and state of a file, all of them as they must be after so many steps.  Raises a ValueError if not."""
    wanted = network.weights() | {PREFIX + name: array for name, array in state.items()}
    if odd := sorted(wanted.keys() ^ arrays.keys()):
        raise ValueError(f"{odd[0]} is {'missing' if odd[0] in wanted else 'of no use to this run'}")
    found = {}
    for name, like in wanted.items():
        array = arrays[name]
        if array.shape != like.shape:
            raise ValueError(f"{name} must have shape {like.shape}; it has {array.shape}")
        found[name] = fitting(name, array, like.dtype, finite=True)
        if like.dtype.kind == "i" and not like.shape and like == 1 and array != steps:  # it counts steps
            raise ValueError(f"{name} must be {steps}, the steps that were taken; it is {array}")
        if sums.get(name) != _sum(array):
            raise ValueError(f"{name} is not what was written: its sum is another")
    return {name: found[name] for name in network.weights()}, {name: found[PREFIX + name] for name in state}


def _state_of(network: Network, optimiser: Optimiser) -> dict[str, Array]:
    """What this optimiser keeps after one step on this network."""
    parameters = {name: array.copy() for name, array in network.learned.items()}
    tried = copy.deepcopy(optimiser)
    tried.reset()
    tried.step(parameters, {name: np.zeros_like(array) for name, array in parameters.items()})
    return tried.state


def _sum_of(about: dict[str, Any]) -> str:
    """The sum of a checkpoint's description, but for that sum itself."""
    text = json.dumps({name: value for name, value in about.items() if name != "sum"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + " ..."
