"""What a learner gets back: a few sentences, the same every time."""

from typing import ClassVar


class Verdict:
    """The answer of a check; true where the answer is right.

    Parameters
    ----------
    right : bool or None
        None while there is no answer yet.
    text : str
        What is said to the learner, in Markdown.
    mistake : str
        The name of the known mistake that the answer shows, or "".
    """

    MARKS: ClassVar[dict[bool | None, str]] = {True: "✓ Right.", False: "✗ Not yet.", None: "… "}

    def __init__(self, right: bool | None, text: str, mistake: str = "") -> None:
        self.right, self.text, self.mistake = right, text, mistake

    def __str__(self) -> str:
        mark = self.MARKS[self.right]
        return f"{mark}{'' if mark.endswith(' ') else ' '}{self.text}"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return self.right is True
