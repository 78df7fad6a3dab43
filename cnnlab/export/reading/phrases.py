"""What exporters spell out in several nodes, though it is one operator: joined again, where nothing else is meant."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from cnnlab.export.reading.contents import Contents, Node
from cnnlab.types import Array

__all__ = ["VIEW", "joined"]

VIEW = "shape that it is seen in"  # of the node that stands for the others: sides of a sample, channels first
SMALL = 100  # numbers of an array that tells how, and is no weight


def joined(contents: Contents) -> list[Node]:
    """The nodes of a file, with one in the place of several.

    PyTorch writes `nn.LocalResponseNorm` as nine: x / (k + alpha mean of x^2 over a window of maps)^beta; and
    `nn.AdaptiveAvgPool1d(1)` as three.  Whatever differs from that in anything stays as it is.
    """
    nodes, found, place = contents.nodes, [], 0
    while place < len(nodes):
        for words, join in PHRASES:
            row = nodes[place : place + len(words)]
            fits = len(row) == len(words) and all(
                n.operator in word.split("|") for n, word in zip(row, words, strict=True)
            )
            if fits and _follow(row) and (one := join(contents, row)) is not None:
                found.append(one)
                place += len(row)
                break
        else:
            found.append(nodes[place])
            place += 1
    return found


def _follow(row: list[Node]) -> bool:
    """Whether each node takes what the one before it gives, and gives one thing."""
    return all(len(node.outputs) == 1 for node in row) and all(
        one.outputs[0] in other.inputs for one, other in pairwise(row)
    )


def _told(contents: Contents, node: Node, place: int) -> Array | None:
    """A small array of the file that a node takes."""
    tensor = contents.tensors.get(node.inputs[place]) if place < len(node.inputs) else None
    if tensor is None or not 0 < tensor.size <= SMALL:
        return None
    return tensor.array().reshape(-1)


def _other(contents: Contents, node: Node, before: Node) -> float | None:
    """The number that a node takes beside what comes."""
    names = [name for name in node.inputs if name != before.outputs[0]]
    tensor = contents.tensors.get(names[0]) if len(names) == 1 and len(node.inputs) == 2 else None
    return float(tensor.array().reshape(())) if tensor is not None and tensor.size == 1 else None


def _response(contents: Contents, row: list[Node]) -> Node | None:
    """An "LRN", for its nine nodes."""
    square, wide, pad, mean, narrow, times, plus, power, quotient = row
    x, size = square.inputs[0], mean.attributes.get("kernel_shape")
    numbers = [_other(contents, node, before) for node, before in zip((times, plus, power), row[4:7], strict=True)]
    borders, axes, sides = _told(contents, pad, 1), _told(contents, narrow, 1), _told(contents, wide, 1)
    if borders is None or axes is None or sides is None or None in numbers or not isinstance(size, list) or not size:
        return None
    n, rank = size[0], len(size) + 2
    wanted = np.zeros((2, rank), int)
    wanted[:, 2] = n // 2, (n - 1) // 2
    plain = (
        square.inputs == [x, x]
        and quotient.inputs == [x, power.outputs[0]]
        and power.inputs[0] == plus.outputs[0]
        and size[1:] == [1] * len(size[1:])
        and borders.tolist() == wanted.ravel().tolist()
        and len(pad.inputs) == 2
        and pad.attributes.get("mode", b"constant") == b"constant"
        and axes.tolist() == [1]
        and set(mean.attributes.get("strides", [1])) == {1}
        and set(mean.attributes.get("dilations", [1])) == {1}
        and not any(mean.attributes.get("pads", []))
        and mean.attributes.get("auto_pad", b"NOTSET") in (b"NOTSET", b"VALID")
    )
    view: dict[str, Any] = {VIEW: sides[2:].tolist()} if wide.operator == "Reshape" else {}
    if not plain or (sides.tolist() != [1] if not view else sides.size != rank or sides[1] != 1):
        return None
    given = dict(zip(("alpha", "bias", "beta"), numbers, strict=True))
    return Node(square.place, "LRN", quotient.name, "", [x], quotient.outputs, {"size": n} | given | view)


def _mean(contents: Contents, row: list[Node]) -> Node | None:
    """A "GlobalAveragePool", for the three nodes over frames."""
    wide, mean, narrow = row
    told = [_told(contents, node, 1) for node in row]
    if [None if one is None else sorted(one.tolist()) for one in told] != [[-2], [-2, -1], [-2]]:
        return None
    if not mean.attributes.get("keepdims", 1):
        return None
    return Node(wide.place, "GlobalAveragePool", mean.name, "", wide.inputs[:1], narrow.outputs, {})


PHRASES: list[tuple[list[str], Callable[[Contents, list[Node]], Node | None]]] = [
    ("Mul Reshape|Unsqueeze Pad AveragePool Squeeze Mul Add Pow Div".split(), _response),
    ("Unsqueeze ReduceMean Squeeze".split(), _mean),
]
