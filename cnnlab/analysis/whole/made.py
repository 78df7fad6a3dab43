"""How one number of a network was made: what came in, times the weights, added up (lecture topics 8, 10, 19 and 22).

Every layer of such networks does the same. A convolution multiplies a window by its kernel, which lies on it turned by
180 degrees; a fully-connected unit multiplies all it gets by its weights; pooling chooses its weights by what came in:
1 for the largest and 0 for all others, or 1/(P Q) for each, or 1 for the corner.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import layers, ops
from cnnlab.analysis.flattening import place_of
from cnnlab.analysis.whole.forward import Forward
from cnnlab.types import Array

__all__ = ["Made", "made"]


@dataclass(frozen=True, eq=False)
class Made:
    """One number and what it was made of: e = b + the sum of h times w; then h of it.

    Parameters
    ----------
    stage : int
        Its stage.
    unit : tuple of int
        Its place in what the stage gives.
    source : int
        The stage whose maps or vector h is taken from, -1 for the image; flatten is looked through.
    corner : (row, column)
        Of the window in those maps; outside of them where there is a border. (0, 0) for a vector.
    h : (P, Q, C) or (C,) float64
        What came in, the border's value where the window hangs over the edge.
    w : float64, in the shape of h
        By what it is multiplied.
    inside : (P, Q) or (C,) bool
        Where the window lies on the map.
    b, e, out : float
        The bias, the excitation and what went out.
    """

    stage: int
    unit: tuple[int, ...]
    source: int
    corner: tuple[int, int]
    h: Array
    w: Array
    inside: Array
    b: float
    e: float
    out: float

    @property
    def products(self) -> Array:
        """h times w, whose sum and b are e; in the shape of h."""
        return self.h * self.w

    def strongest(self, count: int = 3, sign: int = 0) -> list[tuple[tuple[int, ...], float]]:
        """The products that matter most.

        Parameters
        ----------
        count : int
            How many, at most.
        sign : int
            1 for positive ones only, -1 for negative ones, 0 for both.

        Returns
        -------
        list of (place in the maps or the vector that h is from, product)
            The largest first; products of 0 are left out.
        """
        flat = self.products.ravel()
        size = np.abs(flat) if sign == 0 else np.maximum(sign * flat, 0)
        order = np.argsort(-size, kind="stable")[:count]
        shift = (*self.corner, 0) if self.h.ndim == 3 else (0,)
        return [
            (tuple(int(a) + s for a, s in zip(np.unravel_index(k, self.h.shape), shift, strict=True)), float(flat[k]))
            for k in order
            if size[k] > 0
        ]


def made(record: Forward, stage: int, unit: Sequence[int], against: int | None = None) -> Made:
    """How one number of a stage was made.

    Parameters
    ----------
    record : Forward
        Of one image.
    stage : int
        The number of the stage.
    unit : (m, n, d) or (d,)
        The place of the number in what the stage gives.
    against : int, optional
        Another unit of the same fully-connected stage: then it is the difference of the two excitations, made by the
        difference of their weights; the nonlinearity is left out.

    Returns
    -------
    Made

    Raises
    ------
    ValueError
        For a place that is not there.

    Source
    ------
    Lecture topics 8, 10, 19 and 22.
    """
    if not 0 <= stage < len(record.stages):
        raise ValueError(f"stage must be 0..{len(record.stages) - 1}; got {stage!r}")
    part, place = record.stages[stage], tuple(int(one) for one in unit)
    if len(place) != len(part.shape) or not all(0 <= one < side for one, side in zip(place, part.shape, strict=True)):
        raise ValueError(f"unit must be a place in {part.name}, which gives {part.shape}; got {unit!r}")
    if against is not None and (part.kind != "fully connected" or not 0 <= against < part.shape[0]):
        raise ValueError(f"against must be a unit of a fully-connected stage; got {against!r} of {part.name}")
    ways: dict[str, Callable[..., Made]] = {
        "convolution": _convolution,
        "pooling": _pooling,
        "flatten": _flatten,
        "nonlinearity": _alone,
    }
    if part.kind == "fully connected":
        return _dense(record, stage, place, against)
    return ways[part.kind](record, stage, place)


def _window(came: Array, corner: tuple[int, int], sides: tuple[int, int], border: float) -> tuple[Array, Array]:
    """The window of maps (H, W, C) with its corner there, and where it lies on them."""
    rows, columns = (np.arange(first, first + side) for first, side in zip(corner, sides, strict=True))
    inside = ((rows >= 0) & (rows < came.shape[0]))[:, None] & ((columns >= 0) & (columns < came.shape[1]))
    found = came[np.clip(rows, 0, came.shape[0] - 1)][:, np.clip(columns, 0, came.shape[1] - 1)].astype(np.float64)
    return np.where(inside[:, :, None], found, border), inside


def _convolution(record: Forward, stage: int, unit: tuple[int, ...]) -> Made:
    m, n, d = unit
    layer: Any = record.network[record.stages[stage].first]
    (p, q), (s, t) = layer.size, layer.stride
    corner = (m * s - ops.pads(p, layer.padding)[0], n * t - ops.pads(q, layer.padding)[0])
    h, inside = _window(record.came(stage), corner, (p, q), layer.padding_value)
    w = layer.parameters["w"][::-1, ::-1, :, d].astype(np.float64)
    b = layer.parameters.get("b")
    bias = 0.0 if b is None else float(b[d] if b.ndim == 1 else b[unit])
    e, out = (float(found[stage][unit]) for found in (record.e, record.h))
    return Made(stage, unit, stage - 1, corner, h, w, inside, bias, e, out)


def _dense(record: Forward, stage: int, unit: tuple[int, ...], against: int | None) -> Made:
    layer: Any = record.network[record.stages[stage].first]
    k = unit[0]
    w, b = layer.parameters["w"][:, k].astype(np.float64), layer.parameters.get("b")
    bias = 0.0 if b is None else float(b[k])
    h, source = record.came(stage).astype(np.float64), stage - 1
    while source >= 0 and record.stages[source].kind == "flatten":
        source -= 1
    if against is not None:
        w = w - layer.parameters["w"][:, against]
        bias -= 0.0 if b is None else float(b[against])
    shape = record.h[source].shape if source >= 0 else record.x.shape
    h, w = h.reshape(shape), w.reshape(shape)
    inside = np.ones(shape[:2] if len(shape) == 3 else shape, bool)
    e, out = (float(found[stage][k]) for found in (record.e, record.h))
    if against is not None:
        e = out = float(record.e[stage][k] - record.e[stage][against])
    return Made(stage, unit, source, (0, 0), h, w, inside, bias, e, out)


def _pooling(record: Forward, stage: int, unit: tuple[int, ...]) -> Made:
    m, n, d = unit
    layer: Any = record.network[record.stages[stage].first]
    s, t = layer.stride
    p, q = layer.size or layer.stride
    corner, came = (m * s, n * t), record.came(stage)[:, :, d : d + 1]
    h, inside = _window(came, corner, (p, q), 0.0)
    w = np.zeros_like(h)
    if isinstance(layer, layers.AveragePool2D):
        w[:] = 1 / (p * q)
    elif isinstance(layer, layers.MaxPool2D):
        w.ravel()[h.argmax()] = 1.0  # windows of max pooling are whole
    else:
        w[0, 0] = 1.0
    if layer.rectify:
        h = np.maximum(h, 0)
    e, out = float((h * w).sum()), float(record.h[stage][unit])
    return Made(stage, unit, stage - 1, corner, h, w, inside, 0.0, e, out)


def _flatten(record: Forward, stage: int, unit: tuple[int, ...]) -> Made:
    shape = record.stages[stage].input_shape
    place = place_of(unit[0], shape)
    value = float(record.h[stage][unit])
    one = np.full((1, 1, 1) if len(shape) == 3 else (1,), value)
    corner = (place[0], place[1]) if len(shape) == 3 else (0, 0)
    return Made(stage, unit, stage - 1, corner, one, np.ones_like(one), np.ones(one.shape[:2], bool), 0.0, value, value)


def _alone(record: Forward, stage: int, unit: tuple[int, ...]) -> Made:
    """A nonlinearity for itself: its input goes in once."""
    e = float(record.e[stage][unit])
    one = np.full((1, 1, 1) if len(unit) == 3 else (1,), e)
    corner = (unit[0], unit[1]) if len(unit) == 3 else (0, 0)
    out = float(record.h[stage][unit])
    return Made(stage, unit, stage - 1, corner, one, np.ones_like(one), np.ones(one.shape[:2], bool), 0.0, e, out)
