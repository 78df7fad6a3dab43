"""Why a learner's function stopped, in words: what NumPy says in one line, about the shapes that met."""

import inspect
import linecache
import re
import traceback
from collections.abc import Mapping
from typing import Any

import numpy as np

LONG = 60  # characters of the learner's line that are repeated


def argument_names(function: Any, count: int) -> list[str]:
    """The names that a function gives its arguments, or their numbers, where it cannot be asked."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return names if len(names) == count else [f"argument {number}" for number in range(1, count + 1)]


def where(error: BaseException, function: Any) -> str:
    """The part of the learner's own code that stopped, as text, or ""."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not frames:
        return ""
    last = frames[-1]
    line = linecache.getline(last.filename, last.lineno or 0)
    if last.colno is not None and last.end_colno is not None and last.lineno == last.end_lineno:
        part = line.encode()[last.colno : last.end_colno].decode(errors="ignore").strip()  # columns count bytes
        if part and len(part) <= LONG:
            return part
    return line.strip() if 0 < len(line.strip()) <= LONG else ""


def reason(error: BaseException, given: Mapping[str, Any]) -> str:
    """A sentence or two about an error, for those who have not met it before, or "".

    Parameters
    ----------
    error : exception
        What stopped the function.
    given : dict
        Its arguments by name.

    Returns
    -------
    words : str
        In plain English, with the names of the arguments that have the shapes in question.
    """
    message = str(error)
    met = re.search(r"could not be broadcast together with shapes (.*)", message)
    if met:
        return _met([_shape(text) for text in re.findall(r"\(([\d,]*)\)", met[1])], given)
    met = re.search(r"could not broadcast input array from shape \(([\d,]*)\) into shape \(([\d,]*)\)", message)
    if met:
        small, large = _shape(met[2]), _shape(met[1])
        return f"An array of shape {large} does not fit into a place of shape {small}.{_whose([large, small], given)}"
    met = re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", message)
    if met:
        return (
            f"In a @ b the last axis of a is {met[2]} long, the axis of b that it meets (the last but one) {met[1]}: "
            "they must be equally long. Is one of them to be transposed?"
        )
    met = re.search(r"shapes \(([\d,]*)\) and \(([\d,]*)\) not aligned", message)
    if met:
        one, other = _shape(met[1]), _shape(met[2])
        return (
            f"Shapes {one} and {other} met in a product of matrices: the last axis of the first and the last but one "
            f"of the second must be equally long.{_whose([one, other], given)}"
        )
    met = re.search(r"cannot reshape array of size (\d+) into shape \(([\d,]*)\)", message)
    if met:
        return f"{met[1]} numbers cannot take the shape {_shape(met[2])}: count them, sizes multiplied."
    for pattern, words in REASONS:
        if re.search(pattern, message):
            return words
    return next((words for kind, words in KINDS if isinstance(error, kind)), "")


REASONS = (
    (
        r"for [-+*/]+: 'list'|and 'list'",
        "A list does not calculate number by number: loop over it, or make an array of it.",
    ),
    (
        r"(list|tuple)' object cannot be interpreted",
        "`range` takes a number; a list is walked through as it is, or by zip.",
    ),
    (r"bitwise_xor|for \^", "In Python `^` is no power: write `**`."),
    (r"ellipsis|from dtype\('O'\)", "A blank, ..., is still there."),
    (r"sequence", "A whole array was put where one number belongs: is a sum missing, or an index?"),
    (r"shape-mismatch for sum", "The axes that are summed over together must be equally long in both arrays."),
    (
        r"remapped shapes",
        "The axes do not fit: in a @ b all axes before the last two must fit as in a + b; in einsum, "
        "axes of one letter must be equally long.",
    ),
    (r"non-broadcastable output", "The result is larger than the array that it is added into."),
    (
        r"truth value of an array",
        "`if`, `max(...)` and `and` want one True or False; an array has many: np.where, np.maximum or a mask works on "
        "all of them.",
    ),
    (
        r"0-dimensional arrays|length-1 arrays",
        "`float`, `int` and `math` take one number; NumPy's functions take arrays.",
    ),
    (r"too many indices", "There are more indices than the array has axes. How many axes has it here?"),
    (r"axis .* out of bounds for array of dimension", "The array has no such axis; they count from 0."),
    (r"out of bounds for axis", "An index goes beyond the end: n places are counted from 0 to n - 1."),
    (
        r"float' object cannot be interpreted as an integer|slice indices must be integers|only integers, slices",
        _WHOLE := ("An index or a size must be a whole number: divide with `//`, not with `/`."),
    ),
    (r"must be of integer", _WHOLE),
    (r"Cannot cast ufunc", "The array was made for whole numbers (its dtype); make it of floats."),
    (r"positional argument", "It takes another number of arguments than it is given: keep the first line as it was."),
    (
        r"has no attribute 'shape'|has no attribute 'sum'|has no attribute 'T'",
        "What is given there is one number, or a list.",
    ),
    (r"boolean index did not match", "A mask must be as long as the axis that it selects from."),
)
KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (UnboundLocalError, "A name is used in the function before it gets a value there."),
    (NameError, "This name has no value here: is the line that makes it still behind a `#`, or misspelt?"),
    (ZeroDivisionError, "Something is divided by 0."),
    (RecursionError, "The function calls itself without an end."),
    (AssertionError, "An `assert` of yours says no."),
)


def _shape(text: str) -> tuple[int, ...]:
    return tuple(int(length) for length in text.split(",") if length)


def _met(shapes: list[tuple[int, ...]], given: Mapping[str, Any]) -> str:
    if len(shapes) < 2:
        return "Arrays of shapes that do not fit met each other."
    one, other = shapes[:2]
    words = f"Arrays of shapes {one} and {other} met, and number by number they do not fit"
    for back in range(1, min(len(one), len(other)) + 1):
        a, b = one[-back], other[-back]
        if a != b and 1 not in (a, b):
            words += f": counted from the last axis, {a} stands opposite {b}"
            break
    words += f". Lengths that meet must be equal, or one of them 1.{_whose([one, other], given)}"
    if len(one) == len(other):
        words += " A slice that goes beyond the edge comes out smaller."
    else:
        words += " A sum or a maximum keeps its axis with keepdims=True; [:, None] makes a new one."
    return words


def _shape_of(value: Any) -> tuple[int, ...]:
    return value.shape if isinstance(value, np.ndarray) else ()


def _whose(shapes: list[tuple[int, ...]], given: Mapping[str, Any]) -> str:
    """Which arguments have these shapes."""
    names = {shape: [name for name, value in given.items() if _shape_of(value) == shape] for shape in shapes}
    parts = [
        f"{shape} is the shape of {' and of '.join(names[shape])}" for shape in dict.fromkeys(shapes) if names[shape]
    ]
    return f" ({'; '.join(parts)}.)" if parts else ""
