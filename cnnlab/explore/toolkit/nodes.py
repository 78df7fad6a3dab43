"""Boxes, circles and arrows of a Diagram: plain data, checked."""

from dataclasses import dataclass

from cnnlab.explore.toolkit.checked import Colour, checked_colour

__all__ = ["Edge", "Node"]


@dataclass
class Node:
    """A box or circle of a Diagram, with up to two lines of words.

    Parameters
    ----------
    x, y : float
        Its middle, in the diagram's units.
    text, under : str
        The words; the second line is smaller.
    shape : str
        "box" or "circle".
    width, height : float
        In the diagram's units.
    value : float, optional
        Colours the node as a cell of a Grid with scale (-top, top) of its Diagram; None leaves it plain.
    colour : int or str
        Of its rim.
    depth : int
        So many sheets are drawn behind a box.
    says : str
        What is read beside it when one points at it, or comes to it with the arrow keys: a whole formula.
    """

    x: float
    y: float
    text: str = ""
    under: str = ""
    shape: str = "box"
    width: float = 1.0
    height: float = 1.0
    value: float | None = None
    colour: Colour = "ink"
    depth: int = 0
    says: str = ""

    def __post_init__(self) -> None:
        self.colour = checked_colour("Node", self.colour)
        if self.shape not in ("box", "circle"):
            raise ValueError(f"Node: shape must be box or circle; got {self.shape!r}")


@dataclass
class Edge:
    """An arrow from node to node.

    Parameters
    ----------
    start, end : int
        Their places in the list of nodes.
    label : str
        Written at its middle.
    colour : int or str
        As for `Node`.
    width : float
        Pixels.
    """

    start: int
    end: int
    label: str = ""
    colour: Colour = "muted"
    width: float = 1.5

    def __post_init__(self) -> None:
        self.colour = checked_colour("Edge", self.colour)
