"""A network as a plan (loops/plan): which operations it takes, and what lies where in memory."""

import math
from typing import Any, NamedTuple

import numpy as np

from cnnlab import layers
from cnnlab.loops.kernels.pooling import DEAD, DEAD_BYTE
from cnnlab.loops.kernels.strip import strip_for
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.kernels.vectors import lanes
from cnnlab.loops.plan.normalise import lay_out_folded
from cnnlab.loops.plan.operations import COMPUTED, OP, Operation
from cnnlab.loops.plan.packing import copies_of
from cnnlab.loops.plan.record import Memory, put
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import DISABLED
from cnnlab.loops.runtime.workspace import aligned
from cnnlab.network.parameters import SLACK, rounded_up
from cnnlab.ops import pads

# Pixels of the largest pooling windows whose winner fits into a byte, and into two.
MARKS, MARKS_LARGE = DEAD_BYTE - 1, DEAD - 1


class NotCovered(Exception):
    """A layer that has no operation: the network is then trained layer by layer.

    layer : which.
    """

    def __init__(self, words, layer):
        super().__init__(words)
        self.layer = layer


class Stage(NamedTuple):
    """One operation of a plan, for one layer (None: a batch is loaded as it is), and what it does on its way out."""

    operation: Operation
    layer: Any
    relu: bool = False
    pool: Any = None
    norm: Any = None  # batch normalisation that is part of the weights


def operation_of(layer):
    """The operation that computes a layer, or None."""
    name = type(layer).__name__
    known = getattr(layers, name, None) is type(layer)  # a class of somebody else's may have the same name
    return COMPUTED.get(name) if known else None


def stages_of(network, learns=True):
    """What the plan does, in order; Flatten takes no work at all.

    learns : if not, nothing is dropped, and batch normalisation takes its running statistics as they are.

    Raises NotCovered, naming the layer.
    """
    skipped = (layers.Flatten,) if learns else (layers.Flatten, layers.Dropout)
    rest, found = list(network.layers), []
    first = rest.pop(0) if rest and operation_of(rest[0]) is Operation.LOAD else None
    found.append(Stage(Operation.LOAD, first))
    while rest:
        layer, relu, pool, norm = rest.pop(0), False, None, None
        if type(layer) in skipped:
            continue
        operation = operation_of(layer)
        if operation is None or operation is Operation.LOAD:
            raise NotCovered(type(layer).__name__, layer)
        if not learns and operation.row.takes_norm and rest and type(rest[0]) is layers.BatchNorm:
            norm = rest.pop(0) if layer.bias != "unit" else None
        if operation.row.takes_relu and rest and type(rest[0]) is layers.ReLU:
            rest.pop(0)
            relu = True
        if operation is Operation.POOL:
            relu, pool = layer.rectify, layer
            if not _fits(layer):
                operation = Operation.POOL_LARGE
        elif operation.row.takes_pool and rest and type(rest[0]) is layers.MaxPool2D and _fits(rest[0]):
            pool = rest.pop(0)
            relu = relu or pool.rectify
        if pool is not None and not _fits(pool, MARKS_LARGE):
            raise NotCovered("MaxPool2D with a huge window", pool)
        if operation.row.begins_with and learns:
            found.append(Stage(Operation[operation.row.begins_with], layer))
        found.append(Stage(operation, layer, relu, pool, norm))
    return found


def _fits(pool, most=MARKS):
    return pool.size[0] * pool.size[1] <= most


def _solid(shape):
    """A shape as (height, width, channels): what has more axes is worked on as one high image, the same numbers."""
    shape = (1,) * (3 - len(shape)) + tuple(shape)
    return (math.prod(shape[:-2]), *shape[-2:])


