"""Explorers: pictures that follow the hand.

Every explorer is a set of controls over plain numbers; it computes nothing itself. Show one by naming it in the last
line of a cell; drive it from Python with `explorer.set(name=value)` and `explorer.press(name)`.
"""

from typing import Any

from cnnlab.explore.backprop import (
    ErrorFootprint,
    GradientCheck,
    HiddenKernel,
    StampedErrors,
    ToeplitzView,
    TwoConvolutions,
    WeightGradient,
)
from cnnlab.explore.convolving import (
    ConvolutionStepper,
    FindTheColour,
    Flattened,
    KernelByHand,
    KernelDesigner,
    PhotoFilter,
    ReceptiveField,
    ShiftedConvolution,
    ThreePaddings,
)
from cnnlab.explore.learning import ConditionalMean, ConfidentlyWrong, Descent, Logits, Parabola, Refusing
from cnnlab.explore.pieces import CorrectionVectors, FitByHand, Squashing
from cnnlab.explore.pooling import PoolingCheck, PoolingRouter, ThreePoolings
from cnnlab.explore.small_networks import ChainRule, Decisions, FiveSteps, OneWeight, PiecewiseLinear, TrainedRegions
from cnnlab.explore.still.layout import paint
from cnnlab.explore.toolkit.explorer import Explorer, Showing
from cnnlab.explore.trained import (
    Drawing,
    GradientMicroscope,
    MovingCat,
    Reading,
    ShiftTest,
    SpokenSyllable,
    TimeDelay,
    TooMuchData,
    WholeNetwork,
    WhyNot,
)

__all__ = [
    "ChainRule",
    "ConditionalMean",
    "ConfidentlyWrong",
    "ConvolutionStepper",
    "CorrectionVectors",
    "Decisions",
    "Descent",
    "Drawing",
    "ErrorFootprint",
    "Explorer",
    "FindTheColour",
    "FitByHand",
    "FiveSteps",
    "Flattened",
    "GradientCheck",
    "GradientMicroscope",
    "HiddenKernel",
    "KernelByHand",
    "KernelDesigner",
    "Logits",
    "MovingCat",
    "OneWeight",
    "Parabola",
    "PhotoFilter",
    "PiecewiseLinear",
    "PoolingCheck",
    "PoolingRouter",
    "Reading",
    "ReceptiveField",
    "Refusing",
    "ShiftTest",
    "ShiftedConvolution",
    "SpokenSyllable",
    "Squashing",
    "StampedErrors",
    "ThreePaddings",
    "ThreePoolings",
    "TimeDelay",
    "ToeplitzView",
    "TooMuchData",
    "TrainedRegions",
    "TwoConvolutions",
    "WeightGradient",
    "WholeNetwork",
    "WhyNot",
]


def _live(explorer: Explorer) -> Showing:
    """A live view of an explorer; anywidget is imported when the first one is shown."""
    from cnnlab.explore.live.view import View

    return View(explorer)


def _recorded(explorer: Explorer, **wish: Any) -> Any:
    """A recording of an explorer; what makes them is imported when the first one is made."""
    from cnnlab.explore.recorded.recording import record

    return record(explorer, **wish)


Explorer.paint = staticmethod(paint)
Explorer.recorder = staticmethod(_recorded)
Explorer.show = staticmethod(_live)
