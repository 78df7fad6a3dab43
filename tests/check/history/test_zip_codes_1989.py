"""The exercises of notebook 13: counts to the last digit, and mistakes that look alike told apart."""

import numpy as np
import pytest

from cnnlab import check


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


def test_a_count_that_is_nearly_right_is_told_so():
    verdict = check.zip_parameters(2592.001)
    assert verdict.right is False and not verdict.mistake
    assert "2,592.001 is close; the exact number, please" in str(verdict)
    assert check.zip_parameters(2592.0).right is True


def test_what_is_not_close_is_shown_in_full():
    assert "0.3333 is not it" in str(check.zip_parameters(1 / 3))
