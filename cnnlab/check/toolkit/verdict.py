"""What a learner gets back: a few sentences, the same every time, and beside them a note that programs can read."""

import html
import re
from collections.abc import Mapping
from typing import Any, ClassVar

MIME = "application/vnd.cnnlab.verdict+json"
CODE = re.compile(r"`([^`]+)`")  # all that is marked in the words of a check; a star or a line below is itself there
MARKED = re.compile(r"([\\`*_{}\[\]<>#|~$&])")  # what Markdown would take for more than itself


def in_markdown(text: str) -> str:
    """Words of a check for a page: code as code, every other sign as itself."""
    parts = CODE.split(text)
    parts[::2] = [MARKED.sub(r"\\\1", part).replace("\n", "  \n") for part in parts[::2]]
    parts[1::2] = [f"`{part}`" for part in parts[1::2]]
    return "".join(parts)


def in_html(text: str) -> str:
    """The same for a widget."""
    return CODE.sub(r"<code>\1</code>", html.escape(text))


class Verdict:
    """The answer of a check; true where the answer is right.

    In a notebook its output holds the sentences (text/markdown, text/plain) and a note for teachers and their programs
    (application/vnd.cnnlab.verdict+json): which exercise or question, right or not, which mistake, and what else the
    check knows, such as the number of hints.

    Parameters
    ----------
    right : bool or None
        None while there is no answer yet.
    text : str
        What is said to the learner; `code` is marked so.
    mistake : str
        The name of the known mistake that the answer shows, or "".
    about : dict or None
        What else the note says.
    """

    MARKS: ClassVar[dict[bool | None, str]] = {True: "✓ Right.", False: "✗ Not yet.", None: "… "}

    def __init__(
        self, right: bool | None, text: str, mistake: str = "", about: Mapping[str, Any] | None = None
    ) -> None:
        self.right, self.text, self.mistake = right, text, mistake
        self.about: dict[str, Any] = dict(about or {})

    def __str__(self) -> str:
        mark = self.MARKS[self.right]
        return f"{mark}{'' if mark.endswith(' ') else ' '}{self.text}"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return self.right is True

    @property
    def note(self) -> dict[str, Any]:
        """What a program reads: JSON."""
        return {**self.about, "right": self.right, "mistake": self.mistake}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/markdown": in_markdown(str(self)), "text/plain": str(self), MIME: self.note}
