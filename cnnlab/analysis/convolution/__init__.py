"""What one convolution computes, number by number: forward, backward, its weight gradient, and how it is learned."""

from cnnlab.analysis.convolution.difference_quotients import DifferenceQuotients, checked_networks, expected_errors
from cnnlab.analysis.convolution.given import convolution_of, image_of, shape_for
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
    ways,
)
from cnnlab.analysis.convolution.hidden_kernel import Gradients, KernelLearner, training_inputs
from cnnlab.analysis.convolution.moved import Moved, broken, commonest_value, move_and_convolve
from cnnlab.analysis.convolution.paddings import Padded, in_each_padding
from cnnlab.analysis.convolution.stamping import Stamped, covered, first_errors, input_shape, stamp, stamped
from cnnlab.analysis.convolution.targets import (
    EDGES,
    Likeness,
    Overlap,
    edge_kernel,
    is_orange,
    likeness,
    overlap,
)
from cnnlab.analysis.convolution.terms import Agreement, Convolution, OneSum, agreement, dilated
from cnnlab.analysis.convolution.toeplitz import Blocks, blocks, is_block_toeplitz, row_starts
from cnnlab.analysis.convolution.two_convolutions import Cycle, TwoLearner
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
    "EDGES",
    "Agreement",
    "Blocks",
    "Collection",
    "Convolution",
    "Cycle",
    "DifferenceQuotients",
    "Footprint",
    "Gradients",
    "KernelLearner",
    "Likeness",
    "Moved",
    "OneSum",
    "Overlap",
    "Padded",
    "Stamped",
    "TwoLearner",
    "agreement",
    "blocks",
    "broken",
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
    "edge_kernel",
    "expected_errors",
    "first_errors",
    "footprint",
    "image_of",
    "in_each_padding",
    "input_indices",
    "input_shape",
    "is_block_toeplitz",
    "is_orange",
    "likeness",
    "matrix",
    "matrix_misses",
    "move_and_convolve",
    "overlap",
    "reached",
    "row_starts",
    "shape_for",
    "slid_over",
    "slid_products",
    "stamp",
    "stamped",
    "summed_products",
    "training_inputs",
    "ways",
]
