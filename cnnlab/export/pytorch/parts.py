"""What each module of PyTorch is here.  Import it where torch is known to be there."""

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import nn

from cnnlab import layers
from cnnlab.export.assembly import Assembly
from cnnlab.export.pytorch import modules
from cnnlab.types import Array


def array(tensor: Any) -> Array:
    """What a tensor holds, wherever it is."""
    found: Array = tensor.detach().cpu().numpy()
    return found


def _each(value: Any, sides: int) -> tuple[int, ...]:
    """One number for all axes, or one for each."""
    return tuple(value) if isinstance(value, tuple | list) else (value,) * sides


def _convolution(assembly: Assembly, part: Any) -> None:
    sides = part.weight.ndim - 2
    if part.padding_mode != "zeros":
        assembly.refuse(f"padding_mode {part.padding_mode!r}: borders hold one number here")
    dilations = _each(part.dilation, sides)
    if isinstance(part.padding, str):
        spans = [d * (size - 1) for d, size in zip(dilations, part.weight.shape[2:], strict=True)]
        pads = [(span // 2, span - span // 2) if part.padding == "same" else (0, 0) for span in spans]
    else:
        pads = [(side, side) for side in _each(part.padding, sides)]
    bias = None if part.bias is None else array(part.bias)
    table = array(part.connections).T if isinstance(part, modules.TableConv2d) else None
    strides = _each(part.stride, sides)
    assembly.convolution(array(part.weight), bias, strides, pads, dilations, part.groups, table)


def _unit_bias(assembly: Assembly, part: Any) -> None:
    assembly.add_units(np.moveaxis(array(part.bias), 0, -1))


def _linear(assembly: Assembly, part: Any) -> None:
    assembly.dense(array(part.weight).T, None if part.bias is None else array(part.bias))


def _flatten(assembly: Assembly, part: Any) -> None:
    if part.start_dim != 1 or part.end_dim not in (-1, len(assembly.shape)):
        assembly.refuse("here, all numbers of a sample are put into a row: start_dim=1, end_dim=-1")
    assembly.flatten()


def _pad(assembly: Assembly, part: Any) -> None:
    sides = list(part.padding)  # of the last axis first
    assembly.pad([(sides[i], sides[i + 1]) for i in range(len(sides) - 2, -1, -2)], float(part.value))


def _pool(kind: type[layers.Layer]) -> Callable[[Assembly, Any], None]:
    def read(assembly: Assembly, part: Any) -> None:
        if getattr(part, "return_indices", False) or getattr(part, "divisor_override", None):
            assembly.refuse("pooling gives the largest or the mean of each window here, and nothing else")
        pads = [(side, side) for side in _each(part.padding, 2)]
        size, stride = _each(part.kernel_size, 2), _each(part.stride, 2)
        assembly.pool(kind, size, stride, pads, part.ceil_mode, _each(getattr(part, "dilation", 1), 2))

    return read


def _adaptive(kind: type[layers.Layer]) -> Callable[[Assembly, Any], None]:
    def read(assembly: Assembly, part: Any) -> None:
        sides = assembly.shape[:-1]
        wanted = [side if some is None else some for side, some in zip(sides, _each(part.output_size, 2), strict=False)]
        if getattr(part, "return_indices", False):
            assembly.refuse("pooling gives the largest of each window here, and nothing else")
        if all(some == 1 for some in wanted):
            return assembly.pool_all(kind)
        if len(sides) != 2 or any(side % some for side, some in zip(sides, wanted, strict=True)):
            assembly.refuse(f"windows of one size do not make {wanted} of {list(sides)}")
        size = [side // some for side, some in zip(sides, wanted, strict=True)]
        return assembly.pool(kind, size, size, [])

    return read


def _batch_norm(assembly: Assembly, part: Any) -> None:
    if part.running_mean is None or part.momentum is None:
        assembly.refuse("batch normalisation keeps running averages here: track_running_stats=True, and a momentum")
    ones = np.ones(part.num_features, array(part.running_mean).dtype)
    arrays = {
        "gamma": ones if part.weight is None else array(part.weight),
        "beta": 0 * ones if part.bias is None else array(part.bias),
        "mean": array(part.running_mean),
        "variance": array(part.running_var),
    }
    assembly.batch_norm(arrays, part.eps, 1 - part.momentum)


def _response(assembly: Assembly, part: Any) -> None:
    assembly.response(part.size, part.alpha, part.beta, part.k)


def _over_time(largest: bool) -> Callable[[Assembly, Any], None]:
    def read(assembly: Assembly, part: Any) -> None:
        assembly.over_time(largest)
        assembly.scale(array(part.weight))
        assembly.shift(array(part.bias))

    return read


def _standardise(assembly: Assembly, part: Any) -> None:
    held = [array(tensor) for tensor in (part.mean, part.scale)]
    mean, scale = (values if not values.ndim else values.reshape(values.shape[0]) for values in held)
    assembly.standardise(mean.astype(np.float64), 1 / scale.astype(np.float64))


def _softmax(assembly: Assembly, part: Any) -> None:
    if part.dim not in (1, -1):
        assembly.refuse("it must be over the outputs: dim=1")
    assembly.softmax()


def _plain(kind: type[layers.Layer]) -> Callable[[Assembly, Any], None]:
    return lambda assembly, part: assembly.pointwise(kind)


def _nothing(assembly: Assembly, part: Any) -> None:
    """It gives what it takes."""


READERS: dict[type[Any], Callable[[Assembly, Any], None]] = {
    nn.Conv1d: _convolution,
    nn.Conv2d: _convolution,
    modules.TableConv2d: _convolution,
    modules.UnitBias: _unit_bias,
    nn.ConstantPad1d: _pad,
    nn.ConstantPad2d: _pad,
    nn.ZeroPad1d: _pad,
    nn.ZeroPad2d: _pad,
    nn.Linear: _linear,
    nn.Flatten: _flatten,
    modules.ChannelsLast: lambda assembly, part: assembly.turn(),
    nn.MaxPool2d: _pool(layers.MaxPool2D),
    nn.AvgPool2d: _pool(layers.AveragePool2D),
    nn.AdaptiveMaxPool2d: _adaptive(layers.MaxPool2D),
    nn.AdaptiveAvgPool2d: _adaptive(layers.AveragePool2D),
    nn.AdaptiveMaxPool1d: _adaptive(layers.MaxPool2D),
    nn.AdaptiveAvgPool1d: _adaptive(layers.AveragePool2D),
    modules.Decimate2d: lambda assembly, part: assembly.decimate(part.stride, part.count),
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.BatchNorm3d: _batch_norm,
    nn.LocalResponseNorm: _response,
    modules.RowResponseNorm: _response,
    modules.SumOverTime: _over_time(False),
    modules.MaxOverTime: _over_time(True),
    nn.Dropout: lambda assembly, part: assembly.dropout(part.p),
    nn.Identity: _nothing,
    nn.ReLU: _plain(layers.ReLU),
    nn.LeakyReLU: lambda assembly, part: assembly.pointwise(layers.LeakyReLU, slope=part.negative_slope),
    nn.PReLU: lambda assembly, part: assembly.prelu(array(part.weight)),
    nn.Sigmoid: _plain(layers.Sigmoid),
    nn.Tanh: _plain(layers.Tanh),
    modules.ScaledTanh: _plain(layers.ScaledTanh),
    modules.UnitStep: _plain(layers.UnitStep),
    modules.Signum: _plain(layers.Signum),
    modules.Standardise: _standardise,
    nn.Softmax: _softmax,
    nn.LogSoftmax: _softmax,
}
