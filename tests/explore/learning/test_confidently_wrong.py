"""ConfidentlyWrong prints the losses and their gradients, in every position."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis.error_metrics import sigmoid_losses
from cnnlab.explore import ConfidentlyWrong


def test_confidently_wrong_prints_those_numbers_everywhere():
    def check(scene, values):
        now = sigmoid_losses(values["e"], int(values["y"][0]))
        for row, (loss, gradient) in zip(scene["numbers"].rows, (("mse", "d_mse"), ("bce", "d_bce")), strict=True):
            assert float(row[1]) == pytest.approx(now[loss][0], abs=6e-5)
            assert float(row[2]) == pytest.approx(now[gradient][0], abs=6e-6)

    sweep(ConfidentlyWrong(), check)


def test_confidently_wrong_starts_with_the_answer_that_was_given():
    assert [ConfidentlyWrong(y=y).values["y"][0] for y in (0, 1, 1.0, np.int64(0))] == ["0", "1", "1", "0"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        *(({"y": y}, "y must be 0 .* or 1") for y in (2, -1, 0.5, float("nan"), "no", None, [1])),
        ({"e": 9.0}, "e must be a number from -8 to 8"),
        ({"e": "4"}, "e must be a number"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        ConfidentlyWrong(**arguments)
