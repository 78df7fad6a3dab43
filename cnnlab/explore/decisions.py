"""The first layer as a series of decisions: lines in the plane, their regions and codes (lecture topics 3 and 19)."""

import numpy as np

from .. import ops, regions
from .controls import Choice, Handle, Slider, Toggle
from .explorer import Explorer
from .items import Border, Label, Map, Points
from .scene import Plane, Scene, Table

REACH = 3.0
MOST = 6
CELLS = 61
# Of each line: the direction of its normal in degrees, its distance from the origin along it, and how far along the
# line its
# handle stands.
PRESETS = {
    "general position": [
        (-90, -0.8, 2.2),
        (30, -0.8, 2.2),
        (150, -0.8, -2.2),
        (-48, -1.7, 0.9),
        (75, -1.5, -1.9),
        (190, -1.6, 1.2),
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
    shows its on/off code h_1 h_2 ... > 0. The map behind is the second layer, sum_k v_k ReLU(e_k), for alternating v_k
    = +1, -1.
    lines : number of lines at the start. probe : (x1, x2), the point whose numbers the table shows.
    """

    title = "Decisions of the first layer"

    def __init__(self, lines=3, probe=(0.5, 0.4)):
        handles, edge = [], REACH - 0.1
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

    def consequences(self, name, values):
        """A preset sets all handles; a dragged foot takes its normal along; any drag makes the arrangement "my own"."""
        if name == "preset" and values["preset"] in PRESETS:
            pairs = [_handles(*line) for line in PRESETS[values["preset"]]]
            return {f"p{k + 1}": foot for k, (foot, _) in enumerate(pairs)} | {
                f"n{k + 1}": tip for k, (_, tip) in enumerate(pairs)
            }
        if name[0] in "pn" and name[1:].isdigit():
            further = {"preset": "my own"}
            if name[0] == "p":
                foot, before = np.array(values[name]), np.array(self.values[name])
                tip = foot + (np.array(self.values["n" + name[1:]]) - before)
                tip = np.round(tip, 10) + 0.0  # the same, bit for bit, from wherever the hand comes
                further["n" + name[1:]] = tuple(np.clip(tip, -REACH - 0.9, REACH + 0.9))
            return further
        return {}

    @staticmethod
    def weights(values):
        """w (2, k) and b (k,) of the lines that these values show; a normal of length zero gives w = 0, a unit without
        a line.
        """
        feet = np.array([values[f"p{k + 1}"] for k in range(values["lines"])], dtype=float)
        tips = np.array([values[f"n{k + 1}"] for k in range(values["lines"])], dtype=float)
        w = (tips - feet).T
        return w, 0.0 - (w * feet.T).sum(axis=0)

    def scene(self, lines, preset, surface, probe, **handles):
        w, b = self.weights({"lines": lines} | handles)
        found = regions.in_window(w, b, (-REACH, REACH), (-REACH, REACH), CELLS)
        count, most, why = regions.count(w, b), regions.general_count(lines), regions.why_fewer(w, b)
        items = [Border(w[:, k], b[k], colour=k) for k in range(lines) if np.hypot(*w[:, k]) > 1e-9]
        items += [Label(x, y, code, size=12) for code, x, y, share in found if share > 0.004]
        for k in range(lines):
            foot, tip = handles[f"p{k + 1}"], handles[f"n{k + 1}"]
            items += [
                Points(*foot, colour=k, size=6, shape="square", drag=f"p{k + 1}"),
                Points(*tip, colour=k, size=5, drag=f"n{k + 1}", text=f"w{k + 1}"),
            ]
        items.append(Points(*probe, colour="ink", size=6, shape="cross", drag="probe", text="x"))
        plane = Plane(
            name="plane",
            title="on/off codes h1 h2 ... of every region",
            width=1.4,
            height=430,
            x=(-REACH, REACH),
            y=(-REACH, REACH),
            x_label="x1",
            y_label="x2",
            items=items,
            legend=False,
            background=_surface(w, b) if surface else None,
        )
        e = np.array(probe) @ w + b
        h = ops.relu(e)
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
            height=210,
            size=13,
            header=["k", "e = w . x + b", "e", "h = ReLU(e)", ""],
            align="clrrl",
            rows=rows,
        )
        total = Table(
            name="count",
            title="how many regions?",
            height=150,
            align="lr",
            size=13,
            rows=[
                [f"1 + k + k(k-1)/2 for k = {lines}", f"{most}"],
                ["these lines make", f"{count}"],
                ["seen in this window", f"{len(found)}"],
                ["because", why or "in general position" if count < most or not why else why],
            ],
        )
        code = "".join("1" if value > 0 else "0" for value in e)
        words = (
            f"{lines} line{'s' if lines > 1 else ''} cut the plane into {count} regions (at most {most}), "
            f"{len(found)} of them in this "
            f"window; x = ({probe[0]:.1f}, {probe[1]:.1f}) lies in the region {code}."
        )
        return Scene([[plane, units], [total]], words + (f" Fewer than the most, because {why}." if why else ""))


def _needs(k):
    return lambda **values: values["lines"] > k


def _handles(degrees, offset, along):
    """The handles of a line: a point on it, and the tip of its normal there."""
    angle = np.deg2rad(degrees)
    normal = np.array([np.cos(angle), np.sin(angle)])
    foot = offset * normal + along * np.array([-normal[1], normal[0]])
    return tuple(np.round(foot, 10)), tuple(np.round(foot + 0.8 * normal, 10))


def _surface(w, b):
    """The second layer with v = +1, -1, +1, ... as a map of the window."""
    ticks = np.linspace(-REACH, REACH, CELLS)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    v = np.where(np.arange(w.shape[1]) % 2 == 0, 1.0, -1.0)
    return Map(ops.relu(points @ w + b) @ v, strength=0.7)
