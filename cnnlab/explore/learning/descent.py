"""Gradient descent walking on a loss surface (lecture topic 4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.descent import Path, descend, regime
from cnnlab.analysis.landscape import checked
from cnnlab.analysis.learning.straight_line import in_other_units
from cnnlab.explore.learning.descent_panels import (
    Ground,
    bound_words,
    curve_panel,
    factor_panel,
    loss_panel,
    map_panel,
    surveyed,
    table_panel,
)
from cnnlab.explore.toolkit.controls import Button, Choice, Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.scene import Scene

BOWL, RAVINE, TILTED = "bowl: x standardised", "ravine: x stretched", "tilted ravine: x shifted"
LANDSCAPES = {  # a straight line through the same points, their x in three units: the largest curvatures are 2, 20, 8
    BOWL: in_other_units(),
    RAVINE: in_other_units(10**0.5),
    TILTED: in_other_units(1.0, 1.5),
}
ETAS = [
    *(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.08, 0.09, 0.095, 0.1, 0.105, 0.11),
    *(0.15, 0.2, 0.22, 0.24, 0.25, 0.26, 0.28, 0.3, 0.4, 0.5, 0.7, 0.9, 0.95, 1.0, 1.02, 1.1),
]
START = (-2.5, 1.5)  # on a map of 3 to each side
STEPS = 60
CELLS = 41


class Descent(Explorer):
    """u <- u - eta dL/du on a bowl, a ravine, or a landscape of your own.

    Where the landscape belongs to samples (x, y), a place u is a curve yhat(x) among them, shown beside the map.

    Parameters
    ----------
    landscapes : {name: landscape}, optional
        A landscape has loss(u), gradient(u) and curvature(u), see `cnnlab.analysis.landscape` (`NetworkPlane` makes one
        of any network, with real mini-batches). By default those of a straight line through 24 points, whose x were
        measured in three different units.
    extent : float
        Half the width of the map.
    etas : sequence of float, optional
        The ascending learning rates that the slider offers.
    eta : float, optional
        One of them, by default the one nearest to 0.1.
    start : (u1, u2), optional
        On the map.

    Raises
    ------
    TypeError, ValueError
        Naming the argument, if a landscape lacks a function, gives anything but finite numbers in the middle of the
        map, or is finite nowhere.

    Source
    ------
    Lecture topic 4.
    """

    title = "Gradient descent, step by step"

    def __init__(
        self,
        landscapes: Mapping[str, Any] | None = None,
        extent: float = 3.0,
        etas: Sequence[float] | None = None,
        eta: float | None = None,
        start: tuple[float, float] | None = None,
    ) -> None:
        self.extent = arguments.real("extent", extent, above=0)
        self.landscapes = _landscapes(LANDSCAPES if landscapes is None else landscapes)
        self.grounds: dict[str, Ground] = {
            name: surveyed(name, one, self.extent, CELLS) for name, one in self.landscapes.items()
        }
        etas = _etas(ETAS if etas is None else etas)
        eta = min(etas, key=lambda one: abs(one - 0.1)) if eta is None else eta
        start = tuple(np.multiply(START, self.extent / 3)) if start is None else start
        edge, beyond = 0.95 * self.extent, "Beyond the plain rule"
        self.samples = {name: getattr(one, "samples", 0) for name, one in self.landscapes.items()}
        most = max(self.samples.values())
        controls: list[Any] = [
            Choice("surface", "loss surface", options=list(self.landscapes)),
            Slider("eta", "learning rate η", choices=etas, value=eta),
            Slider("steps", "steps", 0, STEPS, 1, value=15),
            Slider("momentum", "momentum", 0.0, 0.95, 0.05, value=0.0, group=beyond),
        ]
        if most > 1:
            sizes = [2**k for k in range(int(np.log2(most - 1)) + 1)] + [most]
            controls.append(
                Slider(
                    "batch",
                    "samples in a mini-batch",
                    choices=sizes,
                    value=most,
                    group=beyond,
                    when=lambda **v: self.samples[v["surface"]] > 1,
                )
            )
        if not all(self.samples.values()):
            controls.append(
                Slider(
                    "noise",
                    "mini-batch noise",
                    0.0,
                    2.0,
                    0.1,
                    value=0.0,
                    group=beyond,
                    when=lambda **v: not self.samples[v["surface"]],
                )
            )
        walk = Button(
            "walk",
            "Walk",
            action=lambda **v: {"steps": v["steps"] + 1},
            play=True,
            every=0.08,
            when=lambda **v: v["steps"] < STEPS,
        )
        begin = Handle("start", "start", (-edge, edge), (-edge, edge), value=start, step=self.extent / 60)
        super().__init__([*controls, begin, walk])

    def path(
        self,
        surface: str,
        eta: float,
        steps: int,
        momentum: float,
        start: tuple[float, float],
        noise: float = 0.0,
        batch: int | None = None,
    ) -> Path:
        """The walk that these values of the controls show.

        Parameters
        ----------
        surface : str
            Name of the landscape.
        eta : float
            Learning rate.
        steps : int
            How many.
        momentum : float
            From 0 to below 1.
        start : (u1, u2)
            Where it begins.
        noise : float
            Of landscapes without samples.
        batch : int, optional
            Of landscapes with samples.

        Returns
        -------
        Path
        """
        samples = self.samples[surface]
        noise, batch = (0.0, min(batch or samples, samples)) if samples else (noise, None)
        return descend(self.landscapes[surface], start, eta, steps, momentum, noise, batch=batch)

    def scene(
        self,
        surface: str,
        eta: float,
        steps: int,
        momentum: float,
        start: tuple[float, float],
        noise: float = 0.0,
        batch: int | None = None,
    ) -> Scene:
        path = self.path(surface, eta, steps, momentum, start, noise, batch)
        ground = self.grounds[surface]
        noisy = (batch or 0) < self.samples[surface] if self.samples[surface] else noise > 0
        word = regime(path, eta / ground.bound(momentum), momentum, noisy)
        slope = np.asarray(ground.landscape.gradient(path.u[-1]), dtype=float)
        beside = ground.samples is not None
        panels: list[Any] = [
            map_panel(ground, path, slope, start),
            *([curve_panel(ground, path)] if beside else []),
            loss_panel(ground, path, STEPS, below=beside),
            factor_panel(ground, np.array(self.positions("eta")), eta, momentum, below=not beside),
            table_panel(ground, path, slope, eta, momentum, below=beside),
        ]
        return Scene(panels, self._words(ground, eta, path, momentum, word))

    @staticmethod
    def _words(ground: Ground, eta: float, path: Path, momentum: float, word: str) -> str:
        words = f"On the {ground.name}; η = {eta:g} ({bound_words(ground, momentum)}). "
        if path.diverged:
            return f"{words}{path.reason[0].upper()}{path.reason[1:]}. The picture shows the path up to there."
        return (
            f"{words}{path.steps} step{'s' * (path.steps != 1)}: {word}. "
            f"The loss went from {path.losses[0]:.3g} to {path.losses[-1]:.3g}."
        )


def _landscapes(landscapes: Any) -> dict[str, Any]:
    if not isinstance(landscapes, dict):
        kind = type(landscapes).__name__
        raise TypeError(f'landscapes must be a dict {{"name": landscape}}; got {kind}')
    if not landscapes:
        raise ValueError("landscapes must hold at least one landscape; got none")
    for name, landscape in landscapes.items():
        arguments.of_kind("the name of a landscape", name, str, "a string")
        checked(f"landscapes: {name}", landscape)
    return dict(landscapes)


def _etas(etas: Any) -> list[float]:
    wanted = f"etas must be two or more ascending numbers greater than 0; got {etas!r}"
    try:
        found = [arguments.real("etas", float(one), above=0) for one in etas]
    except (TypeError, ValueError):
        raise ValueError(wanted) from None
    if len(found) < 2 or sorted(set(found)) != found:
        raise ValueError(wanted)
    return found
