"""Where the time goes: each operation of a training step, or of a network in use, by itself, and how near to the peak
of one core it comes.

    python3 lab.py run python benchmarks/operations.py alexnet_lite_bn                    # a step on 128 images
    python3 lab.py run python benchmarks/operations.py alexnet_lite_bn --in-use --batch 1

One thread; multiply-adds are those of the layers, with what lies on a border of zeros. The peak is measured beside
each operation, for the clock of a processor changes with its load. What is left when all operations are taken from the
whole is Python's, and the memory's between them; it may be less than nothing, as an operation by itself finds its
numbers near.
"""

import argparse
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks import peak
from benchmarks.steps import alexnet_lite_plain
from cnnlab import loops, models
from cnnlab.loops.forward.prepare import prepare
from cnnlab.loops.forward.walk import FIRST, loop_of
from cnnlab.loops.plan.record import Images
from cnnlab.losses import CrossEntropy
from cnnlab.network.step import Step

NETWORKS = {name: getattr(models, name) for name in ("alexnet_lite", "alexnet_lite_bn", "alexnet_tiny", "alexnet_2012")}
NETWORKS["alexnet_lite_plain"] = alexnet_lite_plain
TURNS = 7


def fastest(function):
    """(seconds of the fastest of some calls, FLOP/s of the peak, measured beside them for about as long): what lies in
    the way of the other calls is not the operation's.
    """
    spin, work = peak.burst()
    function()
    spins = max(1, min(500, round(seconds_of(function) / seconds_of(spin))))
    pairs = [(seconds_of(function), seconds_of(spin, spins)) for _ in range(TURNS)]
    ours, most = map(min, zip(*pairs, strict=True))
    return ours, work / most


def seconds_of(function, calls=1):
    """Seconds of a call, on average."""
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def of_a_step(network, x, y):
    """[(words, (seconds, peak), multiply-adds)] of the operations of a training step, and (seconds, peak) of all."""
    loss = CrossEntropy()
    whole = fastest(lambda: network.loss_and_gradients(x, y, loss, checked=True))
    executor = network._compiled(len(x))
    step, plan = Step(executor, executor.images(x), np.arange(len(x))), executor.plan
    step.prepare()
    found, scratch = [("weights packed", fastest(step.pack), 0)], executor._scratch()
    rows = [(k, "forward") for k in range(len(plan.ops))]
    rows += [(k, "backward") for k in reversed(range(executor.lowest, len(plan.ops)))]
    for k, way in rows:
        stage, op = plan.stages[k], plan.ops[k]
        loop = getattr(stage.operation.row, way)
        if loop is not None:

            def all_chunks(loop=loop, op=op):
                for i, part in enumerate(step.parts):
                    loop(op, step.memory, scratch, Images(i, *part, 0))

            each = stage.layer.multiply_adds if stage.operation.name in ("CONVOLUTION", "DENSE") else 0
            times = 1 if way == "forward" else 1 + bool(op["needs_gradient"])
            found.append((f"{words_of(stage)}, {way}", fastest(all_chunks), times * each * len(x)))
    found.append(("gradients added", fastest(lambda: step.add(range(len(step.parts)))), 0))
    return found, whole


def in_use(network, x):
    """The same of a network in use."""
    whole = fastest(lambda: network.predict(x))
    found = []
    for room in network._ways_forward().spare[0]:
        plan, count, few = room.plan, len(x), len(x) <= max(2, room.block)
        given = np.zeros((count, *room.shape), network.dtype)
        memory, ops = plan.memory._replace(x=given, rows=np.arange(count)), room.one_place if few else plan.ops
        held, scratch = room._look(), room._scratch()
        seconds = fastest(
            lambda ops=ops, memory=memory, room=room, few=few: prepare(ops, memory, room.small.sources, not few)
        )
        found.append(("parameters read" + ("" if few else ", kernels packed"), seconds, 0))
        blocks = [Images(0, 0, min(room.block, count - n), n) for n in range(0, count, room.block)]
        for op, stage in zip(ops, plan.stages, strict=True):
            first = FIRST.get(stage.operation) if few else None
            for loop, words, times in ((first, "kernel packed", 0), (loop_of(stage.operation), "forward", 1)):
                if loop is not None:

                    def all_blocks(loop=loop, op=op, memory=memory, scratch=scratch, blocks=blocks):
                        for images in blocks:
                            loop(op, memory, scratch, images)

                    each = stage.layer.multiply_adds if stage.operation.name in ("CONVOLUTION", "DENSE") else 0
                    found.append((f"{words_of(stage)}, {words}", fastest(all_blocks), times * each * count))
        del held
    return found, whole


def words_of(stage):
    """An operation, with what is done on its way out."""
    if stage.layer is None:
        return "images loaded"
    more = [stage.norm and "batch norm", stage.relu and "ReLU", stage.pool is not None and "pooling"]
    return " + ".join([stage.layer.name or type(stage.layer).__name__, *(one for one in more if isinstance(one, str))])


def main():
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("network", choices=NETWORKS)
    arguments.add_argument("--batch", type=int, default=128)
    arguments.add_argument("--in-use", action="store_true", help="`predict` in the place of a training step")
    chosen = arguments.parse_args()
    loops.set_threads(1)
    network, rng = NETWORKS[chosen.network](rng=0), np.random.default_rng(0)
    x = rng.random((chosen.batch, *network.input_shape), np.float32)
    found, whole = in_use(network, x) if chosen.in_use else of_a_step(network, x, np.arange(chosen.batch) % 10)
    (whole, most), adds = whole, sum(each for *_, each in found)
    print(f"{chosen.network}, {chosen.batch} images: {1000 * whole:.2f} ms, {2 * adds / whole / most:.0%} of the peak")
    for words, (seconds, near), each in found:
        rate = f"{2 * each / seconds / 1e9:6.1f} GFLOP/s, {2 * each / seconds / near:4.0%} of the peak" if each else ""
        print(f"{1000 * seconds:9.3f} ms {seconds / whole:6.1%}  {words:44} {rate}".rstrip())
    rest = whole - sum(seconds for _, (seconds, _), _ in found)
    print(f"{1000 * rest:9.3f} ms {rest / whole:6.1%}  between them")


if __name__ == "__main__":
    main()
