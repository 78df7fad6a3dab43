"""Explorers: pictures that follow the hand.

Every explorer is a set of controls over plain numbers; it computes nothing itself. Show one by naming it in the last
line of a cell; drive it from Python with `explorer.set(name=value)` and `explorer.press(name)`.
"""

from .backprop import ErrorFootprint
from .convolution import ConvolutionStepper
from .decisions import Decisions
from .descent import Descent
from .explorer import Explorer
from .five_steps import FiveSteps
from .flattened import Flattened
from .gradient_check import GradientCheck
from .hidden_kernel import HiddenKernel
from .metrics import ConditionalMean, ConfidentlyWrong
from .microscope import GradientMicroscope
from .photo_filter import PhotoFilter
from .piecewise import PiecewiseLinear
from .pooling import PoolingRouter
from .reading import Reading
from .receptive_field import ReceptiveField
from .shift_test import ShiftTest
from .shifted import ShiftedConvolution
from .three_poolings import ThreePoolings
from .time_delay import SpokenSyllable, TimeDelay
from .toeplitz import ToeplitzView
from .too_much_data import MovingCat, TooMuchData
from .trained_regions import TrainedRegions
from .weight_gradient import WeightGradient

__all__ = [
    "ConditionalMean",
    "ConfidentlyWrong",
    "ConvolutionStepper",
    "Decisions",
    "Descent",
    "ErrorFootprint",
    "Explorer",
    "FiveSteps",
    "Flattened",
    "GradientCheck",
    "GradientMicroscope",
    "HiddenKernel",
    "MovingCat",
    "PhotoFilter",
    "PiecewiseLinear",
    "PoolingRouter",
    "Reading",
    "ReceptiveField",
    "ShiftTest",
    "ShiftedConvolution",
    "SpokenSyllable",
    "ThreePoolings",
    "TimeDelay",
    "ToeplitzView",
    "TooMuchData",
    "TrainedRegions",
    "WeightGradient",
]
