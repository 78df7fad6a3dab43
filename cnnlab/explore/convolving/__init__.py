"""Explorers of the convolution: forward, position by position."""

from cnnlab.explore.convolving.convolution_stepper import ConvolutionStepper
from cnnlab.explore.convolving.find_the_colour import FindTheColour
from cnnlab.explore.convolving.flattened import Flattened
from cnnlab.explore.convolving.kernel_by_hand import KernelByHand
from cnnlab.explore.convolving.kernel_designer import KernelDesigner
from cnnlab.explore.convolving.photo_filter import PhotoFilter
from cnnlab.explore.convolving.receptive_field import ReceptiveField
from cnnlab.explore.convolving.shifted_convolution import ShiftedConvolution
from cnnlab.explore.convolving.three_paddings import ThreePaddings

__all__ = [
    "ConvolutionStepper",
    "FindTheColour",
    "Flattened",
    "KernelByHand",
    "KernelDesigner",
    "PhotoFilter",
    "ReceptiveField",
    "ShiftedConvolution",
    "ThreePaddings",
]
