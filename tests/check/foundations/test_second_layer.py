"""The exercises of notebook 02: the function is the engine's, and every way to the tent passes."""

import numpy as np
import pytest

from cnnlab import check
from cnnlab.layers import Dense, ReLU
from cnnlab.network import Network


@pytest.mark.parametrize(("x", "w", "b", "v", "bias"), check.two_layers.inputs)
def test_the_solution_is_a_network_of_two_layers(x, w, b, v, bias):
    network = Network([Dense(len(w)), ReLU(), Dense(1)], (1,), dtype=np.float64)
    for name, value in (("0.w", w[None]), ("0.b", b), ("2.w", v[:, None]), ("2.b", bias)):
        network.parameters[name][...] = value
    np.testing.assert_allclose(check.two_layers.right(x, w, b, v, bias), network.predict(x[:, None])[:, 0], atol=1e-12)


def test_the_tent_may_come_as_any_three_numbers_and_what_is_none_is_told_where():
    assert check.tent(np.array([1, -2, 1])).right is True and check.tent([1.0, -2.0, 1.0]).right is True
    assert "At x = 0.5 your function is 0.75; the tent is 0.5 there." in str(check.tent((1.0, -1.5, 1.0)))
    assert "three numbers" in str(check.tent((1.0, -2.0)))


def test_the_knot_is_where_the_unit_turns_on():
    x = check.knot.right
    assert 2 * x - 3 == 0
