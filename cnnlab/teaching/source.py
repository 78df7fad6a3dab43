"""What the source of a cell asks of `cnnlab.check`, read without running it."""

import ast
import re
from dataclasses import dataclass

OTHER = {"predict", "after", "forget", "lend", "names", "progress", "register", "withhold_solutions"}  # no exercises
MAGIC = re.compile(r"^\s*[%!]")
LONGEST = 100_000  # characters of a cell that are looked at: the parser of Python takes memory for each


@dataclass(frozen=True)
class Asked:
    """One call of a check.

    Parameters
    ----------
    name : str
        Of the exercise.
    answer : str
        What is handed to it, as source; "" for nothing.
    """

    name: str
    answer: str

    @property
    def is_empty(self) -> bool:
        """Whether there is no answer in it."""
        return self.answer in ("", "...", "Ellipsis")

    @property
    def is_the_solution(self) -> bool:
        """Whether the answer is taken from the exercise itself."""
        return self.answer == f"check.{self.name}.right"


def tree(source: str) -> ast.Module:
    """The syntax of a cell without its magics; empty where it is no Python."""
    if len(source) > LONGEST:
        return ast.Module([], [])
    plain = "\n".join("" if MAGIC.match(line) else line for line in source.splitlines())
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def checks(source: str) -> list[Asked]:
    """The calls check.NAME(answer) of a cell, in their order.

    Parameters
    ----------
    source : str
        Of the cell.

    Returns
    -------
    asked : list of Asked
        Empty for a cell that cannot be read.
    """
    found = []
    for call in _calls(source):
        if call.func.attr not in OTHER:  # type: ignore[attr-defined]
            answer = ast.unparse(call.args[0]) if call.args else ""
            found.append(Asked(call.func.attr, answer))  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True)
class Question:
    """A prediction as it is written in a notebook.

    Parameters
    ----------
    name : str
        By which its choice is kept.
    text : str
        The question.
    answers : dict of str to str
        Each with its reply.
    right : str
        The right one.
    """

    name: str
    text: str
    answers: dict[str, str]
    right: str


def question(source: str) -> Question | None:
    """The question that a cell asks.

    Parameters
    ----------
    source : str
        Of the cell.

    Returns
    -------
    question : Question or None
        None where none is asked, or not in words that can be read without running them.
    """
    for call in _calls(source):
        if call.func.attr != "predict" or len(call.args) < 2:  # type: ignore[attr-defined]
            continue
        try:
            text, answers = (ast.literal_eval(part) for part in call.args[:2])
            more = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
            found = Question(more["name"], text, answers, more["right"])
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if isinstance(found.name, str) and isinstance(answers, dict) and found.right in answers:
            return found
    return None


def _calls(source: str) -> list[ast.Call]:
    """Every check.NAME(...) of a cell."""
    found = []
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            room = node.func.value
            if isinstance(room, ast.Name) and room.id == "check":
                found.append(node)
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))
