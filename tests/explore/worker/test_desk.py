"""The Python end of a page whose Python runs in a worker: text in, text and bytes out."""

import json
from itertools import pairwise

import numpy as np
import pytest
from explorers import Try
from messages import unpack

from cnnlab.explore.live import desk
from cnnlab.explore.live.desk import Desk, makers


class Page:
    """What a page sends and hears."""

    def __init__(self, **named):
        self.desk = Desk(named or {"try": Try})
        self.number = 0

    def tell(self, **told):
        return [self.read(*answer) for answer in self.desk.hear(json.dumps(told))]

    def read(self, text, data):
        told = json.loads(text)
        ends = np.cumsum([0, *told["sizes"]])
        assert isinstance(data, bytes) and len(data) == ends[-1]
        return told | {"buffers": [data[a:b] for a, b in pairwise(ends)]}

    def open(self, **more):
        (told,) = self.tell(do="open", place="p", name="try", **more)
        return told

    def ask(self, do, **more):
        self.number += 1
        return self.tell(do="ask", place="p", question={"do": do, "view": "v", "number": self.number, **more})


def values(told):
    return unpack(told["buffers"])[0]["values"]


def test_an_explorer_is_opened_and_answers_as_in_a_notebook():
    page = Page()
    opened = page.open()
    assert opened["kind"] == "open" and opened["title"] == "A try" and opened["place"] == "p"
    assert [control["name"] for control in opened["controls"]] == ["a", "eta", "mode", "on", "where", "p", "e", "step"]
    assert values(opened)["a"] == 1
    (told,) = page.ask("set", name="a", value=2)
    assert told["kind"] == "message" and told["content"]["kind"] == "frame" and values(told)["a"] == 2
    (told,) = page.ask("sweep", name="a", wanted=[0, 1], token=5)
    assert told["content"]["done"] == [0, 1] and len(unpack(told["buffers"])) == 2
    assert page.ask("set", name="a", value=None)[0]["content"]["refused"], "null arrives as None, and is refused"


def test_a_page_hands_over_what_its_hand_did_and_what_it_shows():
    page = Page()
    past = [{"do": "set", "name": "a", "value": 0}, {"do": "press", "name": "step"}, {"do": "press", "name": "step"}]
    past += [{"do": "set", "name": "mode", "value": "strict"}, {"do": "set", "name": "nothing", "value": 1}]
    e = np.arange(6.0)[::-1].reshape(2, 3).tolist()
    shown = {"a": -1, "mode": "strict", "on": False, "where": [0, 3], "p": [0.5, -0.5], "e": e}
    opened = page.open(past=past, values=shown)
    found = values(opened)
    assert {name: found[name] for name in ("a", "mode", "on")} == {"a": -1, "mode": "strict", "on": False}
    assert found["where"] == [0, 3] and found["p"] == [0.5, -0.5] and np.array_equal(found["e"], e)
    explorer = page.desk.places["p"].explorer
    assert explorer.count == 2, "its state is the one of two presses"
    (told,) = page.ask("hello")
    assert told["content"]["kind"] == "frame", "nothing of the past is told twice"


def test_a_change_from_outside_comes_with_the_next_answer():
    page = Page()
    page.open()
    page.desk.places["p"].explorer.set(a=-2)
    told = page.ask("nudge")
    assert len(told) == 1 and values(told[0])["a"] == -2


def test_places_are_apart_and_end():
    page = Page()
    page.open()
    page.tell(do="open", place="q", name="try")
    page.ask("set", name="a", value=-1)
    assert [page.desk.places[place].explorer.values["a"] for place in "pq"] == [-1, 1]
    assert page.tell(do="close", place="p") == [] and list(page.desk.places) == ["q"]
    assert page.ask("hello")[0]["words"] == "Nothing is open at 'p'"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("", "Expecting value"),
        ("[1]", "A page sends objects; got [1]"),
        ('{"do": "open"}', "A place is a name; got None"),
        ('{"do": "open", "place": 7}', "A place is a name; got 7"),
        ('{"do": "open", "place": "p", "name": "__import__"}', "There is no explorer '__import__'; there are try"),
        ('{"do": "open", "place": "p", "name": "try", "past": 3}', "`past` is a list of at most 2000 questions; got 3"),
        ('{"do": "open", "place": "p", "name": "try", "past": [3]}', "'int' object is not a mapping"),
        ('{"do": "open", "place": "p", "name": "try", "values": []}', "`values` is a dict; got []"),
        ('{"do": "open", "place": "p", "name": "try", "values": {"z": 1}}', "KeyError: 'z'"),
        ('{"do": "ask", "place": "x", "question": {}}', "Nothing is open at 'x'"),
        ('{"do": "dance", "place": "p"}', "A page asked for 'dance', which is not among open, ask, close"),
        ('{"do": "ask", "place": "p"}', "KeyError: 'question'"),
        (None, "A page sends texts of at most 4,000,000 letters; got None"),
    ],
)
def test_what_no_page_sends_is_answered_in_words_and_ends_nothing(told, words):
    page = Page()
    page.open()
    (answer,) = (page.read(*one) for one in page.desk.hear(told))
    assert answer["kind"] == "fault" and words in answer["words"]
    assert values(page.ask("set", name="a", value=0)[0])["a"] == 0


def test_questions_that_no_view_asks_are_refused_by_the_answers():
    page = Page()
    page.open()
    for question in (None, 3, {"do": "set", "view": "v", "number": 1, "name": "a", "value": {"$": 1}}):
        (told,) = page.tell(do="ask", place="p", question=question)
        assert told["kind"] == "message" and told["content"]["refused"]


def test_there_is_an_end_to_places(monkeypatch):
    monkeypatch.setattr(desk, "MOST", 1)
    page = Page()
    page.open()
    assert page.tell(do="open", place="q", name="try")[0]["words"] == "A page has at most 1 places"
    assert page.open()["kind"] == "open", "a place that is open can be opened anew"


def test_recipes_make_explorers():
    made = makers({"one": "x = np.eye(3)\nexplore.ThreePoolings(x)", "two": "explore.ChainRule()"})
    assert made["two"]().title == "The chain rule, from right to left" and made["one"]().title
    with pytest.raises(ValueError, match="the last line of recipe bad must be an explorer"):
        makers({"bad": "x = 1"})
    with pytest.raises(TypeError, match="recipe bad must end in an explorer; got int"):
        makers({"bad": "1"})["bad"]()
