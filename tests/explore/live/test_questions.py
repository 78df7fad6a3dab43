"""Whatever a page sends, it gets an answer; nothing is raised, nothing changed that was not asked for in order."""

import itertools
import json

import numpy as np
import pytest
from explorers import Try

from cnnlab.explore.live import answers
from cnnlab.explore.live.answers import Answers
from cnnlab.explore.speech.spoken_syllable import SpokenSyllable
from cnnlab.explore.toolkit.control import same
from cnnlab.explore.trained.too_much_data import TooMuchData

STRANGE = (
    *(None, True, -1, 0, 2, 1.5, float("nan"), 1e308, 2**63, 10**400, "", "a", "\x00", "x" * 5_000, [], [[]], {}),
    *([0, 0], [-1, -1], [99, 0], [0, 2**70], [[1], [1, 2]], {"a": {}}, ["d"], [None], [1] * 2_000),
    *(np.zeros(2), np.zeros((0, 3)), np.array(["set"]), b"set", 1j, {1: 2}),  # what a transport of another kind brings
)
WHOLE = (
    {"do": "hello", "view": "v", "number": 1, "has": []},
    {"do": "set", "view": "v", "number": 1, "name": "a", "value": 1, "drawn": {"a": 1}},
    {"do": "set", "view": "v", "number": 1, "name": "e", "value": 3, "at": [0, 0]},
    {"do": "set", "view": "v", "number": 1, "name": "where", "value": [1, 1]},
    {"do": "press", "view": "v", "number": 1, "name": "step"},
    {"do": "sweep", "view": "v", "name": "a", "token": 1, "wanted": [0]},
    {"do": "sweep", "view": "v", "name": "e", "token": 1, "wanted": [0], "at": [0, 1]},
    {"do": "nudge", "view": "v"},
    {"do": "bye", "view": "v"},
)
NAMES = ("a", "e", "where", "mode", "step", "nobody", "__class__")


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    monkeypatch.setattr(answers, "SWEEP_SECONDS", 0.0)


def malformed():
    """Every part of every question missing, strange, or another's; and what is no question at all."""
    yield from STRANGE
    for question in WHOLE:
        for key in question:
            yield {name: value for name, value in question.items() if name != key}
        for key, value in itertools.product((*question, "has", "drawn", "at", "extra"), STRANGE):
            yield question | {key: value}
        for name, value in itertools.product(NAMES, STRANGE):
            yield question | {"name": name, "value": value}
            yield question | {"drawn": {name: value}}


def test_every_malformed_question_is_answered_and_shortly_refused():
    explorer = Try()
    live = Answers(explorer)
    explorer._view = live
    count = refused = 0
    for question in malformed():
        count += 1
        before = explorer.values
        message = live.answer(question)
        if message is None:
            assert question["do"] in ("nudge", "bye")
            continue
        content = json.loads(json.dumps(message.content))
        assert content["kind"] in ("frame", "seen", "sweep", "refused")
        if content.get("refused"):
            refused += 1
            assert 0 < len(content["refused"]) < 1000, question
            assert all(same(before[name], value) for name, value in explorer.values.items()), question
        if content["kind"] == "refused":
            assert content["view"] is None or content["view"] == question["view"]
    assert count > 3000 and refused > 2000
    assert live.answer({"do": "hello", "view": "w", "number": 1}).content["kind"] == "frame", "it goes on as before"


def test_a_view_that_can_be_named_waits_no_longer_when_it_is_refused():
    live = Answers(Try())
    content = live.answer({"do": "set", "view": "v", "number": 7, "name": "nobody", "value": 1}).content
    assert content["kind"] == "frame" and content["seen"] == {"v": 7}
    assert content["refused"].startswith("There is no control 'nobody'; the controls are a, ")
    content = live.answer({"do": "sweep", "view": "v", "name": "a", "token": 1, "wanted": [10**6]}).content
    assert content["kind"] == "refused" and content["view"] == "v"


def test_an_explorer_refuses_arrays_for_words_and_lists_of_unequal_length():
    explorer = SpokenSyllable()
    for wrong in (np.array(["d"]), ["d"], np.array("d"), b"d", 3):
        with pytest.raises(ValueError, match="consonant must be one of 'b', 'd', 'g'; got"):
            explorer.set(consonant=wrong)
        with pytest.raises(ValueError, match="consonant must be one of 'b', 'd', 'g'; got"):
            SpokenSyllable(wrong)
    explorer.set(consonant=np.str_("g"))
    assert type(explorer.values["consonant"]) is str
    for name in ("e", "where"):
        with pytest.raises(ValueError, match=f"{name} must be "):
            Try().set(**{name: [[1], [1, 2]]})


def test_set_raises_value_errors_only():
    for explorer in (Try(), TooMuchData(), SpokenSyllable()):
        for name, control in explorer.controls.items():
            for value in (*STRANGE, object(), 1j, b"a", np.zeros((0, 3)), np.array(["d"])):
                before = explorer.values
                try:
                    explorer.set(**{name: value})
                except ValueError as refusal:
                    assert str(refusal).startswith(f"{name} ") and len(str(refusal)) < 600
                    assert all(np.array_equal(before[n], v) for n, v in explorer.values.items())
                else:
                    assert control.kind != "button"
