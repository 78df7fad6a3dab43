"""JSON from outside: a size, a depth and a number of parts that are plenty for what cnnlab writes, and no more.

And names from outside, on their way to a terminal.
"""

import json
import re
from itertools import accumulate
from typing import Any

from cnnlab.files.door import PathLike, opened

LENGTH = 4 << 20  # characters
DEPTH = 100
PART, VALUE = 40, 4  # a list or an object in so many characters, a value in so many
WORDS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS = re.compile(r"[\[\]{}]")


def parsed(text: str, length: int = LENGTH) -> Any:
    """What a JSON text says.

    Parameters
    ----------
    text : str
        The text.
    length : int
        Characters that it may have.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If it is none, too long, too deep or of too many parts.
    """
    if len(text) > length:
        raise ValueError(f"its JSON has {len(text):,} characters, more than {length:,}")
    bare = WORDS.sub("", text)
    for what, signs, each in (("lists and objects", "[{", PART), ("values", ",", VALUE)):
        if (count := sum(map(bare.count, signs))) > length // each:
            raise ValueError(f"its JSON holds {count:,} {what}, more than {length // each:,}")
    # Deeper ones would end in a RecursionError, or, where somebody has raised Python's limit, the process.
    if max(accumulate(1 if bracket in "[{" else -1 for bracket in BRACKETS.findall(bare)), default=0) > DEPTH:
        raise ValueError(f"its JSON is nested more than {DEPTH} deep")
    try:
        return json.loads(text)
    except ValueError as problem:  # also for a number of more digits than Python takes
        raise ValueError(f"its JSON is damaged: {problem}") from None


def read_json(path: PathLike, length: int | None = None) -> Any:
    """What a JSON file says.

    Parameters
    ----------
    path : str or Path
        Where it is.
    length : int or None
        Characters that it may have; None for as many as cnnlab's own files.

    Returns
    -------
    object

    Raises
    ------
    FileNotFoundError
        If there is none.
    TypeError
        If path is no path.
    ValueError
        If it is something else, damaged, or too much; the message names it.
    """
    length = LENGTH if length is None else length
    with opened(path, "a JSON file") as file:
        raw = file.read(4 * length + 1)
        if len(raw) > 4 * length:
            raise ValueError(f"it has more than {4 * length:,} bytes")
        return parsed(raw.decode("utf-8"), length)


def plain(words: object) -> str:
    """Words for a terminal: what would move its cursor, clear it or turn the line round is written by its number.

    Parameters
    ----------
    words : object
        A str, or what says something as a str; names of files and classes may be among it.

    Returns
    -------
    words : str
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else letter.encode("unicode_escape").decode()
        for letter in str(words)
    )
