"""A network as a program (loops/program.py): which operations it takes, and what lies where in memory."""

import numpy as np
from numba import config

from cnnlab import layers as L
from cnnlab.loops.kernels import convolution, pointwise
from cnnlab.loops.kernels.strip import strip_for
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.kernels.vectors import ROWS, lanes
from cnnlab.loops.plan import table, walk
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.workspace import aligned
from cnnlab.network.parameters import SLACK, whole
from cnnlab.ops import pads

BENDS = {
    L.Sigmoid: pointwise.SIGMOID,
    L.Tanh: pointwise.TANH,
    L.ScaledTanh: pointwise.SCALED_TANH,
    L.ReLU: pointwise.RELU,
    L.LeakyReLU: pointwise.LEAKY,
}
MARKS = 254  # pixels of the largest pooling window whose winner fits into a byte


class NotCovered(Exception):
    """A layer that has no operation: the network is then trained layer by layer."""


def moves(network):
    """What the program does, in order: [(code, layer, relu, pooling layer or None)]; Flatten takes no work at all.

    Raises NotCovered, naming the layer.
    """
    rest, found = list(network.layers), []
    start = rest.pop(0) if rest and isinstance(rest[0], L.Standardise) else None
    found.append((table.LOAD, start, False, None))
    codes = {
        L.Conv2D: table.CONV,
        L.Conv1D: table.CONV,
        L.Dense: table.DENSE,
        L.BatchNorm: table.BATCH,
        L.LocalResponseNorm: table.RESPONSES,
        L.Dropout: table.DROP,
        L.SumOverTime: table.SUM,
        L.MaxPool2D: table.POOL,
    }
    while rest:
        layer, relu, pool = rest.pop(0), False, None
        kind = type(layer)
        if kind is L.Flatten:
            continue
        if kind in BENDS:
            found.append((table.BEND, layer, False, None))
            continue
        if kind not in codes:
            raise NotCovered(kind.__name__)
        if kind in (L.Conv2D, L.Conv1D, L.Dense, L.BatchNorm) and rest and type(rest[0]) is L.ReLU:
            rest.pop(0)
            relu = True
        if kind is L.MaxPool2D:
            relu, pool = layer.rectify, layer
        elif kind in (L.Conv2D, L.BatchNorm) and rest and type(rest[0]) is L.MaxPool2D and _fits(rest[0]):
            pool = rest.pop(0)
            relu = relu or pool.rectify
        if pool is not None and not _fits(pool):
            raise NotCovered("MaxPool2D with a large window")
        if kind is L.BatchNorm:
            found.append((table.STATISTICS, layer, False, None))
        found.append((codes[kind], layer, relu, pool))
    return found


def _fits(pool):
    return pool.size[0] * pool.size[1] <= MARKS


def _solid(shape):
    """A shape as (height, width, channels)."""
    return (1,) * (3 - len(shape)) + tuple(shape)


