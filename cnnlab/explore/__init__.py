"""Explorers: pictures that follow the hand.

Every explorer is a set of controls over plain numbers; it computes nothing itself. Show one by naming it in the last
line of a cell; drive it from Python with `explorer.set(name=value)` and `explorer.press(name)`.
"""

from .decisions import Decisions, TrainedRegions
from .descent import Descent
from .explorer import Explorer
from .five_steps import FiveSteps
from .metrics import ConditionalMean, ConfidentlyWrong
from .piecewise import PiecewiseLinear
from .pooling import PoolingRouter
from .reading import Reading
from .three_poolings import ThreePoolings
from .time_delay import SpokenSyllable, TimeDelay
from .too_much_data import MovingCat, ShiftTest, TooMuchData

__all__ = [
    "ConditionalMean",
    "ConfidentlyWrong",
    "Decisions",
    "Descent",
    "Explorer",
    "FiveSteps",
    "MovingCat",
    "PiecewiseLinear",
    "PoolingRouter",
    "Reading",
    "ShiftTest",
    "SpokenSyllable",
    "ThreePoolings",
    "TimeDelay",
    "TooMuchData",
    "TrainedRegions",
]
