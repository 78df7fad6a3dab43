"""A cover over what answers a prediction: it opens with the choice.

In a live notebook the cover is a widget.  Everywhere else, on a page that only shows notebooks, in a saved file, on a
phone, it is a fold that opens by hand (`<details>`), and the still picture and the words lie in it.
"""

import html
from typing import Any

import ipywidgets as widgets
from IPython.core.getipython import get_ipython

from cnnlab.check.predicting.prediction import ASKED, thought
from cnnlab.check.predicting.recording import Output, Recording, Shell
from cnnlab.check.series import QUESTIONS
from cnnlab.check.toolkit.kept import in_notebook, kept
from cnnlab.check.toolkit.verdict import MIME
from cnnlab.picture import is_sheet

FIRST = "Choose an answer above first."
BY_HAND = "Choose an answer above first; then open this."
BUTTON = "Show me without choosing"

_covers: dict[str, list["Cover"]] = {}  # by the cell that shows them
_first: dict[str, str] = {}  # of a question the first cell behind it: it alone says what was thought


class Cover:
    """One cell's outputs, covered until a choice is made in a question.

    name : of the question.
    outputs : as in a notebook's file.
    says : whether it says, once it is open, what was thought.
    """

    def __init__(self, shell: Shell, name: str, outputs: list[Output], says: bool = True) -> None:
        self.shell, self.name, self.outputs, self.says = shell, name, outputs, says
        self.button = widgets.Button(description=BUTTON, layout=widgets.Layout(width="auto"))
        self.button.on_click(lambda _: kept().note("questions", name, shown=True))
        words = widgets.HTML(f"<i>{FIRST}</i>", layout=widgets.Layout(margin="2px 12px 2px 2px"))
        self.box = widgets.HBox([words, self.button], layout=widgets.Layout(align_items="center"))
        self.parts: list[widgets.Widget] = [words, self.button]
        self.key = f"cnnlab-{self.box.model_id}"
        self.end = kept().watch(name, self.uncover)
        self._publish(update=False)

    def uncover(self) -> None:
        """Show what lies under it."""
        self.end()
        shown: list[widgets.Widget] = [widgets.HTML(_marked(self.name))] if self.says else []
        shown.append(widgets.Output(outputs=tuple(self.outputs)))
        self.parts += shown
        self.box.layout.flex_flow, self.box.layout.align_items = "column", "stretch"
        self.box.children = tuple(shown)
        self._publish(update=True)

    def close(self) -> None:
        """Its cell is run again: let go of everything."""
        self.end()
        for part in (*self.parts, self.box):
            part.close()

    def _publish(self, update: bool) -> None:
        data = {
            **self.box._repr_mimebundle_(),
            "text/html": folded(self.outputs, BY_HAND if not update else "What was covered", update),
            "text/plain": f"{FIRST} (The question is {self.name!r}.)",
        }
        if update:
            data |= {"text/plain": in_words(self.name), MIME: _about(self.name)}
        self.shell.display_pub.publish(data, transient={"display_id": self.key}, update=update)


def folded(outputs: list[Output], summary: str, is_open: bool = False) -> str:
    """Outputs as a fold that opens by hand: their pictures, and the words of those that have none."""
    inside = "\n".join(_still(output) for output in outputs)
    return f"<details{' open' if is_open else ''}><summary>{html.escape(summary)}</summary>\n{inside}\n</details>"


def _still(output: Output) -> str:
    """One output without its kernel, a picture with its caption, for light and dark pages where it is one of cnnlab's.
    No HTML of others comes in: only words, and pictures in base64.
    """
    data = output.get("data", {"text/plain": output.get("text", "")})
    if is_sheet(whole := str(data.get("text/html", ""))):
        return whole
    words = html.escape(str(data.get("text/plain", "")))
    if "image/png" in data:
        png = html.escape("".join(str(data["image/png"]).split()))
        picture = f'<img alt="{words}" src="data:image/png;base64,{png}" style="max-width: 100%">'
        return f'<figure style="margin: 0">{picture}<figcaption>{words}</figcaption></figure>'
    return f"<pre>{words.rstrip()}</pre>"


def _about(name: str) -> dict[str, Any]:
    """The note for teachers: what was chosen before it was shown."""
    note = kept().get("questions", name)
    known = {key: note.get(key) for key in ("choice", "right")}
    return {"question": name, **known, "shown": bool(note.get("shown"))}


def in_words(name: str) -> str:
    """What you thought, and what happened."""
    you, it = thought(kept().get("questions", name))
    return f"You thought: {you} It happened: {it}" if you else "Shown without choosing."


def _marked(name: str) -> str:
    you, it = (html.escape(words) for words in thought(kept().get("questions", name)))
    return f"<b>You thought:</b> {you} <b>It happened:</b> {it}" if you else "<i>Shown without choosing.</i>"


def after(name: str) -> None:
    """Keep what this cell shows under a cover until a choice is made in a question; on the first line of a cell.

    In JupyterLab and its like the cover says so, and has a button that opens it without a choice. Elsewhere it is a
    fold that opens by hand. If the choice was made before, nothing is covered. What was thought, and what happened,
    stands over the first cell behind a question only. Outside of notebooks nothing happens.

    Parameters
    ----------
    name : str
        Of the question, as it was given to `check.predict`.
    """
    shell: Shell = get_ipython()
    if not in_notebook():
        return
    asked = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = asked.get("metadata", {}).get("cellId")
    for cover in _covers.pop(cell, []) if cell else []:
        cover.close()
    here = cell or str(asked.get("content", {}).get("code"))  # not every front end tells the cell
    says = _first.setdefault(name, here) == here
    note = kept().get("questions", name)
    if name not in ASKED and name not in QUESTIONS and not note:
        known = ", ".join(dict.fromkeys([*ASKED, *QUESTIONS]))
        print(f"There is no question {name!r}, so nothing is covered here. The questions are: {known}.")
        return
    if "choice" in note or note.get("shown"):
        if says:
            shell.display_pub.publish({"text/html": _marked(name), "text/plain": in_words(name), MIME: _about(name)})
        return

    def done(outputs: list[Output], failed: bool) -> None:
        if failed:  # whoever looks for a fault wants to see what was printed
            for output in outputs:
                data = output.get("data", {"text/plain": output.get("text", "")})
                shell.display_pub.publish(data, output.get("metadata"))
        elif outputs:
            cover = Cover(shell, name, outputs, says)
            if cell:
                _covers.setdefault(cell, []).append(cover)

    Recording(shell, done)
