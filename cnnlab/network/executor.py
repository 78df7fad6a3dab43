"""Training steps that run as one compiled program, chunk by chunk, on all threads."""

import numpy as np
from numba import config

from cnnlab.loops.plan import descend, packing, table, walk
from cnnlab.loops.runtime import ahead, team
from cnnlab.loops.runtime.workspace import aligned, workspace
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network.plan import NotCovered, Program
from cnnlab.optimisers import SGD

FEW = 8  # images in a batch that are not worth another order of the weights
LOSSES = {MSE: descend.SQUARES, BinaryCrossEntropy: descend.BINARY, CrossEntropy: descend.CROSS}


def steps_for(network, flat, samples):
    """`Steps` for a network, or None if one of its layers has no operation, or nothing is compiled."""
    if config.DISABLE_JIT:
        return None
    try:
        return Steps(network, flat, samples)
    except NotCovered:
        return None


class Steps:
    """Forward, loss and backward for batches of up to `samples` images; raises NotCovered."""

    def __init__(self, network, flat, samples):
        self.network, self.flat, self.samples = network, flat, samples
        self.program = program = Program(network, flat, samples)
        codes = [code for code, *_ in program.moves]
        edges = [k for k, code in enumerate(codes) if code == table.BATCH]  # here all chunks have to meet
        self.stretches = list(zip([0, *edges], [*edges, len(codes)], strict=True))
        learning = [k for k, (_, layer, *_) in enumerate(program.moves) if k and layer.parameters]
        self.lowest = learning[0] if learning else len(codes)  # nobody needs a gradient below
        self.flipped = {}  # table and memory of `descend` for each size of batch, once they are needed
        self.shape = tuple(program.ops[0][side] for side in ("height", "width", "c"))

    def loss_and_gradients(self, x, y, loss):
        """x (N, *input_shape), y -> loss of the batch, and e of the last layer; the gradients are in `flat.total`."""
        program, memory, count = self.program, self.program.memory, len(x)
        x, rows = np.ascontiguousarray(x).reshape(count, *self.shape), np.arange(count)
        work = self.network.multiply_adds * count
        parts = team.chunks(count) if work >= descend.COVERED else [(0, count)]
        self._prepare(count)

        def forward(i, lo, hi):
            walk.forward(program.ops, lo, hi, memory, x, rows, self._scratch(), program.lanes, i, *parts[i])

        def backward(i, lo, hi):
            walk.backward(program.ops, lo, hi, memory, self._scratch(), program.lanes, i, *parts[i])

        with ahead.way_back(program.dtype, (int(op["code"]) for op in program.ops[self.lowest :])):
            packing.pack(program.ops, memory)
            for lo, hi in self.stretches:
                if lo:
                    self._meet(lo, count, len(parts))
                team.run(lambda i, lo=lo, hi=hi: forward(i, lo, hi), len(parts), work)
        last = program.ops[-1]
        size = int(last["outs"])
        e = memory.m[last["out"] : last["out"] + count * size].reshape(count, *self.network.output_shape).copy()
        value = loss(e, y)
        errors = memory.d[last["d_out"] : last["d_out"] + count * program.d_step].reshape(count, program.d_step)
        errors[:, :size] = loss.gradient(e, y).reshape(count, size)
        for lo, hi in reversed(self.stretches):
            low = max(lo, self.lowest)
            if low < hi:
                team.run(lambda i, lo=low, hi=hi: backward(i, lo, hi), len(parts), work)
                if lo:
                    self._meet_back(lo, count, len(parts))
        self._add(len(parts))
        return value, e

    def _scratch(self):
        return workspace("scratch of a program", (self.program.sizes["scratch"],), self.program.dtype)

    def _prepare(self, count):
        """What changes from step to step: what dropout drops, and about where the mean of a batch will be."""
        for op, (code, layer, _, _) in zip(self.program.ops, self.program.moves, strict=True):
            if code == table.BATCH:
                self._about(op, self.program.memory.m, 0)[0][0] = layer.state["mean"]
            if code == table.DROP:
                size = int(op["hs"])
                mask = self.program.memory.m[op["extra"] : op["extra"] + count * size]
                mask[:] = layer.draw((count, size)).ravel()

    def _meet(self, k, count, chunks):
        """Mean and deviation of the batch, from the sums of all chunks."""
        op, layer, m = self.program.ops[k], self.program.moves[k][1], self.program.memory.m
        about, sums = self._about(op, m, chunks)
        values = count * int(op["height"]) * int(op["width"])
        total = sums.astype(np.float64).sum(axis=0) / values
        mean, variance = about[0] + total[0], np.maximum(total[1] - total[0] ** 2, 0)
        share = 1 / np.sqrt(variance + layer.eps)
        scale = layer.parameters["gamma"] * share
        about[1:5] = mean, share, scale, layer.parameters["beta"] - mean * scale
        layer.remember(mean.astype(m.dtype), variance.astype(m.dtype))

    def _meet_back(self, k, count, chunks):
        """How much of its own error, of its number, and of the whole batch's errors each number's gradient takes."""
        op, memory = self.program.ops[k], self.program.memory
        about, _ = self._about(op, memory.m, chunks)
        values, c = count * int(op["height"]) * int(op["width"]), int(op["c"])
        mean_d, mean_dn = (memory.g[:chunks, first : first + c].astype(np.float64).sum(axis=0) / values
                           for first in (op["b"], op["w"]))  # fmt: skip
        mean, share, scale = about[1:4].astype(np.float64)
        about[5:8] = scale, -scale * share * mean_dn, scale * (mean * share * mean_dn - mean_d)

    @staticmethod
    def _about(op, m, chunks):
        """The numbers that batch normalisation keeps (see `walk.about`), and the sums of all chunks."""
        c, first = int(op["c"]), int(op["extra"])
        behind = first + walk.ABOUT * c
        sums = m[behind : behind + 4 * c * chunks].reshape(chunks, 4, c)[:, :2]
        return m[first:behind].reshape(walk.ABOUT, c), sums

    def _add(self, chunks):
        """Add up the gradients of all chunks, in shares of the parameters."""
        flat, g = self.flat, self.program.memory.g
        edges = np.linspace(0, flat.count, team.CHUNKS + 1).astype(int)

        def job(i):
            packing.add_chunks(g, chunks, flat.total, edges[i], edges[i + 1])

        team.run(job, team.CHUNKS, chunks * flat.count)
        packing.flip(self.program.ops, self.program.memory.m, flat.total)
        flat.show_gradients()

    # Many steps at once, for small networks

    def descends(self, loss, optimiser, batch):
        """Whether `descend` can train with these."""
        codes = {code for code, *_ in self.program.moves}
        return (
            type(loss) in LOSSES
            and type(optimiser) is SGD
            and not codes & {table.DROP, table.STATISTICS}
            and self.network.multiply_adds * batch < descend.COVERED
            and batch <= self.samples
            and len(self.network.output_shape) == 1
            and self.lowest < len(self.program.ops)
        )

    def descend(self, x, y, loss, optimiser, rows, batch, etas):
        """A step of descent for each of `etas`, on `batch` rows each -> the losses of the steps, and how many labels
        were right.  After a loss that is not finite nothing is changed any more.

        x (N, *input_shape), y : all samples, as `prepared` gives them.
        """
        (targets, labels), program, count = y, self.program, self.flat.count
        if batch not in self.flipped:
            self.flipped[batch] = self._flipped(batch)
        ops, memory = self.flipped[batch]
        velocity, losses = self._velocity(optimiser), np.zeros(len(etas))
        memory.u[:count] = self.flat.u[:count]
        for array in (memory.u, velocity):
            packing.flip(ops, memory.m, array)
        right = descend.descend(
            ops, self.lowest, memory, x, targets, labels, rows, batch, LOSSES[type(loss)], loss.threshold(), etas,
            optimiser.momentum, int(optimiser.nesterov), self._decay(optimiser), velocity, self._scratch(),
            program.lanes, losses,
        )  # fmt: skip
        for array in (memory.u, memory.g[0], velocity):
            packing.flip(ops, memory.m, array)
        # Copied once they are turned back: whoever interrupts this finds no flipped kernels in the network.
        self.flat.u[:count], self.flat.total[:count] = memory.u[:count], memory.g[0, :count]
        optimiser.keep_velocities(self._parts(velocity))
        self.flat.show_gradients()
        return losses, right

    def _flipped(self, batch):
        """The table and the memory for steps in which kernels are read flipped, from where they are kept."""
        program, size = self.program, len(self.flat.u)
        ops, first = program.ops.copy(), program.zeros + size
        for op in ops:
            if op["code"] in (table.CONV, table.DENSE):
                op["flipped"], op["packed"] = 1, program.zeros + op["w"]
                op["row"], op["across"] = op["outputs"], 1
                op["back"] += first
                if op["code"] == table.DENSE and batch < FEW:
                    op["back_panel"] = 0  # the weights are read as they are on the way back, too
        packs = aligned(first + len(program.memory.packs), program.dtype)
        return ops, program.memory._replace(u=packs[program.zeros : first], packs=packs)

    def prepared(self, x, y, loss):
        """x as images, and y as (targets, labels): once for all steps."""
        e = np.broadcast_to(self.program.dtype.type(0), (len(x), *self.network.output_shape))
        labels = y if y.dtype.kind != "f" else np.full(len(x), -1)
        targets = np.ascontiguousarray(loss.encoded(e, y), self.program.dtype)
        return np.ascontiguousarray(x).reshape(len(x), *self.shape), (targets, labels.astype(np.int64))

    def _decay(self, optimiser):
        """The decay of each parameter."""
        decay = np.zeros(self.flat.count, self.program.dtype)
        for name, part in self._parts(decay).items():
            part[...] = optimiser.decay_of(name)
        return decay

    def _velocity(self, optimiser):
        """A copy of the velocities that the optimiser keeps, as one array."""
        velocity = aligned(self.flat.count, self.program.dtype)
        optimiser.read_velocities(self._parts(velocity))
        return velocity

    def _parts(self, array):
        """{name of a parameter: its part of a flat array, in its shape}"""
        return {
            key: array[first : first + int(np.prod(shape))].reshape(shape)
            for key, (_, _, first, shape) in zip(self.network.parameters, self.flat.views, strict=True)
        }
