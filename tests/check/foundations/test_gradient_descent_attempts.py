"""What students try first in notebook 04, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import gradient_descent


def only_u(u, v, gradient, eta, momentum):
    return u + momentum * v - eta * gradient


def in_place(u, v, gradient, eta, momentum):
    v *= momentum
    v -= eta * gradient
    u += v
    return u, v


def first_u(u, v, gradient, eta, momentum):
    u = u + v
    v = momentum * v - eta * gradient
    return u, v


def rule_in_place(u, slope, eta):
    u -= eta * slope
    return u


def prints(u, slope, eta):
    print(u - eta * slope)


TRIED = {
    "update_rule": [
        (lambda u, slope, eta: u + eta * slope, "uphill"),
        (lambda u, slope, eta: -eta * slope, "the step alone"),
        (lambda u, slope, eta: eta * slope, "the step, uphill"),
        (lambda u, slope, eta: u - slope, "no eta"),
        (lambda u, slope, eta: u - eta, "no slope"),
        (lambda u, slope, eta: u - eta * np.sign(slope), "only the sign of the slope"),
        (lambda u, slope, eta: u - eta * slope * u, "u times"),
        (lambda u, slope, eta: eta * slope - u, "turned round"),
        (lambda u, slope, eta: u - slope / eta, "divided"),
        (lambda u, slope, eta: eta * (u - slope), "eta on both"),
        (lambda u, slope, eta: u, "no step"),
        (lambda u, slope, eta: u - eta * slope**2, "On input 1"),
        (lambda u, slope: u - slope, "number of arguments"),
        (rule_in_place, "changes its input"),
        (prints, "you print the result"),
        (lambda u, slope, eta: (u - eta * slope, slope), "On input 1"),
    ],
    "eta_limit": [
        (2, "curvature forgotten"),
        (0.4, "wrong curvature"),
        (0.1, "one step to the minimum"),
        (10, "curvature"),
        (5, "upside down"),
        (0.02, "lecture's constant"),
        (20, "multiplied"),
        (1, "one"),
        (-0.2, "the sign is not"),
        (0.19, "order of magnitude is right"),
        (0.199, "Nearly"),
        (0.5, "order of magnitude is right"),
        ("2/10", "leave the quotes away"),
        ((0, 0.2), "One number is asked for"),
    ],
    "momentum_step": [
        (lambda u, v, g, eta, m: (u + m * v + eta * g, m * v + eta * g), "uphill"),
        (first_u, "old v"),
        (lambda u, v, g, eta, m: (u - eta * g, -eta * g), "no momentum"),
        (lambda u, v, g, eta, m: (u - (m * v - eta * g), m * v - eta * g), "minus v"),
        (lambda u, v, g, eta, m: (u + v - m * eta * g, v - m * eta * g), "momentum on the gradient"),
        (lambda u, v, g, eta, m: (u + m * v - (1 - m) * eta * g, m * v - (1 - m) * eta * g), "average"),
        (lambda u, v, g, eta, m: (u - eta * (m * v + g), m * v + g), "eta on u"),
        (lambda u, v, g, eta, m: (m * v - eta * g, u + m * v - eta * g), "swapped"),
        (lambda u, v, g, eta, m: (u + m * v - eta * g, v), "old v returned"),
        (lambda u, v, g, eta, m: (u + m * v - g, m * v - g), "eta forgotten"),
        (only_u, "must be 2 values"),
        (in_place, "changes its input"),
        (lambda u, v, g, eta, m: (u, m * v - eta * g), "What comes back is `u`"),
        (lambda u, v, g, eta, m: (u, v), "What comes back is `u`"),
        (lambda u, v, g, eta, m: (u + m * v - eta * g, u + m * v - eta * g), "Value 2 of 2"),
        (lambda u, v, g, eta, m: u + m * v - eta * g + m * v - eta * g, "must be 2 values"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, gradient_descent.EXERCISES)
