"""The explorers of a page whose Python runs in a worker: text in, text and bytes out.

Whatever carries them (worker.js of a built page, a process in the tests), it hands over one text and gets a list of
answers, each a text and one run of bytes. Texts are JSON, so that nothing depends on how a browser and its Python turn
each other's objects round (JavaScript's null, for one, is none of Python's None).

    text["do"]                                       answers["kind"]
    open place name [past] [values]                  open: title, controls, and the present frame in the bytes
    ask place question                               message: content, and its buffers in the bytes (see answers.py)
    close place                                      nothing
    anything else                                    fault: words

A place is the page's name for one explorer that it shows. The bytes of an answer are its buffers one after the other;
"sizes" says how long each is. Past are the questions (set, press, reset) that led a recording to where its page hands
over, and values those that it shows then: an explorer that is opened with them goes on from there.
"""

import ast
import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from cnnlab.explore.live.answers import Answers, Message, in_words
from cnnlab.explore.live.questions import LONGEST, brief
from cnnlab.explore.toolkit.explorer import Explorer

Answer = tuple[str, bytes]

LARGEST = 4_000_000  # letters of a text: a drawing on a pad has some hundred thousand
MOST = 64  # places of a page, and
PAST = 2_000  # questions that led to where a page hands over


class Desk:
    """The Python end of a page.

    Parameters
    ----------
    makers : dict of str to function
        What makes the explorer of each name; only these can be opened.

    Attributes
    ----------
    places : dict of str to Place
        What is open.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Explorer]]) -> None:
        self.makers = dict(makers)
        self.places: dict[str, Place] = {}

    def hear(self, text: str) -> list[Answer]:
        """Work on what the page sent.

        Parameters
        ----------
        text : str
            As the head of this file has it; anything else is answered by a fault in words.

        Returns
        -------
        answers : list of (str, bytes)
            In this order for the page.
        """
        place = None
        try:
            told = _parsed(text)
            place = told.get("place")
            if not isinstance(place, str) or not 0 < len(place) <= LONGEST:
                place = None
                raise ValueError(f"a place is a name; got {brief(told.get('place'))}")
            return self._obey(told.get("do"), place, told)
        except Exception as problem:  # whatever it is, the page must hear of it, and the worker lives on
            return [_answer(place, "fault", {"words": in_words(problem)[: 4 * LONGEST]})]

    def _obey(self, do: Any, place: str, told: Mapping[str, Any]) -> list[Answer]:
        if do == "open":
            return [self._open(place, told)]
        if place not in self.places:
            raise ValueError(f"nothing is open at {brief(place)}")
        if do == "close":
            self.places.pop(place).explorer._view = None
            return []
        if do == "ask":
            return [_answer(place, "message", *_carried(found)) for found in self.places[place].ask(told["question"])]
        raise ValueError(f"a page asked for {brief(do)}, which is not among open, ask, close")

    def _open(self, place: str, told: Mapping[str, Any]) -> Answer:
        name, past, values = told.get("name"), told.get("past", []), told.get("values", {})
        if not isinstance(name, str) or name not in self.makers:
            raise ValueError(f"there is no explorer {brief(name)}; there are {', '.join(self.makers)}")
        if place not in self.places and len(self.places) >= MOST:
            raise ValueError(f"a page has at most {MOST} places")
        if not isinstance(past, list) or len(past) > PAST:
            raise ValueError(f"`past` is a list of at most {PAST} questions; got {brief(past)}")
        if not isinstance(values, Mapping):
            raise ValueError(f"`values` is a dict; got {brief(values)}")
        explorer = self.makers[name]()
        opened = Place(explorer)
        for number, step in enumerate(past):
            opened.ask({**step, "view": "the past", "number": number})
        explorer.set(**{name: explorer.controls[name].heard(value) for name, value in values.items()})
        opened.said.clear()
        self.places[place] = opened
        controls = [control.spec() for control in explorer.controls.values()]
        buffers = opened.answers.first()
        return _answer(place, "open", {"title": explorer.title, "controls": controls}, buffers)


class Place:
    """One explorer that a page shows; what `Explorer` knows as its view.

    Parameters
    ----------
    explorer : Explorer
        What is shown.

    Attributes
    ----------
    answers : Answers
        What its questions are answered by.
    said : list of Message
        What is to be said to the page.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.answers = explorer, Answers(explorer)
        self.said: list[Message] = []
        explorer._view = self

    def ask(self, question: Any) -> list[Message]:
        """Work on a question of a view.

        Parameters
        ----------
        question : dict
            As answers.py has it.

        Returns
        -------
        said : list of Message
            What the page has to know now.
        """
        answer = self.answers.answer(question)
        found, self.said = self.said, []
        return found if answer is None else [*found, answer]

    def changed(self) -> None:
        """The explorer's values or state are new: tell the page with the next answer."""
        message = self.answers.changed()
        if message is not None:
            self.said.append(message)

    def mimebundle(self) -> dict[str, Any]:
        """Nothing: there is no notebook.

        Returns
        -------
        bundle : dict
            Empty.
        """
        return {}


