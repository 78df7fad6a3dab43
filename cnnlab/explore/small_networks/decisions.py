"""The first layer as a series of decisions: lines in the plane, their regions and codes (lecture topics 3 and 19)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis import regions
from cnnlab.explore.toolkit.controls import Choice, Handle, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Border, Map, Points
from cnnlab.explore.toolkit.planes import code_labels, raster
from cnnlab.explore.toolkit.scene import Plane, Scene, Table
from cnnlab.types import Array

REACH = 3.0
MOST = 6
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

    Drag the square to move a line, the dot at the tip of its normal to turn it (its direction is w_k). Each region
    shows its on/off code h_1 h_2 ... > 0. The map behind is a second layer, yhat = sum_k v_k ReLU(e_k), whose weights
    are fixed: v_k = +1, -1, +1, ...  (`TrainedRegions` shows the codes of a network of your own, and its output.)

    Parameters
    ----------
    lines : int
        Number of lines at the start.
    probe : (float, float)
        (x1, x2), the point whose numbers the table shows.

    Source
    ------
    Lecture topics 3 and 19.
    """

    title = "Decisions of the first layer"

    def __init__(self, lines: int = 3, probe: tuple[float, float] = (0.1, -0.7)) -> None:
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
        super().__init__(
            [
                Slider("lines", "number of lines k", 1, MOST, 1, value=lines),
                Choice("preset", "arrangement", options=[*PRESETS, "my own"]),
                Toggle("surface", "show the second layer's surface", value=False),
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

    def scene(self, lines: int, preset: str, surface: bool, probe: tuple[float, float], **handles: Any) -> Scene:
        w: Any  # a line takes a column of it
        w, b = self.weights({"lines": lines} | handles)
        spots = [np.array(handles[f"{part}{k + 1}"]) for part in "pn" for k in range(lines)]
        names = [tip + np.array([0.25, 0.1]) for tip in spots[lines:]]
        found, labels = code_labels(w, b, REACH, [*spots, *names, probe])
        count, most, why = regions.count(w, b), regions.general_count(lines), regions.why_fewer(w, b)
        items: list[Any] = [Border(w[:, k], b[k], colour=k) for k in range(lines) if np.hypot(*w[:, k]) > 1e-9]
        items += labels
        for k in range(lines):
            (foot_x, foot_y), (tip_x, tip_y) = handles[f"p{k + 1}"], handles[f"n{k + 1}"]
            items += [
                Points(foot_x, foot_y, colour=k, size=6, shape="square", drag=f"p{k + 1}"),
                Points(tip_x, tip_y, colour=k, size=5, drag=f"n{k + 1}", text=f"w{k + 1}"),
            ]
        items.append(Points(*probe, colour="ink", size=6, shape="cross", drag="probe", text="x"))
        v = np.where(np.arange(lines) % 2 == 0, 1.0, -1.0)
        _, _, yhat = regions.two_layers(raster(REACH), w, b, v)
        top = float(np.abs(yhat).max()) or 1.0
        plane = Plane(
            name="plane",
            title="on/off codes h1 h2 ... of every region" + ", yhat behind" * surface,
            height=410,
            x=(-REACH, REACH),
            y=(-REACH, REACH),
            x_label="x1",
            y_label="x2",
            items=items,
            legend=False,
            background=Map(yhat, scale=top, strength=0.7) if surface else None,
        )
        e, h, here = regions.two_layers(np.array(probe), w, b, v)
        rows = [
            [
                f"{k + 1}",
                f"{w[0, k]:.2f} x1 {w[1, k]:+.2f} x2 {b[k]:+.2f}",
                f"{e[k]:.2f}",
                f"{h[k]:.2f}",
                "on" if e[k] > 0 else "off",
            ]
            for k in range(lines)
        ]
        units = Table(
            name="units",
            title=f"the units at x = ({probe[0]:.1f}, {probe[1]:.1f})",
            height=190,
            size=13,
            header=["k", "e = w . x + b", "e", "h = ReLU(e)", ""],
            align="clrrl",
            rows=rows,
        )
        second = "yhat = h1" + "".join(f" {'+−'[k % 2]} h{k + 1}" for k in range(1, lines))
        rows = [
            [f"the most: 1 + k + k(k-1)/2 for k = {lines}", f"{most}"],
            ["these lines make", f"{count}"],
            ["and this window shows", f"{len(found)}"],
            ["fewer than the most, because", why] if why else ["parallel, or three through one point", "none"],
        ]
        if surface:
            rows += [[f"{second} at x", f"{here:.2f}"], ["strongest orange (above 0), blue (below)", f"±{top:.1f}"]]
        total = Table(name="count", title="how many regions?", height=190, below=True, align="lr", size=13, rows=rows)
        code = "".join("1" if value > 0 else "0" for value in e)
        words = (
            f"{lines} line{'s' if lines > 1 else ''} cut the plane into {count} regions (at most {most}), "
            f"{len(found)} of them in this "
            f"window; x = ({probe[0]:.1f}, {probe[1]:.1f}) lies in the region {code}."
        )
        words += f" Fewer than the most, because {why}." if why else ""
        if surface:
            words += (
                f" The colours are a second layer with fixed weights, {second}: orange above 0, blue below, "
                f"strongest at {top:.1f}; at x it is {here:.2f}."
            )
        return Scene([plane, units, total], words)


def _needs(k: int) -> Callable[..., bool]:
    return lambda **values: values["lines"] > k


def _handles(degrees: float, offset: float, along: float) -> tuple[Any, Any]:
    """The handles of a line: a point on it, and the tip of its normal there."""
    angle = np.deg2rad(degrees)
    normal = np.array([np.cos(angle), np.sin(angle)])
    foot = offset * normal + along * np.array([-normal[1], normal[0]])
    return tuple(np.round(foot, 10)), tuple(np.round(foot + 0.8 * normal, 10))
