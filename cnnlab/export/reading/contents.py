"""What an ONNX file says, read by its form alone: nothing of it is understood yet, no weights are read."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnlab.files import Part, plain, real, signed
from cnnlab.types import Array

NAME, WHOLE = 1_000, 10_000  # characters of a name, whole numbers in a row: sides, axes, places
NODES = 2_000  # in one file; a network that has a thousand layers has fewer
FLOATS = {1: ("<f4", "float_data"), 10: ("<f2", ""), 11: ("<f8", "double_data")}  # how numbers are kept
WHOLES = {6: ("<i4", "int32_data"), 7: ("<i8", "int64_data"), 9: ("?", "int32_data")}
KINDS = dict(
    enumerate(
        ", float32, uint8, int8, uint16, int16, int32, int64, text, truth values, float16, float64, uint32, uint64, "
        "complex64, complex128, bfloat16".split(", ")
    )
)


def shown(name: str) -> str:
    """A name from outside, for a message."""
    name = plain(name)
    return repr(name if len(name) <= 80 else name[:77] + "...")


@dataclass
class Tensor:
    """Numbers in the file: what they claim to be, and where they are."""

    name: str = ""
    kind: int = 0
    sides: list[int] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    away: bool = False

    @property
    def size(self) -> int:
        """How many numbers it says to hold; 0 for what is no shape."""
        whole = len(self.sides) <= 8 and min(self.sides, default=0) >= 0
        return math.prod(self.sides) if whole else 0

    def array(self) -> Array:
        """The numbers, read now.

        Raises
        ------
        ValueError
            If they are in another file, of a kind that has no place here, or not as many as the sides say.
        """
        if self.away:
            raise ValueError(
                f"the numbers of {shown(self.name)} lie in another file, which is not opened: write all into one file "
                f"(torch.onnx.export(..., external_data=False))"
            )
        known = FLOATS | WHOLES
        if self.kind not in known:
            kind = KINDS.get(self.kind, f"the unknown kind {self.kind}")
            raise ValueError(f"{shown(self.name)} holds {kind}; expected float32 or float64, or whole numbers")
        if len(self.sides) > 8 or min(self.sides, default=0) < 0:
            raise ValueError(f"{shown(self.name)} says to be of shape {self.sides}")
        dtype, other = known[self.kind]
        raw = self.parts.get("raw_data")
        if raw is None and other:
            return self._listed(other, dtype)
        there, claimed = 0 if raw is None else len(raw), self.size * np.dtype(dtype).itemsize
        if there != claimed:
            raise ValueError(
                f"{shown(self.name)} says to be {KINDS[self.kind]} of shape {tuple(self.sides)}, {claimed:,} bytes; it "
                f"has {there:,}"
            )
        found = np.zeros(0, dtype) if raw is None else raw.numbers(dtype)
        return found.reshape(self.sides)

    def _listed(self, where: str, dtype: str) -> Array:
        """Numbers that stand in a field of their kind, packed or each by itself."""
        found: list[Any] = []
        for part in self.parts.get(where, ()):
            if where in ("float_data", "double_data"):
                wide = np.dtype(dtype).itemsize
                single = part if isinstance(part, Part) else np.array([part], f"<u{wide}").view(dtype)
                found.append(single.numbers(dtype) if isinstance(single, Part) else single)
            else:
                values = part.varints(WHOLE) if isinstance(part, Part) else [part]
                found.append(np.array([signed(value) for value in values], np.int64).astype(dtype))
        numbers = np.concatenate(found) if found else np.zeros(0, dtype)
        if numbers.size != self.size:
            raise ValueError(
                f"{shown(self.name)} says to be of shape {tuple(self.sides)}, {self.size:,} numbers; it has "
                f"{numbers.size:,}"
            )
        return numbers.reshape(self.sides)


@dataclass
class Node:
    """One operation."""

    place: int = 0
    operator: str = ""
    name: str = ""
    domain: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        called = f" {shown(self.name)}" if self.name else ""
        return f"node {self.place}, {' '.join(plain(self.operator).split())[:80]}{called}"


@dataclass
class End:
    """What goes in or comes out: its name, the kind of its numbers, its sides (None: left open), if they are told."""

    name: str = ""
    kind: int = 0
    sides: list[int | None] | None = None


@dataclass
class Contents:
    """All of a file."""

    version: int = 0
    producer: str = ""
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    inputs: list[End] = field(default_factory=list)
    outputs: list[End] = field(default_factory=list)


def contents(part: Part) -> Contents:
    """What the file says.

    Raises
    ------
    ValueError
        If it is no model of ONNX.
    """
    found, graphs = Contents(), []
    for number, value in part.fields():
        if number == 2:
            found.producer = _text(value)
        elif number == 7:
            graphs.append(_part(value))
        elif number == 8:
            domain, version = "", 0
            for which, content in _part(value).fields():
                if which == 1:
                    domain = _text(content)
                elif which == 2:
                    version = _whole(content)
            if domain in ("", "ai.onnx"):
                found.version = version
    if len(graphs) != 1:
        raise ValueError(f"it must hold one graph; it holds {len(graphs)}")
    for number, value in graphs[0].fields():
        if number == 1:
            found.nodes.append(_node(_part(value), len(found.nodes)))
            if len(found.nodes) > NODES:
                raise ValueError(f"it has more than {NODES:,} nodes")
        elif number == 5:
            tensor = _tensor(_part(value))
            if tensor.name in found.tensors:
                raise ValueError(f"two arrays are called {shown(tensor.name)}")
            found.tensors[tensor.name] = tensor
        elif number in (11, 12):
            (found.inputs if number == 11 else found.outputs).append(_end(_part(value)))
        elif number == 15:
            raise ValueError("it holds sparse arrays, which have no place here")
    return found


def _node(part: Part, place: int) -> Node:
    node = Node(place)
    for number, value in part.fields():
        if number == 1:
            node.inputs.append(_text(value))
        elif number == 2:
            node.outputs.append(_text(value))
        elif number == 3:
            node.name = _text(value)
        elif number == 4:
            node.operator = _text(value)
        elif number == 5:
            name, content = _attribute(_part(value))
            node.attributes[name] = content
        elif number == 7:
            node.domain = _text(value)
    return node


def _attribute(part: Part) -> tuple[str, Any]:
    """Its name, and a float, an int, bytes, a Tensor, or a list of floats or ints; None for other things."""
    name, kind = "", 0
    single: dict[int, Any] = {}
    rows: dict[int, list[Any]] = {7: [], 8: []}
    for number, value in part.fields():
        if number == 1:
            name = _text(value)
        elif number == 20:
            kind = _whole(value)
        elif number == 2:
            single[1] = real(_bits(value))
        elif number == 3:
            single[2] = _whole(value)
        elif number == 4:
            single[3] = _part(value).bytes(NAME)
        elif number == 5:
            single[4] = _tensor(_part(value))
        elif number == 7:
            rows[7] += value.numbers("<f4").tolist() if isinstance(value, Part) else [real(value)]
        elif number == 8:
            rows[8] += map(signed, value.varints(WHOLE) if isinstance(value, Part) else [value])
    if kind in (6, 7) or (not kind and (rows[7] or rows[8])):  # lists may be empty
        return name, rows[7] if kind == 6 or (not kind and rows[7]) else rows[8]
    zero: dict[int, Any] = {1: 0.0, 2: 0, 3: b""}
    if kind:
        return name, single.get(kind, zero.get(kind))
    return name, next(iter(single.values()), None)


def _tensor(part: Part) -> Tensor:
    tensor, listed = Tensor(), {4: "float_data", 5: "int32_data", 7: "int64_data", 10: "double_data"}
    for number, value in part.fields():
        if number == 1:
            tensor.sides += map(signed, value.varints(9) if isinstance(value, Part) else [value])
        elif number == 2:
            tensor.kind = _whole(value)
        elif number == 8:
            tensor.name = _text(value)
        elif number == 9:
            tensor.parts["raw_data"] = _part(value)
        elif number in listed:
            tensor.parts.setdefault(listed[number], []).append(value)
        elif number == 13 or (number == 14 and value):
            tensor.away = True
    return tensor


def _end(part: Part) -> End:
    """A ValueInfoProto: name, and in a type the kind of numbers and the shape."""
    end = End()
    for number, value in part.fields():
        if number == 1:
            end.name = _text(value)
        elif number == 2:
            for which, content in _part(value).fields():
                if which != 1:
                    raise ValueError(f"{shown(end.name)} is no array")
                for one, inner in _part(content).fields():
                    if one == 1:
                        end.kind = _whole(inner)
                    elif one == 2:
                        end.sides = [_side(_part(side)) for what, side in _part(inner).fields() if what == 1]
    return end


def _side(part: Part) -> int | None:
    found = [_whole(value) for number, value in part.fields() if number == 1]
    return found[-1] if found and found[-1] > 0 else None


def _asserted(test: Callable[[Any], bool], value: Any) -> Any:
    if not test(value):
        raise ValueError("a field of it is of another kind than in ONNX")
    return value


def _part(value: Any) -> Part:
    found: Part = _asserted(lambda given: isinstance(given, Part), value)
    return found


def _bits(value: Any) -> int:
    found: int = _asserted(lambda given: isinstance(given, int), value)
    return found


def _whole(value: Any) -> int:
    return signed(_bits(value))


def _text(value: Any) -> str:
    return _part(value).text(NAME)
