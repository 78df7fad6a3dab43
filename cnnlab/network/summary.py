"""A network as a table, and a layer in a few words."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias

import numpy as np

from cnnlab.layers import Layer
from cnnlab.types import Shape

__all__ = ["Summary", "settings", "words"]

Row: TypeAlias = tuple[str, str, Shape, int, int, int]
"""Name, settings, output shape, parameters, connections, multiply-adds."""


class Counted(Protocol):
    """What has counts: a layer, and a network."""

    @property
    def output_shape(self) -> Shape: ...
    @property
    def parameter_count(self) -> int: ...
    @property
    def connection_count(self) -> int: ...
    @property
    def multiply_adds(self) -> int: ...


class Summed(Counted, Protocol):
    """A network, which imports this module to sum itself up."""

    @property
    def input_shape(self) -> Shape: ...
    @property
    def unit_count(self) -> int: ...
    def __iter__(self) -> Iterator[Layer]: ...


class Summary:
    """The table of a network's layers; it shows itself as text.

    Parameters
    ----------
    network : Network
        Any network.

    Attributes
    ----------
    titles : tuple of str
        Of the columns.
    rows : list of tuple
        One for each layer: (name, settings, output shape, parameters, connections, multiply-adds).
    input, total : tuple
        The input and the sums, in the same columns.
    """

    titles = ("layer", "settings", "output", "parameters", "connections", "multiply-adds")

    def __init__(self, network: Summed) -> None:
        def counts(part: Counted) -> tuple[Shape, int, int, int]:
            return part.output_shape, part.parameter_count, part.connection_count, part.multiply_adds

        self.rows: list[Row] = [(layer.name, settings(layer), *counts(layer)) for layer in network]
        self.total: Row = ("total", f"{network.unit_count:,} units with the inputs", *counts(network))
        self.input: Row = ("input", "", network.input_shape, 0, 0, 0)

    def __repr__(self) -> str:
        def cells(name: str, layer: str, shape: Shape, *numbers: int) -> list[str]:
            return [name, layer, " x ".join(map(str, shape)), *(f"{number:,}" if number else "-" for number in numbers)]

        table = [list(self.titles), *(cells(*row) for row in (self.input, *self.rows, self.total))]
        widths = [max(len(row[k]) for row in table) for k in range(len(self.titles))]
        aligned = [
            [
                cell.ljust(width) if k < 3 else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            for row in table
        ]
        lines = ["  ".join(row) for row in aligned]
        rule = "-" * len(lines[0])
        return "\n".join(line.rstrip() for line in [lines[0], rule, *lines[1:-1], rule, lines[-1]])


def words(layer: Layer) -> str:
    """A layer in a few words, for messages and labels: "Conv2D 12 of 5 x 5, stride 2".

    Parameters
    ----------
    layer : Layer
        Any layer, built or not.

    Returns
    -------
    str
    """
    return f"{type(layer).__name__} {settings(layer)}".strip()


def settings(layer: Layer) -> str:
    """The settings of a layer in a few words: "12 of 5 x 5, stride 2".

    Parameters
    ----------
    layer : Layer
        Any layer, built or not.

    Returns
    -------
    str
    """
    config: dict[str, Any] = layer.config()
    parts: list[str] = (
        [" / ".join(filter(None, (config["forward"], config["backward"])))] if "forward" in config else []
    )
    size, stride = (np.atleast_1d(config.get(name, 1)).tolist() for name in ("size", "stride"))
    if "filters" in config:
        parts.append(f"{config['filters']} of {_by(size)}")
    elif "size" in config:
        parts.append(_by(size))
    elif "units" in config:
        parts.append(f"{config['units']} units")
    if set(stride) != {1} and ("filters" in config or stride != size):
        parts.append(f"stride {_by(stride) if len(set(stride)) > 1 else stride[0]}")
    if config.get("padding", "valid") != "valid":
        parts.append(f"padding {config['padding']}")
    if config.get("groups", 1) > 1:
        parts.append(f"{config['groups']} groups")
    parts += [f"{name} {config[name]:g}" for name in ("p", "slope") if name in config]
    return ", ".join(parts)


def _by(sides: Iterable[int]) -> str:
    return " x ".join(map(str, sides))
