"""One step of training in pieces: chunks of a batch on their way from one place where all of them meet to the next.

One process takes all chunks (executor.py), or each of several takes some of them, and what chunks bring to a meeting
travels (cnnlab/parallel).  Nothing that is computed depends on who takes which.
"""

from cnnlab.loops.plan import descend, packing
from cnnlab.loops.plan.record import Images
from cnnlab.loops.plan.walk import walk
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import ready
from cnnlab.loops.runtime.workspace import workspace
from cnnlab.network.meeting import MEETINGS

WORTH = descend.COVERED // 2  # multiply-adds of a chunk; smaller ones would take Python as long as computing


def chunks_of(network, count):
    """(first, end) of each chunk of a batch of so many samples: they depend on the network and on their number."""
    return team.chunks(count, max(1, min(team.CHUNKS, network.multiply_adds * count // WORTH)))


class Step:
    """A batch on its way through the plan of an `Executor`.

    x : images, as `Executor.images` gives them.  rows : which of them are the batch.  parts : (first, end) of each
    chunk.  A stretch k of the plan, of `executor.stretches`, is what chunks do between two meetings.  alone : on this
    thread alone, where other processes keep the other cores busy.
    """

    def __init__(self, executor, x, rows, alone=False):
        self.executor, self.plan, self.count, self.alone = executor, executor.plan, len(rows), alone
        self.memory = self.plan.memory._replace(x=x, rows=rows)
        self.parts, self.work = chunks_of(executor.network, self.count), executor.network.multiply_adds * self.count
        small = self.work < descend.COVERED  # only then does Python between two loops take long
        self.places = executor.places if small else None

    def row(self, k):
        """(op, layer, row of the registry) of the operation with which stretch k begins."""
        at = self.executor.stretches[k][0]
        stage = self.plan.stages[at]
        return self.plan.ops[at], stage.layer, stage.operation.row

    def prepare(self):
        """Write what changes from step to step; a batch that cannot be learned from is refused."""
        for op, stage in zip(self.plan.ops, self.plan.stages, strict=True):
            if stage.operation.row.prepare is not None:
                stage.operation.row.prepare(op, stage.layer, self.memory, 0, self.count)

    def pack(self):
        """Bring the weights into the order in which they are read."""
        copies = self.plan.copies

        def job(turns):
            return ready(packing.pack, copies, self.memory, turns)

        work = 2 * team.MOVED * self.plan.flat.count  # a copy for each way through the layers
        team.share(job, len(copies), 0 if self.alone else work)

    def forward(self, k, chunks):
        """Stretch k, for some chunks."""
        lo, hi = self.executor.stretches[k]
        self._go(0, (lo, hi, 1), chunks)

    def backward(self, k, chunks):
        """Stretch k, backwards, down to the lowest operation with something to learn."""
        lo, hi = self.executor.stretches[k]
        self._go(1, (hi - 1, max(lo, self.executor.lowest) - 1, -1), chunks)

    def _go(self, back, rows, chunks):
        if not range(*rows):
            return
        size, dtype, executor = self.plan.layout.sizes["scratch"], self.plan.dtype, self.executor
        places = self.places and self.places[back]

        def job(i):
            scratch = workspace("scratch of a plan", (size,), dtype)  # one for each thread
            images = Images(chunks[i], *self.parts[chunks[i]], 0)
            walk(self.plan.ops, rows, self.memory, scratch, images, places, executor.records)

        self._run(job, len(chunks), self.work)

    def _run(self, job, count, work):
        if not self.alone:
            team.run(job, count, work)
            return
        for i in range(count):
            job(i)

    def meet(self, k):
        """What all chunks have to know before stretch k, from what each of them has found."""
        op, layer, row = self.row(k)
        if row.merge is not None:
            row.merge(op, layer, self.memory, self.parts)

    def meets_back(self, k):
        """Whether all chunks have to meet behind stretch k on the way back."""
        return self.executor.stretches[k][0] > self.executor.lowest

    def meet_back(self, k):
        """What all chunks have to know behind stretch k, on the way back."""
        if self.meets_back(k):
            op, layer, row = self.row(k)
            row.merge_back(op, layer, self.memory, self.parts)

    def brought(self, k, chunks, back):
        """What chunks, a slice of them, bring to the meeting before stretch k, or behind it: arrays, where they lie."""
        op, _, _ = self.row(k)
        brings, _ = MEETINGS[int(op["code"])]
        return brings(op, self.memory, chunks, back)

    def told(self, k, back):
        """What everybody knows after that meeting: an array, where it lies."""
        op, _, _ = self.row(k)
        _, tells = MEETINGS[int(op["code"])]
        return tells(op, self.memory, back)

    def excitations(self, first=0, end=None):
        """e of the last layer of some images, (images, *output_shape), where it lies."""
        out, end = self.plan.ops[-1]["output"], self.count if end is None else end
        size, at = int(out["step"]), int(out["h_at"])
        rows = self.memory.m[at + first * size : at + end * size]
        return rows.reshape(end - first, *self.executor.network.output_shape)

    def put_errors(self, de, first=0):
        """dL/de of the last layer, of the images from `first` on."""
        at, step, count = int(self.plan.ops[-1]["de_at"]), self.plan.d_step, len(de)
        errors = self.memory.d[at + first * step : at + (first + count) * step].reshape(count, step)
        errors[:, : int(self.plan.ops[-1]["output"]["step"])] = de.reshape(count, -1)

    def add(self, chunks):
        """flat.total = the sum of the gradients of these chunks, in this order, in shares of the parameters; those of
        kernels are still as the loops leave them. Where one thread takes all shares, they are one.
        """
        flat, g = self.executor.flat, self.memory.g[chunks.start :]
        work = team.MOVED * len(chunks) * flat.count
        shares = team.CHUNKS if work >= team.ENOUGH else 1
        edges = [flat.count * i // shares for i in range(shares + 1)]

        def job(i):
            packing.add_chunks(g, len(chunks), flat.total, edges[i], edges[i + 1])

        self._run(job, shares, work)

    def finish(self):
        """Turn the gradients of kernels in `flat.total` round, and let the layers show all of them."""
        packing.flip(self.plan.ops, self.memory.m, self.executor.flat.total)
        self.executor.flat.show_gradients()
