"""Many steps of descent in one go, for small networks: with 10,000 multiply-adds in a step, calling from Python would
take longer than computing.
"""

import math

import numpy as np

from cnnlab.loops.kernels.pointwise import sigmoid_of
from cnnlab.loops.plan.packing import cut, pack
from cnnlab.loops.plan.table import (
    BEND,
    CONV,
    DENSE,
    POOL,
    RESPONSES,
    connect,
    connect_back,
    convolve,
    convolve_back,
    load,
)
from cnnlab.loops.plan.walk import add_up, add_up_back, curve, curve_back, pool, pool_back, respond, respond_back
from cnnlab.loops.runtime.compiled import compiled, compiled_inside

SQUARES, BINARY, CROSS = range(3)  # the losses
COVERED = 20_000_000  # multiply-adds of a step, below which this pays, and sharing it among threads does not


@compiled_inside
def walk_forward(program, memory, x, rows, scratch, lanes, count):
    """All rows of the table for one small batch, x[rows]."""
    load(program[0], memory, x, rows, 0, count)
    for k in range(1, len(program)):
        op = program[k]
        if op.code == CONV:
            convolve(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == DENSE:
            connect(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == BEND:
            curve(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == POOL:
            pool(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == RESPONSES:
            respond(op, memory, scratch, lanes, 0, 0, count)
        else:
            add_up(op, memory, scratch, lanes, 0, 0, count)


@compiled_inside
def walk_backward(program, lowest, memory, scratch, lanes, count):
    """The rows again, from the last to the lowest that has something to learn."""
    for k in range(len(program) - 1, lowest - 1, -1):
        op = program[k]
        if op.code == CONV:
            convolve_back(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == DENSE:
            connect_back(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == BEND:
            curve_back(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == POOL:
            pool_back(op, memory, scratch, lanes, 0, 0, count)
        elif op.code == RESPONSES:
            respond_back(op, memory, scratch, lanes, 0, 0, count)
        else:
            add_up_back(op, memory, scratch, lanes, 0, 0, count)


@compiled_inside
def lose(kind, e, y, count, de, yhat):
    """The loss of one sample and its gradient (topic 5), as its share in the mean of `count` samples.  yhat : room."""
    outputs, value = len(e), 0.0
    if kind == CROSS:
        top, total = e[0], 0.0
        for d in range(1, outputs):
            top = max(top, e[d])
        for d in range(outputs):
            yhat[d] = math.exp(e[d] - top)
            total += yhat[d]
        rest = math.log(total)
        for d in range(outputs):
            if y[d] != 0:
                value -= y[d] * ((e[d] - top) - rest)
            de[d] = (yhat[d] / total - y[d]) / count
        return value / count
    count *= outputs
    if kind == BINARY:
        sigmoid_of(e, yhat)
        for d in range(outputs):
            value += max(e[d], 0) - e[d] * y[d] + math.log1p(math.exp(-abs(e[d])))
            de[d] = (yhat[d] - y[d]) / count
    else:
        for d in range(outputs):
            off = e[d] - y[d]
            value += off * off
            de[d] = 2 * off / count
    return value / count


@compiled_inside
def decides(e, threshold):
    """The label that the excitations of one sample stand for."""
    if len(e) == 1:
        return 1 if e[0] > threshold else 0
    best = 0
    for d in range(1, len(e)):
        if e[d] > e[best]:
            best = d
    return best


@compiled_inside
def change(u, gradient, eta, momentum, nesterov, decay, velocity):
    """u <- u - eta dL/du, with momentum and weight decay as in `optimisers.SGD`."""
    real = u.dtype.type
    step, mu = real(-eta), real(momentum)
    if momentum == 0:
        for i in range(len(u)):
            u[i] += step * (gradient[i] + decay[i] * u[i])
        return
    for i in range(len(u)):
        now = step * (gradient[i] + decay[i] * u[i])
        velocity[i] = mu * velocity[i] + now
        u[i] += mu * velocity[i] + now if nesterov else velocity[i]


@compiled
def descend(
    program, lowest, memory, x, y, labels, rows, batch, kind, threshold, etas, momentum, nesterov, decay, velocity,
    scratch, lanes, losses,
):  # fmt: skip
    """One step of descent for every `batch` of rows (the last may be smaller) -> how many labels were right.

    program : of flipped kernels, which are read where they are kept, so that nothing is packed for the way forward.

    x (N, H, W, C), y (N, outputs), labels (N,), or -1 where there are none; rows : which samples, in which order;
    etas, losses : one for each step, the losses are written.
    """
    last, u, g, right = program[-1], memory.u, memory.g[0], 0
    used = len(decay)
    for step in range(len(etas)):
        some = rows[step * batch : (step + 1) * batch]
        count = len(some)
        pack(program, memory)
        walk_forward(program, memory, x, some, scratch, lanes, count)
        value = 0.0
        for n in range(count):
            e = memory.m[last.out + n * last.outs : last.out + (n + 1) * last.outs]
            first = last.d_out + n * memory.d_step
            value += lose(kind, e, y[some[n]], count, memory.d[first : first + last.outs], scratch)
            if labels[some[n]] == decides(e, threshold):
                right += 1
        losses[step] = value
        if not np.isfinite(value):
            return right
        walk_backward(program, lowest, memory, scratch, lanes, count)
        cut(program, memory.m, g)
        change(u[:used], g[:used], etas[step], momentum, nesterov, decay, velocity)
    return right
