"""Operators of ONNX that move axes, cut, and bring axes together; and which axis holds the channels."""

from collections.abc import Callable

import numpy as np

from cnnlab import layers
from cnnlab.export.reading.chain import SAMPLES, Chain, Link
from cnnlab.export.reading.reader import Reader
from cnnlab.types import Shape

__all__ = ["FIRST", "SHAPES", "channels_first", "start_shape"]

REDUCTIONS = ("ReduceSum", "ReduceMax", "ReduceMean")
# Operators that have the channels first, and those whose numbers may tell it.
FIRST = ("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "LRN")
BESIDE = ("Add", "Sub", "Mul", "Div", "PRelu")


def channels_first(chain: Chain, rank: int) -> bool:
    """Whether what goes in has its channels first: what the first node tells that minds; else it stays as it is.

    Of three axes, a Transpose does not tell which way it goes; then what comes behind it does.
    """
    turned = False
    for link in chain.links if rank > 2 else ():
        node = link.node
        if node.operator in FIRST:
            return not turned
        if node.operator == "Transpose" and rank > 3:
            return node.attributes.get("perm") == _back(rank)
        if node.operator == "Transpose":
            turned = not turned
        elif node.operator in (*REDUCTIONS, "Slice"):
            axes = node.attributes.get("axes")
            if axes is None:
                found = chain.array(node, 3 if node.operator == "Slice" else 1)
                axes = found.reshape(-1)[:rank].tolist() if found is not None else None
            # The last axis is that of the channels, or else the second one is; between them nothing is told.
            ends = {axis % rank for axis in axes if isinstance(axis, int)} & {1, rank - 1} if axes else set()
            if ends or node.operator != "Slice":
                return (ends == {rank - 1}) != turned
        elif node.operator in ("Flatten", "Reshape", "Squeeze"):
            break
        elif node.operator in BESIDE and (told := _told(chain, link, rank)) is not None:
            return told != turned
    return turned


def _told(chain: Chain, link: Link, rank: int) -> bool | None:
    """Whether numbers for each channel have theirs first; None if they do not tell."""
    array, old = chain.array(link.node, 1 - link.place), chain.version < 7
    if array is None or array.size == 1:
        return None
    if old and link.node.operator == "PRelu":
        return True
    axis = link.node.attributes.get("axis") if old else None
    sides = (1,) * (rank - array.ndim) + array.shape
    if isinstance(axis, int):
        sides = (1,) * axis + array.shape + (1,) * (rank - array.ndim - axis)
    wide = [i for i, side in enumerate(sides) if side > 1]
    return wide == [1] if wide in ([1], [rank - 1]) else None


def start_shape(chain: Chain, shape: Shape | None) -> tuple[Shape, bool]:
    """The shape of one sample as the network takes it, and whether the file has its channels first."""
    start, name = chain.start, repr(chain.start.name[:80])
    rank = len(start.sides) if start.sides is not None else 0 if shape is None else len(shape) + 1
    if start.kind not in (1, 11):
        raise ValueError(f"{chain.path}: its input {name} must hold float32 or float64 numbers")
    if start.sides is None and shape is None:
        raise ValueError(f"{chain.path}: it does not say what shape its input {name} has: give shape=(H, W, C)")
    if not 2 <= rank <= 8:
        raise ValueError(f"{chain.path}: its input {name} must have an axis for the samples and one to seven others")
    first = channels_first(chain, rank)
    told = start.sides[1:] if start.sides is not None else [None] * (rank - 1)
    if first:
        told = [*told[1:], told[0]]
    if shape is None and None in told:
        sides = ", ".join("?" if side is None else str(side) for side in told)
        raise ValueError(f"{chain.path}: its input {name} leaves sides open; give shape, channels last: ({sides})")
    if shape is not None and (
        len(shape) != len(told) or any(t not in (None, s) for t, s in zip(told, shape, strict=True))
    ):
        sides = ", ".join("?" if side is None else str(side) for side in told)
        raise ValueError(f"shape must be that of {chain.path}, channels last, ({sides}); got {shape}")
    return tuple(int(side) for side in (shape if shape is not None else told) if side is not None), first


def _forth(rank: int) -> list[int]:
    return [0, rank - 1, *range(1, rank - 1)]


def _back(rank: int) -> list[int]:
    return [0, *range(2, rank), 1]


def _transpose(reader: Reader, link: Link) -> None:
    perm = reader.whole(link.node, "perm", 1)
    if perm == list(range(reader.rank)):
        return
    if reader.rank > 2 and perm == (_back(reader.rank) if reader.first else _forth(reader.rank)):
        reader.first = not reader.first
    else:
        reader.refuse(f"perm {perm}: axes only change between (N, C, H, W) and (N, H, W, C) here")


def _flatten(reader: Reader, link: Link) -> None:
    if reader.axes([reader.number(link.node, "axis", 1)]) != [1]:
        reader.refuse("here, all numbers of a sample are put into a row: axis 1")
    _row(reader)


def _row(reader: Reader) -> None:
    reader.made.flatten(reader.first)
    reader.first = False


def _reshape(reader: Reader, link: Link) -> None:
    shape = reader.whole(link.node, "shape", 1) or []
    samples = (reader.chain.start.sides or [None])[0]
    if (
        len(shape) != 2
        or shape[0] not in (-1, 0, samples, SAMPLES)
        or shape[1] not in (-1, int(np.prod(reader.made.shape)))
        or shape == [-1, -1]
        or (shape[0] == 0 and reader.number(link.node, "allowzero", 0))
    ):
        reader.refuse(f"shape {shape[:9]}: here, all numbers of a sample are put into a row, (N, {'-1'})")
    _row(reader)


def _unsqueeze(reader: Reader, link: Link) -> None:
    axes = reader.whole(link.node, "axes", 1) or []
    if sorted(axes) != list(range(reader.rank, 4)) or not axes:
        reader.refuse(f"axes {axes[:9]}: axes of length 1 are added at the end, for response normalisation only")
    reader.more = len(axes)


def _squeeze(reader: Reader, link: Link) -> None:
    axes, rank = reader.whole(link.node, "axes", 1), reader.rank
    if reader.more:
        if axes is None or sorted(a % (rank + reader.more) for a in axes) != list(range(rank, rank + reader.more)):
            reader.refuse("the axes that were added must be taken away again")
        reader.more = 0
        return
    kept = reader.made.kept
    sides = [2] if kept else reader.sides
    wanted = None if axes is None else sorted(axis % (rank + kept) for axis in axes)
    if wanted != sides or (not kept and any(side != 1 for side in reader.made.shape[:-1])):
        reader.refuse("only axes of rows and columns that have length 1 are taken away here, all of them")
    _row(reader)


def _slice(reader: Reader, link: Link) -> None:
    node = link.node
    starts, ends = (reader.whole(node, name, i + 1) or [] for i, name in enumerate(("starts", "ends")))
    axes = reader.axes(reader.whole(node, "axes", 3) or range(len(starts)))
    steps = reader.whole(node, "steps", 4) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or any(starts) or min(steps, default=1) < 1:
        reader.refuse("rows and columns are taken from the first on here, forwards")
    stride, count = [1] * len(reader.sides), list(reader.made.shape[:-1])
    for axis, end, step in zip(axes, ends, steps, strict=True):
        if axis not in reader.sides:
            reader.refuse("only rows and columns are left out here")
        place = reader.sides.index(axis)
        side = count[place]
        stop = min(end if end >= 0 else end + side, side)
        stride[place], count[place] = step, max(-(-stop // step), 0)
    if count != list(reader.made.shape[:-1]):
        reader.made.decimate(stride, count)


def _pad(reader: Reader, link: Link) -> None:
    node, rank = link.node, reader.rank
    if reader.word(node, "mode", "constant") != "constant":
        reader.refuse("borders hold one number here")
    pads = reader.whole(node, "pads", 1) or []
    number = reader.array(node, 2)
    value = reader.number(node, "value", 0.0) if number is None or not number.size else float(number.reshape(-1)[0])
    given = reader.whole(node, "axes", 3)
    axes = list(range(rank)) if given is None else [axis % rank for axis in given]
    if len(pads) != 2 * len(axes):
        reader.refuse(f"pads must be two whole numbers for each of {len(axes)} axes; they are {len(pads)}")
    pairs = dict(zip(axes, zip(pads[: len(axes)], pads[len(axes) :], strict=True), strict=True))
    if any(any(pair) for axis, pair in pairs.items() if axis not in reader.sides):
        reader.refuse("only rows and columns have a border here")
    reader.made.pad([pairs.get(axis, (0, 0)) for axis in reader.sides], value)


def _reduction(operator: str) -> Callable[[Reader, Link], None]:
    kind = layers.MaxPool2D if operator == "ReduceMax" else layers.AveragePool2D

    def read(reader: Reader, link: Link) -> None:
        axes = reader.whole(link.node, "axes", 1)
        keep = bool(reader.number(link.node, "keepdims", 1))
        if not axes or reader.axes(axes) != reader.sides or not reader.sides:
            reader.refuse("here, all pixels of a map are brought together, or all frames of a channel")
        if operator == "ReduceSum":
            if keep or len(reader.sides) != 1:
                reader.refuse("only frames are added up here, and leave no axis behind (keepdims=0)")
            reader.made.over_time(False)
        else:
            reader.made.pool_all(kind)
        if not keep and operator != "ReduceSum":
            reader.made.flatten()
        reader.first = reader.first and keep

    return read


SHAPES: dict[str, Callable[[Reader, Link], None]] = {
    "Transpose": _transpose,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Slice": _slice,
    "Pad": _pad,
    **{operator: _reduction(operator) for operator in REDUCTIONS},
}
