"""What chunks of a batch bring to the places where all of them meet, and what they learn there.

`merge` and `merge_back` of an operation (loops/plan/operations.py) read the one and write the other where it lies in
the memories of a plan.  Where chunks are worked on in several processes these parts travel.
"""

from cnnlab.loops.plan.normalise import KEPT, ROWS_OF_CHUNK
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.runtime.team import CHUNKS


def brought_to_batch(op, memory, chunks, back):
    """Of each chunk, about, sums and squares (forward), dL/dbeta and dL/dgamma (back)."""
    channels, first = int(op["input"]["channels"]), int(op["batch"]["sums_at"])
    if back:
        return [memory.g[chunks, at : at + channels] for at in (int(op["b_at"]), int(op["w_at"]))]
    rows = memory.m[first : first + ROWS_OF_CHUNK * channels * CHUNKS].reshape(CHUNKS, ROWS_OF_CHUNK, channels)
    return [rows[chunks, :3]]


def told_by_batch(op, memory, back):
    """The rows of `KEPT` that are written before the way forward, or behind the way back."""
    at = int(op["batch"]["back_scale_at" if back else "mean_at"])
    return memory.m[at : at + len(KEPT) // 2 * int(op["input"]["channels"])]


MEETINGS = {Operation.BATCH: (brought_to_batch, told_by_batch)}
"""{operation: (brings, tells)}: brings(op, memory, chunks, back) are the parts that merge, or merge_back, reads of some
chunks (a slice), tells(op, memory, back) is the part that it writes."""
