"""Work in a fixed number of chunks, pulled by as many threads as there are cores.

The chunks depend on the number of samples alone, never on the number of threads, and partial sums are added in the
order of the chunks: the same numbers, bit by bit, come out with 1, 2 or 4 threads.
"""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor

CHUNKS = 8
ENOUGH = 400_000  # multiply-adds below which handing out work costs more than it saves


def cores():
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Team:
    size = None
    pool = None


def set_threads(count=None):
    """Use so many threads from now on; None means one per core (or what CNNLAB_THREADS says).  Returns the number."""
    chosen = count if count is not None else int(os.environ.get("CNNLAB_THREADS", "0")) or cores()
    if isinstance(chosen, bool) or not isinstance(chosen, int) or chosen < 1:
        raise ValueError(f"count must be a whole number of threads, 1 or more; got {chosen!r}")
    if chosen != _Team.size:
        if _Team.pool is not None:
            _Team.pool.shutdown()
        _Team.size, _Team.pool = chosen, ThreadPoolExecutor(chosen, "cnnlab") if chosen > 1 else None
    return chosen


def threads():
    """How many threads are in use."""
    return _Team.size or set_threads()


def chunks(samples):
    """(first, end) of each chunk of so many samples."""
    count = min(CHUNKS, samples)
    edges = [samples * i // count for i in range(count + 1)]
    return list(itertools.pairwise(edges))


def run(job, count, work):
    """job(i) for i < count, in any order, on all threads if there is enough work (in multiply-adds); returns when all
    are done.
    """
    if count == 1 or work < ENOUGH or threads() == 1:
        for i in range(count):
            job(i)
        return
    for _ in _Team.pool.map(job, range(count)):
        pass


def _forget():
    _Team.size = _Team.pool = None


if hasattr(os, "register_at_fork"):  # a forked child has no threads: it makes its own team when it needs one
    os.register_at_fork(after_in_child=_forget)
