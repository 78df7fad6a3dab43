"""The live view of an explorer as an anywidget: the transport between the answers of answers.py and a browser.

It carries questions and messages and knows nothing of what is in them; all arithmetic stays in Python, all painting in
the browser.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from cnnlab.explore.live.answers import Answers, Message
from cnnlab.explore.live.bundle import bundle
from cnnlab.explore.live.cells import shown
from cnnlab.explore.toolkit.explorer import Explorer, in_turn

HERE = Path(__file__).parent


class View(anywidget.AnyWidget):
    """One explorer, shown; all its outputs in a notebook share this model.

    Parameters
    ----------
    explorer : Explorer
        What is shown.

    Attributes
    ----------
    answers : Answers
        What the questions of the browser are answered by.
    """

    _esm = bundle(HERE / "js" / "view.js")
    _css = (HERE / "view.css").read_text(encoding="utf-8")

    title = traitlets.Unicode().tag(sync=True)
    longest = traitlets.Int().tag(sync=True)
    controls: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    first_text = traitlets.Bytes().tag(sync=True)
    first_numbers = traitlets.Bytes().tag(sync=True)

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.answers = explorer, Answers(explorer)
        text, numbers = self.answers.first()
        super().__init__(
            title=explorer.title,
            longest=explorer.longest,
            controls=[control.spec() for control in explorer.controls.values()],
            first_text=text,
            first_numbers=numbers,
        )
        self.on_msg(self._asked)

    def mimebundle(self) -> dict[str, Any]:
        """The widget's part of the output, with the present frame in the model: the view paints before Python is
        free to answer.
        """
        shown(self)
        self.first_text, self.first_numbers = self.answers.first()
        bundle = super()._repr_mimebundle_()
        return (bundle[0] if isinstance(bundle, tuple) else bundle) or {}

    def close(self) -> None:
        """No output shows it any more: let go of everything.  Shown again, its explorer gets a new view."""
        if self.explorer._view is self:
            self.explorer._view = None
        if self.layout is not None:
            self.layout.close()
        super().close()

    def _handle_msg(self, msg: Any) -> None:
        """What came over the wire.  A page asks questions, and for the state; it never sets it: what is shown is
        Python's to say, and ipywidgets would put a traceback on the page for a state that does not fit.
        """
        data = (msg.get("content") or {}).get("data")
        method = data.get("method") if isinstance(data, dict) else None
        if method == "request_state" or (method == "custom" and "content" in dict(data or {})):
            super()._handle_msg(msg)

    @in_turn
    def changed(self) -> None:
        """The explorer's values or state are new: tell every view."""
        self._post(self.answers.changed())

    @in_turn
    def _asked(self, _: Any, question: dict[str, Any], buffers: list[bytes]) -> None:
        self._post(self.answers.answer(question))

    def _post(self, message: Message | None) -> None:
        if message is not None:
            self.send(message.content, message.buffers)