class Layout:
    """What an operation asks of the planner while it is laid out: places in the flat memories, and sizes.

    samples : images in a batch.  places : {(id(layer), name of a parameter): its first number in `u`}.
    learns : whether there is a way back.  lanes : numbers in a vector.  previous : the row of the operation before.
    """

    def __init__(self, samples, dtype, places, learns):
        self.places = places
        self.samples, self.dtype, self.learns, self.lanes = samples, dtype, learns, lanes(dtype)
        self.sizes = {"m": 0, "packs": SLACK, "marks": 0, "scratch": 0}
        self.previous = None

    def take(self, memory, numbers):
        """Take so many numbers of a flat memory -> where they begin, which is at a whole vector."""
        first = self.sizes[memory]
        self.sizes[memory] += rounded_up(numbers, self.dtype)
        return first

    def scratch(self, numbers):
        """So many numbers of the scratch memory are needed."""
        self.sizes["scratch"] = max(self.sizes["scratch"], int(numbers))

    def panel(self, columns):
        """Columns of a panel of packed weights."""
        return self.lanes if columns <= self.lanes else VECTORS * self.lanes

    @staticmethod
    def kernel_of(layer):
        """((P, Q), (s, t)) of a convolution in space, or of one in time, which has one row."""
        if isinstance(layer, layers.Conv1D):
            return (1, layer.size), (1, layer.stride)
        return layer.size, layer.stride


