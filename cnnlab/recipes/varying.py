"""A recipe with other settings than its own: what a sweep goes through."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cnnlab import arguments
from cnnlab.optimisers import Constant, OneCycle, Optimiser, Schedule, Steps
from cnnlab.recipes.settings import Recipe

# What can be varied, and what each may be.
CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "eta": arguments.positive,
    "momentum": arguments.share,
    "decay": lambda name, value: arguments.real(name, value, at_least=0.0),
    "batch": arguments.whole,
    "epochs": arguments.whole,
    "smoothing": arguments.share,
}


def varied(chosen: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """A recipe with some of its settings changed.

    Parameters
    ----------
    chosen : Recipe
        Whose other settings stay.
    settings : dict of str to number
        eta (the learning rate; of a schedule the largest), momentum, decay, batch, epochs, smoothing.

    Returns
    -------
    Recipe

    Raises
    ------
    TypeError, ValueError
        For a setting that this recipe has not, or a value that it cannot have; the message names it.
    """
    told: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in CHECKS:
            raise ValueError(f"settings must be of {', '.join(CHECKS)}; got {name!r}")
        told[name] = CHECKS[name](name, value)
    kept = {name: value for name, value in told.items() if name in ("batch", "epochs")}
    changed = replace(chosen, **kept)
    if "smoothing" in told:
        if not hasattr(chosen.loss, "smoothing"):
            raise ValueError(f"smoothing belongs to CrossEntropy; the loss of {chosen.name} is {chosen.loss!r}")
        loss = copy.copy(chosen.loss)
        loss.smoothing = told["smoothing"]
        changed = replace(changed, loss=loss)
    of_optimiser = {name: value for name, value in told.items() if name in ("eta", "momentum", "decay")}
    if of_optimiser:
        _optimiser(chosen, of_optimiser)  # what does not fit is refused now, not when the run begins
        changed = replace(changed, optimiser=lambda: _optimiser(chosen, of_optimiser))
    return changed


def _optimiser(chosen: Recipe, settings: Mapping[str, float]) -> Optimiser:
    """A new optimiser of a recipe, with other settings."""
    optimiser = chosen.optimiser()
    for name, value in settings.items():
        if not hasattr(optimiser, name):
            raise ValueError(f"{name} is no setting of {type(optimiser).__name__}, the optimiser of {chosen.name}")
        setattr(optimiser, name, _scaled(optimiser.eta, value) if name == "eta" else value)
    return optimiser


def _scaled(schedule: Schedule, eta: float) -> Schedule:
    """A schedule of the same form whose largest learning rate is eta."""
    if isinstance(schedule, OneCycle):
        return replace(schedule, peak=eta)
    if isinstance(schedule, (Constant, Steps)):
        return replace(schedule, eta=eta)
    raise ValueError(f"eta cannot be varied where the schedule is a function of one's own: {schedule!r}")
