"""The nodes of an ONNX file as a row, each taking what the one before it gives, and the arrays that stay."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from cnnlab.export.reading.contents import Contents, End, Node, Tensor, shown
from cnnlab.types import Array

__all__ = ["Chain", "Link"]

NODES = 2_000  # in one file; a network that has a thousand layers has fewer


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
        self._asked: dict[str, int] = {}
        if len(contents.nodes) > NODES:
            raise ValueError(f"{path}: it has {len(contents.nodes):,} nodes, more than {NODES:,}")
        self.start = self._one("input", [end for end in contents.inputs if end.name not in self.tensors])
        self.end = self._one("output", contents.outputs)
        self._follow(contents.nodes)

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
        self._asked[name] = self._asked.get(name, 0) + 1
        if times is not None and self._asked[name] > 1:
            times(found.size)
        return found

    def _array(self, name: str) -> Array:
        if name in self.tensors:
            return self.tensors[name].array()
        if name not in self._made:
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
            self.tensors[name].array() if found is None and name in self.tensors else found
            for name, found in zip(node.inputs, made, strict=True)
        ]
        fold = FOLDS.get(node.operator)
        if fold is None or any(one is None for one in given):
            raise ValueError(f"an array is made by {node}, which is not worked out here")
        before = max((one.size for one in given if one is not None), default=0)
        try:
            found = np.asarray(fold(node, *given))
        except (TypeError, ValueError, KeyError, np.exceptions.AxisError) as problem:
            raise ValueError(f"an array is made by {node}, and cannot be: {problem}") from None
        if given and found.size > before:
            raise ValueError(f"an array is made by {node}, larger than what it is made of")
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


# Operators that make arrays of arrays: what exporters leave undone.
FOLDS: dict[str, Callable[..., Any]] = {
    "Constant": _constant,
    "Identity": lambda node, array: array,
    "Cast": _cast,
    "Transpose": _turned,
    "Mul": _product,
}