class Plan:
    """The rows and the memory for batches of up to `samples` images of a network; raises NotCovered.

    flat : the network's parameters, a `FlatParameters`.  learns : whether there is a way back; if not, there is no
    memory for it.
    """

    def __init__(self, network, flat, samples, learns=True):
        self.network, self.flat, self.samples, self.dtype = network, flat, samples, network.dtype
        self.learns, self.stages = learns, stages_of(network, learns)
        self.ops = np.zeros(len(self.stages), OP)
        if DISABLED:
            self.ops = self.ops.view(np.recarray)  # whose records have attributes outside of machine code too
        self.layout = Layout(
            samples, self.dtype, {(id(layer), name): first for layer, name, first, _ in flat.views}, learns
        )
        self.layers = [stage.layer for stage in self.stages]
        self._lay_out()
        self._take_memory()
        self.copies = copies_of(self.ops, self.layers, self.layout.lanes) if learns else None

    def _lay_out(self):
        """Fill the rows: who reads and writes where."""
        n, layout = self.samples, self.layout
        inside = [_solid(self.network.input_shape), *(_solid(stage.layer.input_shape) for stage in self.stages[1:])]
        given = self._given()
        entries = [self._entry(stage, shape) for stage, shape in zip(self.stages, inside, strict=True)]
        for k in range(1, len(self.stages)):
            if self._begins_next(k - 1):
                entries[k] = entries[k - 1]
        last = given[-1]
        entries.append((layout.take("m", n * np.prod(last)), last, (0, 0)))
        self.d_step = rounded_up(max(np.prod(shape) for shape in [*inside[1:], last]), self.dtype)
        panel = VECTORS * layout.lanes
        layout.sizes["packs"] += max(-(-shape[2] // panel) * panel for shape in [*inside, last])
        self.zeros = layout.sizes["packs"]  # numbers at the beginning of `packs` that stay zero
        turn = 0
        for k, (operation, layer, relu, pool, norm) in enumerate(self.stages):
            op, (height, width, _) = self.ops[k], inside[k]
            put(op["input"], **_framed(entries[k], inside[k]))
            out, sides, corner = entries[k + 1]
            if corner is None:  # the next one has no frame: its entry has the shape of what it is given
                sides, corner = given[k], (0, 0)
            put(op["output"], **_framed((out, sides, corner), given[k]))
            put(
                op,
                code=operation,
                relu=relu,
                needs_gradient=self.learns and any(self._learns(i) for i in range(1, k)),
                e_height=height,
                e_width=width,
                dh_at=turn * n * self.d_step,
                de_at=(1 - turn) * n * self.d_step,
            )
            if self._begins_next(k):  # hands nothing on, and turns the gradient of its entry into another in place
                op["de_at"] = op["dh_at"]
            else:
                turn = 1 - turn
            names = (*operation.row.parameters, "", "")
            put(op, w_at=layout.places.get((id(layer), names[0]), 0), b_at=layout.places.get((id(layer), names[1]), -1))
            if pool is not None:
                size = int(np.prod(given[k])) * (2 if operation is Operation.POOL_LARGE else 1)
                (rows, columns), (s, t) = pool.size, pool.stride
                put(op["pool"], rows=rows, columns=columns, stride_m=s, stride_n=t, marks_step=size)
                op["pool"]["marks_at"] = layout.take("marks", n * size)
            if operation.row.lay_out is not None:
                operation.row.lay_out(op, layer, layout)
            if norm is not None:
                lay_out_folded(op, norm, layout)
            layout.previous = op

    def _learns(self, k):
        return self.stages[k].layer.learns

    def _begins_next(self, k):
        """Whether an operation works on the entry of the one behind it, which begins with it."""
        behind = self.stages[k + 1 : k + 2]
        return bool(behind) and behind[0].operation.row.begins_with == self.stages[k].operation.name

    def _given(self):
        """(height, width, channels) of what every operation hands on."""
        given = []
        for stage in self.stages:
            last = stage.pool if stage.pool is not None else stage.layer
            given.append(_solid(self.network.input_shape if last is None else last.output_shape))
        return given

    def _entry(self, stage, shape):
        """Room for an operation's entry -> (first number, sides of its frame, place of the image in it or None)."""
        if stage.operation is Operation.LOAD:
            return 0, shape, None  # x itself
        if stage.operation.row.begins_with and self.learns:
            return None
        sides, corner = shape, None
        if stage.operation.row.pads:
            (above, below), (before, after) = _pads(stage.layer)
            sides, corner = (shape[0] + above + below, shape[1] + before + after, shape[2]), (above, before)
        return self.layout.take("m", self.samples * np.prod(sides)), sides, corner

    @property
    def bytes(self):
        """How much memory it has, but for the parameters, which are the network's."""
        return sum(getattr(self.memory, name).nbytes for name in ("m", "d", "g", "packs", "marks"))

    def _take_memory(self):
        """Make all arrays, and write into them what never changes."""
        sizes, nobody = self.layout.sizes, np.zeros((0, 0, 0, 0), self.dtype)
        chunks, errors = (min(team.CHUNKS, self.samples), 2 * self.samples * self.d_step) if self.learns else (0, 0)
        self.memory = Memory(
            m=aligned(sizes["m"] + SLACK, self.dtype),
            d=aligned(errors + SLACK, self.dtype),
            d_step=self.d_step,
            u=self.flat.u,
            g=aligned((chunks, len(self.flat.u)), self.dtype),
            packs=aligned(sizes["packs"] + SLACK, self.dtype),
            marks=np.zeros(sizes["marks"] + 1, np.uint8),
            tiles=strip_for(self.dtype),
            lanes=self.layout.lanes,
            x=nobody,
            rows=np.zeros(0, np.int64),
        )
        for op, stage in zip(self.ops, self.stages, strict=True):
            if stage.operation.row.fill is not None:
                stage.operation.row.fill(op, stage.layer, self.memory, self.samples)


def _framed(entry, shape):
    """An entry (first number, sides of its frame, place of the image in it or None) with maps of a shape, by name."""
    first, sides, corner = entry
    top, left = corner or (0, 0)
    return dict(
        h_at=first,
        step=np.prod(sides),
        frame_height=sides[0],
        frame_width=sides[1],
        top=top,
        left=left,
        height=shape[0],
        width=shape[1],
        channels=shape[2],
    )


def _pads(layer):
    if isinstance(layer, layers.Conv1D):
        return (0, 0), pads(layer.size, layer.padding)
    return pads(layer.size[0], layer.padding), pads(layer.size[1], layer.padding)
