"""Weights in the order in which tiles read them, and gradients in the order in which parameters are kept."""

from cnnlab.loops.plan.passing import part
from cnnlab.loops.plan.table import CONV, DENSE, a_class
from cnnlab.loops.runtime.compiled import compiled, compiled_inside, compiled_into


@compiled
def pack(program, memory):
    """Fill `packs` from the parameters: after every step of descent."""
    for k in range(len(program)):
        op = program[k]
        if op.code == CONV:
            if not op.flipped:
                pack_kernel(op, memory)
            if op.need:
                pack_back(op, memory)
        elif op.code == DENSE:
            pack_matrix(op, memory)


@compiled_into
def pack_kernel(op, memory):
    """The flipped kernel in panels: row (p, q, c) holds w[P-1-p, Q-1-q, c, d] for the d of the panel."""
    u, packs, terms = memory.u, memory.packs, op.rows * op.columns * op.c
    for d0 in range(0, op.outputs, op.panel):
        count = min(op.panel, op.outputs - d0)
        for p in range(op.rows):
            for q in range(op.columns):
                for c in range(op.c):
                    source = op.w + (((op.rows - 1 - p) * op.columns + op.columns - 1 - q) * op.c + c) * op.outputs + d0
                    target = op.packed + d0 * terms + ((p * op.columns + q) * op.c + c) * op.panel
                    if op.table < 0:
                        for j in range(count):
                            packs[target + j] = u[source + j]
                    else:
                        for j in range(count):
                            packs[target + j] = u[source + j] * memory.m[op.table + c * op.outputs + d0 + j]


@compiled_into
def pack_back(op, memory):
    """For every class of pixels of dL/dh the weights that reach it: row (p, q, d) holds w[p, q, c, d] for the c of a
    panel.
    """
    size = op.c * op.outputs
    for r in range(op.s):
        for q in range(op.t):
            taps, _, which = a_class(op, r, q)
            if taps[0] <= 0 or taps[1] <= 0:
                continue
            last_p = op.rows - 1 - (r + op.pad_m) % op.s  # the first tap is the last weight of the class
            last_q = op.columns - 1 - (q + op.pad_k) % op.t
            terms = taps[0] * taps[1] * op.depth
            for i in range(taps[0]):
                for j in range(taps[1]):
                    p0, q0 = last_p - (taps[0] - 1 - i) * op.s, last_q - (taps[1] - 1 - j) * op.t
                    place = p0 * op.columns + q0
                    if op.flipped:
                        place = op.rows * op.columns - 1 - place
                    w = part(memory.u, op.w + place * size, size)
                    held = op.table >= 0 and not op.flipped
                    table = part(memory.m, op.table, size) if held else w
                    for c0 in range(0, op.c, op.back_panel):
                        target = op.back + which * op.back_size + c0 * terms
                        target += (i * taps[1] + j) * op.depth * op.back_panel
                        for d in range(op.outputs):
                            row = part(memory.packs, target + d * op.back_panel, op.back_panel)
                            for c in range(min(op.back_panel, op.c - c0)):
                                place = (c0 + c) * op.outputs + d
                                row[c] = w[place] * table[place] if held else w[place]


@compiled_into
def pack_matrix(op, memory):
    """w in panels of its columns, and, for the way back, in panels of its rows."""
    u, packs = memory.u, memory.packs
    if op.need and op.back_panel:  # few images take the weights as they are
        for k0 in range(0, op.c, op.back_panel):
            for d in range(op.outputs):
                row = part(packs, op.back + k0 * op.outputs + d * op.back_panel, op.back_panel)
                for k in range(min(op.back_panel, op.c - k0)):
                    row[k] = u[op.w + (k0 + k) * op.outputs + d]
    if op.flipped:  # read as it is
        return
    for k in range(op.c):
        source = op.w + k * op.outputs
        for d0 in range(0, op.outputs, op.panel):
            target = op.packed + d0 * op.c + k * op.panel
            for j in range(min(op.panel, op.outputs - d0)):
                packs[target + j] = u[source + d0 + j]


@compiled
def add_chunks(g, chunks, total, first, end):
    """total[i] = g[0, i] + g[1, i] + ... : the gradients of all chunks, always in the same order."""
    for i in range(first, end):
        total[i] = g[0, i]
    for k in range(1, chunks):
        for i in range(first, end):
            total[i] += g[k, i]


@compiled
def flip(program, m, total):
    """Turn kernels, or their gradients, round; nothing outside of the tables of connections."""
    for k in range(len(program)):
        op = program[k]
        if op.code == CONV:
            size, taps = op.c * op.outputs, op.rows * op.columns
            for i in range(taps // 2):
                one, other = op.w + i * size, op.w + (taps - 1 - i) * size
                for j in range(size):
                    kept = total[one + j]
                    total[one + j] = total[other + j]
                    total[other + j] = kept
    cut(program, m, total)


@compiled_inside
def cut(program, m, total):
    """Nothing outside of the tables of connections."""
    for k in range(len(program)):
        op = program[k]
        if op.code == CONV and op.table >= 0:
            size = op.c * op.outputs
            for first in range(op.w, op.w + op.rows * op.columns * size, size):
                for j in range(size):
                    total[first + j] *= m[op.table + j]
