"""Two units in a race: the losses and gradients of the engine, and both end where P says."""

import numpy as np
import pytest

from cnnlab.analysis.error_metrics import sigmoid_losses
from cnnlab.analysis.learning.race import bce, d_bce, d_mse, goal, mse, race


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_losses_and_gradients_are_means_of_those_of_the_engine(share):
    e = np.linspace(-7.5, 7.5, 31)
    yes, no = sigmoid_losses(e, 1), sigmoid_losses(e, 0)
    for name, found in (("mse", mse), ("bce", bce), ("d_mse", d_mse), ("d_bce", d_bce)):
        np.testing.assert_allclose(found(e, share), share * yes[name] + (1 - share) * no[name], atol=1e-12)
        assert found(e[3], share) == pytest.approx(found(e, share)[3])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_each_step_is_the_rule_and_both_end_at_the_share(share):
    run = race(-6.0, share, 1.0, 20000)
    for e, slope in ((run.mse, d_mse), (run.bce, d_bce)):
        np.testing.assert_allclose(e[1:50], e[:49] - slope(e[:49], share), atol=1e-12)
        assert e[-1] == pytest.approx(goal(share), abs=0.02)
    for name in ("mse", "bce"):
        assert run.yhat(name)[-1] == pytest.approx(share, abs=0.002)


@pytest.mark.parametrize(
    ("start", "share", "eta"),
    [(-6.0, 0.1, 1.0), (2.0, 0.5, 1.0), (1.0, 0.3, 20.0), (-800.0, 0.5, 30.0), (0.0, 0.5, 1.0)],
)
def test_a_unit_that_goes_no_further_stays_where_its_steps_would_leave_it(start, share, eta):
    found, slow, fast = race(start, share, eta, 6001), [start], [start]
    sigmoid = lambda e: float(1 / (1 + np.exp(-e))) if e > -700 else 0.0  # noqa: E731
    for _ in range(6001):
        yhat = sigmoid(slow[-1])
        slow.append(slow[-1] - eta * 2 * (yhat - share) * yhat * (1 - yhat))
        fast.append(fast[-1] - eta * (sigmoid(fast[-1]) - share))
    assert found.mse.tolist() == slow and found.bce.tolist() == fast
    assert slow[-1] == slow[-3] or fast[-1] == fast[-3]  # one of them goes no further


def test_from_far_off_the_squared_error_is_late():
    run = race(-6.0, 0.9, 1.0, 3000)
    late = {name: int(np.argmax(abs(run.yhat(name) - 0.9) < 0.01)) for name in ("mse", "bce")}
    assert 5 < late["bce"] < 60 and late["mse"] > 200
    assert run.yhat("mse")[100] < 0.01 < 0.85 < run.yhat("bce")[20]


def test_the_goal_is_where_the_gradients_are_zero():
    for share in (0.1, 0.5, 0.8):
        assert abs(d_bce(goal(share), share)) < 1e-12 and abs(d_mse(goal(share), share)) < 1e-12
    assert goal(1.0) == np.inf and goal(0.0) == -np.inf


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"share": 1.5}, "share must be from 0 to 1"),
        ({"share": -0.1}, "share"),
        ({"eta": 0}, "eta"),
        ({"steps": -1}, "steps"),
    ],
)
def test_bad_input_is_refused_by_name(change, words):
    with pytest.raises(ValueError, match=words):
        race(**({"start": 0.0, "share": 0.5, "eta": 1.0, "steps": 5} | change))
