"""Every exercise: its solution passes, its stub gets help, and each of at least five mistakes is rejected with its own
reply.
"""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.check import Exercise, Mistake
from cnnlab.check.toolkit.comparison import difference
from cnnlab.check.toolkit.exercise import REGISTER

EXERCISES = sorted(REGISTER)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_is_right_and_the_stub_gets_the_question(name):
    exercise = getattr(check, name)
    assert exercise(exercise.right).right is True
    assert exercise(...).right is None and exercise.question in str(exercise(...))
    assert len(exercise.solution()) > 0
    assert len({str(exercise.hint(level)) for level in (1, 2, 3)}) == 3


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_is_rejected_and_called_by_its_name(name):
    exercise = getattr(check, name)
    assert len(exercise.mistakes) >= 5
    replies = set()
    for mistake in exercise.mistakes:
        verdict = exercise(mistake.answer)
        assert verdict.right is False, f"{name} accepts the mistake {mistake.name!r}"
        assert verdict.mistake == mistake.name, f"{name} takes {mistake.name!r} for {verdict.mistake!r}"
        replies.add(str(verdict))
    assert len(replies) == len(exercise.mistakes)


def slope(mistakes=(), accept=None):
    return Exercise(
        "slope",
        "What is the slope?",
        lambda x: 2 * x,
        list(mistakes),
        ("a", "b", "c"),
        "Yes.",
        inputs=[(np.array([0.0, 0.0]),), (np.array([1.0, 3.0]),), (np.array([[1.0], [2.0]]),)],
        accept=accept,
    )


def test_an_answer_that_is_right_by_luck_on_one_input_is_rejected():
    verdict = slope()(lambda x: x * x * 2 if x.ndim == 2 else 3 * x)
    assert verdict.right is False and "1 of 3 inputs come out right" in str(verdict) and "input 2" in str(verdict)


def test_a_function_that_raises_mutates_or_returns_nothing_is_told_so():
    def raises(x):
        return x / [1, 2, 3, 4]

    def mutates(x):
        x *= 2
        return x

    assert "stopped on input 1" in str(slope()(raises))
    assert slope()(mutates).mistake == "changes its input"
    assert slope()(lambda x: ...).right is None

    def forgets(x):
        3 * x

    words = str(slope()(forgets))
    assert slope()(forgets).right is False and "returns None" in words and "`return` may be missing" in words
    assert "must be a function" in str(slope()(3.0))


def test_shape_comes_before_dtype_and_dtype_before_values():
    right = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    assert "shape must be (2, 2)" in difference(np.ones(3), right)
    assert "dtype must be float32" in difference(right.astype(np.float64), right)
    words = difference(np.array([[1, 2], [5, 4]], np.float32), right)
    assert "[1, 0]" in words and "5" in words and "3" not in words.split("first")[1]
    assert difference(right, right) == "" and difference([[1, 2], [3, 4]], right) == ""
    assert "rows have different lengths" in difference([[1], [2, 3]], right)
    assert "made of numbers" in difference("seven", np.float64(7))
    assert "The answer is None" in difference(None, right)
    assert "one number" in difference([1.0, 2.0], 1.0)
    assert "True or False" in difference(1, True) and difference(np.bool_(True), True) == ""
    assert "Value 2 of 2" in difference((1, 5), (1, 2)) and "has 1" in difference((1,), (1, 2))


class Guarded:
    """No array can be made of it, as of a tensor of PyTorch that keeps gradients."""

    def __array__(self, *_, **__):
        raise RuntimeError("call detach() first")


@pytest.mark.parametrize(
    "wild", [None, object(), {}, [..., 1], "x", float("nan"), np.zeros((2, 2)), lambda: 1, [[1], [2, 3]], Guarded()]
)
@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_that_a_learner_passes_raises(name, wild):
    assert getattr(check, name)(wild).right is not True


def test_what_no_array_can_be_made_of_is_told_why():
    assert "of a Guarded: call detach() first" in difference(Guarded(), np.float64(7))
    assert "of a Guarded: call detach() first" in str(slope()(lambda x: Guarded()))
    assert slope()(lambda x: (1, Guarded())).right is False


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("eta_limit", Fraction(1, 5)),
        ("eta_limit", Decimal("0.2")),
        ("momentum_step", lambda *step: np.array(check.momentum_step.right(*step))),
        ("momentum_step", lambda *step: list(check.momentum_step.right(*step))),
        ("region_code", lambda x, w, b: np.heaviside(x @ w + b, 0)),
        ("region_code", lambda x, w, b: ops.unit_step(x @ w + b)),
        ("region_code", lambda x, w, b: [int(e > 0) for e in x @ w + b]),
    ],
)
def test_other_spellings_of_the_right_answer_pass(name, answer):
    verdict = getattr(check, name)(answer)
    assert verdict.right is True, str(verdict)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("throw_away", False, "must be a number; it is False"),
        ("throw_away", 450, "which is largest"),
        ("throw_away", 225, "by chance"),
        ("throw_away", 45, "guess"),
        ("throw_away", 7, "7 is not it"),
        ("region_code", lambda x, w, b: x @ w + b > 0, "made of True and False"),
        ("region_code", lambda x, w, b: (x @ w + b > 0) / 2, "they are not whole"),
        ("momentum_step", lambda u, v, g, eta, m: np.array([u, v, g]), "must be 2 values; it has 3"),
        ("ce_gradient", lambda e, y: global_maximum(e, y), "Each row needs its own"),
        ("ce_gradient", lambda e, y: np.nan_to_num(global_maximum(e, y)), "On input 4"),
        ("regions_of_4", 8, "through ONE point"),
        ("distance", 5, "length of w"),
    ],
)
def test_these_wrong_answers_are_told_what_is_wrong(name, answer, words):
    verdict = getattr(check, name)(answer)
    assert verdict.right is False and words in str(verdict)


def global_maximum(e, y):
    z = np.exp(e - e.max())
    yhat = z / z.sum(axis=1, keepdims=True)
    yhat[np.arange(len(y)), y] -= 1
    return yhat / len(y)


def test_hints_come_one_after_the_other_and_stay_at_the_last():
    exercise = slope()
    assert [str(exercise.hint()) for _ in range(4)][1:] == [str(exercise.hint(level)) for level in (2, 3, 3)]
    with pytest.raises(ValueError, match="level must be"):
        exercise.hint(4)


def test_names_are_taken_once_and_unknown_names_are_listed():
    with pytest.raises(AttributeError, match="check has no exercise 'nonsense'"):
        check.nonsense  # noqa: B018
    with pytest.raises(ValueError, match="already"):
        for _ in range(2):
            check.register(Exercise("twice", "?", 1, [Mistake("m", 2, "no")], ("a", "b", "c")))
    del REGISTER["twice"]


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
