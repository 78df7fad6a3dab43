"""Walks over a plan, forward and backward: in machine code where the addresses of its loops are known."""

from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.plan.program import block_for, run
from cnnlab.loops.plan.record import Images
from cnnlab.loops.runtime.compiled import compiled


def walk(plan, rows, memory, scratch, images, places, records):
    """Rows (first, end, step) of the plan, in this order, for some images of the batch. Backwards if step < 0: then the
    gradient of what the last row gave is in its place in `d` already.

    places, records : of the program of the plan (program.py), in that direction; places may be None.
    """
    if places is None:
        for k in range(*rows):
            row = Operation(plan[k]["code"]).row
            (row.forward if rows[2] > 0 else row.backward)(plan[k], memory, scratch, images)
    elif walk_in_one(places, records.at, block_for(memory, scratch), tuple(rows), tuple(images)) != 0:
        raise RuntimeError("a loop of a training step ended with an error of its own")


@compiled
def walk_in_one(places, records, block, rows, images):
    """Without Python between the rows -> 0, or what went wrong."""
    return run(places, records, block, rows, Images(*images))
