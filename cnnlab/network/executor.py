"""Training steps that run as one compiled plan, chunk by chunk, on all threads."""

import contextlib
import functools
import math

import numpy as np

from cnnlab.loops.plan import ahead, descend, packing
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.plan.program import NoPlaces, Records, block_for, places_of
from cnnlab.loops.plan.record import put
from cnnlab.loops.runtime.arguments import described
from cnnlab.loops.runtime.compiled import DISABLED
from cnnlab.loops.runtime.workspace import aligned, workspace
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network.parameters import SLACK
from cnnlab.network.plan import NotCovered, Plan, stages_of
from cnnlab.network.step import Step
from cnnlab.optimisers import SGD, Adam

FEW = 8  # images in a batch that are not worth another order of the weights
RULES = {SGD: descend.Rule.SGD, Adam: descend.Rule.ADAM}
LOSSES = {MSE: descend.Loss.SQUARES, BinaryCrossEntropy: descend.Loss.BINARY, CrossEntropy: descend.Loss.CROSS}


def executor_for(network, flat, samples):
    """An `Executor` for a network, or None if one of its layers has no operation, or nothing is compiled."""
    if DISABLED:
        return None
    try:
        return Executor(network, flat, samples)
    except NotCovered:
        return None


class Executor:
    """Forward, loss and backward for batches of up to `samples` images; raises NotCovered.

    flat : the network's parameters, a `FlatParameters`.
    """

    def __init__(self, network, flat, samples):
        self.network, self.flat, self.samples = network, flat, samples
        stages = stages_of(network)
        learning = [k for k, stage in enumerate(stages) if k and stage.layer.learns]
        self.lowest = learning[0] if learning else len(stages)  # nobody needs a gradient below
        ahead.begin(network.dtype, [stage.operation for stage in stages[self.lowest :]])  # making a plan compiles, too
        self.plan = plan = Plan(network, flat, samples)
        edges = [k for k, stage in enumerate(plan.stages) if stage.operation.row.merge is not None]
        self.stretches = list(zip([0, *edges], [*edges, len(plan.stages)], strict=True))  # at edges all chunks meet
        self.frozen = [layer.frozen for layer in network.layers]
        self.records = Records(plan.ops)
        self.descents = {}  # what `descend` works with, for each size of batch: for how many samples, and what
        self.shape = tuple(int(plan.ops[0]["input"][side]) for side in ("height", "width", "channels"))

    def loss_and_gradients(self, x, y, loss):
        """x (N, *input_shape), y -> loss of the batch, and e of the last layer; the gradients are in `flat.total`."""
        step = Step(self, self.images(x), np.arange(len(x)))
        chunks, stretches = range(len(step.parts)), range(len(self.stretches))
        step.prepare()
        with self.way_back() if step.places is None else contextlib.nullcontext():
            step.pack()
            for k in stretches:
                step.meet(k)
                step.forward(k, chunks)
        e = step.excitations().copy()
        value = loss(e, y)
        step.put_errors(loss.gradient(e, y))
        for k in reversed(stretches):
            step.backward(k, chunks)
            step.meet_back(k)
        step.add(chunks)
        step.finish()
        return value, e

    @functools.cached_property
    def places(self):
        """(forward, backward, pack): the addresses of the loops of all rows, 0 where there is none, and of what packs
        the weights, compiled now if they never were; None where nobody knows them.
        """
        if DISABLED:
            return None
        plan, lowest, rows = self.plan, self.lowest, [stage.operation.row for stage in self.plan.stages]
        given = plan.ops[0], plan.memory, self._scratch()
        back = [row.backward if k >= lowest else None for k, row in enumerate(rows)]
        try:
            with self.way_back():
                pack = packing.pack.place(plan.copies, plan.memory, np.zeros(1, np.int64))
                forward = places_of([row.forward for row in rows], *given)
            return forward, places_of(back, *given), pack
        except NoPlaces:
            return None

    def way_back(self):
        """While this lasts, the loops of the way back are compiled elsewhere, if they never were."""
        return ahead.way_back(self.plan.dtype, (int(op["code"]) for op in self.plan.ops[self.lowest :]))

    def images(self, x):
        """x as the compiled loops take it: contiguous, (N, height, width, channels).

        Loops are compiled for memory that can be written to, so an array that cannot is copied.
        """
        return np.require(x, requirements=["C", "A", "W"]).reshape(len(x), *self.shape)

    def _scratch(self):
        return workspace("scratch of a plan", (self.plan.layout.sizes["scratch"],), self.plan.dtype)

    # Many steps at once, for small networks

    def descends(self, loss, optimiser, batch):
        """Whether `descend` can train with these."""
        return (
            type(loss) in LOSSES
            and type(optimiser) in RULES
            and not any(self.frozen)
            and all(stage.operation.row.descends for stage in self.plan.stages)
            and self.network.multiply_adds * batch < descend.COVERED
            and batch <= self.samples
            and len(self.network.output_shape) == 1
            and self.lowest < len(self.plan.stages)
            and self.places is not None
        )

    def descend(self, x, answers, optimiser, rows, batch, etas):
        """A step of descent for each of `etas`, on `batch` rows each -> the losses of the steps, and how many labels
        were right.  After a loss that is not finite nothing is changed any more.

        x, answers : all samples, as `prepared` gives them.
        """
        plan, count, kinds = self.plan, self.flat.count, optimiser.kinds()
        ops, copies, memory, records = self._reading_in_place(batch, len(rows))
        decay, losses = np.zeros(count, plan.dtype), np.zeros(len(etas))
        kept = {kind: aligned(count, plan.dtype) for kind in kinds}
        for kind, array in kept.items():
            optimiser.read_memory(kind, self._parts(array))
        for name, part in self._parts(decay).items():
            part[...] = optimiser.decay_of(name)
        memory.u[:count] = self.flat.u[:count]
        for array in (memory.u, *kept.values()):
            packing.flip(ops, memory.m, array)
        how = self._rule(optimiser, etas, decay, [*kept.values()])
        samples = memory._replace(x=x, rows=rows)
        for op, stage in zip(ops, plan.stages, strict=True):
            if stage.operation.row.prepare is not None:
                for first in range(0, len(rows), batch):
                    stage.operation.row.prepare(op, stage.layer, samples, first, min(batch, len(rows) - first))
        scratch, (forward, backward, pack) = self._scratch(), self.places
        turns = np.zeros(1, np.int64)
        own = np.array(described((copies, samples, turns))[1], np.int64)
        steps = descend.Steps(forward, backward, records.at, block_for(samples, scratch), pack, own, turns)
        right = descend.descend(ops, steps, self.lowest, samples, answers, batch, how, scratch, losses)
        if right < 0:
            raise RuntimeError("a loop of a training step ended with an error of its own")
        for array in (memory.u, memory.g[0], *kept.values()):
            packing.flip(ops, memory.m, array)
        # Copied once they are turned back: whoever interrupts this finds no flipped kernels in the network.
        self.flat.u[:count], self.flat.total[:count] = memory.u[:count], memory.g[0, :count]
        for kind, array in kept.items():
            optimiser.keep_memory(kind, self._parts(array))
        if how.rule == descend.Rule.ADAM:
            optimiser.state["t"] = np.array(int(optimiser.state.get("t", 0)) + len(etas))
        self.flat.show_gradients()
        return losses, right

    def _rule(self, optimiser, etas, decay, kept):
        """What `descend` has to know of an optimiser, for these step sizes.  kept : its arrays, in their order."""
        nobody, rule = np.zeros(0, self.plan.dtype), RULES[type(optimiser)]
        if rule == descend.Rule.ADAM:
            settings, done = (optimiser.beta1, optimiser.beta2, optimiser.epsilon), int(optimiser.state.get("t", 0))
            grown = [optimiser.grown(done + step + 1) for step in range(len(etas))]
        else:
            settings, grown = (optimiser.momentum, float(optimiser.nesterov)), [(1.0, 1.0)] * len(etas)
        first, second = [*kept, nobody, nobody][:2]
        return descend.Descent(int(rule), etas, np.array(settings), np.array(grown), decay, first, second)

    def _reading_in_place(self, batch, samples):
        """Rows, copies, memory and records for steps in which weights are read, kernels flipped, from where they are
        kept.  samples : of all steps; what some operations are told of each of them lies in a memory `m` of its own.
        """
        spread = [k for k, stage in enumerate(self.plan.stages) if stage.operation.row.spread is not None]
        room, made = self.descents.get(batch, (0, None))
        if made is None or samples > room:
            room = samples if spread else math.inf
            made = self._made_to_read_in_place(batch, samples, spread)
            self.descents[batch] = room, made
        return made

    def _made_to_read_in_place(self, batch, samples, spread):
        """What `_reading_in_place` gives, anew."""
        plan, size = self.plan, len(self.flat.u)
        ops, first, m = plan.ops.copy(), plan.zeros + size, plan.memory.m
        for op in ops:
            if op["packed"]["panel"]:  # it has weights
                at, outputs = plan.zeros + op["w_at"], op["output"]["channels"]
                put(op["packed"], in_place=1, at=at, row=outputs, length=1)
                op["back"]["at"] += first
                if Operation(op["code"]).row.few_read_back and batch < FEW:
                    op["back"]["panel"] = 0  # the weights are read as they are on the way back, too
        if spread:
            end = len(m)
            for k in spread:
                end += plan.stages[k].operation.row.spread(ops[k], end, samples)
            m = aligned(end + SLACK, plan.dtype)
            m[: len(plan.memory.m)] = plan.memory.m
        packs = aligned(first + len(plan.memory.packs), plan.dtype)
        memory = plan.memory._replace(u=packs[plan.zeros : first], packs=packs, m=m)
        return ops, packing.copies_of(ops, plan.layers, plan.layout.lanes), memory, Records(ops)

    def prepared(self, x, y, loss):
        """x as images, and y as `Answers`: once for all steps."""
        e = np.broadcast_to(self.plan.dtype.type(0), (len(x), *self.network.output_shape))
        labels = y if y.dtype.kind != "f" else np.full(len(x), -1)
        targets = np.ascontiguousarray(loss.encoded(e, y), self.plan.dtype)
        code, threshold = int(LOSSES[type(loss)]), loss.threshold()
        return self.images(x), descend.Answers(targets, labels.astype(np.int64), code, threshold)

    def _parts(self, array):
        """{name of a parameter: its part of a flat array, in its shape}"""
        return {
            key: array[first : first + math.prod(shape)].reshape(shape)
            for key, (_, _, first, shape) in zip(self.network.parameters, self.flat.views, strict=True)
        }
