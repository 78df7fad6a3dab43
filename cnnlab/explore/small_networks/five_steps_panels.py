"""The numbers of one round of training a two-layer network, as a table of formulas, a diagram and a table of weights.

Each number has one name in all three ("h_1", "w2_3", "yhat"), and the links join what has the same name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab.analysis.trace import Slope, Trace
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.scene import Diagram, Edge, Node, Table

WIDEST = 6.0  # a weight of this size or more has the widest arrow
HEIGHT, TITLE = 296, 24  # of the diagram, and of the line with its title, in pixels
CROWDED = 336  # of the diagram of more than three hidden units
EVERY = [(column, other) for column in range(4) for other in range(4)]  # cells of one row with those of another
INPUT, HIDDEN, OUTPUT, LOSS = 0.0, 3.95, 7.9, 10.1  # columns of the diagram


class Numbers:
    """The numbers of sample i (from 0) in a trace of Dense, Tanh, Dense with the mean of n squared errors."""

    def __init__(self, record: Trace, i: int, n: int) -> None:
        first: Any = record[0]  # of these layers w and b are arrays, never None
        squash: Any = record[1]
        second: Any = record[2]
        self.n, self.loss, self.hidden = n, record.loss, first.w.shape[1]
        self.x, self.y = first.h_in[i, 0], record.y[i, 0]
        self.w1, self.b1, self.w2, self.b2 = first.w[0], first.b, second.w[:, 0], second.b[0]
        self.e, self.h, self.yhat = first.out[i], squash.out[i], second.out[i, 0]
        self.dyhat, self.dh, self.de = second.d_out[i, 0], squash.d_out[i], first.d_out[i]
        self.dw1, self.db1, self.dw2, self.db2 = first.dw[0], first.db, second.dw[:, 0], second.db[0]

    def weights(self) -> list[tuple[str, float, float]]:
        """[(name, value, gradient)] of every u, weights and biases."""
        units = range(self.hidden)
        first = [
            one
            for j in units
            for one in ((f"w1_{j + 1}", self.w1[j], self.dw1[j]), (f"b1_{j + 1}", self.b1[j], self.db1[j]))
        ]
        return [*first, *((f"w2_{j + 1}", self.w2[j], self.dw2[j]) for j in units), ("b2", self.b2, self.db2)]


def text(value: float, digits: int = 3) -> str:
    """A number with so many decimals, never "-0.000"; one too long for its place in powers of ten."""
    return f"{value:.2e}" if abs(value) >= 1e4 else f"{round(float(value), digits) + 0.0:.{digits}f}"


def factor(value: float, digits: int = 3) -> str:
    """The same as a factor or after a sign: in brackets where it is negative."""
    words = text(value, digits)
    return f"({words})" if words.startswith("-") else words


def term(value: float) -> str:
    """The same as a further term of a sum: " + 0.500" or " - 0.500"."""
    return f" {'-' if text(value).startswith('-') else '+'} {text(abs(value))}"


def formulas(v: Numbers, at: int, title: str, learned: bool) -> Table:
    """The table of all numbers that are made at step `at` (from 0): each with its formula.

    learned : whether the weights have moved since they were drawn.
    """
    rows, units = [], range(1, v.hidden + 1)

    def row(symbol, formula, numbers, value, digits=3):
        rows.append([symbol, formula, numbers, text(value, digits)])

    if at == 0:
        row("x", "given", "", v.x, 2)
        row("y", "given", "", v.y, 2)
    if at == 1:
        for name, value, _ in v.weights():
            row(name, "learned" if learned else "random", "", value)
    if at == 2:
        for j, w, b, e, h in zip(units, v.w1, v.b1, v.e, v.h, strict=True):
            row(f"e_{j}", f"w1_{j} x + b1_{j}", f"{text(w)} · {factor(v.x, 2)}{term(b)}", e)
            row(f"h_{j}", f"tanh(e_{j})", f"tanh({text(e)})", h)
        for j, w, h in zip(units, v.w2, v.h, strict=True):
            row(f"w2_{j} h_{j}", "weight times unit", f"{text(w)} · {factor(h)}", w * h)
        row("yhat", "b2 + Σ w2_j h_j", text(v.b2) + "".join(map(term, v.w2 * v.h)), v.yhat)
    if at == 3:
        row("error", "yhat - y", f"{text(v.yhat)} - {factor(v.y, 2)}", v.yhat - v.y)
        row("its square", "(yhat - y)²", f"({text(v.yhat - v.y)})²", (v.yhat - v.y) ** 2)
        row("L", f"mean over {v.n} samples", "", v.loss, 4)
    if at == 4:
        row("dL/dyhat", f"2 (yhat - y) / {v.n}", f"2 · {factor(v.yhat - v.y)} / {v.n}", v.dyhat, 4)
        for j, w, h, dh, de in zip(units, v.w2, v.h, v.dh, v.de, strict=True):
            row(f"dL/dh_{j}", f"w2_{j} dL/dyhat", f"{text(w)} · {factor(v.dyhat, 4)}", dh, 4)
            row(f"dL/de_{j}", f"(1 - h_{j}²) dL/dh_{j}", f"(1 - {text(abs(h))}²) · {factor(dh, 4)}", de, 4)
        for j, h, dw in zip(units, v.h, v.dw2, strict=True):
            row(f"dL/dw2_{j}", f"Σ_i dL/dyhat h_{j}", f"this sample: {text(v.dyhat * h, 4)}", dw, 4)
        row("dL/db2", "Σ_i dL/dyhat", f"this sample: {text(v.dyhat, 4)}", v.db2, 4)
        for j, de, dw, db in zip(units, v.de, v.dw1, v.db1, strict=True):
            row(f"dL/dw1_{j}", f"Σ_i dL/de_{j} x", f"this sample: {text(de * v.x, 4)}", dw, 4)
            row(f"dL/db1_{j}", f"Σ_i dL/de_{j}", f"this sample: {text(de, 4)}", db, 4)
    header = ["", "formula", "numbers", "value"]
    return Table(
        name="formulas",
        title=title,
        width=1.35,
        height=474,
        narrowest=240.0,
        size=12.5,
        header=header,
        align="lllr",
        rows=rows,
    )


def descent(v: Numbers, at: int, eta: float) -> Table:
    """The table of every weight u; at step 5 with its gradient, and what the next press makes of it."""

    def row(name, value, gradient):
        now = [text(value), text(gradient, 4), text(value - eta * gradient)]
        return [name, *(words if at >= known else "" for words, known in zip(now, (1, 4, 4), strict=True))]

    return Table(
        name="weights",
        title="next = now - η dL/du",
        width=0.95,
        height=260,
        size=12.5,
        header=["u", "now", "dL/du", "next"],
        align="lrrr",
        rows=[row(*one) for one in v.weights()],
    )


def chain_words(name: str, slopes: Sequence[Slope], i: int) -> str:
    """ "dL/dw2_1 = 2 (yhat - y) / 8 · h_1 = 0.250 · 0.500 = 0.1250": of sample i, from 0."""
    words = " · ".join(f"({s.formula})" if s.formula.startswith("1 - ") else s.formula for s in slopes)
    numbers = " · ".join(factor(s.values[i]) for s in slopes)
    between = f"{numbers} = " if len(slopes) > 1 else ""
    return f"dL/d{name} = {words} = {between}{text(float(np.prod([s.values[i] for s in slopes])), 4)}"


def diagram(v: Numbers, at: int, chains: Mapping[str, str]) -> Diagram:
    """x, the hidden units, yhat and the loss, every weight on its arrow and every bias above its unit, with the numbers
    that are known at step `at`; in step 5 the arrows lead back.

    chains : {name of a number: its chain of products in words}, which is said of it; in step 5.
    """
    crowded = v.hidden > 3
    low, high = (-0.74, v.hidden - 0.65) if crowded else (-0.8, v.hidden - 0.45)
    tall = CROWDED if crowded else HEIGHT
    middle, pixel = (v.hidden - 1) / 2, (high - low) / (tall - TITLE)
    across, box, rise, flat = (1.2, 33, 34, 20) if crowded else (1.35, 40, 45, 23)

    def known(step, value, digits=3):
        return text(value, digits) if at >= step else ""

    def unit(x, y, name, value):
        colour = float(value) if at >= 2 else None
        return Node(x, y, name, known(2, value), "circle", width=across, height=80 * pixel, value=colour)

    def weight(start, end, name, value):
        x, y = (nodes[start].x + nodes[end].x) / 2, (nodes[start].y + nodes[end].y) / 2
        nodes.append(Node(x, y, name, known(1, value, 2), width=1.45, height=box * pixel, colour="muted"))
        edges.append(Edge(start, end, width=1 + min(abs(float(value)), WIDEST) * (at >= 1)))

    def bias(end, name, value):
        words, at_y = f"{name} {known(1, value, 2)}".strip(), nodes[end].y - rise * pixel
        nodes.append(Node(nodes[end].x, at_y, words, width=2.42, height=flat * pixel, colour="muted"))

    units, output, loss = range(1, v.hidden + 1), v.hidden + 1, v.hidden + 2
    nodes, edges = [Node(INPUT, middle, "x", text(v.x, 2), "circle", 1.35, 80 * pixel)], [Edge(output, loss)]
    nodes += [unit(HIDDEN, j, f"h_{j + 1}", v.h[j]) for j in range(v.hidden)]
    nodes.append(unit(OUTPUT, middle, "yhat", v.yhat))
    name, value = ("L", text(v.loss, 4)) if at >= 3 else ("y", text(v.y, 2))
    nodes.append(Node(LOSS, middle, name, value, width=1.2, height=60 * pixel))
    for j in units:
        weight(0, j, f"w1_{j}", v.w1[j - 1])
        bias(j, f"b1_{j}", v.b1[j - 1])
    for j in units:
        weight(j, output, f"w2_{j}", v.w2[j - 1])
    bias(output, "b2", v.b2)
    learned = range(loss + 1, len(nodes))
    for node in nodes:
        node.says = chains.get(node.text.split()[0], "")
    if at == 4:
        edges = [Edge(edge.end, edge.start, colour=1, width=edge.width) for edge in edges]
    lit = ([0, loss], learned, [*units, output], [loss], [*units, output, loss])[at]
    return Diagram(
        name="network",
        title="the network" if at < 4 else "back: each edge times its slope",
        width=1.2,
        height=tall,
        narrowest=240.0,
        nodes=nodes,
        edges=edges,
        x=(INPUT - 0.75, LOSS + 0.75),
        y=(low, high),
        highlights=[Highlight([(0, node) for node in lit], "this step", style="ring", colour=1)],
    )


def links(table: Table, drawn: Diagram, weights: Table) -> list[Link]:
    """What has the same name lights up together: formulas, rows of weights, units and weights of the diagram."""
    named = {place.text.split()[0]: (0, i) for i, place in enumerate(drawn.nodes)}
    learned = {row[0]: r for r, row in enumerate(weights.rows)}
    owners = [(r, owner(row[0])) for r, row in enumerate(table.rows)]
    to_network = [(r, column, *named[name]) for r, name in owners for column in range(4)]
    to_weights = [(r, c, learned[name], other) for r, name in owners if name in learned for c, other in EVERY]
    both = [(r, column, *named[name]) for name, r in learned.items() for column in range(4)]
    pairs = (("formulas", "network", to_network), ("formulas", "weights", to_weights), ("weights", "network", both))
    return [Link(panel, other, np.array(cells)) for panel, other, cells in pairs if cells]


def owner(symbol: str) -> str:
    """The unit, weight or loss that a row of the formulas is about: "dL/de_2" -> "h_2", "error" -> "L"."""
    name = symbol.removeprefix("dL/d").removesuffix(f" h_{symbol[-1]}")
    return "L" if name in ("error", "its square") else name.replace("e_", "h_")
