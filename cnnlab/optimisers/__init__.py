"""Gradient descent (lecture topic 4) and its relatives: u <- u - eta dL/du, and how eta changes while training goes on.

An optimiser changes arrays in place: `step(parameters, gradients, progress)`, two dicts with the same names (those of
`Network.parameters` and `Network.gradients`) and how much of the training is done, 0 <= progress < 1. eta is a
number or a schedule, anything callable as eta(progress) -> number: `constant`, `steps`, `one_cycle`, or a `part` of
one.

Weight decay pulls kernels and weights (arrays named "w") towards zero, not biases, slopes or the parameters of a
normalisation.
"""

from cnnlab.optimisers.descent import SGD, Adam, Optimiser, decays
from cnnlab.optimisers.lookahead import Lookahead
from cnnlab.optimisers.schedules import Constant, OneCycle, Part, Schedule, Steps, constant, one_cycle, part, steps

__all__ = [
    "SGD",
    "Adam",
    "Constant",
    "Lookahead",
    "OneCycle",
    "Optimiser",
    "Part",
    "Schedule",
    "Steps",
    "constant",
    "decays",
    "one_cycle",
    "part",
    "steps",
]
