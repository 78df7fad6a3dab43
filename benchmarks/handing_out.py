"""From how much work on do two threads pay?

    python3 lab.py run python benchmarks/handing_out.py

Single operations and training steps of growing size, by one thread and by two, in turns: microseconds, and how many
times faster two are. `team.ENOUGH` lies where that becomes 1: what is below it is done by whoever asks for it. Of what
only moves numbers, `team.MOVED` multiply-adds are counted for each; its lines show whether that is right.
"""

import sys
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks import timing
from benchmarks.fitting import lenet
from cnnlab import loops, models
from cnnlab.loops.kernels import convolution, panels, pooling
from cnnlab.loops.runtime import team
from cnnlab.losses import CrossEntropy

EFFORT = timing.Effort(9, 0.02)
LAYERS = [(1, 16, 32, 16), (8, 16, 32, 16), (16, 32, 64, 8), (32, 32, 64, 8), (64, 32, 64, 8), (64, 64, 64, 8)]
MAPS = [(16, 16, 16), (64, 32, 16), (64, 64, 16), (64, 32, 32), (128, 48, 32)]  # images, channels, side
KERNELS = [(64, 64), (128, 128), (256, 256), (384, 384), (512, 512)]
STEPS = [(lenet, 16), (lenet, 64), (models.alexnet_tiny, 4), (models.alexnet_tiny, 16), (models.alexnet_lite, 1)]


def numbers(*shape):
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def operations():
    """(words, multiply-adds as they are counted, function) of all that is measured."""
    for images, channels, outputs, side in LAYERS:
        h, w = numbers(images, side, side, channels), numbers(3, 3, channels, outputs)
        e, work = np.empty((images, side - 2, side - 2, outputs), np.float32), images * (side - 2) ** 2 * w.size
        words = f"{images} x {channels} -> {outputs} 3x3 @{side}"
        yield f"{words}, forward", work, lambda h=h, w=w, e=e: convolution.forward(h, w, None, (1, 1), e)
        dh, dw = np.empty_like(h), np.empty_like(w)
        yield (
            f"{words}, input gradient",
            work,
            lambda e=e, w=w, dh=dh: convolution.input_gradient(e, w, (1, 1), (0, 0), dh),
        )
        yield f"{words}, weight gradient", work, lambda h=h, e=e, dw=dw: convolution.weight_gradient(h, e, (1, 1), dw)
    for images, channels, side in MAPS:
        maps, half = numbers(images, side, side, channels), side // 2
        h, where = (np.empty((images, half, half, channels), dtype) for dtype in (np.float32, np.uint16))
        yield (
            f"{images} x {channels} @{side}, max pooling",
            team.MOVED * maps.size,
            lambda maps=maps, h=h, where=where: pooling.max_forward(maps, (2, 2), (2, 2), False, h, where),
        )
    for channels, outputs in KERNELS:
        w = numbers(3, 3, channels, outputs)
        words = f"{channels} -> {outputs} 3x3, weights in panels"
        yield words, team.MOVED * w.size, lambda w=w: panels.turned_panels(w)
    for make, images in STEPS:
        network, loss = make(), CrossEntropy()
        x, y = numbers(images, *network.input_shape), np.arange(images) % network.output_shape[0]
        yield (
            f"{make.__name__}, a step on {images}",
            network.multiply_adds * images,
            lambda network=network, x=x, y=y, loss=loss: network.loss_and_gradients(x, y, loss),
        )


@contextmanager
def from_here_on(enough):
    """While this lasts, so many multiply-adds are enough for all threads."""
    before, team.ENOUGH = team.ENOUGH, enough
    try:
        yield
    finally:
        team.ENOUGH = before


def measure(function):
    """(seconds of one thread, of all of them, how many times faster the latter)."""

    def alone():
        with from_here_on(float("inf")):
            function()

    def together():
        with from_here_on(0):
            function()

    seconds = timing.take_turns({"alone": alone, "together": together}, EFFORT)
    return *map(np.median, seconds.values()), timing.ratio(seconds, "together", "alone")


def main():
    loops.set_threads(2)
    print(f"{'':44} {'counted':>8} {'one':>8} {'two':>8}  faster   (million multiply-adds, microseconds)")
    for words, work, function in operations():
        alone, together, faster = measure(function)
        figures = f"{work / 1e6:8.1f} {alone * 1e6:8.0f} {together * 1e6:8.0f}   {faster:5.2f}"
        print(f"{words:44} {figures}   {'shared' if work >= team.ENOUGH else 'alone'}", flush=True)


if __name__ == "__main__":
    main()
