"""Back-propagation in the network: from the loss to the left, each edge times its slope (lecture topics 1 and 18)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import trace
from cnnlab.analysis.stepwise import FIRST_WEIGHTS, Rounds, small_task
from cnnlab.explore.small_networks.five_steps_panels import Numbers, chain_words, factor, text
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Highlight, Link, Mark
from cnnlab.explore.toolkit.scene import Curves, Diagram, Edge, Node, Scene, Table

WAYS = ("forward, to the loss", "back to yhat", "back to h, w2 and b2", "back to e", "back to w1 and b1")
ALL = WAYS[-1]
AT = {"x": 0.0, "w1": 1.6, "e": 3.3, "tanh": 4.68, "h": 6.06, "w2": 7.76, "yhat": 9.5, "error": 10.95, "L": 12.3}
MARGIN = 0.62  # of the diagram to both sides, in its units
WIDE, MIDDLE, SMALL = 1.5, 1.36, 1.0  # of the boxes of weights, of other numbers, of slopes
ROOM, TITLE = 308, 24  # pixels of the diagram, and of its title
BOX = 36  # pixels: the height of a number with its gradient
BACK = 1  # the colour of the way back


class ChainRule(Explorer):
    """One round of FiveSteps from close by: the gradient flows from the loss to the left, through every edge.

    Whatever one points at tells its chain of products; what is chosen has its chain in the table.

    Parameters
    ----------
    hidden : int
        1 to 3 hidden units.
    rng : int
        Seed of the weights, those of `FiveSteps`.

    Raises
    ------
    TypeError, ValueError
        For what cannot be shown; the message names the argument.

    Source
    ------
    Lecture topics 1 and 18.
    """

    title = "The chain rule, from right to left"
    telling: ClassVar[Mapping[str, Any]] = {"way": ALL}

    def __init__(self, hidden: int = 3, rng: int = FIRST_WEIGHTS) -> None:
        self.hidden = arguments.whole("hidden", hidden)
        if self.hidden > 3:
            raise ValueError(f"hidden must be 1 to 3 units, so that every chain has its place; got {hidden!r}")
        self.x, self.y = small_task()
        training = Rounds(self.x, self.y, self.hidden, arguments.seed("rng", rng))
        self.record = trace.record(training.network, training.loss, self.x, self.y)
        self.names = self._names()
        self.chains = {name: trace.chain(self.record, name) for name in self.names[1:]}
        super().__init__(
            [
                Choice("way", "we are", options=list(WAYS), ordered=True),
                Slider("i", "sample i", 1, len(self.x), 1, value=2),
                Cell("chosen", "a number", 1, len(self.names), (0, self.names.index("w1_1")), bare=True),
            ]
        )

    def _names(self) -> list[str]:
        """What can be chosen, from right to left; the nodes of the diagram begin in this order."""
        units = range(1, self.hidden + 1)
        columns = [[f"{kind}_{j}" for j in units] for kind in ("w2", "h", "e")]
        first = [name for j in units for name in (f"w1_{j}", f"b1_{j}")]
        return ["L", "yhat", "b2", *(name for column in columns for name in column), *first]

    def scene(self, way: str, i: int, chosen: tuple[int, int]) -> Scene:
        at, name = WAYS.index(way), self.names[chosen[1]]
        numbers = Numbers(self.record, i - 1, len(self.x))
        drawn = self._diagram(numbers, at, name, i - 1)
        table = self._table(name, at, i - 1)
        return Scene(
            [drawn, [table, self._samples(name, at, i)]],
            self._words(numbers, at, name, i),
            links=self._links(drawn, table),
        )

    # ---- the network ----

    def _diagram(self, v: Numbers, at: int, name: str, i: int) -> Diagram:
        units = range(self.hidden)
        middle = (self.hidden - 1) / 2
        low, high = min(-0.28, middle - 0.9), self.hidden - 0.5 + 0.26  # from the highest box to the lowest
        pixel = (high - low) / (ROOM - TITLE)
        values = dict([("L", v.loss), ("yhat", v.yhat), ("b2", v.b2), *((w, u) for w, u, _ in v.weights())])
        values |= {f"{kind}_{j + 1}": array[j] for kind, array in (("e", v.e), ("h", v.h)) for j in units}
        middles = {"yhat": middle, "L": middle, "b2": middle - 0.62}
        nodes = [self._node(one, float(values[one]), at, i, middles, pixel) for one in self.names]
        nodes.append(Node(AT["x"], middle, f"x {text(v.x, 2)}", width=1.1, height=BOX * pixel))
        nodes[-1].says = f"x of sample {i + 1} is {text(v.x, 2)}: the slope of e by each w1"
        boxes = [self._slope("yhat", "(yhat - y)²", AT["error"], middle, at, i, pixel)]
        boxes += [self._slope(f"e_{j + 1}", "tanh", AT["tanh"], j, at, i, pixel) for j in units]
        nodes += boxes
        path = {slope.to for slope in self.chains[name]} if name != "L" else set()
        return Diagram(
            name="network",
            title=f"sample {i + 1}: "
            + ("back, orange where positive, blue where negative" if at else "numbers flow to the right"),
            height=ROOM,
            nodes=nodes,
            edges=self._edges(at, path),
            x=(AT["x"] - MARGIN, AT["L"] + MARGIN),
            y=(low, high),
            top=self._strongest(),
            click="chosen",
            highlights=[Highlight([(0, k) for k, one in enumerate(self.names) if one == name], "", "ink", "ring")],
        )

    def _node(self, name: str, value: float, at: int, i: int, middles: Mapping[str, float], pixel: float) -> Node:
        """A number of the network: its value, and dL by it as soon as it is known, which colours it."""
        kind, row = name.split("_")[0], middles.get(name, 0.0)
        if "_" in name:
            row = int(name[-1]) - 1 + (0.5 if kind == "b1" else 0.0)
        x = AT[{"b1": "e", "b2": "yhat"}.get(kind, kind)]
        words = f"{name} {text(value, 3 if name == 'L' else 2)}"
        width = WIDE if kind in ("w1", "w2", "b1", "b2") else MIDDLE
        node = Node(
            x, row, words, width=width if name != "L" else 1.15, height=BOX * pixel, says=self._says(name, value, at, i)
        )
        if name != "L" and at >= self._level(name):
            node.value = self._product(name, i)
            node.under = f"dL/d{name} {text(node.value, 4)}"
        return node

    def _slope(self, name: str, forward: str, x: float, row: float, at: int, i: int, pixel: float) -> Node:
        """A box on an edge that has no weight: what is computed there, and, on the way back, its slope."""
        back = at >= self._level(name)
        slope = self.chains[name][-1]
        node = Node(
            x,
            row,
            forward,
            width=1.12 if name == "yhat" else SMALL,
            height=BOX * pixel,
            colour=BACK if back else "muted",
        )
        if back:
            node.text, node.under = slope.formula, f"· {text(slope.values[i])}"
        node.says = f"on the way back: · {slope.formula} = · {factor(slope.values[i])}"
        return node

    def _edges(self, at: int, path: set[str]) -> list[Edge]:
        """To the right; as soon as the gradient has come through them, to the left."""
        place = {name: k for k, name in enumerate(self.names)}
        x, error, tanh = len(self.names), len(self.names) + 1, len(self.names) + 2
        edges: list[Edge] = []

        def edge(left: int, right: int, to: str) -> None:
            back = at >= self._level(to)
            ends = (right, left) if back else (left, right)
            width = 4.5 if back and to in path else 1.8
            edges.append(Edge(*ends, colour=BACK if back else "muted", width=width))

        for left, right in ((place["yhat"], error), (error, place["L"])):
            edge(left, right, "yhat")
        edge(place["b2"], place["yhat"], "b2")
        for j in range(1, self.hidden + 1):
            edge(x, place[f"w1_{j}"], "x")
            edge(place[f"w1_{j}"], place[f"e_{j}"], f"w1_{j}")
            edge(place[f"b1_{j}"], place[f"e_{j}"], f"b1_{j}")
            edge(place[f"e_{j}"], tanh + j - 1, f"e_{j}")
            edge(tanh + j - 1, place[f"h_{j}"], f"e_{j}")
            edge(place[f"h_{j}"], place[f"w2_{j}"], f"h_{j}")
            edge(place[f"w2_{j}"], place["yhat"], f"w2_{j}" if f"w2_{j}" in path else f"h_{j}")
        return edges

    @staticmethod
    def _level(name: str) -> int:
        """At which of the WAYS dL by it is known."""
        kind = name.split("_")[0]
        return {"L": 0, "yhat": 1, "h": 2, "w2": 2, "b2": 2, "e": 3, "w1": 4, "b1": 4, "x": len(WAYS)}[kind]

    def _product(self, name: str, i: int) -> float:
        return float(np.prod([slope.values[i] for slope in self.chains[name]]))

    def _strongest(self) -> float:
        """Of all gradients of all samples: the end of the scale of colours."""
        return max(abs(self._product(name, i)) for name in self.names[1:] for i in range(len(self.x)))

    # ---- the chain of what is chosen ----

    def _table(self, name: str, at: int, i: int) -> Table:
        rows, before, product = [], "L", 1.0
        for slope in self.chains.get(name, []):
            known = at >= self._level(slope.to)
            product *= float(slope.values[i])
            numbers = [f"· {factor(slope.values[i])}", text(product, 4)] if known else ["", ""]
            rows.append([f"{before} → {slope.to}", f"· {slope.formula}", *numbers])
            before = slope.to
        return Table(
            name="chain",
            title=f"the chain of slopes from L to {name}" if name != "L" else "choose a number of the network",
            height=152,
            width=1.15,
            header=["on the way back", "its slope", "number", "product so far"],
            align="llrr",
            rows=rows or [["", "", "", ""]],
            size=13,
        )

    def _samples(self, name: str, at: int, i: int) -> Curves:
        n = len(self.x)
        products = np.array([self._product(name, k) for k in range(n)]) if name != "L" else np.zeros(n)
        top = 1.4 * (float(np.abs(products).max()) or 1.0)
        known = name != "L" and at >= self._level(name)
        places = np.arange(1, n + 1)
        items: list[Any] = [Mark(y=0.0)]
        if known:
            others = places != i
            items = [
                Bars(places[others], products[others], colour="muted", width=0.6, values=True, digits=3),
                Bars(places[~others], products[~others], colour=BACK, width=0.6, values=True, digits=3),
                *items,
            ]
        total = f": their sum is {text(products.sum(), 4)}" if known and _is_parameter(name) else ""
        return Curves(
            name="samples",
            title=f"dL/d{name} of every sample{total}" if name != "L" else "no slope is needed for L itself",
            height=152,
            x=(0.4, n + 0.6),
            y=(-top, top),
            x_label="sample i",
            y_label=f"dL/d{name}" if name != "L" else "",
            legend=False,
            items=items,
        )

    # ---- in words ----

    def _says(self, name: str, value: float, at: int, i: int) -> str:
        """What is read at a node: how it was computed, or, on the way back, its chain of products."""
        if name != "L" and at >= self._level(name):
            return chain_words(name, self.chains[name], i)
        ways = {"L": "the mean of all squared errors", "yhat": "b2 + Σ w2_j h_j"}
        if name[0] == "e":
            ways[name] = f"w1_{name[-1]} x + b1_{name[-1]}"
        if name[0] == "h":
            ways[name] = f"tanh(e_{name[-1]})"
        return f"{name} = {f'{ways[name]} = ' if name in ways else ''}{text(value, 4 if name == 'L' else 3)}"

    def _words(self, v: Numbers, at: int, name: str, i: int) -> str:
        if at == 0:
            return (
                f"Forward: sample {i}, x = {text(v.x, 2)}, makes yhat = {text(v.yhat)}; y is {text(v.y, 2)}. The loss "
                f"of all {len(self.x)} samples is {text(v.loss, 4)}. Now step or play the way back, from L to the left."
            )
        begin = f"Sample {i}, {WAYS[at]}. "
        if name == "L":
            return begin + "Choose a number of the network: its chain of slopes stands in the table."
        if at < self._level(name):
            return begin + f"The gradient has not come to {name} yet: go on to the left."
        total = ""
        if _is_parameter(name):
            whole = sum(self._product(name, k) for k in range(len(self.x)))
            total = f" All {len(self.x)} samples together, added up: dL/d{name} = {text(whole, 4)}."
        return begin + f"For this sample {chain_words(name, self.chains[name], i - 1)}.{total}"

    def _links(self, drawn: Diagram, table: Table) -> list[Link]:
        """A parameter lights up the way that leads to it; a row of the table, where it leads."""
        place = {name: k for k, name in enumerate(self.names)}
        boxes = {"yhat": len(self.names) + 1} | {f"e_{j}": len(self.names) + 1 + j for j in range(1, self.hidden + 1)}
        pairs = []
        for name in filter(_is_parameter, self.names):
            for slope in self.chains[name][:-1]:
                pairs += [(0, place[name], 0, one) for one in {place[slope.to], boxes.get(slope.to, place[slope.to])}]
        links = [Link("network", "network", np.array(pairs))]
        named = [(r, row[0].partition(" → ")[2]) for r, row in enumerate(table.rows) if row[0]]
        rows = [(r, c, 0, place[to]) for r, to in named for c in range(4)]
        return [*links, Link("chain", "network", np.array(rows))] if rows else links


def _is_parameter(name: str) -> bool:
    return name[0] in "wb"
