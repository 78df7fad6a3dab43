"""The nodes of an ONNX file as a row, each taking what the one before it gives, and the arrays that stay."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from cnnlab.export.reading.contents import NODES, Contents, End, Node, Tensor, shown
from cnnlab.export.reading.phrases import joined
from cnnlab.types import Array, Shape

__all__ = ["SAMPLES", "Chain", "Link"]

SAMPLES, UNKNOWN = -(2**40), -(2**41)  # stand for the number of samples, and for other sides, in what a Shape gives

SMALL = 1_000  # numbers that nodes may make of fewer: borders, shapes


@dataclass
class Link:
    """A node of the row; place : which of its inputs is what the node before it gives."""

    node: Node
    place: int


class Chain:
    """The row of nodes of a file.

    Attributes
    ----------
    links : list of Link
        In their order.
    start, end : End
        What goes in, and what comes out.
    version : int
        Of ONNX's operators.
    """

    def __init__(self, path: Any, contents: Contents) -> None:
        self.path, self.version, self.tensors = path, contents.version, contents.tensors
        self.links: list[Link] = []
        self._kept: dict[str, Array] = {}  # what nodes made of arrays that stay
        self._made: dict[str, tuple[Node, list[str]]] = {}
        self._asked: set[str] = set()
        self.room = SMALL * NODES + 4 * sum(tensor.size for tensor in contents.tensors.values())
        self.start = self._one("input", [end for end in contents.inputs if end.name not in self.tensors])
        self.end = self._one("output", contents.outputs)
        self._follow(joined(contents))

    def _one(self, what: str, ends: list[End]) -> End:
        if len(ends) != 1:
            names = ", ".join(shown(end.name) for end in ends[:5]) or "none"
            raise ValueError(f"{self.path}: a network has one {what} here; this file has {len(ends)}: {names}")
        return ends[0]

    def where(self, node: Node) -> str:
        """The file and the node, for messages."""
        return f"{self.path}: {node}"

    def refuse(self, node: Node, why: str) -> NoReturn:
        """Raise ValueError, with the names of the file and the node."""
        raise ValueError(f"{self.where(node)}: {why}")

    def _follow(self, nodes: list[Node]) -> None:
        """Put the nodes in a row; those that only make arrays of other arrays stand aside."""
        now, taken = self.start.name, {}  # type: ignore[var-annotated]
        given = {now, *self.tensors}
        for node in nodes:
            if node.domain not in ("", "ai.onnx"):
                self.refuse(node, f"an operator of {shown(node.domain)}, which is none of ONNX's own")
            if not node.outputs or not node.outputs[0]:
                self.refuse(node, "it gives nothing")
            if again := given.intersection(filter(None, node.outputs)):
                self.refuse(node, f"{shown(min(again))} is there already")
            wanted = [name for name in node.inputs if name]
            if node.operator == "Shape":  # which looks, and takes nothing away
                self._made[node.outputs[0]] = node, []
                given.add(node.outputs[0])
                continue
            for name in wanted:
                if name in taken:
                    self.refuse(
                        node,
                        f"a second way leaves from {shown(name)}, which {taken[name]} takes: layers are in a row here, "
                        f"without branches or residual connections",
                    )
                if name != now and name not in self.tensors and name not in self._made:
                    self.refuse(node, f"it takes {shown(name)}, which nothing before it gives")
            if now not in wanted:
                self._made[node.outputs[0]] = node, node.inputs
                given.add(node.outputs[0])
                continue
            if wanted.count(now) > 1:
                self.refuse(node, f"it takes {shown(now)} twice: layers are in a row here")
            self.links.append(Link(node, node.inputs.index(now)))
            taken[now] = node
            now = node.outputs[0]
            given.update(filter(None, node.outputs))
        if self.end.name != now:
            last = self.links[-1].node if self.links else None
            by = f", which {last} gives" if last else ""
            raise ValueError(
                f"{self.path}: the output is {shown(self.end.name)}, but the row of nodes ends with {shown(now)}{by}"
            )

    # The arrays that stay

    def array(self, node: Node, place: int, times: Callable[[int], None] | None = None) -> Array | None:
        """An input of a node that stays; None if it has none there.

        times : told how many numbers are given once more, when an array is asked for again.
        """
        name = node.inputs[place] if place < len(node.inputs) else ""
        if not name:
            return None
        try:
            found = self._array(name)
        except ValueError as problem:
            self.refuse(node, str(problem))
        if times is not None:
            if name in self._asked:
                times(found.size)
            self._asked.add(name)
        return found

    def claim(self, node: Node, place: int) -> Shape | None:
        """The shape that an input says to have, before it is read; None if that is not known."""
        name = node.inputs[place] if place < len(node.inputs) else ""
        return tuple(self.tensors[name].sides) if name in self.tensors else None

    def _array(self, name: str) -> Array:
        if name in self.tensors and name not in self._kept:
            self._kept[name] = self.tensors[name].array()
        elif name not in self._made and name not in self._kept:
            raise ValueError(f"{shown(name)} does not stay the same, as it must here")
        if name not in self._kept:
            row = [name]  # of nodes that make arrays of arrays; each is before the one that takes it
            while row:
                node, inputs = self._made[row[-1]]
                missing = [one for one in inputs if one in self._made and one not in self._kept]
                if missing:
                    row += missing
                    continue
                self._kept[row.pop()] = self._fold(node, [self._kept.get(one) for one in inputs])
        return self._kept[name]

    def _fold(self, node: Node, made: list[Array | None]) -> Array:
        """What a node makes of arrays that stay."""
        given = [
            self._array(name) if found is None and name in self.tensors else found
            for name, found in zip(node.inputs, made, strict=False)
        ]
        fold = LARGE.get(node.operator) or FOLDS.get(node.operator)
        if fold is None or any(one is None for one in given):
            raise ValueError(f"an array is made by {node}, which is not worked out here")
        most = max((one.size for one in given if one is not None), default=0)
        if node.operator not in LARGE and most > SMALL:
            raise ValueError(f"an array is made by {node} of {most:,} numbers, more than {SMALL:,}")
        try:
            found = np.asarray(fold(node, *given))
        except (TypeError, ValueError, LookupError, np.exceptions.AxisError) as problem:
            raise ValueError(f"an array is made by {node}, and cannot be: {problem}") from None
        self.room -= found.size
        if (given and found.size > max(most, SMALL)) or self.room < 0:
            raise ValueError(f"an array is made by {node}, and larger than what it is made of")
        return found


def _constant(node: Node) -> Array:
    for name, value in node.attributes.items():
        if isinstance(value, Tensor):
            return value.array()
        if name in ("value_float", "value_floats"):
            return np.array(value, np.float32)
        if name in ("value_int", "value_ints"):
            return np.array(value, np.int64)
    raise ValueError("it holds no numbers")


def _cast(node: Node, array: Array) -> Array:
    kinds: dict[Any, type] = {1: np.float32, 11: np.float64, 7: np.int64, 6: np.int32}
    return array.astype(kinds[node.attributes["to"]])


def _product(node: Node, one: Array, other: Array) -> Array:
    if np.broadcast_shapes(one.shape, other.shape) not in (one.shape, other.shape):
        raise ValueError("it is larger than what it is made of")
    return one * other


def _turned(node: Node, array: Array) -> Array:
    return np.transpose(array, node.attributes.get("perm"))


def _filled(node: Node, shape: Array) -> Array:
    sides = [int(side) for side in shape.reshape(-1)]
    if len(sides) > 8 or math.prod(sides) > SMALL:
        raise ValueError(f"it would be of shape {tuple(sides)[:9]}")
    value = node.attributes.get("value")
    return np.full(sides, value.array().reshape(-1)[0] if isinstance(value, Tensor) else np.float32(0))


def _joined(node: Node, *arrays: Array) -> Array:
    return np.concatenate(arrays, node.attributes["axis"])


def _shaped(node: Node, array: Array, shape: Array) -> Array:
    sides = [int(side) for side in shape.reshape(-1)]
    if not node.attributes.get("allowzero"):
        sides = [array.shape[i] if side == 0 else side for i, side in enumerate(sides)]
    return array.reshape(sides)


def _part(node: Node, array: Array, starts: Array, ends: Array, axes: Array, steps: Array) -> Array:
    cut = [slice(None)] * array.ndim
    for axis, *place in zip(*(one.reshape(-1).tolist() for one in (axes, starts, ends, steps)), strict=True):
        start, end, step = place
        # Beyond the first number, going back: the end -1 would be the last one.
        cut[axis] = slice(start, None if step < 0 and end < -array.shape[axis] else end, step)
    return array[tuple(cut)]


def _sides(node: Node) -> Array:
    """The shape of what comes: only the number of samples is told, by a number that stands for it."""
    sides = np.array([SAMPLES, *[UNKNOWN] * 7])
    return sides[node.attributes.get("start", 0) : node.attributes.get("end", 8)]


def _widened(node: Node, array: Array, axes: Array | None = None) -> Array:
    given = node.attributes.get("axes") if axes is None else axes.reshape(-1).tolist()
    return np.expand_dims(array, tuple(given or ()))


# Operators that make arrays of arrays: what exporters leave undone. Those of weights, and those of sides and borders.
LARGE: dict[str, Callable[..., Any]] = {
    "Constant": _constant,
    "Identity": lambda node, array: array,
    "Cast": _cast,
    "Transpose": _turned,
    "Mul": _product,
}
FOLDS: dict[str, Callable[..., Any]] = {
    "ConstantOfShape": _filled,
    "Concat": _joined,
    "Reshape": _shaped,
    "Slice": _part,
    "Shape": _sides,
    "Gather": lambda node, array, places: np.take(array, places, node.attributes.get("axis", 0)),
    "Unsqueeze": _widened,
}
