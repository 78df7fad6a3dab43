"""What a student hands in: a notebook's file, of which nothing is believed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnlab.files import read_json

LENGTH = 16 << 20  # characters of a notebook with its pictures: those of the series have a tenth of that
CELLS = 5_000


@dataclass(frozen=True)
class Shown:
    """A note that an output holds, with the words beside it.

    Parameters
    ----------
    note : object
        What stands under the MIME type of verdicts.
    words : str
        Its text/plain.
    """

    note: Any
    words: str


@dataclass(frozen=True)
class Code:
    """A cell of code.

    Parameters
    ----------
    number : int
        Among all cells, counted from 1.
    source : str
        Its source.
    ran : bool
        Whether its file says that it was run.
    shown : tuple of Shown
        The notes in its outputs.
    """

    number: int
    source: str
    ran: bool
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class HandedIn:
    """A student's notebook.

    Parameters
    ----------
    cells : tuple of Code
        Its cells of code.
    claims : dict
        What a copy of `cnnlab assign` says of itself: notebook, version, solutions; empty for other notebooks.
    """

    cells: tuple[Code, ...]
    claims: dict[str, Any] = field(default_factory=dict)


def read(path: Path, mime: str) -> HandedIn:
    """Read a notebook.

    Parameters
    ----------
    path : Path
        Where it is.
    mime : str
        The MIME type of notes.

    Returns
    -------
    notebook : HandedIn

    Raises
    ------
    OSError, ValueError
        If it cannot be read as one; the message says why.
    """
    whole = read_json(path, LENGTH)
    if not isinstance(whole, dict) or whole.get("nbformat") != 4 or not isinstance(whole.get("cells"), list):
        raise ValueError(f"{path} is no notebook of nbformat 4")
    if len(whole["cells"]) > CELLS:
        raise ValueError(f"{path} has {len(whole['cells']):,} cells, more than {CELLS:,}")
    found = []
    for number, cell in enumerate(whole["cells"], start=1):
        if not isinstance(cell, dict):
            raise ValueError(f"{path}: cell {number} is no cell")
        if cell.get("cell_type") == "code":
            found.append(_code(number, cell, mime))
    metadata = whole.get("metadata")
    claims = metadata.get("cnnlab") if isinstance(metadata, dict) else None
    return HandedIn(tuple(found), claims if isinstance(claims, dict) else {})


def _code(number: int, cell: dict[str, Any], mime: str) -> Code:
    outputs = cell.get("outputs")
    shown = []
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        if isinstance(data, dict) and mime in data:
            shown.append(Shown(data[mime], _text(data.get("text/plain"))))
    return Code(number, _text(cell.get("source")), type(cell.get("execution_count")) is int, tuple(shown))


def _text(lines: Any) -> str:
    """A text, which a notebook may hold as a list of lines."""
    parts = lines if isinstance(lines, list) else [lines]
    return "".join(part for part in parts if isinstance(part, str))
