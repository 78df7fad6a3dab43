"""The exercises of notebook 01: the gradient of one hidden unit is the engine's and a central difference's."""

from dataclasses import replace

import pytest

from cnnlab import check
from cnnlab.check.foundations.five_steps import difference_gradient, engine_gradient, tanh_gradient


def test_this_is_the_judge_of_the_exercise():
    assert check.first_gradient.right is tanh_gradient


@pytest.mark.parametrize("sample", check.first_gradient.inputs)
def test_the_gradient_of_one_hidden_unit(sample):
    assert tanh_gradient(*sample) == pytest.approx(engine_gradient(*sample), abs=1e-12)
    assert tanh_gradient(*sample) == pytest.approx(difference_gradient(*sample), abs=1e-8)


def test_the_check_of_one_hidden_unit_asks_the_engine_and_a_central_difference():
    exercise = check.first_gradient
    assert set(exercise.judges.values()) == {engine_gradient, difference_gradient}
    words = str(exercise(tanh_gradient))
    value = f"{engine_gradient(*exercise.inputs[0]):.6f}"
    assert f"yours {value}, the engine {value}, a central difference {value}." in words
    for name in exercise.judges:  # each alone can overrule the formula
        judges = exercise.judges | {name: lambda *sample: 2 * tanh_gradient(*sample)}
        assert replace(exercise, judges=judges)(tanh_gradient).right is False
    slip = {mistake.name: mistake.answer for mistake in exercise.mistakes}["factor 2"]
    assert replace(exercise, right=slip)(slip).right is False, "a wrong formula of ours is found out by the judges"
