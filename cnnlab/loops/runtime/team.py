"""Work in a fixed number of parts, taken one after the other by as many threads as there are cores.

The parts depend on the number of samples alone, never on the number of threads, and partial sums are added in the
order of the parts: the same numbers, bit by bit, come out with 1, 2 or 4 threads.

Whoever asks for work begins with it at once, and does all of it alone where the others are late or busy: a processor
that something else keeps busy costs no more than its share.  Nobody waits by spinning.
"""

import itertools
import os
import sys
import threading
from queue import SimpleQueue

import numpy as np

from cnnlab.loops.runtime.compiled import DISABLED, intrinsic
from cnnlab.loops.runtime.later import later

ir, types = later("llvmlite.ir"), later("numba.types")

CHUNKS = 8
# Multiply-adds, about a quarter of a millisecond, below which handing out work costs more than it saves: calling
# another thread, and hearing of it again, take 0.1 ms (benchmarks/handing_out.py).
ENOUGH = 20_000_000
MOVED = 16  # multiply-adds that take as long as it takes to bring a number from one place of memory to another


def cores():
    """Processors that this process may use."""
    if sys.platform == "emscripten":  # a browser gives Python one thread
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Team:
    size = None
    errands = None  # where the other threads wait for something to do


class _Errand:
    """Work that another thread may do, unless it is taken back before anybody has begun."""

    def __init__(self, work):
        self.work, self.owner, self.done, self.error = work, {}, False, None
        self.ready = threading.Lock()
        self.ready.acquire()

    def belongs_to(self, who):
        """Whether it is his who asks: it is from the first one who asked on."""
        return self.owner.setdefault("is", who) == who

    def run(self):
        """Done by another thread."""
        if self.belongs_to("helper"):
            try:
                self.work()
            except BaseException as error:  # whatever it is: it is raised where the work was asked for
                self.error = error
            self.done = True
            self.ready.release()

    def end(self):
        """Take it back, or wait until it is done."""
        while not self.belongs_to("caller") and not self.done:
            self.ready.acquire()


def _help(errands):
    while (errand := errands.get()) is not None:
        errand.run()
        del errand  # or its arrays would stay in memory until the next one comes


def set_threads(count=None):
    """Use so many threads from now on; None means one per core (or what CNNLAB_THREADS says).  Returns the number."""
    chosen = count if count is not None else int(os.environ.get("CNNLAB_THREADS", "0")) or cores()
    if isinstance(chosen, bool) or not isinstance(chosen, int) or chosen < 1:
        raise ValueError(f"count must be a whole number of threads, 1 or more; got {chosen!r}")
    if chosen != _Team.size:
        for _ in range((_Team.size or 1) - 1):
            _Team.errands.put(None)
        _Team.size, _Team.errands = chosen, SimpleQueue()
        for i in range(chosen - 1):
            threading.Thread(target=_help, args=(_Team.errands,), name=f"cnnlab_{i}", daemon=True).start()
    return chosen


def threads():
    """How many threads are in use."""
    return _Team.size or set_threads()


def edges(samples, most=CHUNKS):
    """Where each chunk of so many samples begins, `most` chunks at most, and, at last, where the last one ends."""
    count = min(most, samples)
    return [samples * i // count for i in range(count + 1)]


def chunks(samples, most=CHUNKS):
    """(first, end) of each chunk of so many samples, `most` chunks at most."""
    return list(itertools.pairwise(edges(samples, most)))


def together(work, count):
    """work() in as many threads as there are, `count` at most, at the same time; returns when all are done."""
    _at_once([work] * min(threads(), count))


def _at_once(works):
    """Each of the works once, the first one in this thread; returns when all are done, or need not be begun."""
    errands = [_Errand(work) for work in works[1:]]
    for errand in errands:
        _Team.errands.put(errand)
    try:
        works[0]()
    finally:
        _end(errands)
    for errand in errands:
        if errand.error is not None:
            raise errand.error


def _end(errands):
    """Wait for all, whoever interrupts: they write into memory that will soon be used for something else."""
    interrupted = None
    for errand in errands:
        while True:
            try:
                errand.end()
                break
            except KeyboardInterrupt as error:
                interrupted = error
    if interrupted is not None:
        raise interrupted


def run(job, count, work):
    """job(i) for i < count, in any order, on all threads if there is enough work (in multiply-adds); returns when all
    are done.
    """
    if count == 1 or work < ENOUGH or threads() == 1:
        for i in range(count):
            job(i)
        return
    numbers, failed = itertools.count(), []

    def some():
        while not failed and (i := next(numbers)) < count:
            try:
                job(i)
            except BaseException:
                failed.append(i)  # the others need not begin with what is left
                raise

    together(some, count)


def share(job, count, work):
    """A loop on all threads if there is enough work (in multiply-adds); returns when all are done.

    job(turns) : a loop that is `ready` (compiled.py), which asks `take(turns)` for the number of what it does next,
    until that is `count` or more.  Each thread gets one of its own, and before anybody is woken: who wakes up while
    another one is still at work in Python goes to sleep again, and waits twice.
    """
    turns = np.zeros(1, np.int64)
    _at_once([job(turns) for _ in range(1 if count == 1 or work < ENOUGH else min(threads(), count))])


@intrinsic
def take(typingctx, turns):
    """turns[0] += 1, and what it was before: in compiled code no two threads get the same number."""

    def codegen(context, builder, signature, args):
        numbers = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.atomic_rmw("add", numbers.data, ir.IntType(64)(1), "seq_cst")

    return types.int64(turns), codegen


_one_by_one = threading.Lock()


def take_twin(turns):
    """`take` without machine code."""
    with _one_by_one:
        turns[0] += 1
        return int(turns[0]) - 1


take = take_twin if DISABLED else take


def _forget():
    _Team.size = _Team.errands = None


if hasattr(os, "register_at_fork"):  # a forked child has no threads: it makes its own team when it needs one
    os.register_at_fork(after_in_child=_forget)
