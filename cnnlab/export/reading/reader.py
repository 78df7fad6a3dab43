"""Going along the nodes of an ONNX file: what each says, and where the axes are."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from cnnlab.export.assembly import Assembly
from cnnlab.export.reading.chain import Chain, Link
from cnnlab.export.reading.contents import Node, shown
from cnnlab.types import Array, Shape

__all__ = ["Reader"]


class Reader:
    """Goes along the row of nodes and tells an Assembly what they are.

    Attributes
    ----------
    first : bool
        Whether the channels are the first axis behind N now, and not the last.
    more : int
        Axes of length 1 that were added at the end, for what only takes images.
    """

    def __init__(self, chain: Chain, shape: Shape, first: bool, numbers: int, tables: bool) -> None:
        self.chain, self.first, self.more, self.tables = chain, first, 0, tables
        dtype = np.float64 if chain.start.kind == 11 else np.float32
        self.made = Assembly(shape, dtype, numbers)

    def read(self, link: Link, known: "Mapping[str, Callable[[Reader, Link], None]]") -> None:
        """One node; known : what each operator is."""
        node = link.node
        self.made.where = self.chain.where(node)
        reader = known.get(node.operator)
        if reader is None:
            self.refuse(f"no layer here does what a {shown(node.operator)} does")
        if self.more and node.operator not in ("LRN", "Squeeze"):
            self.refuse("only response normalisation is known behind an Unsqueeze")
        reader(self, link)

    def refuse(self, why: str) -> NoReturn:
        """Raise ValueError, with the names of the file and the node."""
        self.made.refuse(why)

    # What nodes say

    @property
    def rank(self) -> int:
        """Axes of what comes, N among them."""
        return len(self.made.shape) + 1

    @property
    def sides(self) -> list[int]:
        """The axes of rows and columns, or of frames."""
        return list(range(2, self.rank) if self.first else range(1, self.rank - 1))

    def array(self, node: Node, place: int, most: int | None = None) -> Array | None:
        """An input that stays, of floats; most : how many there may be, None: as many as come for a sample."""
        claim, most = self.chain.claim(node, place), math.prod(self.made.shape) if most is None else most
        if claim is not None and math.prod(claim[:9]) > most:
            self.refuse(f"input {place} says to be of shape {claim[:9]}: that is more than fits to what comes here")
        found = self.chain.array(node, place, self.made.unfold)
        if found is not None and found.dtype.kind != "f":
            self.refuse(f"input {place} must hold float numbers; it holds {found.dtype}")
        return found

    def needed(self, node: Node, place: int, most: int | None = None) -> Array:
        """An input that stays, and must be there."""
        found = self.array(node, place, most)
        if found is None:
            self.refuse(f"input {place} is missing")
        return found

    def whole(self, node: Node, name: str, place: int) -> list[int] | None:
        """Whole numbers: an attribute in old files, an input in new ones; None if there are none."""
        if name in node.attributes:
            value = node.attributes[name]
            if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
                self.refuse(f"{name} must be whole numbers")
            return value
        found = self.chain.array(node, place)
        if found is None:
            return None
        if found.dtype.kind != "i" or found.ndim > 1 or found.size > 100:
            self.refuse(f"{name} must be a row of whole numbers; it is {found.dtype} of shape {found.shape}")
        return [int(one) for one in found.reshape(-1)]

    def number(self, node: Node, name: str, default: float) -> Any:
        """An attribute that is one number, an int or a float as its default is."""
        value = node.attributes.get(name, default)
        if not isinstance(value, type(default)):
            self.refuse(f"{name} must be a number")
        return value

    def word(self, node: Node, name: str, default: str) -> str:
        """An attribute that is a word."""
        value = node.attributes.get(name, default.encode())
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else "?"

    def each(self, node: Node, name: str, sides: int, default: int) -> list[int]:
        """An attribute that is a whole number for each side."""
        value = self.whole(node, name, len(node.inputs)) or [default] * sides
        if len(value) != sides or not all(0 <= one < 1 << 31 for one in value):
            self.refuse(f"{name} must be {sides} whole numbers; it is {value[:9]}")
        return value

    def axes(self, axes: Sequence[int]) -> list[int]:
        """Axes, counted from the front, in order."""
        return sorted(axis % self.rank if -self.rank <= axis < self.rank else axis for axis in axes)

    def channels(self, array: Array) -> Array | None:
        """What is the same for all pixels: one number (an array without axes) or (C,); None for anything else."""
        if array.size == 1 and array.ndim <= self.rank:
            return array.reshape(())
        sides = self.beside(array).shape
        axis = 1 if self.first or self.rank == 2 else self.rank - 1
        alike = len(sides) == self.rank and all(side == 1 for i, side in enumerate(sides) if i != axis)
        return array.reshape(-1) if alike else None

    def beside(self, array: Array) -> Array:
        """An array with as many axes as what comes: those that it lacks are before its own."""
        return array.reshape((1,) * (self.rank - array.ndim) + array.shape)

    def other(self, link: Link) -> Array:
        """What is added to what comes, or multiplied with it; old files say at which axis it begins."""
        array, axis = self.needed(link.node, 1 - link.place), link.node.attributes.get("axis")
        if isinstance(axis, int) and 0 <= axis < self.rank - array.ndim:
            array = array.reshape(array.shape + (1,) * (self.rank - array.ndim - axis))
        return array

    def windows(self, node: Node, sides: int, size: Sequence[int]) -> dict[str, Any]:
        """strides, pads and dilations of a convolution or pooling."""
        found: dict[str, Any] = {name: self.each(node, name, sides, 1) for name in ("strides", "dilations")}
        auto = self.word(node, "auto_pad", "NOTSET")
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            shape = self.made.shape[:sides] if len(self.made.shape) == sides + 1 else (1,) * sides
            found["pads"] = []
            for side, window, step, gap in zip(shape, size, found["strides"], found["dilations"], strict=True):
                more = max((-(-side // max(step, 1)) - 1) * step + (window - 1) * gap + 1 - side, 0)
                small, large = more // 2, more - more // 2
                found["pads"].append((small, large) if auto == "SAME_UPPER" else (large, small))
        elif auto in ("NOTSET", "VALID"):
            pads = self.each(node, "pads", 2 * sides, 0) if auto == "NOTSET" else [0] * 2 * sides
            found["pads"] = list(zip(pads[:sides], pads[sides:], strict=True))
        else:
            self.refuse(f"auto_pad {shown(auto)} is none of ONNX's")
        return found
