"""Walks over a plan, forward and backward."""

from cnnlab.loops.plan.operations import Operation


def forward(plan, lo, hi, memory, scratch, images):
    """Rows lo to hi of the plan, for some images of the batch."""
    for k in range(lo, hi):
        Operation(plan[k]["code"]).row.forward(plan[k], memory, scratch, images)


def backward(plan, lo, hi, memory, scratch, images):
    """Rows hi - 1 down to lo; the gradient of what the last row gave is in its place in `d` already."""
    for k in range(hi - 1, lo - 1, -1):
        Operation(plan[k]["code"]).row.backward(plan[k], memory, scratch, images)
