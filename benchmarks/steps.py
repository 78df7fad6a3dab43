"""Whole training steps: forward, loss, backward, descent, on both sides with the same network and the same numbers."""

import logging
import os
import tempfile
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

import cnnlab
from benchmarks import networks
from benchmarks.sides import COMPILED, FIRST, LAST, OURS, agree, layouts, pytorch
from benchmarks.timing import per_second, ratio, take_turns
from cnnlab import layers, models

ETA, MOMENTUM = 0.002, 0.9
QUICKEST = {"fused": True}  # of PyTorch's three kinds of SGD: up to 9 % quicker in small networks, the same in large


def trainer(network, optimiser, loss, x, y, batch):
    """A function without arguments: all samples once, in steps of `batch`, as `cnnlab.fit` does it -> the losses.

    Everything in this benchmark trains cnnlab through this. Small networks take many steps in one go.
    """
    descent = network.descent(x, y, loss, optimiser, batch)
    if descent is not None:
        rows, etas = np.arange(len(x)), np.full(-(-len(x) // batch), ETA)
        return lambda: descent(rows, etas)[0]
    return lambda: [step(network, optimiser, loss, *part) for part in batches(x, y, batch)]


def step(network, optimiser, loss, x, y):
    """One step of descent -> the loss."""
    value, _ = network.loss_and_gradients(x, y, loss, checked=True)
    optimiser.step(network.parameters, network.gradients)
    return value


def alexnet_lite_plain(rng=0):
    """AlexNet-lite without response normalisation and dropout: convolutions, ReLU, pooling and nothing else."""
    left_out = layers.LocalResponseNorm, layers.Dropout
    kept = [layer for layer in models.alexnet_lite() if not isinstance(layer, left_out)]
    return cnnlab.Network([layers.from_config(layers.to_config(layer)) for layer in kept], (32, 32, 3), rng=rng)


@dataclass(frozen=True)
class Case:
    """A network with what it is trained on: `samples` for one measurement, in steps of `batch`."""

    key: str
    title: str
    make: Callable
    loss: object
    batch: int
    samples: int
    quick: bool = True  # is it measured in a quick run, too?
    compiled: bool = False  # is torch.compile asked to do it as well, in a full run? That takes up to a minute

    def data(self, network):
        """x and labels y: random numbers, for what they are makes no difference to the time."""
        rng, classes = np.random.default_rng(1), network.output_shape[0]
        x = rng.uniform(0, 1, (self.samples, *network.input_shape)).astype(np.float32)
        return x, rng.integers(classes, size=self.samples)


ENTROPY, SQUARES, SIGNS = cnnlab.CrossEntropy(), cnnlab.MSE(), cnnlab.MSE(off=-1, on=1)
CASES = (
    Case("alexnet_lite_plain_step", "AlexNet-lite, no norm, dropout", alexnet_lite_plain, ENTROPY, 128, 128),
    Case("alexnet_lite_step_64", "AlexNet-lite", models.alexnet_lite, ENTROPY, 64, 64, quick=False),
    Case("alexnet_lite_step", "AlexNet-lite", models.alexnet_lite, ENTROPY, 128, 128, compiled=True),
    Case("alexnet_lite_bn_step", "AlexNet-lite, batch norm", models.alexnet_lite_bn, ENTROPY, 128, 128),
    Case("zip_code_online", "zip codes 1989", models.zip_code_1989, SIGNS, 1, 128, compiled=True),
    Case("zip_code_batch32", "zip codes 1989", models.zip_code_1989, SIGNS, 32, 512),
    Case("tdnn_online", "TDNN", models.tdnn, SQUARES, 1, 128, compiled=True),
    Case("tdnn_batch32", "TDNN", models.tdnn, SQUARES, 32, 512),
)


def case(key):
    """The case with this key."""
    return next(each for each in CASES if each.key == key)


def batches(x, y, size):
    return [(x[first : first + size], y[first : first + size]) for first in range(0, len(x), size)]


def ours(network, case, x, y):
    """A function without arguments: all samples once -> the losses of the steps."""
    return trainer(network, cnnlab.SGD(ETA, MOMENTUM), case.loss, x, y, case.batch)


def theirs(network, case, x, y, torch, layout, compiled=False):
    """The same in PyTorch; its batches lie ready in the memory layout that is asked for."""
    module = networks.to_pytorch(network, torch).train()
    if len(network.input_shape) == 3:
        module = module.to(memory_format=layout)
    optimiser = torch.optim.SGD(module.parameters(), ETA, MOMENTUM, **QUICKEST)
    run, loss = module, networks.loss_of(case.loss, torch)
    if compiled:
        torch.compiler.reset()  # or it would remember other networks' shapes, and make all of them variable
        run = torch.compile(module, dynamic=False)
    outputs, parts = network.output_shape[0], []
    for part, labels in batches(x, y, case.batch):
        parts.append((networks.images_of(part, torch, layout), networks.targets_of(case.loss, labels, outputs, torch)))

    def train():
        found = []
        for part, target in parts:
            optimiser.zero_grad(set_to_none=True)
            value = loss(run(part), target)
            value.backward()
            optimiser.step()
            found.append(value.item())
        return found

    return train


def contenders(case, torch, compiled=False, all_of_them=True):
    """{name: function}; raises Disagreement unless the losses of three passes agree, with nothing left to chance.

    compiled : with torch.compile, if it works.  all_of_them : with PyTorch's default layout, where there are two.
    """
    network = case.make(rng=0)
    x, y = case.data(network)
    sides = {} if torch is None else dict(layouts(torch))
    if len(network.input_shape) != 3:
        sides.pop(LAST, None)  # a sequence has one layout only
    elif not all_of_them:
        sides.pop(FIRST, None)
    twin = networks.without_dropout(network)
    checks = {name: theirs(twin, case, x, y, torch, layout) for name, layout in sides.items()}
    mine = ours(twin, case, x, y)
    expected = np.array([mine() for _ in range(3)])
    for name, check in checks.items():
        for row in expected:
            agree(check(), row, f"losses of {case.key}, {name}")
    found = {name: theirs(network, case, x, y, torch, layout) for name, layout in sides.items()}
    if compiled and torch is not None:
        best = torch.channels_last if LAST in sides else torch.contiguous_format
        quick = theirs(network, case, x, y, torch, best, compiled=True)
        if works(quick):
            found[COMPILED] = quick
    return {OURS: ours(network, case, x, y), **found}


def works(function):
    """Whether torch.compile gets along with this machine: it needs a C++ compiler, a folder to write to, and luck."""
    logging.getLogger("torch").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function()
            function()
    except Exception as problem:  # whatever it is, the other columns are worth having
        reason = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
        print(f"torch.compile is left out: {reason}", flush=True)
        return False
    return True


@contextmanager
def place_for_compiled():
    """A folder of its own for what torch.compile writes, and no helpers that outlive it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
        before = os.environ.get("TORCHINDUCTOR_CACHE_DIR")
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder
        try:
            yield
        finally:
            del os.environ["TORCHINDUCTOR_CACHE_DIR"]
            if before is not None:
                os.environ["TORCHINDUCTOR_CACHE_DIR"] = before


def measure(effort, quick=False, compiled=False, all_of_them=True, cases=CASES):
    """Time training steps -> rows (dicts): key, network, batch, samples per second of each side, ratios.

    compiled, all_of_them : see `contenders`.
    """
    torch, rows = pytorch(), []
    for case in cases:
        if quick and not case.quick:
            continue
        with place_for_compiled():
            seconds = take_turns(contenders(case, torch, compiled and case.compiled, all_of_them), effort)
        rows.append(row(case.key, case.title, case.batch, seconds, case.samples, case.make(rng=0)))
    return rows


def row(key, title, batch, seconds, samples, network):
    """What is kept of one measurement."""
    found = {"key": key, "network": title, "batch": batch}
    found["samples_per_second"] = {name: per_second(seconds, name, samples) for name in seconds}
    found["ratios"] = {name: ratio(seconds, OURS, name) for name in seconds if name != OURS}
    # Twice forward's work for backward, except below the first layer: close enough to compare machines with.
    found["gflops"] = found["samples_per_second"][OURS] * operations(network) / 1e9
    return found


def operations(network):
    """Floating-point operations of a training step, for one sample: forward, and backward without the first layer's
    input gradient. Only what multiplies is counted.
    """
    linear = [layer.multiply_adds for layer in network if layer.multiply_adds]
    return 2 * (3 * sum(linear) - linear[0])
