"""Wrong answers that several exercises share: a right function with one thing changed, and kernels laid wrongly."""

import inspect
from collections.abc import Callable
from typing import Any

from cnnlab.types import Array


def altered(right: Callable[..., Any], **changes: Callable[[Any], Any]) -> Callable[..., Any]:
    """The right function, given arguments of which some were changed first: altered(convolve, b=zero) forgets the bias.

    changes : {name of a parameter: what is done to its value}.
    """
    names = list(inspect.signature(right).parameters)
    unknown = set(changes) - set(names)
    if unknown:
        raise ValueError(f"{right.__name__} has no parameter {', '.join(sorted(unknown))}; it has {', '.join(names)}")

    def wrong(*arguments: Any) -> Any:
        given = zip(names, arguments, strict=True)
        return right(*(changes[name](value) if name in changes else value for name, value in given))

    return wrong


def zero(value: Any) -> Any:
    """As if it were not there."""
    return 0 * value


def turned(w: Array) -> Array:
    """The kernel turned round, as a convolution lays it on h."""
    return w[::-1, ::-1]


def as_it_is(w: Array) -> Array:
    """The kernel of a correlation."""
    return w


def upside_down(w: Array) -> Array:
    """Only half of the turn: the rows."""
    return w[::-1]


def left_and_right(w: Array) -> Array:
    """Only half of the turn: the columns."""
    return w[:, ::-1]


def channels_exchanged(w: Array) -> Array:
    """w[p, q, c, d] with c and d exchanged."""
    return w.transpose(0, 1, 3, 2)


def wrong_side(
    borders: int = 2,
    first: int = 1,
    stride: Callable[[int], int] = lambda s: s,
    divide: Callable[[int, int], float] = lambda way, s: way // s,
) -> Callable[[int, int, int, int], float]:
    """The side of a map, (H + 2 pad - P) // stride + 1, with one thing wrong.

    borders : how many are counted.  first : the place that is there before the first step.  stride : what it is taken
    for.  divide : how the way is divided by it.  The answer's parameters are (H, P, pad, stride).
    """

    def side(H: int, P: int, pad: int, s: int) -> float:
        return divide(H + borders * pad - P, stride(s)) + first

    return side
