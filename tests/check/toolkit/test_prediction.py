"""A prediction: nothing is revealed before the choice."""

import pytest

from cnnlab import check


def test_a_prediction_reveals_nothing_before_a_choice():
    asked = check.predict(
        "Which way?", {"up": "Yes, up it is.", "down": "You forgot the flip.", "<b>no": "Not that."}, "up"
    )
    assert asked.choice is None and asked.verdict.right is None and asked._reply.value == ""
    assert not any(reply in repr(asked) for reply in asked.answers.values())
    assert all(text in repr(asked) for text in asked.answers)
    assert asked.choose("down").right is False and "flip" in asked._reply.value
    assert asked.choose(1).right is True and asked.choice == "up"
    assert asked._repr_mimebundle_()["text/plain"] == repr(asked)
    with pytest.raises(ValueError, match="answer must be one of"):
        asked.choose("left")


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
