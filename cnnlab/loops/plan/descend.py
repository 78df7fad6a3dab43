"""Many steps of descent in one go, for small networks: with 10,000 multiply-adds in a step, calling from Python would
take longer than computing.
"""

import math
from collections import namedtuple
from enum import IntEnum

import numpy as np

from cnnlab.loops.kernels.pointwise import sigmoid_of
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.plan.packing import mask_connections
from cnnlab.loops.plan.program import run
from cnnlab.loops.plan.record import Images
from cnnlab.loops.runtime.calls import call
from cnnlab.loops.runtime.compiled import compiled, compiled_inside

COVERED = 20_000_000  # multiply-adds of a step, below which this pays, and sharing it among threads does not


class Loss(IntEnum):
    """The losses whose slope is known here (topic 5)."""

    SQUARES = 0
    BINARY = 1
    CROSS = 2


class Rule(IntEnum):
    """The ways of descent that are known here (topic 4)."""

    SGD = 0
    ADAM = 1


# What is learned from: (N, outputs) targets; (N,) labels, or -1 where there are none; which loss; from where on one
# output means 1.
Answers = namedtuple("Answers", "targets labels loss threshold")
# How: which rule; the step size of each step; the rule's settings (of SGD: momentum, whether it is Nesterov's; of Adam:
# beta1, beta2, epsilon); how far Adam's m and s have grown from zero in each step; the decay of each parameter; what is
# kept of it: SGD's velocity or Adam's m, and Adam's s.
Descent = namedtuple("Descent", "rule etas settings grown decay kept squares")

# What is called at each step (program.py): the loops of both ways, for each row, its record, the block of numbers; the
# loop that packs weights, its block, and whose turn it is.
Steps = namedtuple("Steps", "forward backward records block pack pack_block turns")


@compiled_inside
def loss_and_slope(loss, e, y, count, de, yhat):
    """The loss of one sample and its gradient (topic 5), as its share in the mean of `count` samples.  yhat : room."""
    outputs, value = len(e), 0.0
    if loss == Loss.CROSS:
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
    if loss == Loss.BINARY:
        sigmoid_of(e, yhat)
        for d in range(outputs):
            value += max(e[d], 0) - e[d] * y[d] + math.log1p(math.exp(-abs(e[d])))
            de[d] = (yhat[d] - y[d]) / count
    elif loss == Loss.SQUARES:
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
def sgd_update(u, gradient, eta, how):
    """u <- u - eta dL/du, with momentum and weight decay as in `optimisers.SGD`."""
    real, decay, velocity = u.dtype.type, how.decay, how.kept
    step, mu, nesterov = real(-eta), real(how.settings[0]), how.settings[1] != 0
    if mu == 0:
        for i in range(len(u)):
            u[i] += step * (gradient[i] + decay[i] * u[i])
        return
    for i in range(len(u)):
        now = step * (gradient[i] + decay[i] * u[i])
        velocity[i] = mu * velocity[i] + now
        u[i] += mu * velocity[i] + now if nesterov else velocity[i]


@compiled_inside
def adam_update(u, gradient, eta, grown, how):
    """u <- u - eta m' / (sqrt(s') + epsilon), with weight decay beside it, as in `optimisers.Adam`."""
    real, decay, m, s = u.dtype.type, how.decay, how.kept, how.squares
    new, new_square, epsilon = real(1 - how.settings[0]), real(1 - how.settings[1]), real(how.settings[2])
    eta_now, share, pull = real(eta / grown[0]), real(1 / grown[1]), real(eta)
    for i in range(len(u)):
        m[i] += new * (gradient[i] - m[i])
        s[i] += new_square * (gradient[i] * gradient[i] - s[i])
        u[i] -= pull * decay[i] * u[i] + eta_now * m[i] / (math.sqrt(s[i] * share) + epsilon)


@compiled
def descend(plan, steps, lowest, memory, answers, batch, how, scratch, losses):
    """One step of descent for every `batch` of memory.rows (the last may be smaller) -> how many labels were right;
    less than 0 if a loop ended with an error of its own.

    plan : of kernels that are read flipped, from where they are kept, so that nothing is packed for the way forward.
    lowest : the lowest row with something to learn.  losses : one for each step, written here; after one that is not
    finite nothing is changed any more.
    """
    u, g, right, out = memory.u, memory.g[0], 0, plan[len(plan) - 1].output
    de_at, used, rows = plan[len(plan) - 1].de_at, len(how.decay), len(plan)
    for step in range(len(how.etas)):
        first = step * batch
        count = min(batch, len(memory.rows) - first)
        images = Images(0, 0, count, first)
        steps.turns[0] = 0
        wrong = call(steps.pack, address(steps.pack_block))
        wrong |= run(steps.forward, steps.records, steps.block, (0, rows, 1), images)
        value = 0.0
        for n in range(count):
            sample = memory.rows[first + n]
            e = memory.m[out.h_at + n * out.step : out.h_at + (n + 1) * out.step]
            at = de_at + n * memory.d_step
            de, y = memory.d[at : at + out.step], answers.targets[sample]
            value += loss_and_slope(answers.loss, e, y, count, de, scratch)
            if answers.labels[sample] == decides(e, answers.threshold):
                right += 1
        losses[step] = value
        if not np.isfinite(value):
            return right
        wrong |= run(steps.backward, steps.records, steps.block, (rows - 1, lowest - 1, -1), images)
        if wrong != 0:
            return -1
        mask_connections(plan, memory.m, g)
        if how.rule == Rule.ADAM:
            adam_update(u[:used], g[:used], how.etas[step], how.grown[step], how)
        else:
            sgd_update(u[:used], g[:used], how.etas[step], how)
    return right
