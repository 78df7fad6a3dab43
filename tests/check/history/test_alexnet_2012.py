"""The exercises of notebooks 12 to 14: counts to the last digit, any float, and mistakes that look alike told apart."""

import numpy as np
import pytest

from cnnlab import check


@pytest.mark.parametrize("name", ["phoneme_convolution", "phoneme_gradient"])
def test_a_result_in_float32_is_as_good_and_its_mistakes_get_the_same_replies(name):
    exercise = getattr(check, name)

    def narrow(function):
        return lambda *arguments: function(*arguments).astype(np.float32)

    assert exercise(narrow(exercise.right)).right is True
    for mistake in exercise.mistakes:
        assert exercise(narrow(mistake.answer)).mistake == mistake.name
    assert exercise(lambda *a: 1.0001 * narrow(exercise.right)(*a)).right is False
    assert "dtype" in str(exercise(lambda *a: exercise.right(*a).astype(np.float16)))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("alex_dense", 37_752_868),
        ("alex_dense", 37_752_831),
        ("alex_work", 149_520_533),
        ("alex_groups", 307_457),
        ("zip_parameters", 2592.001),
        ("alex_work", 149.5e6),
    ],
)
def test_counts_are_right_to_the_last_digit_and_what_is_close_is_told_so_in_full(name, answer):
    verdict = getattr(check, name)(answer)
    assert verdict.right is False and not verdict.mistake
    assert f"{answer:,.3f}".removesuffix(".000") + " is close; the exact number, please" in str(verdict)
    assert getattr(check, name)(float(getattr(check, name).right)).right is True


def test_what_is_not_close_is_shown_in_full_too():
    assert "123,456 is not it" in str(check.alex_groups(123_456))
    assert "0.3333 is not it" in str(check.zip_parameters(1 / 3))


def test_columns_taken_the_wrong_way_round_are_not_taken_for_forgotten_signs():
    def smallest_from_second(outputs, gap):
        ordered = np.sort(outputs, axis=1)
        return ordered[:, 0] - ordered[:, 1] > gap

    assert check.zip_sure(smallest_from_second).mistake == "wrong way round"
    magnitudes = next(m.answer for m in check.zip_sure.mistakes if m.name == "magnitudes")
    accepted = [magnitudes(*arguments) for arguments in check.zip_sure.inputs]
    assert any(rows.any() for rows in accepted)  # or nothing would tell it from what accepts no row at all


@pytest.mark.parametrize("kind", [bool, int, float])
def test_true_and_one_are_the_same_answer(kind):
    assert check.zip_sure(lambda *a: check.zip_sure.right(*a).astype(kind)).right is True
