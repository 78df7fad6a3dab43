"""The loss as a function of one weight, its tangent, and where one step lands (lecture topics 1 and 4)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import trace
from cnnlab.analysis.stepwise import FIRST_WEIGHTS, Rounds, loss_along, small_task
from cnnlab.explore.small_networks.five_steps_panels import text
from cnnlab.explore.toolkit.controls import Button, Cell, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Points, Vector
from cnnlab.explore.toolkit.scene import Curves, Diagram, Edge, Node, Scene
from cnnlab.types import Array

REACH, STEP = 3.0, 0.05  # of every weight, to both sides
ETAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0]
TOPS = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]  # of the axis of the loss
LINE = np.linspace(-REACH, REACH, 73)
TANGENT = 1.0  # how far it is drawn to both sides
ROOM, TITLE = 330, 24  # pixels of the diagram, and of its title
BOX = 36  # pixels: the height of a box
AT = {"x": 0.0, "w1": 1.5, "h": 3.0, "w2": 4.5, "yhat": 6.0}
MARGIN = 0.75


class OneWeight(Explorer):
    """Drag the weights of a small network; the loss of one of them, the others fixed, stands beside with its tangent.

    Parameters
    ----------
    hidden : int
        1 to 3 hidden units.
    rng : int
        Seed of the first weights, those of `FiveSteps`.

    Raises
    ------
    TypeError, ValueError
        For what cannot be shown; the message names the argument.

    Source
    ------
    Lecture topics 1 and 4.
    """

    title = "The loss of one weight"

    def __init__(self, hidden: int = 3, rng: int = FIRST_WEIGHTS) -> None:
        self.hidden = arguments.whole("hidden", hidden)
        if self.hidden > 3:
            raise ValueError(f"hidden must be 1 to 3 units, so that every weight has its place; got {hidden!r}")
        self.x, self.y = small_task()
        training = Rounds(self.x, self.y, self.hidden, arguments.seed("rng", rng))
        self.network, self.loss = training.network, training.loss
        self.places = trace.places(self.hidden)
        self.names = list(self.places)
        self._kept: tuple[Any, Array] | None = None  # a line, and the weights that it was computed with
        first = np.array([[self.network.parameters[name][at] for name, at in self.places.values()]])
        super().__init__(
            [
                Slider("w", "the chosen weight w", -REACH, REACH, STEP, value=float(first[0, 0]), carries=("weights",)),
                Slider("eta", "learning rate η", choices=ETAS, value=0.5),
                Button("step", "One step of w", action=self._step),
                Button("all", "One step of all weights", action=self._step_all),
                Cell("chosen", "weight", 1, len(self.names), (0, 0), bare=True),
                Matrix("weights", "weights", first, -REACH, REACH, STEP, carries=("w",)),
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The slider and the weights of the network agree about the chosen one."""
        k = values["chosen"][1]
        if name == "w":
            weights = np.array(values["weights"])
            weights[0, k] = values["w"]
            return {"weights": weights}
        return {"w": float(values["weights"][0, k])} if name in ("chosen", "weights") else {}

    def gradients(self, weights: Array) -> tuple[float, dict[str, float]]:
        """The loss of the network with these weights, and its derivatives, from the engine.

        Parameters
        ----------
        weights : (1, count)
            In the order of `names`.

        Returns
        -------
        loss : float
        gradients : dict of str to float
            By name.
        """
        self._fill(weights)
        value, _ = self.network.loss_and_gradients(self.x, self.y, self.loss)
        found = self.network.gradients
        return value, {one: float(found[name][at]) for one, (name, at) in self.places.items()}

    def _fill(self, weights: Array) -> None:
        for (name, at), value in zip(self.places.values(), weights[0], strict=True):
            self.network.parameters[name][at] = value

    def _step(self, weights: Array, chosen: tuple[int, int], eta: float, **_: Any) -> dict[str, Any]:
        """w <- w - eta dL/dw for the chosen one; weights stay where they can be shown."""
        return self._moved(weights, eta, [chosen[1]], chosen[1])

    def _step_all(self, weights: Array, chosen: tuple[int, int], eta: float, **_: Any) -> dict[str, Any]:
        return self._moved(weights, eta, range(len(self.names)), chosen[1])

    def _moved(self, weights: Array, eta: float, which: Any, k: int) -> dict[str, Any]:
        _, gradients = self.gradients(weights)
        new = np.array(weights)
        for one in which:
            new[0, one] = np.clip(new[0, one] - eta * gradients[self.names[one]], -REACH, REACH)
        return {"weights": new, "w": float(new[0, k])}

    def scene(self, w: float, eta: float, chosen: tuple[int, int], weights: Array) -> Scene:
        name, k = self.names[chosen[1]], chosen[1]
        loss, gradients = self.gradients(weights)
        slope = gradients[name]
        landing = w - eta * slope
        along = np.append(self._line(name, k, weights), self._along(name, [landing]))
        return Scene(
            [
                [
                    self._diagram(weights, k, gradients),
                    self._loss(name, w, loss, slope, landing, along),
                    self._function(weights, k, landing),
                ]
            ],
            self._words(name, w, eta, loss, slope, landing, float(along[-1])),
        )

    def _along(self, name: str, values: Any) -> Array:
        return loss_along(self.network, self.loss, self.x, self.y, self.places[name], np.asarray(values))

    def _line(self, name: str, k: int, weights: Array) -> Array:
        """The loss along the chosen weight; while that one alone is dragged, it stays what it was."""
        others = k, np.delete(weights[0], k).tobytes()
        if self._kept is None or self._kept[0] != others:
            self._kept = others, self._along(name, LINE)
        return self._kept[1]

    def _loss(self, name: str, w: float, loss: float, slope: float, landing: float, along: Array) -> Curves:
        ends = np.array([w - TANGENT, w + TANGENT])
        top = next((one for one in TOPS if loss <= 0.8 * one), TOPS[-1])
        return Curves(
            name="loss",
            title=f"the loss of {name} alone, the others fixed",
            height=ROOM,
            width=1.15,
            x=(-REACH, REACH),
            y=(0, top),
            x_label=name,
            y_label="L",
            items=[
                Line(LINE, along[:-1], label=f"L({name})", colour=1),
                Line(
                    ends, loss + slope * (ends - w), label=f"tangent, slope {text(slope, 4)}", colour="ink", dash=True
                ),
                Vector(w, loss, landing - w, 0.0, colour=0, width=3),
                Line(np.array([landing, landing]), np.array([loss, along[-1]]), colour="muted", width=1.5, dash=True),
                Points(w, loss, label="here we are", colour="ink", size=6),
                Points(landing, along[-1], label="after the step -η dL/dw", colour=0, size=6, shape="ring"),
            ],
        )

    def _function(self, weights: Array, k: int, landing: float) -> Curves:
        line = np.linspace(-2.6, 2.6, 79)
        new = np.array(weights)
        new[0, k] = landing
        curves = []
        for values in (new, weights):  # the present ones last: so they stay in the network
            self._fill(values)
            curves.append(self.network.forward(line[:, None])[:, 0])
        return Curves(
            name="function",
            title="what the network says",
            height=ROOM,
            width=0.95,
            x=(-2.6, 2.6),
            y=(-2.0, 2.0),
            x_label="x",
            y_label="y",
            items=[
                Line(line, curves[0], label="after the step", colour=1, width=1.5, dash=True),
                Line(line, curves[1], label="yhat(x)", colour=1),
                Points(self.x[:, 0], self.y[:, 0], label="training set", colour=0, size=5),
            ],
        )

    def _diagram(self, weights: Array, k: int, gradients: Mapping[str, float]) -> Diagram:
        """The weights come first, in the order of `names`: they are dragged and chosen; then x, the units and yhat."""
        middle = (self.hidden - 1) / 2
        low, high = min(-0.75, middle - 0.9), self.hidden - 1 + 0.3
        pixel, count = (high - low) / (ROOM - TITLE), len(self.names)

        def box(x: float, y: float, words: str, under: str = "", **look: Any) -> Node:
            return Node(x, y, words, under, width=look.pop("width", 1.25), height=BOX * pixel, **look)

        nodes, edges = [], []
        for one, value in zip(self.names, weights[0], strict=True):
            kind, j = one[:2], (int(one[-1]) - 1 if "_" in one else middle)
            x = AT[{"w1": "w1", "w2": "w2", "b1": "h", "b2": "yhat"}[kind]]
            says = f"{one} = {text(value)}, dL/d{one} = {text(gradients[one], 4)}: drag it up and down"
            y = j - {"b1": 0.5, "b2": 0.9}.get(kind, 0.0)
            nodes.append(box(x, y, one, text(value, 2), colour="ink" if one == self.names[k] else "muted", says=says))
        nodes.append(box(AT["x"], middle, "x", width=0.7))
        nodes += [box(AT["h"], j, f"h_{j + 1}", width=0.8) for j in range(self.hidden)]
        nodes.append(box(AT["yhat"], middle, "yhat", width=0.9))
        place = {one: i for i, one in enumerate(self.names)}
        for j in range(self.hidden):
            unit, (first, second) = count + 1 + j, (place[f"w1_{j + 1}"], place[f"w2_{j + 1}"])
            ways = [(count, first), (first, unit), (unit, second), (second, len(nodes) - 1)]
            edges += [Edge(*way, width=1.5) for way in [*ways, (place[f"b1_{j + 1}"], unit)]]
        edges.append(Edge(place["b2"], len(nodes) - 1, width=1.5))
        return Diagram(
            name="network",
            title="the weights: choose one, drag it",
            height=ROOM,
            width=1.25,
            nodes=nodes,
            edges=edges,
            x=(AT["x"] - 0.5, AT["yhat"] + MARGIN),
            y=(low, high),
            click="chosen",
            edit="weights",
            highlights=[Highlight([(0, k)], "", 0, "ring")],
        )

    def _words(self, name: str, w: float, eta: float, loss: float, slope: float, landing: float, there: float) -> str:
        move = landing - w
        way = "to the left" if move < 0 else "to the right"
        moved = (
            f"by {text(abs(move), 4)} {way}, to {text(landing, 3)}" if text(move, 4) != "0.0000" else "hardly at all"
        )
        return (
            f"{name} = {text(w, 3)}: L = {text(loss, 4)}, and the slope there, dL/d{name}, is {text(slope, 4)}. With "
            f"η = {eta:g} one step moves {name} {moved}. The tangent promises L = {text(loss + slope * move, 4)}; "
            f"the loss is {text(there, 4)}."
        )
