"""The exercises of notebook 01: the gradient of one hidden unit is the engine's and a central difference's."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from cnnlab import check
from cnnlab.check.foundations.five_steps import difference_gradient, engine_gradient, tanh_gradient, train
from cnnlab.optimisers import SGD


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


def by_the_package(network, x, y, loss, eta, rounds):
    """The same loop in other words."""
    for _ in range(rounds):
        value, _ = network.loss_and_gradients(x, y, loss)
        SGD(eta).step(network.parameters, network.gradients)
    return value


def test_a_training_loop_in_other_words_is_right():
    assert check.training_loop(by_the_package).right is True


def test_the_training_loop_is_the_step_of_the_package_and_its_networks_stay_as_they_were():
    for network, x, y, loss, eta, rounds in check.training_loop.inputs:
        before = {name: array.copy() for name, array in network.parameters.items()}
        mine, other = copy.deepcopy(network), copy.deepcopy(network)
        value = train(mine, x, y, loss, eta, rounds)
        assert value == pytest.approx(by_the_package(other, x, y, loss, eta, rounds), abs=1e-12)
        assert loss(mine.forward(x), y) < value < loss(network.forward(x), y)
        for name, array in mine.parameters.items():
            np.testing.assert_allclose(array, other.parameters[name], atol=1e-12)
            np.testing.assert_array_equal(network.parameters[name], before[name])


def test_the_stub_of_the_training_loop_is_unanswered():
    def stub(network, x, y, loss, eta, rounds):
        for _ in range(rounds):
            yhat = ...  # noqa: F841
            value = ...
            ...
            for _name, _u in network.parameters.items():
                ...
        return value

    verdict = check.training_loop(stub)
    assert verdict.right is None and "still returns `...`: complete it." in str(verdict)
