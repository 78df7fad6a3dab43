"""What PyTorch has no module for: small modules of the same arithmetic, channels first.

They need nothing of cnnlab but this file.  Import it where torch is known to be there.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

STEEPNESS, HEIGHT = 2 / 3, 1.7159


class ChannelsLast(nn.Module):
    """(N, C, H, W) -> (N, H, W, C), before a flatten whose order matters."""

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return h.movedim(1, -1)


class Standardise(nn.Module):
    """(h - mean) * scale, with fixed numbers: one for all channels, or one for each."""

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, mean: torch.Tensor, scale: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return (h - self.mean) * self.scale


class UnitBias(nn.Module):
    """A bias for every pixel of every map, where a convolution of PyTorch has one for every map."""

    def __init__(self, shape: Sequence[int]) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(tuple(shape)))

    def forward(self, e: torch.Tensor) -> torch.Tensor:
        return e + self.bias


class TableConv2d(nn.Conv2d):
    """A convolution in which some maps do not see some others; connections : (D, C) bool."""

    connections: torch.Tensor

    def __init__(self, *given: Any, connections: torch.Tensor, **options: Any) -> None:
        super().__init__(*given, **options)
        self.register_buffer("connections", connections)

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return self._conv_forward(h, self.weight * self.connections[:, :, None, None], self.bias)


class RowResponseNorm(nn.LocalResponseNorm):
    """Response normalisation over (N, C), which PyTorch only has over images."""

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return super().forward(h[..., None])[..., 0]


class Decimate2d(nn.Module):
    """One pixel of each window: every so many rows and columns, from the first on; count : how many of them."""

    def __init__(self, stride: tuple[int, int], count: tuple[int, int]) -> None:
        super().__init__()
        self.stride, self.count = stride, count

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        (s, t), (rows, columns) = self.stride, self.count
        return h[:, :, : (rows - 1) * s + 1 : s, : (columns - 1) * t + 1 : t]

    def extra_repr(self) -> str:
        return f"stride={self.stride}, count={self.count}"


class _OverTime(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))


class SumOverTime(_OverTime):
    """(N, C, T) -> (N, C): the sum of all frames, with a weight and a bias for each channel."""

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return self.bias + self.weight * h.sum(-1)


class MaxOverTime(_OverTime):
    """(N, C, T) -> (N, C): the largest of all frames, with a weight and a bias for each channel."""

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return self.bias + self.weight * h.amax(-1)


class ScaledTanh(nn.Module):
    """1.7159 tanh(2 e / 3)."""

    def forward(self, e: torch.Tensor) -> torch.Tensor:
        return HEIGHT * torch.tanh(STEEPNESS * e)


class UnitStep(nn.Module):
    """1 where e > 0, else 0; without a gradient."""

    def forward(self, e: torch.Tensor) -> torch.Tensor:
        return (e > 0).to(e.dtype)


class Signum(nn.Module):
    """The sign of e; without a gradient."""

    def forward(self, e: torch.Tensor) -> torch.Tensor:
        return torch.sign(e)
