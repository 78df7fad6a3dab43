"""What a learner gets back: a few sentences, the same every time."""

from typing import ClassVar


class Verdict:
    """The answer of a check.

    right : True, False, or None while there is no answer yet.  mistake : the name of the known mistake that the answer
        shows, or
    "".  text : what is said to the learner, in Markdown.
    """

    MARKS: ClassVar = {True: "✓ Right.", False: "✗ Not yet.", None: "… "}

    def __init__(self, right, text, mistake=""):
        self.right, self.text, self.mistake = right, text, mistake

    def __str__(self):
        mark = self.MARKS[self.right]
        return f"{mark}{'' if mark.endswith(' ') else ' '}{self.text}"

    __repr__ = __str__

    def __bool__(self):
        return self.right is True
