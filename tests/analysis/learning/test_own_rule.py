"""A rule of the learner's own walks as it was written, and whatever else it does is said in a sentence."""

import numpy as np
import pytest

from cnnlab.analysis.learning.own_rule import height, of_the_lecture, slope, walk, way


def test_the_slope_is_that_of_the_parabola():
    u, step = np.linspace(-3, 3, 13), 1e-6
    for curvature in (0.5, 2.0):
        quotient = (height(u + step, curvature) - height(u - step, curvature)) / (2 * step)
        np.testing.assert_allclose(slope(u, curvature), quotient, atol=1e-8)


@pytest.mark.parametrize("eta", [0.1, 1.0, 2.5])
def test_the_rule_of_the_lecture_multiplies_by_one_minus_eta_lambda(eta):
    found = walk(of_the_lecture, -3.0, 0.5, eta, 9)
    np.testing.assert_allclose(found.u, -3.0 * (1 - 0.5 * eta) ** np.arange(10))
    assert not found.trouble


def test_a_rule_that_climbs_is_shown_climbing():
    found = walk(lambda u, slope, eta: u + eta * slope, 1.0, 1.0, 0.5, 6)
    np.testing.assert_allclose(found.u, 1.5 ** np.arange(7))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda u, slope, eta: ..., r"gives back “\.\.\.” still"),
        (lambda u, slope, eta: None, "is there a “return”"),
        (lambda u, slope, eta: 1 / 0, "stopped at step 1: ZeroDivisionError: division by zero"),
        (lambda u, slope: u, "stopped at step 1: TypeError: .*2 positional arguments but 3 were given"),
        (lambda u, slope, eta: "u", "must give back a number, the new u; it gave 'u'"),
        (lambda u, slope, eta: True, "it gave True"),
        (lambda u, slope, eta: (u, slope), r"one number, the new u; it gave a tuple of shape \(2,\)"),
        (lambda u, slope, eta: [[1], [1, 2]], "one number, the new u; it gave a list"),
        (lambda u, slope, eta: np.zeros((1,)), r"it gave a ndarray of shape \(1,\)"),
        (lambda u, slope, eta: 1j * u, "must give back a number, the new u; it gave a complex"),
        (lambda u, slope, eta: object(), "must give back a number, the new u; it gave a object"),
        (lambda u, slope, eta: float("nan"), "At step 1 your rule gave NaN"),
        (lambda u, slope, eta: float("inf"), "At step 1 your rule went farther than 1e.100"),
        (lambda u, slope, eta: 10**400, "too large for a float"),
        (lambda u, slope, eta: -(u**2) * 1e9, "went farther than|stopped at step"),
        (lambda u, slope, eta: [].pop(), "IndexError"),
    ],
)
def test_what_goes_wrong_is_a_sentence(rule, words):
    found = walk(rule, -3.0, 1.0, 0.3, 30)
    assert np.isfinite(found.u).all() and found.u[0] == -3.0
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(found.trouble)
    assert (len(found.trouble) < 220 and found.trouble.endswith((".", "…", "?"))) or "Error" in found.trouble


def test_a_rule_without_an_end_is_stopped_and_its_steps_are_kept():
    def rule(u, slope, eta):
        while u < 2:
            pass
        return u - eta * slope

    found = walk(rule, 8.0, 1.0, 0.5, 30)
    assert found.u.tolist() == [8.0, 4.0, 2.0, 1.0] and "was stopped at step 4, after 0.5 s" in found.trouble


def test_what_worked_until_then_is_kept():
    def rule(u, slope, eta):
        if abs(u) < 1:
            raise ValueError("too near")
        return u - eta * slope

    found = walk(rule, 4.0, 1.0, 0.5, 30)
    assert found.u.tolist() == [4.0, 2.0, 1.0, 0.5] and "stopped at step 4: ValueError: too near" in found.trouble


def test_numbers_of_other_kinds_are_numbers():
    for one in (np.float32(1.5), np.array(1.5), 3, np.int8(2)):
        assert not walk(lambda u, slope, eta, one=one: one, 0.0, 1.0, 0.1, 2).trouble


def test_the_way_of_a_step_is_told_by_its_slope():
    assert way(1.0, 2.0, 1.5) == "uphill" and way(1.0, 2.0, 0.5) == "downhill"
    assert way(-1.0, -2.0, -1.5) == "uphill" and way(0.0, 0.0, 1.0) == "away from the minimum"
    assert way(1.0, 1.0, 1.0) == "it stays where it is"
