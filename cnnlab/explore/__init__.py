"""Explorers: pictures that follow the hand.

Every explorer is a set of controls over plain numbers; it computes nothing itself. Show one by naming it in the last
line of a cell; drive it from Python with `explorer.set(name=value)` and `explorer.press(name)`.
"""

from typing import TYPE_CHECKING, Any

from cnnlab.explore.asked import BestPatches, HiddenPart, PushedImage
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
from cnnlab.explore.learning import (
    ConditionalMean,
    ConfidentlyWrong,
    Descent,
    Logits,
    ManyMachines,
    Parabola,
    Refusing,
)
from cnnlab.explore.pieces import CorrectionVectors, FitByHand, Squashing
from cnnlab.explore.pooling import PoolingCheck, PoolingRouter, ThreePoolings
from cnnlab.explore.small_networks import ChainRule, Decisions, FiveSteps, OneWeight, PiecewiseLinear, TrainedRegions
from cnnlab.explore.speech import OwnVoice, SpokenSyllable, TimeDelay
from cnnlab.explore.toolkit.explorer import Explorer, Showing
from cnnlab.explore.toolkit.scene import Scene
from cnnlab.explore.trained import (
    Drawing,
    GradientMicroscope,
    MovingCat,
    Reading,
    ShiftTest,
    TooMuchData,
    WholeNetwork,
    WhyNot,
)
from cnnlab.packages import needs

if TYPE_CHECKING:
    from cnnlab.picture import Picture

__all__ = [
    "BestPatches",
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
    "HiddenPart",
    "KernelByHand",
    "KernelDesigner",
    "Logits",
    "ManyMachines",
    "MovingCat",
    "OneWeight",
    "OwnVoice",
    "Parabola",
    "PhotoFilter",
    "PiecewiseLinear",
    "PoolingCheck",
    "PoolingRouter",
    "PushedImage",
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
    with needs("anywidget", "Live views in notebooks"):
        from cnnlab.explore.live.view import View

    return View(explorer)


def _recorded(explorer: Explorer, **wish: Any) -> Any:
    """A recording of an explorer; what makes them is imported when the first one is made."""
    from cnnlab.explore.recorded.recording import record

    return record(explorer, **wish)


def _still(scene: Scene) -> "Picture":
    """A still picture of a scene; matplotlib is imported when the first one is painted."""
    with needs("matplotlib", "Still pictures"):
        from cnnlab.explore.still.layout import paint

    return paint(scene)


Explorer.paint = staticmethod(_still)
Explorer.recorder = staticmethod(_recorded)
Explorer.show = staticmethod(_live)
