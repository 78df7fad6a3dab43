"""The first layer as a series of decisions: lines in the plane, their regions and codes (lecture topics 3 and 19)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis import regions
from cnnlab.analysis.pieces.surface import TwoLayers
from cnnlab.explore.small_networks import decisions_panels as panels
from cnnlab.explore.small_networks.decisions_panels import HIGHEST, MOST, NOTHING, REACH, SIDES, SURFACE
from cnnlab.explore.toolkit.controls import Choice, Handle, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Scene
from cnnlab.types import Array, ArrayLike

FIRST_V = (-0.5, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0)  # v_0, v_1, ...
# Of each line: the direction of its normal in degrees, its distance from the origin along it, and how far along the
# line its handle stands.
PRESETS: dict[str, list[tuple[float, float, float]]] = {
    "general position": [  # so that all 22 regions lie in the window, with room for their codes
        (-20, 1.71, -1.3),
        (-133, -0.04, 1.5),
        (-56, 0.77, -2.4),
        (59, 0.36, 3.0),
        (-179, -2.48, -2.5),
        (-95, -0.12, -1.6),
    ],
    "all parallel": [
        (30, -2.0, -1.5),
        (30, -1.2, -0.9),
        (30, -0.4, -0.3),
        (30, 0.4, 0.3),
        (30, 1.2, 0.9),
        (30, 2.0, 1.5),
    ],
    "all through one point": [(0, 0, 2.0), (30, 0, 2.0), (60, 0, 2.0), (90, 0, 2.0), (120, 0, 2.0), (150, 0, 2.0)],
    "a triangle": [
        (-90, -1.0, 2.2),
        (30, -1.0, 2.2),
        (150, -1.0, -2.2),
        (-60, -2.2, 0.6),
        (60, -2.2, -0.6),
        (180, -2.2, 0.8),
    ],
}


class Decisions(Explorer):
    """One to six units of a first layer with two inputs: e_k = w_k . x + b_k is positive on one side of a line.

    Drag a square to move its line, the tip of its normal w_k to turn it, and the cross x to any place. Each region
    shows its code, one bit per unit; a thumbnail shows each unit alone. With a second layer, yhat = v_0 + sum_k v_k
    ReLU(e_k) lies behind the lines as a surface with light and shade, and every v can be dragged.

    Parameters
    ----------
    lines : int
        Number of lines at the start.
    probe : (float, float)
        (x1, x2), the point whose numbers the table shows.
    second : bool
        Whether there is a second layer.
    x : (N, 2), optional
        Points that the sign of yhat should tell apart; there is a second layer then.
    y : (N,), optional
        Their classes, 0 (yhat should be below 0) or 1.

    Raises
    ------
    ValueError
        For points and classes that do not fit.

    Source
    ------
    Lecture topics 3 and 19.
    """

    title = "Decisions of the first layer"

    def __init__(
        self,
        lines: int = 3,
        probe: tuple[float, float] = (0.1, -0.7),
        second: bool = False,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
    ) -> None:
        self.task = None if x is None else _task(x, y)
        self.second = second or self.task is not None
        handles: list[Handle] = []
        edge = REACH - 0.1
        for k, line in enumerate(PRESETS["general position"]):
            foot, tip = _handles(*line)
            active = _needs(k)
            handles += [
                Handle(
                    f"p{k + 1}",
                    f"line {k + 1}: position",
                    (-edge, edge),
                    (-edge, edge),
                    value=foot,
                    step=0.1,
                    carries=(f"n{k + 1}", "preset"),
                    group=f"Line {k + 1}",
                    when=active,
                ),
                Handle(
                    f"n{k + 1}",
                    f"line {k + 1}: tip of the normal",
                    (-edge - 1, edge + 1),
                    (-edge - 1, edge + 1),
                    value=tip,
                    step=0.1,
                    carries=("preset",),
                    group=f"Line {k + 1}",
                    when=active,
                ),
            ]
        below: list[Any] = (
            [Choice("behind", "behind the lines", [SURFACE, SIDES, NOTHING])]
            if self.second
            else [Choice("behind", "behind the lines", [SIDES, NOTHING]), Toggle("count", "count the regions")]
        )
        if self.second:
            handles += [
                Handle(
                    f"v{k}",
                    f"weight v{k}" if k else "bias v0",
                    (float(k), float(k)),
                    (-HIGHEST, HIGHEST),
                    value=(float(k), FIRST_V[k]),
                    step=0.1,
                    when=_needs(k - 1),
                )
                for k in range(MOST + 1)
            ]
        super().__init__(
            [
                Slider("lines", "number of lines k", 1, MOST, 1, value=lines),
                Choice("preset", "arrangement", options=[*PRESETS, "my own"]),
                *below,
                Toggle("codes", "codes", value=self.task is None),
                Handle("probe", "the point x", (-edge, edge), (-edge, edge), value=probe, step=0.1),
                *handles,
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A preset sets all handles; a dragged foot takes its normal along; any drag makes the arrangement "my own"."""
        if name == "preset" and values["preset"] in PRESETS:
            pairs = [_handles(*line) for line in PRESETS[values["preset"]]]
            return {f"p{k + 1}": foot for k, (foot, _) in enumerate(pairs)} | {
                f"n{k + 1}": tip for k, (_, tip) in enumerate(pairs)
            }
        if name[0] in "pn" and name[1:].isdigit():
            further: dict[str, Any] = {"preset": "my own"}
            if name[0] == "p":
                # The foot stops where the tip would leave the map: so the normal stays what it was, from wherever the
                # hand comes, and rounded it is the same bit for bit.
                normal = np.array(self.values["n" + name[1:]]) - np.array(self.values[name])
                foot = np.clip(values[name], -REACH - 0.9 - normal, REACH + 0.9 - normal)
                further[name] = tuple(np.round(foot, 10) + 0.0)
                further["n" + name[1:]] = tuple(np.round(foot + normal, 10) + 0.0)
            return further
        return {}

    @staticmethod
    def weights(values: Mapping[str, Any]) -> tuple[Array, Array]:
        """The lines that these values show; a normal of length zero gives w = 0, a unit without a line.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        w : (2, k) float64
        b : (k,) float64
        """
        feet = np.array([values[f"p{k + 1}"] for k in range(values["lines"])], dtype=float)
        tips = np.array([values[f"n{k + 1}"] for k in range(values["lines"])], dtype=float)
        return regions.through(feet, tips - feet)

    def network(self, values: Mapping[str, Any]) -> TwoLayers:
        """Both layers that these values show; without a second one all v_k are 1.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        TwoLayers
        """
        w, b = self.weights(values)
        if not self.second:
            return TwoLayers(w, b, np.ones(len(b)))
        v = np.array([values[f"v{k}"][1] for k in range(len(b) + 1)], dtype=float)
        return TwoLayers(w, b, v[1:], float(v[0]))

    def layers(self) -> tuple[Array, Array, Array, float]:
        """The numbers of both layers, as they are dragged now.

        Returns
        -------
        w : (2, k) float64
        b, v : (k,) float64
        bias : float
            v_0; 0 without a second layer.
        """
        network = self.network(self.values)
        return network.w, network.b, network.v, network.bias

    def scene(
        self,
        lines: int,
        preset: str,
        behind: str,
        codes: bool,
        probe: tuple[float, float],
        count: bool = False,
        **handles: Any,
    ) -> Scene:
        network = self.network({"lines": lines} | handles)
        plane, shown = panels.plane(network, handles, probe, behind, codes, self.second, self.task)
        last = panels.weights(network) if self.second else panels.count(network, shown, count)
        return Scene(
            [
                plane,
                panels.units(network, probe, self.second),
                panels.numbers(network, probe, self.second),
                panels.cut(network, probe, self.second),
                last,
            ],
            self._words(network, probe, count),
        )

    def _words(self, network: TwoLayers, probe: tuple[float, float], count: bool) -> str:
        e, _h, yhat = network.at(np.array(probe, dtype=float))
        lines, on = len(e), [f"{k}" for k, value in enumerate(e, 1) if value > 0]
        code = "".join("1" if value > 0 else "0" for value in e)
        place = ", ".join(format_number(one, 1) for one in probe)
        words = f"{lines} line{'s' if lines > 1 else ''}. x = ({place}) lies in region {code}: "
        words += f"unit{'s' if len(on) > 1 else ''} {', '.join(on)} on. " if on else "no unit is on. "
        if self.second:
            parts = "".join(f" + v{k} h{k}" for k in on)
            words += f"There ŷ = v0{parts} = {format_number(float(yhat), 2)}"
            words += ": one flat facet, until a line is crossed. "
        if self.task is not None:
            words += f"{network.wrong(*self.task)} of {len(self.task[1])} points lie on the wrong side of ŷ = 0. "
        if count:
            found, why = regions.count(network.w, network.b), regions.why_fewer(network.w, network.b)
            words += f"The lines make {found} regions of at most {regions.general_count(lines)}"
            words += f", because {why}. " if why else ". "
        return words.strip()


def _task(x: ArrayLike, y: ArrayLike | None) -> tuple[Array, Array]:
    points, labels = np.asarray(x, dtype=float), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ValueError(f"x must be (N, 2) and y (N,); got shapes {points.shape} and {labels.shape}")
    if not np.isin(labels, (0, 1)).all() or not np.isfinite(points).all():
        raise ValueError("x must be finite numbers, and y classes 0 and 1")
    return points, labels.astype(int)


def _needs(k: int) -> Callable[..., bool]:
    return lambda **values: values["lines"] > k


def _handles(degrees: float, offset: float, along: float) -> tuple[Any, Any]:
    """The handles of a line: a point on it, and the tip of its normal there."""
    angle = np.deg2rad(degrees)
    normal = np.array([np.cos(angle), np.sin(angle)])
    foot = offset * normal + along * np.array([-normal[1], normal[0]])
    return tuple(np.round(foot, 10)), tuple(np.round(foot + 0.8 * normal, 10))
