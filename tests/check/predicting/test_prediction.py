"""A prediction: nothing is revealed before the choice, and the order of the answers is drawn once for each question."""

from collections import Counter

import pytest

from cnnlab import check
from cnnlab.check.predicting.prediction import shuffled, thought
from cnnlab.check.toolkit.kept import kept
from cnnlab.check.toolkit.verdict import MIME


def test_a_prediction_reveals_nothing_before_a_choice():
    asked = check.predict(
        "Which way?", {"up": "Yes, up it is.", "down": "You forgot the flip.", "<b>no": "Not that."}, "up"
    )
    assert asked.choice is None and asked.verdict.right is None and asked._reply.value == ""
    assert not any(reply in repr(asked) for reply in asked.answers.values())
    assert all(text in repr(asked) for text in asked.answers)
    assert MIME not in asked._repr_mimebundle_()
    assert asked.choose("down").right is False and "flip" in asked._reply.value
    assert asked.choose("up").right is True and asked.choice == "up"
    assert asked._repr_mimebundle_()["text/plain"] == repr(asked)
    assert asked._repr_mimebundle_()[MIME]["right"] is True
    with pytest.raises(ValueError, match="answer must be one of"):
        asked.choose("left")


def test_the_order_is_that_of_the_question_everywhere():
    answers = {text: f"reply to {text}" for text in ("one", "two", "three", "four")}
    asked = check.predict("In which order?", answers, "one")
    order = shuffled("In which order?", list(answers))
    assert sorted(order) == sorted(answers) and order == list(asked.answers)
    assert [text for text, _ in asked._radio.options] == order
    assert [line.removeprefix("  ( ) ") for line in repr(asked).splitlines()[1:]] == order
    bundle = asked._repr_mimebundle_()["text/markdown"]
    assert [line.removeprefix("- ○ ") for line in bundle.splitlines()[2:]] == order
    for number, text in enumerate(order, start=1):
        asked.choose(number)
        assert asked.choice == text and asked.answers[text] == answers[text]
    for wrong in (0, 5):
        with pytest.raises(ValueError, match="a number from 1 to 4"):
            asked.choose(wrong)


def test_every_order_is_as_likely_as_any_other():
    orders = Counter(tuple(shuffled(f"question {number}", "abcd")) for number in range(4800))
    assert len(orders) == 24 and all(140 < count < 260 for count in orders.values())
    assert any(shuffled(f"question {n}", "abcd") != shuffled(f"question {n}", "abcd", "other") for n in range(5))


def test_the_first_choice_is_kept_and_later_ones_are_not(monkeypatch):
    question = ("Up or down?", {"up": "Yes.", "down": "No."}, "up", "way")
    asked = check.predict(*question)
    asked.choose("down")
    asked.choose("up")
    note = kept().get("questions", "way")
    assert note["choice"] == "down" and note["right"] is False and note["answer"] == "up" and note["at"]
    again = check.predict(*question)
    assert again.choice == "down" and "No." in again._reply.value, "the cell was run again"
    changed = check.predict("Up or down?", {"up": "Yes.", "downwards": "No."}, "up", "way")
    assert changed.choice is None, "this answer is not there any more"
    check.forget("way")
    assert check.predict(*question).choice is None and kept().get("questions", "way") == {}


def test_a_prediction_without_a_name_is_kept_nowhere():
    before = dict(kept().notes["questions"])
    check.predict("Up or down?", {"up": "Yes.", "down": "No."}, "up").choose("up")
    assert kept().notes["questions"] == before


def test_surprise_is_named():
    assert thought({}) == ("", "")
    you, it = thought({"choice": "down", "right": False, "answer": "up"})
    assert "“down”" in you and it.startswith("“up”") and "surprise" in it
    you, it = thought({"choice": "up", "right": True, "answer": "up"})
    assert "“up”" in you and "surprise" not in it


def test_a_prediction_shows_text_never_html_of_its_data():
    asked = check.predict("Is <i>this</i> safe?", {"yes": "<script>alert(1)</script>", "no": "no"}, "yes")
    asked.choose("yes")
    assert "<script>" not in asked._reply.value and "<i>" not in asked._box.children[0].value


@pytest.mark.parametrize(
    ("answers", "right", "word"), [({"a": "b"}, "a", "at least two"), ({"a": "b", "c": "d"}, "e", "right must")]
)
def test_a_prediction_refuses_what_cannot_be_asked(answers, right, word):
    with pytest.raises(ValueError, match=word):
        check.predict("?", answers, right)
