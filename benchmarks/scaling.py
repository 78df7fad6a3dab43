"""Cost against work: batch, side of the image, channels and threads, one after the other."""

from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks import steps
from benchmarks.convolutions import OPERATIONS, Layer, Problem
from benchmarks.sides import LAST, OURS, cores, pytorch, set_threads
from benchmarks.timing import take_turns

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SIDES = (4, 8, 16, 32, 64, 128)
CHANNELS = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256)
THREADS = (1, 2, 4, 8, 16, 32, 64)


def measure(effort):
    """{"batch", "side", "channels": rows}; a row has the value, the work in GFLOP, and seconds of each side.

    batch : a training step of AlexNet-lite.  side, channels : all three operations of a 3 x 3 convolution together. All
    on one thread.
    """
    set_threads(1)
    return {
        "batch": [training(count, effort) | {"value": count} for count in BATCHES],
        "side": [convolution(32, side, effort) | {"value": side} for side in SIDES],
        "channels": [convolution(channels, 16, effort) | {"value": channels} for channels in CHANNELS],
    }


def threads(effort, most=None, torch=None, batch=128):
    """Training steps of AlexNet-lite with 1, 2, ... threads, in turns -> {side: {threads: seconds in each round}}."""
    case = replace(steps.case("alexnet_lite_step"), batch=batch, samples=batch)
    network = case.make(rng=0)
    x, y = case.data(network)
    sides = {OURS: steps.ours(network, case, x, y)}
    if torch is not None:
        sides[LAST] = steps.theirs(network, case, x, y, torch, torch.channels_last)
    counts = [count for count in THREADS if count <= min(cores(), most or cores())]
    runs = {(name, count): partial(with_threads, count, sides[name]) for name in sides for count in counts}
    found = take_turns(runs, effort)
    set_threads(1)
    return {name: {count: found[name, count].tolist() for count in counts} for name in sides}


def with_threads(count, run):
    set_threads(count)
    run()


def training(batch, effort):
    case = replace(steps.case("alexnet_lite_step"), batch=batch, samples=batch)
    network, torch = case.make(rng=0), pytorch()
    x, y = case.data(network)
    found = {OURS: steps.ours(network, case, x, y)}
    if torch is not None:
        found[LAST] = steps.theirs(network, case, x, y, torch, torch.channels_last)
    return row(take_turns(found, effort), batch * steps.operations(network))


def convolution(channels, side, effort, batch=32):
    """Forward and both gradients, one after the other."""
    problem, torch = Problem(Layer(channels, channels, 3, side), batch, np.random.default_rng(0)), pytorch()
    found = {OURS: in_turn(problem.ours())}
    if torch is not None:
        found[LAST] = in_turn(problem.theirs(torch, torch.channels_last))
    return row(take_turns(found, effort), len(OPERATIONS) * problem.flops)


def in_turn(operations):
    return lambda: [operation() for operation in operations.values()]


def row(seconds, operations):
    return {"gflop": operations / 1e9, "seconds": {name: float(np.median(each)) for name, each in seconds.items()}}
