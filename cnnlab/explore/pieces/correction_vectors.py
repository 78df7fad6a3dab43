"""The second layer adds a correction vector for every unit that is on: two outputs as a way in the plane (topic 2)."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.pieces.correction import Corrections
from cnnlab.explore.toolkit.controls import Choice, Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Label, Line, Mark, Points, Vector
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Plane, Scene, Table

REACH = 2.0  # z from -2 to 2
MOST = 4
LONGEST = 1.5  # of a vector, along each axis
MAP = 2.5  # half the side of the plane of yhat
FS = ("ReLU", "unit step", "sigmoid")
FIRST: dict[str, Any] = {
    "knots": (-1.5, -0.3, 0.9, 1.5),
    "v": ((1.2, 0.3), (-1.3, 1.1), (1.3, -1.5), (0.2, 0.9)),
    "v0": (-1.6, -1.0),
}


class CorrectionVectors(Explorer):
    """yhat(z) = v_0 + sum_j v_j f(z - knot_j), with two outputs: a way in the plane.

    Drag a knot to say when a unit turns on, the tip of a vector to say where it pushes, and the bias v_0, where the
    way begins.

    Parameters
    ----------
    units : int
        One to four hidden units.

    Raises
    ------
    TypeError, ValueError
        For another number of units.

    Source
    ------
    Lecture topic 2.
    """

    title = "Second layer: a bias plus correction vectors"

    def __init__(self, units: int = 3) -> None:
        self.units = arguments.whole("units", units)
        if self.units > MOST:
            raise ValueError(f"units must be 1 to {MOST}; got {units}")
        controls: list[Any] = [
            Slider("z", "input z", -REACH, REACH, 0.1, value=0.6, digits=1),
            Choice("f", "f", list(FS)),
            Handle("v0", "bias v0", (-2.3, 2.3), (-2.3, 2.3), value=FIRST["v0"], step=0.1),
        ]
        side = (-LONGEST, LONGEST)
        for j in range(1, self.units + 1):
            v, knot = FIRST["v"][j - 1], (FIRST["knots"][j - 1], 0.0)
            controls.append(Handle(f"v{j}", f"correction vector {j}", side, side, value=v, step=0.1))
            controls.append(Handle(f"knot{j}", f"knot {j}", (-REACH, REACH - 0.1), (0.0, 0.0), value=knot, step=0.1))
        super().__init__(controls)

    def network(self, values: Mapping[str, Any]) -> Corrections:
        """The network that these values of the controls show.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        Corrections
        """
        v = np.array([values[f"v{j}"] for j in range(1, self.units + 1)], dtype=float)
        knots = np.array([values[f"knot{j}"][0] for j in range(1, self.units + 1)], dtype=float)
        return Corrections(np.array(values["v0"], dtype=float), v, knots, values["f"])

    def scene(self, z: float, f: str, v0: tuple[float, float], **handles: Any) -> Scene:
        network = self.network({"f": f, "v0": v0} | handles)
        h, chain = network.activations(np.array([z]))[0], network.chain(z)
        panels = [
            self._features(network, z, h),
            self._table(network, h, chain),
            self._vectors(network, h),
            self._way(network, z, chain),
        ]
        return Scene(panels, self._words(network, z, h, chain[-1]))

    def _features(self, network: Corrections, z: float, h: Any) -> Curves:
        line, _ = network.way(REACH)
        every = network.activations(line)
        items: list[Any] = [Mark(z, f"z = {format_number(z, 1)}", "ink")]
        for j in range(self.units):
            items += [
                Line(line, every[:, j], f"h{j + 1}", j),
                Points(z, h[j], colour=j, size=4),
            ]
        for j, knot in enumerate(network.knots):
            items.append(Points(knot, 0.0, colour=j, size=5, shape="square", drag=f"knot{j + 1}"))
        return Curves(
            name="h",
            title="first layer: when is each unit on?",
            height=220,
            x=(-REACH, REACH),
            y=(-0.4, 4.0) if network.f == "ReLU" else (-0.15, 1.2),
            x_label="z",
            y_label="h",
            items=items,
        )

    def _table(self, network: Corrections, h: Any, chain: Any) -> Table:
        rows = [["v0", "", pair(network.bias), pair(network.bias)]]
        for j, v in enumerate(network.v):
            rows.append([f"v{j + 1}", format_number(h[j], 2), pair(v), pair(h[j] * v)])
        rows.append(["ŷ", "", "", pair(chain[-1])])
        return Table(
            name="sum",
            title="the sum",
            height=172,
            below=True,
            size=13,
            header=["", "h", "vector", "h · vector"],
            align="lrrr",
            rows=rows,
            colours={(j + 1, 0): j for j in range(self.units)},
        )

    def _vectors(self, network: Corrections, h: Any) -> Plane:
        items: list[Any] = []
        for j, (vx, vy) in enumerate(network.v):
            items.append(Vector(0.0, 0.0, vx, vy, colour=j, width=4 if h[j] > 1e-9 else 1.5))
        for j, (vx, vy) in enumerate(network.v):
            items.append(Points(vx, vy, colour=j, size=5, drag=f"v{j + 1}", text=f"v{j + 1}"))
        side = (-LONGEST - 0.2, LONGEST + 0.2)
        return Plane(
            name="v",
            title="second layer: a vector for each unit",
            height=410,
            width=1.2,
            x=side,
            y=side,
            x_label="first output",
            y_label="second output",
            items=items,
        )

    def _way(self, network: Corrections, z: float, chain: Any) -> Plane:
        _line, yhat = network.way(REACH)
        at_knots = network.outputs(network.knots)
        steps = network.f == "unit step"
        items: list[Any] = [
            Line(yhat[:, 0], yhat[:, 1], "way of ŷ, z from −2 to 2", "muted", 1.5 if steps else 2.5, dash=steps)
        ]
        if steps:
            items.append(Points(yhat[[0, -1], 0], yhat[[0, -1], 1], colour="muted", size=4))
        items.append(Points(at_knots[:, 0], at_knots[:, 1], "knots", "muted", 4, "ring"))
        for j, (start, end) in enumerate(itertools.pairwise(chain)):
            items.append(Vector(start[0], start[1], end[0] - start[0], end[1] - start[1], colour=j, width=3))
        items.append(
            Points(network.bias[0], network.bias[1], colour="ink", size=5, shape="square", drag="v0", text="v0")
        )
        items.append(Points(chain[-1, 0], chain[-1, 1], colour="ink", size=6, text="ŷ"))
        if np.abs(chain[-1]).max() > MAP:
            items.append(Label(0.0, 0.92 * MAP, f"ŷ is off this map, at {pair(chain[-1])}"))
        return Plane(
            name="yhat",
            title="their sum ŷ: scaled vectors, head to tail",
            height=410,
            width=1.2,
            x=(-MAP, MAP),
            y=(-MAP, MAP),
            x_label="first output",
            y_label="second output",
            items=items,
        )

    def _words(self, network: Corrections, z: float, h: Any, yhat: Any) -> str:
        on = [j + 1 for j in range(self.units) if h[j] > 1e-9]
        parts = "".join(f" + {format_number(h[j - 1], 2)} v{j}" for j in on)
        words = f"z = {format_number(z, 1)}: ŷ = v0{parts} = {pair(yhat)}."
        if network.f == "unit step":
            return (
                words + " ŷ stands still between two knots and jumps by one vector at each: it is piece-wise constant."
            )
        way = network.direction(float(np.nextafter(z, np.inf)))
        if network.f == "sigmoid":
            return words + f" Every unit is on by some part, so the way has no corners; here it goes along {pair(way)}."
        going = [j + 1 for j in range(self.units) if z >= network.knots[j]]
        if not going:
            return words + " No unit is on: ŷ stays at v0 until z passes the first knot."
        total = " + ".join(f"v{j}" for j in going)
        if np.abs(way).max() < 1e-9:
            return words + f" Here {total} = (0.0, 0.0): ŷ stands still."
        return words + f" As z grows, ŷ goes along {total} = {pair(way)}, straight on to the next knot."


def pair(values: Any) -> str:
    """(x, y) with one decimal or two."""
    digits = 1 if np.allclose(values, np.round(values, 1), rtol=0, atol=1e-9) else 2
    return f"({', '.join(format_number(value, digits) for value in values)})"
