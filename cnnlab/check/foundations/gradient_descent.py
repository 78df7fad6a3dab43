"""Exercises of notebook 04 (lecture topic 4)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def update_rule(u, slope, eta):
    """u <- u - eta dL/du: the new u."""
    return u - eta * slope


def momentum_step(u, v, gradient, eta, momentum):
    """v <- momentum v - eta dL/du, u <- u + v; returns (u, v)."""
    v = momentum * v - eta * gradient
    return u + v, v


_RULES = [
    (2.0, 4.0, 0.1),
    (-3.0, -1.5, 0.5),
    (0.25, 3.0, 0.02),
    (np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, -2.0]), 0.3),
]
_STEPS = [
    (np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.0, -1.0]), np.array([3.0, 1.0, 2.0]), 0.1, 0.9),
    (np.array([0.0]), np.array([-1.0]), np.array([2.0]), 0.5, 0.5),
    (
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([[0.1, 0.0], [0.0, -0.1]]),
        np.array([[1.0, 1.0], [-1.0, 2.0]]),
        0.02,
        0.8,
    ),
]

EXERCISES = (
    Exercise(
        "update_rule",
        "Write the rule u ← u − η dL/du: return the new u, where `slope` is dL/du and `eta` is η.",
        update_rule,
        [
            Mistake(
                "uphill",
                lambda u, slope, eta: u + eta * slope,
                "The slope says where L grows. This goes there: uphill. Which sign leads down?",
            ),
            Mistake(
                "the step alone",
                lambda u, slope, eta: -eta * slope,
                "That is the step. The new u is the old u with the step added to it.",
            ),
            Mistake(
                "the step, uphill",
                lambda u, slope, eta: eta * slope,
                "That is how far to go. Where from, and which way?",
            ),
            Mistake(
                "no eta",
                lambda u, slope, eta: u - slope,
                "That is a step as long as the slope itself. The learning rate decides how much of it is taken.",
            ),
            Mistake(
                "no slope",
                lambda u, slope, eta: u - eta,
                "Every step has the same length and direction here. The slope must decide both.",
            ),
            Mistake(
                "only the sign of the slope",
                lambda u, slope, eta: u - eta * np.sign(slope),
                "The steps have the right direction, but one length. A steeper slope asks for a longer step.",
            ),
            Mistake(
                "u times",
                lambda u, slope, eta: u * (1 - eta * slope),
                "This multiplies u. A part of the slope is to be taken away from u.",
            ),
            Mistake(
                "turned round",
                lambda u, slope, eta: eta * slope - u,
                "Both parts are there, with the wrong signs: begin with u.",
            ),
            Mistake(
                "divided",
                lambda u, slope, eta: u - slope / eta,
                "You divide by the learning rate: then a small one makes huge steps.",
            ),
            Mistake("no step", lambda u, slope, eta: u, "That is u as it was. A step is to be taken."),
            Mistake(
                "eta on both",
                lambda u, slope, eta: eta * (u - slope),
                "The learning rate takes a part of the slope only, not of u.",
            ),
        ],
        (
            "A step against the slope; how large a part of the slope, eta says.",
            "Where L grows with u, u must become smaller: a minus.",
            "return u - eta * slope",
        ),
        "One line, and it trains every network of this series.",
        inputs=_RULES,
    ),
    Exercise(
        "eta_limit",
        "L(u) = 5 u². Which learning rate is the limit, above which gradient descent diverges?",
        0.2,
        [
            Mistake("curvature forgotten", 2.0, "2 is the limit for a curvature of 1. Here dL/du = 10 u."),
            Mistake("wrong curvature", 0.4, "The curvature is the second derivative: of 5 u² it is 10, not 5."),
            Mistake(
                "one step to the minimum",
                0.1,
                "With 0.1 one step lands exactly in the minimum: best, not the limit. Twice that.",
            ),
            Mistake("curvature", 10.0, "That is the curvature itself; the limit is 2 divided by it."),
            Mistake(
                "multiplied", 20.0, "You multiplied. The steeper the bowl, the smaller the limit: 2 is divided by it."
            ),
            Mistake("one", 1.0, "With 1 a step leads from u to -9 u: it diverges. At the limit u becomes -u."),
            Mistake("upside down", 5.0, "You divided the wrong way round: steeper bowls need smaller steps."),
            Mistake("lecture's constant", 0.02, "0.02 is a safe choice of the lecture, far below the limit here."),
        ],
        (
            "One step: u becomes u - eta 10 u = (1 - 10 eta) u.",
            "It diverges when |1 - 10 eta| is above 1.",
            "1 - 10 eta = -1.",
        ),
        "The limit is 2 / curvature = 2 / 10.",
    ),
    Exercise(
        "momentum_step",
        "Write one step with momentum: v ← momentum · v − η dL/du, u ← u + v; return (u, v).",
        momentum_step,
        [
            Mistake(
                "uphill",
                lambda u, v, g, eta, m: (u + m * v + eta * g, m * v + eta * g),
                "You walk up the gradient: it needs a minus.",
            ),
            Mistake("old v", lambda u, v, g, eta, m: (u + v, m * v - eta * g), "Use the NEW v to move u."),
            Mistake(
                "no momentum",
                lambda u, v, g, eta, m: (u - eta * g, -eta * g),
                "That is the plain rule; the old v is forgotten.",
            ),
            Mistake(
                "minus v",
                lambda u, v, g, eta, m: (u - (m * v - eta * g), m * v - eta * g),
                "v holds the minus already: add it to u.",
            ),
            Mistake(
                "momentum on the gradient",
                lambda u, v, g, eta, m: (u + v - m * eta * g, v - m * eta * g),
                "Momentum multiplies the old v, not the gradient.",
            ),
            Mistake(
                "average",
                lambda u, v, g, eta, m: (u + m * v - (1 - m) * eta * g, m * v - (1 - m) * eta * g),
                "That is a weighted average; here the gradient enters with the full eta.",
            ),
            Mistake(
                "eta on u",
                lambda u, v, g, eta, m: (u - eta * (m * v + g), m * v + g),
                "That is PyTorch's form, where v has no eta in it. Here -η is in v, and u gets v as it is.",
            ),
            Mistake(
                "Nesterov",
                lambda u, v, g, eta, m: (u + m * (m * v - eta * g) - eta * g, m * v - eta * g),
                "That is Nesterov's momentum, which looks one step ahead. Here u moves by the new v, no more.",
            ),
            Mistake(
                "old v returned",
                lambda u, v, g, eta, m: (u + m * v - eta * g, v),
                "u is right. Return the NEW v, too: the next step begins with it.",
            ),
            Mistake(
                "eta forgotten",
                lambda u, v, g, eta, m: (u + m * v - g, m * v - g),
                "The gradient enters with the learning rate: - η dL/du.",
            ),
            Mistake(
                "swapped",
                lambda u, v, g, eta, m: (m * v - eta * g, u + m * v - eta * g),
                "Both values are right, in the wrong order: return u first, then v.",
            ),
        ],
        (
            "First the new v, then the new u.",
            "v = momentum * v - eta * gradient",
            "v = momentum * v - eta * gradient; return u + v, v",
        ),
        "Velocity remembers: across the ravine it cancels, along it it adds up.",
        inputs=_STEPS,
    ),
)