def makers(recipes: Mapping[str, str]) -> dict[str, Callable[[], Explorer]]:
    """What makes explorers, from Python sources.

    Parameters
    ----------
    recipes : dict of str to str
        The source behind each name: lines as in a cell of a notebook, the last of which is the explorer. `cnnlab`,
        `explore` and `np` are there already.

    Returns
    -------
    makers : dict of str to function
        For a `Desk`. Only whoever builds a page gives sources, never what comes from it.
    """
    return {name: _maker(name, source) for name, source in recipes.items()}


def _maker(name: str, source: str) -> Callable[[], Explorer]:
    lines = ast.parse(source, f"<{name}>")
    if not lines.body or not isinstance(lines.body[-1], ast.Expr):
        raise ValueError(f"the last line of recipe {name} must be an explorer; got {brief(source)}")
    before, last = ast.Module(lines.body[:-1], []), ast.Expression(lines.body[-1].value)

    def make() -> Explorer:
        # by their names, for a recipe may use everything, and explorers are above this floor
        rooms = {"cnnlab": "cnnlab", "explore": "cnnlab.explore", "np": "numpy"}
        names: dict[str, Any] = {short: importlib.import_module(room) for short, room in rooms.items()}
        exec(compile(before, f"<{name}>", "exec"), names)
        made = eval(compile(last, f"<{name}>", "eval"), names)
        if not isinstance(made, Explorer):
            raise TypeError(f"recipe {name} must end in an explorer; got {type(made).__name__}")
        return made

    return make


def in_worker(recipes: str, post: Callable[[str, bytes], None]) -> Callable[[str], None]:
    """Begin to work in Pyodide; worker/pyodide.js calls this.

    Parameters
    ----------
    recipes : str
        JSON: the source of each explorer.
    post : function
        Of JavaScript's; takes the text and the bytes of an answer.

    Returns
    -------
    hear : function
        Takes what the page sent.
    """
    desk = Desk(makers(json.loads(recipes)))

    def hear(text: str) -> None:
        for told, data in desk.hear(text):
            post(told, data)

    return hear


def _parsed(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or len(text) > LARGEST:
        raise ValueError(f"a page sends texts of at most {LARGEST:,} letters; got {brief(text)}")
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError(f"a page sends objects; got {brief(told)}")
    return told


def _carried(message: Message) -> tuple[dict[str, Any], list[bytes]]:
    return {"content": message.content}, message.buffers


def _answer(place: str | None, kind: str, words: Mapping[str, Any], buffers: list[bytes] | None = None) -> Answer:
    buffers = buffers or []
    told = {"place": place, "kind": kind, "sizes": [len(buffer) for buffer in buffers], **words}
    return json.dumps(told, ensure_ascii=False, allow_nan=False), b"".join(buffers)
