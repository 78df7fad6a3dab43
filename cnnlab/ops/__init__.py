"""Pure functions, forward beside backward, in the lecture's notation.  Arrays are checked here; loops/ computes.  NaN
and infinity are not looked for: what they are combined with becomes NaN, as in numpy.

`unchecked` holds the same functions without the checks, for the layers of a network.
"""

from cnnlab.ops.convolution import (
    connection_table,
    conv2d,
    conv2d_bias_gradient,
    conv2d_input_gradient,
    conv2d_output_shape,
    conv2d_weight_gradient,
    pad,
    pads,
)
from cnnlab.ops.dense import dense, dense_backward
from cnnlab.ops.dropout import dropout, dropout_backward, dropout_mask
from cnnlab.ops.matrix import conv2d_matrix
from cnnlab.ops.nonlinearities import (
    leaky_relu,
    leaky_relu_backward,
    prelu,
    prelu_backward,
    relu,
    relu_backward,
    scaled_tanh,
    scaled_tanh_backward,
    sigmoid,
    sigmoid_backward,
    signum,
    tanh,
    tanh_backward,
    unit_step,
)
from cnnlab.ops.normalisation import (
    batch_norm,
    batch_norm_backward,
    local_response_norm,
    local_response_norm_backward,
)
from cnnlab.ops.pooling import (
    DEAD,
    average_pool2d,
    average_pool2d_backward,
    decimate2d,
    decimate2d_backward,
    decimate_output_shape,
    max_pool2d,
    max_pool2d_backward,
    pool_output_shape,
)
from cnnlab.ops.statistics import batch_statistics, channel_statistics
from cnnlab.ops.time import (
    conv1d,
    conv1d_backward,
    conv1d_output_shape,
    max_over_time,
    max_over_time_backward,
    sum_over_time,
    sum_over_time_backward,
)

__all__ = [
    "DEAD",
    "average_pool2d",
    "average_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "batch_statistics",
    "channel_statistics",
    "connection_table",
    "conv1d",
    "conv1d_backward",
    "conv1d_output_shape",
    "conv2d",
    "conv2d_bias_gradient",
    "conv2d_input_gradient",
    "conv2d_matrix",
    "conv2d_output_shape",
    "conv2d_weight_gradient",
    "decimate2d",
    "decimate2d_backward",
    "decimate_output_shape",
    "dense",
    "dense_backward",
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "leaky_relu",
    "leaky_relu_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "max_over_time",
    "max_over_time_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "pad",
    "pads",
    "pool_output_shape",
    "prelu",
    "prelu_backward",
    "relu",
    "relu_backward",
    "scaled_tanh",
    "scaled_tanh_backward",
    "sigmoid",
    "sigmoid_backward",
    "signum",
    "sum_over_time",
    "sum_over_time_backward",
    "tanh",
    "tanh_backward",
    "unit_step",
]
