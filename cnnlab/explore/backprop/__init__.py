"""Explorers of the way back: dL/dh, dL/dw, and how to check them."""

from cnnlab.explore.backprop.error_footprint import ErrorFootprint
from cnnlab.explore.backprop.gradient_check import GradientCheck
from cnnlab.explore.backprop.hidden_kernel import HiddenKernel
from cnnlab.explore.backprop.stamped_errors import StampedErrors
from cnnlab.explore.backprop.toeplitz_view import ToeplitzView
from cnnlab.explore.backprop.two_convolutions import TwoConvolutions
from cnnlab.explore.backprop.weight_gradient import WeightGradient

__all__ = [
    "ErrorFootprint",
    "GradientCheck",
    "HiddenKernel",
    "StampedErrors",
    "ToeplitzView",
    "TwoConvolutions",
    "WeightGradient",
]
