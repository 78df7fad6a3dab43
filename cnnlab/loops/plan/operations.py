"""The registry of operations: each is described once, here, and everybody reads it.

The planner (network/plan.py) asks which layers an operation computes, what it can do on the way out and what memory it
needs.  A new operation takes a loop for each direction in a file beside this one, and a row below; what walks over a
plan calls the loops by their addresses, without Python in between (program.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from cnnlab.loops.plan import convolution, dense, normalise, pointwise, pooling, weights
from cnnlab.loops.plan.record import row_of


@dataclass(frozen=True)
class Row:
    """One operation: its loops, the layers that it computes, its memory, what it can do on its way out.

    forward, backward : its loops, f(op, memory, scratch, images).  backward is missing where nothing below can learn.
    layers : the names of the layers that it computes, as they are called in `cnnlab.layers`.
    fields : the groups of numbers that it has of its own in a row of the plan, {name: fields}.
    lay_out : lay_out(op, layer, layout) writes those numbers, and takes the memory that it needs from a
        `network.plan.Layout`.
    parameters : the names of the layer's parameters whose places are `w_at` and `b_at`.
    pads : the operation needs its input in a frame that is padded as the layer says.
    takes_relu, takes_pool : a ReLU, a max pooling behind it is done on its way out (`store_pooled`).
    takes_norm : batch normalisation behind it, of a network in use, is part of its weights.
    begins_with : the operation that comes before it for the same layer, by name, and works on the same entry.
    few_read_back : few images read the weights, on the way back, as they are kept (`back.panel` is 0 then).
    copies : copies(op, layer, lanes) -> how its weights come into `packs`, records of `weights.COPY`.
    fill : fill(op, layer, memory, samples) writes into memory what never changes.
    prepare : prepare(op, layer, memory, first, count) writes what changes from step to step; of many steps that are
        taken at once: of the one whose samples are `count` of them, from number `first` on.
    spread : spread(op, at, samples) -> numbers: where `prepare` writes for many steps at once, in `m` from `at` on.
    merge, merge_back : merge(op, layer, memory, parts), parts : the (first, end) of each chunk of the batch; where all
        chunks have to meet: before the way forward, and after the way back, of this operation.
    """

    forward: Any
    backward: Any = None
    layers: tuple[str, ...] = ()
    fields: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    lay_out: Callable[..., None] | None = None
    parameters: tuple[str, ...] = ("w", "b")
    pads: bool = False
    takes_relu: bool = False
    takes_pool: bool = False
    takes_norm: bool = False
    begins_with: str = ""
    few_read_back: bool = False
    copies: Callable[..., list[Any]] | None = None
    fill: Callable[..., None] | None = None
    prepare: Callable[..., None] | None = None
    spread: Callable[..., int] | None = None
    merge: Callable[..., None] | None = None
    merge_back: Callable[..., None] | None = None

    @property
    def descends(self) -> bool:
        """Whether `descend`, which never goes back to Python, can take it; what begins another goes with that one."""
        prepared = self.prepare is None or self.spread is not None
        return prepared and self.merge is None and bool(self.layers)


class Operation(IntEnum):
    """The operations, with their codes in a plan; `Operation.X.row` describes X."""

    row: Row

    def __new__(cls, code: int, row: Row) -> "Operation":
        member = int.__new__(cls, code)
        member._value_, member.row = code, row
        return member

    LOAD = (
        0,
        Row(
            forward=pointwise.load,
            layers=("Standardise",),
            fields=pointwise.STANDARDISED,
            lay_out=pointwise.lay_out_load,
            parameters=(),
            fill=pointwise.fill_load,
        ),
    )
    CONVOLUTION = (
        1,
        Row(
            forward=convolution.convolve,
            backward=convolution.convolve_back,
            layers=("Conv2D", "Conv1D"),
            fields=weights.WEIGHTS | convolution.KERNEL,
            lay_out=convolution.lay_out_convolution,
            pads=True,
            takes_relu=True,
            takes_pool=True,
            takes_norm=True,
            copies=convolution.copies_of_convolution,
            fill=convolution.fill_convolution,
        ),
    )
    DENSE = (
        2,
        Row(
            forward=dense.connect,
            backward=dense.connect_back,
            layers=("Dense",),
            fields=weights.WEIGHTS,
            lay_out=dense.lay_out_dense,
            takes_relu=True,
            few_read_back=True,
            copies=dense.copies_of_dense,
        ),
    )
    ACTIVATION = (
        3,
        Row(
            forward=pointwise.apply,
            backward=pointwise.apply_back,
            layers=tuple(pointwise.FUNCTIONS),
            fields=pointwise.FUNCTION,
            lay_out=pointwise.lay_out_activation,
            parameters=(),
        ),
    )
    RESPONSES = (
        4,
        Row(
            forward=normalise.respond,
            backward=normalise.respond_back,
            layers=("LocalResponseNorm",),
            fields=normalise.BRACKETS,
            lay_out=normalise.lay_out_responses,
            parameters=(),
            fill=normalise.fill_responses,
        ),
    )
    DROPOUT = (
        5,
        Row(
            forward=pointwise.drop,
            backward=pointwise.drop_back,
            layers=("Dropout",),
            fields=pointwise.DROPPED,
            lay_out=pointwise.lay_out_dropout,
            parameters=(),
            prepare=pointwise.prepare_dropout,
            spread=pointwise.spread_dropout,
        ),
    )
    STATISTICS = (
        6,
        Row(
            forward=normalise.sum_statistics,
            backward=normalise.statistics_back,
            fields=normalise.STATISTICS,
            lay_out=normalise.lay_out_statistics,
            parameters=("gamma", "beta"),
        ),
    )
    BATCH = (
        7,
        Row(
            forward=normalise.batch,
            backward=normalise.batch_back,
            layers=("BatchNorm",),
            fields=normalise.STATISTICS,
            lay_out=normalise.lay_out_batch,
            parameters=("gamma", "beta"),
            takes_relu=True,
            takes_pool=True,
            begins_with="STATISTICS",
            prepare=normalise.check_values,
            merge=normalise.merge_batch_statistics,
            merge_back=normalise.merge_batch_gradients,
        ),
    )
    TIME_SUM = (
        8,
        Row(
            forward=pooling.sum_over_time,
            backward=pooling.sum_over_time_back,
            layers=("SumOverTime",),
            fields=pooling.TOTALS,
            lay_out=pooling.lay_out_time_sum,
        ),
    )
    POOL = (
        9,
        Row(
            forward=pooling.pool,
            backward=pooling.pool_back,
            layers=("MaxPool2D",),
            parameters=(),
        ),
    )
    TIME_MAX = (
        10,
        Row(
            forward=pooling.max_over_time,
            backward=pooling.max_over_time_back,
            layers=("MaxOverTime",),
            fields=pooling.LARGEST,
            lay_out=pooling.lay_out_time_max,
        ),
    )
    POOL_LARGE = (  # windows with more pixels than POOL can tell apart
        11,
        Row(
            forward=pooling.pool_large,
            backward=pooling.pool_large_back,
            layers=("MaxPool2D",),
            parameters=(),
        ),
    )


OP = row_of({name: fields for operation in Operation for name, fields in operation.row.fields.items()})
"""The dtype of a plan's rows."""

COMPUTED = {name: operation for operation in reversed(Operation) for name in operation.row.layers}
"""{name of a layer: the operation that computes it, the first of them}"""
