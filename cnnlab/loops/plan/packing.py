"""Weights in the order in which tiles read them, and gradients in the order in which parameters are kept."""

from cnnlab.loops.plan.convolution import pack_convolution
from cnnlab.loops.plan.dense import pack_dense
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.runtime.compiled import compiled, compiled_inside


@compiled
def pack(plan, memory):
    """Fill `packs` from the parameters: after every step of descent."""
    for k in range(len(plan)):
        op = plan[k]
        if op.code == Operation.CONVOLUTION:
            pack_convolution(op, memory)
        elif op.code == Operation.DENSE:
            pack_dense(op, memory)


BLOCK = 4096  # numbers that stay in the nearest cache while the chunks pass by


@compiled
def add_chunks(g, chunks, total, first, end):
    """total[i] = g[0, i] + g[1, i] + ... : the gradients of all chunks, always in the same order."""
    for start in range(first, end, BLOCK):
        stop = min(start + BLOCK, end)
        sums = total[start:stop]  # as parts of their own, which can be added in vectors
        one = g[0, start:stop]
        for i in range(len(sums)):
            sums[i] = one[i]
        for k in range(1, chunks):
            one = g[k, start:stop]
            for i in range(len(sums)):
                sums[i] += one[i]


@compiled
def flip(plan, m, total):
    """Turn kernels, or their gradients, round; nothing outside of the tables of connections."""
    for k in range(len(plan)):
        op = plan[k]
        size, taps = op.input.channels * op.output.channels, op.kernel.rows * op.kernel.columns
        for i in range(taps // 2):
            one, other = op.w_at + i * size, op.w_at + (taps - 1 - i) * size
            for j in range(size):
                kept = total[one + j]
                total[one + j] = total[other + j]
                total[other + j] = kept
    mask_connections(plan, m, total)


@compiled_inside
def mask_connections(plan, m, total):
    """Nothing outside of the tables of connections."""
    for k in range(len(plan)):
        op = plan[k]
        taps, mask_at = op.kernel.rows * op.kernel.columns, op.kernel.mask_at
        if taps > 0 and mask_at >= 0:  # an operation without a kernel has no taps
            size = op.input.channels * op.output.channels
            for first in range(op.w_at, op.w_at + taps * size, size):
                for j in range(size):
                    total[first + j] *= m[mask_at + j]
