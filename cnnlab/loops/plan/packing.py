"""Weights in the order in which tiles read them, and gradients in the order in which parameters are kept."""

import numpy as np

from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.plan.passing import part
from cnnlab.loops.plan.weights import COPY, zero_times
from cnnlab.loops.runtime.compiled import DISABLED, compiled, compiled_inside
from cnnlab.loops.runtime.team import take


def copies_of(plan, layers, lanes):
    """What `pack` does for the rows of a plan, (copies,) records of COPY."""
    found = []
    for op, layer in zip(plan, layers, strict=True):
        copies = Operation(op["code"]).row.copies
        found += [] if copies is None else copies(op, layer, lanes)
    found = np.array(found, COPY)
    return found.view(np.recarray) if DISABLED else found


@compiled
def pack(copies, memory, turns):
    """Fill `packs` from the parameters, after every step of descent: those copies that no other thread takes."""
    u, m, packs = memory.u, memory.m, memory.packs
    turn = take(turns)
    while turn < len(copies):
        one = copies[turn]
        source, step, mask, width = one.source, one.source.number, one.mask, one.width
        if one.fine.at >= 0:
            m[one.fine.at] = zero_times(part(u, one.fine.first, one.fine.count))
        for i in range(one.rows):
            for j in range(one.columns):
                for c in range(one.depth):
                    at = source.at + i * source.row + j * source.column + c * source.map
                    to = one.target.at + i * one.target.row + j * one.target.column + c * one.target.map
                    w, row = part(u, at, width * step), part(packs, to, width)
                    if mask.at >= 0:
                        for d in range(width):
                            row[d] = w[d * step] * m[mask.at + c * mask.map + d * mask.number]
                    elif step == 1:  # whole vectors
                        for d in range(width):
                            row[d] = w[d]
                    else:
                        for d in range(width):
                            row[d] = w[d * step]
        turn = take(turns)


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
