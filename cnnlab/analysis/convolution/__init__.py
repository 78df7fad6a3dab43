"""What one convolution computes, number by number: forward, backward, its weight gradient, and how it is learned."""

from cnnlab.analysis.convolution.difference_quotients import DifferenceQuotients, checked_networks, expected_errors
from cnnlab.analysis.convolution.given import convolution_of, image_of
from cnnlab.analysis.convolution.going_back import (
    Collection,
    Footprint,
    collected,
    collection,
    dh_by_convolution,
    dh_by_difference,
    footprint,
    matrix,
    matrix_misses,
    reached,
)
from cnnlab.analysis.convolution.hidden_kernel import Gradients, KernelLearner, training_inputs
from cnnlab.analysis.convolution.moved import Moved, commonest_value, move_and_convolve
from cnnlab.analysis.convolution.stamping import Stamped, covered, first_errors, input_shape, stamp, stamped
from cnnlab.analysis.convolution.terms import Agreement, Convolution, OneSum, agreement, dilated
from cnnlab.analysis.convolution.toeplitz import Blocks, blocks, is_block_toeplitz, row_starts
from cnnlab.analysis.convolution.weight_windows import (
    dw_by_convolution,
    dw_by_correlation,
    dw_by_difference,
    input_indices,
    slid_over,
    slid_products,
    summed_products,
)

__all__ = [
    "Agreement",
    "Blocks",
    "Collection",
    "Convolution",
    "DifferenceQuotients",
    "Footprint",
    "Gradients",
    "KernelLearner",
    "Moved",
    "OneSum",
    "Stamped",
    "agreement",
    "blocks",
    "checked_networks",
    "collected",
    "collection",
    "commonest_value",
    "convolution_of",
    "covered",
    "dh_by_convolution",
    "dh_by_difference",
    "dilated",
    "dw_by_convolution",
    "dw_by_correlation",
    "dw_by_difference",
    "expected_errors",
    "first_errors",
    "footprint",
    "image_of",
    "input_indices",
    "input_shape",
    "is_block_toeplitz",
    "matrix",
    "matrix_misses",
    "move_and_convolve",
    "reached",
    "row_starts",
    "slid_over",
    "slid_products",
    "stamp",
    "stamped",
    "summed_products",
    "training_inputs",
]
