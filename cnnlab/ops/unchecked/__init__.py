"""The operations without their checks: for layers, which have looked at their arrays at the door.

Whoever calls these vouches for what it hands in: floating-point arrays of one dtype whose shapes fit.  The loops below
write to memory by address, so that a wrong shape is no error message but a crash.  Everybody else calls `cnnlab.ops`,
whose functions of the same names check first and say here what is computed.

Strides and windows are pairs (rows, columns); a border is ((above, below), (before, behind)).
"""

from cnnlab.ops.unchecked.convolution import (
    Border,
    conv2d,
    conv2d_bias_gradient,
    conv2d_input_gradient,
    conv2d_weight_gradient,
    pad,
)
from cnnlab.ops.unchecked.dense import dense, dense_backward, dense_input_gradient
from cnnlab.ops.unchecked.nonlinearities import (
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
from cnnlab.ops.unchecked.normalisation import (
    batch_norm,
    batch_norm_backward,
    batch_statistics,
    dropout_mask,
    local_response_norm,
    local_response_norm_backward,
)
from cnnlab.ops.unchecked.pooling import (
    average_pool2d,
    average_pool2d_backward,
    decimate2d,
    decimate2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from cnnlab.ops.unchecked.time import (
    conv1d,
    conv1d_bias_gradient,
    conv1d_input_gradient,
    conv1d_weight_gradient,
    max_over_time,
    max_over_time_backward,
    sum_over_time,
    sum_over_time_backward,
)

__all__ = [
    "Border",
    "average_pool2d",
    "average_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "batch_statistics",
    "conv1d",
    "conv1d_bias_gradient",
    "conv1d_input_gradient",
    "conv1d_weight_gradient",
    "conv2d",
    "conv2d_bias_gradient",
    "conv2d_input_gradient",
    "conv2d_weight_gradient",
    "decimate2d",
    "decimate2d_backward",
    "dense",
    "dense_backward",
    "dense_input_gradient",
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
