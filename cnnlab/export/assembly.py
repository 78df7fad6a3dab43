"""A network put together from what another program says of it, step by step, channels first as others have them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlab import layers, ops
from cnnlab.export.order import convolution_kernels, flattened
from cnnlab.export.row import Row
from cnnlab.layers.standardise import Standardise
from cnnlab.types import Array, Padding, Shape

__all__ = ["Assembly"]


class Assembly(Row):
    """Layers in a row, as they are told, each in the words of others.

    Arrays of channels, and rows of weights, are given as the other program has them; where its `Flatten` made another
    order of inputs out of the order of its axes, they are put into ours.
    """

    # What has no numbers, or one for all

    def pointwise(self, kind: type[layers.Layer], **options: Any) -> None:
        """A layer that works on every number for itself."""
        self._put(kind, options)

    def dropout(self, p: float) -> None:
        """`Dropout`, which does nothing in use."""
        self._put(layers.Dropout, {"p": p})

    def standardise(self, mean: Array, deviation: Array) -> None:
        """`Standardise`, as it is."""
        options = {"mean": self._ours(mean).tolist(), "deviation": self._ours(deviation).tolist()}
        self._put(Standardise, options)

    # What has numbers for each channel

    def batch_norm(self, arrays: dict[str, Array], eps: float, momentum: float) -> None:
        """`BatchNorm`; arrays: gamma, beta, mean, variance, each (C,)."""
        self._put(
            layers.BatchNorm,
            {"eps": eps, "momentum": momentum},
            {name: self._ours(self._channels(name, array)) for name, array in arrays.items()},
        )

    def prelu(self, slope: Array) -> None:
        """`PReLU`; slope : one, or (C,)."""
        if slope.size == 1:
            self.unfold(self.shape[-1])
            slope = np.broadcast_to(slope.reshape(()), self.shape[-1:])
        self._put(layers.PReLU, {}, {"slope": self._ours(self._channels("slope", slope))})

    def response(self, n: int, alpha: float, beta: float, k: float) -> None:
        """`LocalResponseNorm`, where others divide alpha by n."""
        if self.order is not None:
            self.refuse("neighbouring maps are no neighbours any more behind a flatten of another order")
        self._put(layers.LocalResponseNorm, {"n": n, "k": k, "alpha": alpha / n, "beta": beta})

    def _channels(self, name: str, array: Array) -> Array:
        if array.shape != self.shape[-1:]:
            self.refuse(f"{name} must hold {self.shape[-1]} numbers, one for each channel; got shape {array.shape}")
        return array

    # Images and frames

    def check_kernels(self, shape: Shape, groups: int) -> None:
        """Refuse kernels of a shape that does not fit what comes."""
        if len(shape) not in (3, 4) or len(self.shape) != len(shape) - 1 or groups < 1:
            self.refuse(f"kernels of shape {shape[:9]}, channels first, do not fit what comes: {self.shape}")
        channels, filters = self.shape[-1], shape[0]
        if shape[1] * groups != channels or filters % groups:
            first = self.shape == self.start and self.shape[0] < channels
            self.refuse(
                f"{groups} x {shape[1]} channels in and {filters} out do not fit what comes, {self.shape}, of "
                f"{channels} channels{'; give (H, W, C), the channels last' if first else ''}"
            )

    def convolution(
        self,
        kernels: Array,
        bias: Array | None,
        strides: Sequence[int],
        pads: Sequence[tuple[int, int]],
        dilations: Sequence[int],
        groups: int = 1,
        connections: Array | None = None,
    ) -> None:
        """A correlation with kernels (D, C / groups, P, Q) or (D, C / groups, P) becomes a convolution."""
        border, self._border = self._border, None
        self.check_kernels(kernels.shape, groups)
        sides, filters = kernels.ndim - 2, kernels.shape[0]
        if any(step != 1 for step in dilations):
            self.refuse(f"dilations {list(dilations)}: kernels have no gaps here")
        value = 0.0
        if border is not None:
            if border[1] and any(map(any, pads)):
                self.refuse("two borders, of different numbers")
            if len(border[0]) != sides:
                self.refuse("its border has another number of axes")
            pads = [(b + p, a + q) for (b, a), (p, q) in zip(border[0], pads, strict=True)]
            value = border[1]
        options = {"filters": filters, "bias": None if bias is None else "map", "padding_value": value}
        options["padding"] = self._padding(kernels.shape[2:], pads)
        if sides == 1:
            if groups > 1:
                self.refuse(f"{groups} groups: convolutions in time have none here")
            options |= {"size": kernels.shape[2], "stride": strides[0]}
        else:
            options |= {"size": kernels.shape[2:], "stride": tuple(strides), "groups": groups}
        if groups > 1:
            self.unfold(kernels.size * groups)
        elif connections is not None:
            options["connections"] = connections
        w = convolution_kernels(kernels, groups)
        self._put(
            layers.Conv2D if sides == 2 else layers.Conv1D,
            options,
            {"w": w} | ({} if bias is None else {"b": bias.reshape(-1)}),
        )

    def _padding(self, sizes: Shape, pads: Sequence[tuple[int, int]]) -> Padding:
        """The word, number or pair that adds these borders."""
        pads = [(int(before), int(after)) for before, after in pads]
        before, after = pads[0]
        pair = (before, after) if min(before, after) >= 0 else 0
        words: list[Padding] = ["valid", "same", "full", before if before == after and before >= 0 else pair]
        for word in words:
            if [ops.pads(size, word) for size in sizes] == pads:
                return word
        self.refuse(
            f"a border of {' and '.join(f'{b} before, {a} behind' for b, a in pads)}: here it is the same for rows and "
            f"columns, or half a kernel ('same'), or a whole one ('full')"
        )

    def pool(
        self,
        kind: type[layers.Layer],
        size: Sequence[int],
        stride: Sequence[int],
        pads: Sequence[tuple[int, int]],
        ceil: bool = False,
        dilations: Sequence[int] = (1, 1),
    ) -> None:
        """`MaxPool2D` or `AveragePool2D`: whole windows, without a border."""
        if len(self.shape) != 3 or len(size) != 2:
            self.refuse(f"pooling is over images (H, W, C) here; what comes is {self.shape}, the window {list(size)}")
        if any(map(any, pads)):
            self.refuse(f"a border of {[side for pair in pads for side in pair]}: pooling takes no border here")
        if any(step != 1 for step in dilations):
            self.refuse(f"dilations {list(dilations)}: windows have no gaps here")
        places = zip(self.shape, size, stride, strict=False)
        if ceil and any((side - window) % step for side, window, step in places):
            self.refuse("ceil_mode: only whole windows count here, and the last ones are cut off")
        self._put(kind, {"size": tuple(size), "stride": tuple(stride)})

    def pool_all(self, kind: type[layers.Layer]) -> None:
        """The mean or the maximum of all pixels, or of all frames, of each map."""
        if len(self.shape) == 2:
            self.over_time(kind is layers.MaxPool2D, 1 if kind is layers.MaxPool2D else 1 / self.shape[0])
            self.kept = True
        else:
            self.pool(kind, self.shape[:2], self.shape[:2], [])

    def over_time(self, largest: bool, weight: float = 1.0) -> None:
        """`SumOverTime` or `MaxOverTime`, with weights that are all the same."""
        self._settle()
        if len(self.shape) != 2:
            self.refuse(f"all frames are brought together in (T, C) here; what comes is {self.shape}")
        self.unfold(2 * self.shape[1])
        arrays = {"w": np.full(self.shape[1], weight), "b": np.zeros(self.shape[1])}
        self._put(layers.MaxOverTime if largest else layers.SumOverTime, {}, arrays)

    def decimate(self, stride: Sequence[int], count: Sequence[int]) -> None:
        """`Decimate2D` that leaves so many rows and columns."""
        if len(self.shape) != 3:
            self.refuse(f"pixels are taken from images (H, W, C) here; what comes is {self.shape}")
        self._settle()
        if self.steps and self.steps[-1].kind is layers.Decimate2D:  # rows first, and columns then
            first = self.steps.pop()
            self.shape = first.before
            stride = [one * other for one, other in zip(first.options["stride"], stride, strict=True)]
        sides, options = self.shape[:2], {"stride": tuple(stride)}
        if tuple(count) != tuple(-(-side // step) for side, step in zip(sides, stride, strict=True)):
            options["size"] = tuple(
                side - (some - 1) * step for side, some, step in zip(sides, count, stride, strict=True)
            )
        self._put(layers.Decimate2D, options)

    # Rows of numbers

    def flatten(self, channels_first: bool = True) -> None:
        """All numbers in a row: their order is (C, H, W), or ours."""
        channels_first, self._turned = channels_first and not self._turned, False
        self._settle(kept=True)
        if self.kept or len(self.shape) == 1:
            self.kept = False
            return
        self.unfold(math.prod(self.shape))
        order = flattened(self.shape) if channels_first else None
        self._put(layers.Flatten, {})
        self.order = order

    def check_weights(self, shape: Shape) -> None:
        """Refuse weights (C, D) of a shape that does not fit what comes."""
        if len(self.shape) != 1:
            self.refuse(f"fully-connected layers take (C,) here; what comes is {self.shape}: flatten it first")
        if shape[0] != self.shape[0]:
            self.refuse(f"weights for {shape[0]} inputs do not fit what comes, {self.shape[0]} numbers")

    def dense(self, w: Array, b: Array | None) -> None:
        """`Dense`, with weights (C, D) whose rows are in their order."""
        self.check_weights(w.shape)
        self._settle()
        if self.order is not None:
            ours = np.empty_like(w)
            ours[self.order] = w
            w, self.order = ours, None
        arrays = {"w": w} | ({} if b is None else {"b": b})
        self._put(layers.Dense, {"units": w.shape[1], "bias": b is not None}, arrays)

    def add_units(self, b: Array) -> None:
        """One number for each pixel of each map, (H, W, C): the biases of the units of a convolution."""
        last = self.steps[-1] if self.steps else None
        if last is None or last.kind not in (layers.Conv2D, layers.Conv1D) or self._affine or b.shape != self.shape:
            self.refuse(
                f"a number for each of {b.shape} is added: only a convolution has biases for all its units here"
            )
        if last.options["bias"] is not None:
            b = b + last.arrays["b"]
        last.options["bias"], last.arrays["b"] = "unit", b