class Program:
    """The table and the memory for batches of up to `samples` images of a network; raises NotCovered.

    flat : the network's parameters, see `Flat`.
    """

    def __init__(self, network, flat, samples):
        self.network, self.flat, self.samples, self.dtype = network, flat, samples, network.dtype
        self.lanes = lanes(self.dtype)
        self.moves = moves(network)
        self.ops = np.zeros(len(self.moves), table.OP)
        if config.DISABLE_JIT:
            self.ops = self.ops.view(np.recarray)  # whose records have attributes outside of machine code too
        self.sizes = dict(m=0, packs=SLACK, marks=0, scratch=0)
        self.place = {(id(layer), name): first for layer, name, first, _ in flat.views}
        self._lay_out()
        self._take_memory()

    def _room(self, kind, numbers):
        """Take so many numbers of a flat array -> where they begin, which is at a whole vector."""
        first = self.sizes[kind]
        self.sizes[kind] += whole(numbers, self.dtype)
        return first

    def _lay_out(self):
        """Fill the table: who reads and writes where."""
        n, panel = self.samples, VECTORS * self.lanes
        inside = [_solid(self.network.input_shape)] + [_solid(layer.input_shape) for _, layer, _, _ in self.moves[1:]]
        given = self._given()
        entries = [self._entry(*move[:2], shape) for move, shape in zip(self.moves, inside, strict=True)]
        for k, (code, *_) in enumerate(self.moves):
            if code == table.BATCH:
                entries[k] = entries[k - 1]  # the numbers whose statistics were gathered
        last = given[-1]
        entries.append((self._room("m", n * np.prod(last)), last, (0, 0)))
        self.d_step = whole(max(np.prod(shape) for shape in [*inside[1:], last]), self.dtype)
        self.sizes["packs"] += max(-(-shape[2] // panel) * panel for shape in [*inside, last])
        self.zeros = self.sizes["packs"]  # numbers at the beginning of `packs` that stay zero
        turn = 0
        for k, (code, layer, relu, pool) in enumerate(self.moves):
            (height, width, c), (oheight, owidth, outputs) = inside[k], given[k]
            (place, sides, corner), (out, osides, ocorner) = entries[k], entries[k + 1]
            if ocorner is None:  # the next one has no frame: its entry has the shape of what it is given
                osides, ocorner = given[k], (0, 0)
            values = dict(
                code=code, relu=relu, need=any(self.moves[i][1].parameters for i in range(1, k)),
                h=place, hs=np.prod(sides), fh=sides[0], fw=sides[1], c=c, top=corner[0] if corner else 0,
                left=corner[1] if corner else 0, height=height, width=width, out=out, outs=np.prod(osides),
                oh=osides[0], ow=osides[1], otop=ocorner[0], oleft=ocorner[1], oheight=oheight, owidth=owidth,
                outputs=outputs, e_height=height, e_width=width, b=-1, table=-1,
                d_in=turn * n * self.d_step, d_out=(1 - turn) * n * self.d_step,
            )  # fmt: skip
            if code == table.STATISTICS:  # hands nothing on, and turns the gradient of its entry into another in place
                values["d_out"] = values["d_in"]
            else:
                turn = 1 - turn
            for name, value in values.items():
                self.ops[k][name] = value
            self._more(self.ops[k], code, layer, pool)

    def _given(self):
        """(height, width, channels) of what every operation hands on."""
        given = []
        for _, layer, _, pool in self.moves:
            last = pool if pool is not None else layer
            given.append(_solid(self.network.input_shape if last is None else last.output_shape))
        return given

    def _entry(self, code, layer, shape):
        """Room for an operation's entry -> (first number, sides of its frame, place of the image in it or None)."""
        if code == table.BATCH:
            return None
        sides, corner = shape, None
        if code == table.CONV:
            (above, below), (before, after) = self._pads(layer)
            sides, corner = (shape[0] + above + below, shape[1] + before + after, shape[2]), (above, before)
        if code == table.LOAD:
            return 0, sides, corner  # x itself
        return self._room("m", self.samples * np.prod(sides)), sides, corner

    @staticmethod
    def _kernel(layer):
        """((P, Q), (s, t)) of a convolution in space, or of one in time, which has one row."""
        if isinstance(layer, L.Conv1D):
            return (1, layer.size), (1, layer.stride)
        return layer.size, layer.stride

    def _pads(self, layer):
        if isinstance(layer, L.Conv1D):
            return (0, 0), pads(layer.size, layer.padding)
        return pads(layer.size[0], layer.padding), pads(layer.size[1], layer.padding)

    def _more(self, op, code, layer, pool):
        """What only some operations need."""
        n, width = self.samples, VECTORS * self.lanes
        if (code not in (table.LOAD, table.STATISTICS, table.BATCH) and layer.parameters) or code in table.NORMAL:
            names = ("gamma", "beta") if code in table.NORMAL else ("w", "b")
            op["w"] = self.place[id(layer), names[0]]
            op["b"] = self.place.get((id(layer), names[1]), -1)
        if pool is not None:
            op["pool_i"], op["pool_j"], op["pool_s"], op["pool_t"] = *pool.size, *pool.stride
            op["wheres"] = op["oheight"] * op["owidth"] * op["outputs"]
            op["where"] = self._room("marks", n * op["wheres"])
        if code not in (table.LOAD, table.CONV):
            self._scratch(2 * op["hs"])
        if code == table.CONV:
            self._convolution(op, layer)
        elif code == table.DENSE:
            op["panel"] = op["back_panel"] = width
            op["depth"] = -(-op["outputs"] // width) * width
            op["packed"] = self._room("packs", op["c"] * op["depth"])
            op["row"], op["across"] = width, op["c"]
            op["back"] = self._room("packs", op["outputs"] * -(-op["c"] // width) * width)
            self._scratch(ROWS * width + n * op["depth"])
        elif code == table.LOAD:
            op["extra"] = self._room("m", 2 * op["c"])
        elif code == table.BEND:
            op["kind"], op["alpha"] = BENDS[type(layer)], getattr(layer, "slope", 0.0)
        elif code == table.RESPONSES:
            op["kind"], op["alpha"], op["beta"] = layer.options["n"] // 2, layer.options["alpha"], layer.options["beta"]
            op["extra"] = self._room("m", 1 + n * op["hs"])
        elif code == table.DROP:
            op["extra"] = self._room("m", n * op["hs"])
        elif code == table.STATISTICS:
            self.extra = op["extra"] = self._room("m", (walk.ABOUT + 4 * team.CHUNKS) * op["c"])
        elif code == table.BATCH:
            op["extra"] = self.extra
        elif code == table.SUM:
            op["extra"] = self._room("m", n * op["c"])

    def _convolution(self, op, layer):
        wide = self.lanes
        (op["rows"], op["columns"]), (op["s"], op["t"]) = self._kernel(layer)
        op["e_height"] = (op["fh"] - op["rows"]) // op["s"] + 1
        op["e_width"] = (op["fw"] - op["columns"]) // op["t"] + 1
        op["pad_m"], op["pad_k"], op["per_unit"] = op["top"], op["left"], layer.bias == "unit"
        op["panel"] = wide if op["outputs"] <= wide else VECTORS * wide
        op["back_panel"] = wide if op["c"] <= wide else VECTORS * wide
        op["depth"] = -(-op["outputs"] // wide) * wide
        terms = op["rows"] * op["columns"] * op["c"]
        op["row"], op["across"] = op["panel"], terms
        for axis, first, inside, side in (("m", "top", "height", "fh"), ("k", "left", "width", "fw")):
            limits = (0, op[side]) if layer.padding_value else (op[first], op[first] + op[inside])
            op[f"fill_{axis}"], op[f"filled_{axis}"] = limits
        op["packed"] = self._room("packs", terms * -(-op["outputs"] // op["panel"]) * op["panel"])
        frame = convolution.Frame((op["rows"], op["columns"]), (op["s"], op["t"]), (op["top"], op["left"]),
                                  (op["height"], op["width"]), (op["e_height"], op["e_width"]))  # fmt: skip
        (op["corner_m"], op["corner_k"]), (op["framed_h"], op["framed_w"]) = frame.corner, frame.sides
        taps = -(-op["rows"] // op["s"]) * -(-op["columns"] // op["t"])
        op["back_size"] = taps * op["depth"] * -(-op["c"] // op["back_panel"]) * op["back_panel"]
        op["back"] = self._room("packs", op["s"] * op["t"] * op["back_size"] if op["need"] else 0)
        if getattr(layer, "connections", None) is not None:
            op["table"] = self._room("m", layer.connections.size)
        framed = op["framed_h"] * op["framed_w"] * op["depth"]
        pixels = op["e_height"] * op["e_width"]
        forward = pixels * op["outputs"] + ROWS * VECTORS * wide + op["outputs"]
        back = framed + max((ROWS + pixels) * VECTORS * wide, op["outputs"])
        self._scratch(max(forward, back))

    def _scratch(self, numbers):
        self.sizes["scratch"] = max(self.sizes["scratch"], int(numbers))

    def _take_memory(self):
        """Make all arrays, and write into them what never changes."""
        m = aligned(self.sizes["m"] + SLACK, self.dtype)
        self.memory = table.Memory(
            m=m, d=aligned(2 * self.samples * self.d_step + SLACK, self.dtype), d_step=self.d_step, u=self.flat.u,
            g=aligned((min(team.CHUNKS, self.samples), len(self.flat.u)), self.dtype),
            packs=aligned(self.sizes["packs"] + SLACK, self.dtype), marks=np.zeros(self.sizes["marks"] + 1, np.uint8),
            tiles=strip_for(self.dtype),
        )  # fmt: skip
        for op, (code, layer, _, _) in zip(self.ops, self.moves, strict=True):
            if code == table.LOAD:
                shift_and_scale = m[op["extra"] : op["extra"] + 2 * op["c"]].reshape(2, -1)
                for row, value in enumerate((0, 1) if layer is None else (layer.shift, layer.scale)):
                    shift_and_scale[row] = value
            elif code == table.RESPONSES:
                m[op["extra"]] = layer.options["k"]
            elif code == table.CONV:
                if layer.padding_value:
                    m[op["h"] : op["h"] + self.samples * op["hs"]] = layer.padding_value
                if op["table"] >= 0:
                    m[op["table"] : op["table"] + layer.connections.size] = layer.connections.ravel()
