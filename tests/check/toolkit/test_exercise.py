"""An exercise: what is said to answers of every kind, hints one after the other, names that are taken once."""

import numpy as np
import pytest
from check.strange import Guarded

from cnnlab import check
from cnnlab.check import Exercise, Mistake
from cnnlab.check.toolkit.exercise import REGISTER


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


def test_a_function_that_prints_is_told_to_return_and_what_it_prints_is_seen(capsys):
    def prints(x):
        print(2 * x)

    verdict = slope()(prints)
    assert verdict.right is False and "you print the result" in str(verdict)
    assert capsys.readouterr().out == "[0. 0.]\n"

    def both(x):
        print("here")
        return 2 * x

    assert slope()(both).right is True and capsys.readouterr().out == "here\n" * 3


def test_an_answer_that_is_no_known_mistake_is_told_its_kind_and_who_helps():
    known = Mistake("square", lambda x: x * x, "You squared it.")
    exercise = slope([known])
    for answer, words in [
        (lambda x: -2 * x, "every sign is turned round. `check.slope.hint()` gives the next hint."),
        (lambda x: 6 * x, "3 times the right one"),
        (lambda x: -3 * x * x, "You squared it. Besides, a factor is too many or too few. `check.slope.hint()`"),
        (lambda x: 2 * x[0], "Only the first part"),
        (7, "must be a function"),
        (lambda x: None, "returns None"),
    ]:
        verdict = exercise(answer)
        assert verdict.right is False and verdict.mistake == "" and words in str(verdict), str(verdict)
        assert "`check.slope.hint()` gives the next hint." in str(verdict)
    assert "hint" not in str(exercise(known.answer)), "what is known has its own reply"
    number = Exercise("half", "?", 1.5, [], ("a", "b", "c"))
    assert str(number(-1.5)).endswith(
        "-1.5 is not it. The size is right; the sign is not. `check.half.hint()` gives the next hint."
    )


def test_a_result_of_which_no_array_can_be_made_is_told_why():
    assert "of a Guarded: call detach() first" in str(slope()(lambda x: Guarded()))
    assert slope()(lambda x: (1, Guarded())).right is False


def test_a_function_among_the_arguments_is_called_by_its_name():
    def wrong(h, de, convolve):
        return convolve(h, de)[:1]

    assert "an array of shape (2, 3), convolve): The shape must be (3, 3)" in str(check.weight_flip(wrong))


def test_hints_come_one_after_the_other_and_stay_at_the_last():
    exercise = slope()
    assert [str(exercise.hint()) for _ in range(4)][1:] == [str(exercise.hint(level)) for level in (2, 3, 3)]
    with pytest.raises(ValueError, match="level must be"):
        exercise.hint(4)


def test_a_verdict_tells_that_the_solution_was_read_before_the_answer_was_right():
    mistakes = [Mistake(f"{k}", k, f"Not {k}.") for k in range(5)]
    for name, first in (("read", True), ("own", False)):
        exercise = Exercise(f"only_here_{name}", "How many?", 7, mistakes, ("a", "b", "c"))
        assert exercise(1).note == {
            "exercise": exercise.name,
            "attempts": 1,
            "hints": 0,
            "right": False,
            "mistake": "1",
        }
        if first:
            assert exercise.solution() == "7"
        assert exercise(7).note.get("solution", False) is first
        exercise.solution()  # afterwards everybody may
        assert exercise(7).note.get("solution", False) is first
        check.forget(exercise.name)


def test_names_are_taken_once_and_unknown_names_are_listed():
    with pytest.raises(AttributeError, match="check has no exercise 'nonsense'"):
        check.nonsense  # noqa: B018
    with pytest.raises(ValueError, match="already"):
        for _ in range(2):
            check.register(Exercise("twice", "?", 1, [Mistake("m", 2, "no")], ("a", "b", "c")))
    del REGISTER["twice"]
