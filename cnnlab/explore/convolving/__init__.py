"""Explorers of the convolution: forward, position by position."""

from cnnlab.explore.convolving.convolution_stepper import ConvolutionStepper
from cnnlab.explore.convolving.flattened import Flattened
from cnnlab.explore.convolving.kernel_by_hand import KernelByHand
from cnnlab.explore.convolving.photo_filter import PhotoFilter
from cnnlab.explore.convolving.receptive_field import ReceptiveField
from cnnlab.explore.convolving.shifted_convolution import ShiftedConvolution

__all__ = [
    "ConvolutionStepper",
    "Flattened",
    "KernelByHand",
    "PhotoFilter",
    "ReceptiveField",
    "ShiftedConvolution",
]
