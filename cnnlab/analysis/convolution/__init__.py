"""What one convolution computes, number by number: forward, backward, its weight gradient, and how it is learned."""

from cnnlab.analysis.convolution.difference_quotients import DifferenceQuotients
from cnnlab.analysis.convolution.hidden_kernel import KernelLearner
from cnnlab.analysis.convolution.moved import Moved, move_and_convolve
from cnnlab.analysis.convolution.terms import Collected, Convolution, Footprint, OneSum, convolution_of, image_of
from cnnlab.analysis.convolution.weight_windows import (
    apart,
    dw_by_convolution,
    dw_by_correlation,
    dw_by_difference,
    met,
    slid_over,
    slid_products,
    summed_products,
)

__all__ = [
    "Collected",
    "Convolution",
    "DifferenceQuotients",
    "Footprint",
    "KernelLearner",
    "Moved",
    "OneSum",
    "apart",
    "convolution_of",
    "dw_by_convolution",
    "dw_by_correlation",
    "dw_by_difference",
    "image_of",
    "met",
    "move_and_convolve",
    "slid_over",
    "slid_products",
    "summed_products",
]
