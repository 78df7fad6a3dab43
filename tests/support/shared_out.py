"""Trainings whose steps are shared out, with workers and without: shares that live in this process, and what happens to
those that live elsewhere.
"""

import os
import signal

import numpy as np
from processes import in_a_loop

from cnnlab import layers as L
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.network.step import chunks_of
from cnnlab.parallel.members import Member
from cnnlab.parallel.share import Share
from cnnlab.parallel.steps import Crew


def small(dtype=np.float32, rng=5):
    """A little of everything; 400 samples are six chunks of work, 100 are one."""
    layers = [
        *(L.Standardise(0.1, 2.0), L.Conv2D(8, 5, padding="same", bias=None), L.BatchNorm(), L.ReLU(), L.MaxPool2D(2)),
        *(L.Conv2D(6, 3), L.MaxPool2D(2), L.BatchNorm(), L.ReLU(), L.Flatten(), L.Dropout(0.3), L.Dense(10)),
    ]
    return Network(layers, (16, 16, 3), rng, dtype)


def task(network, samples, seed=3, classes=4):
    """Noise with labels, as the network takes it."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((samples, *network.input_shape)).astype(network.dtype)
    return x, rng.integers(0, classes, samples)


class Inside(Crew):
    """A crew whose workers are in this process: no cluster, no connection, one after the other."""

    def __init__(self, network, samples, x, count, brings_images=False):
        self.network, self.samples, self.x, self.notes = network, samples, None if brings_images else x, []
        self.seconds = self.computing = 0.0
        self.client = self
        made = [Share(network.config(), samples, self.x) for _ in range(count)]
        self.members = [Member(f"inside {k}", str(k), share) for k, share in enumerate(made)]

    def sync(self, function, *arguments):
        return in_a_loop(function(*arguments))

    def _answer(self, member, message):
        return within(member, message)

    def close(self):
        self.members = []


async def within(member, message):
    """What a member in this process answers."""
    answer = member.comm.answer({name: copied(value) for name, value in message.items()})
    return {name: copied(value) for name, value in answer.items()}


def copied(value):
    """What another process would have of it."""
    if isinstance(value, list):
        return [copied(each) for each in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def chunks(network, samples):
    return len(chunks_of(network, samples))


def everything(network):
    """All that a training changes, as bits."""
    return {name: array.tobytes() for name, array in network.weights().items()}


class Deadly(CrossEntropy):
    """Kills or stops processes when it is asked for the gradient for the nth time; the loss itself is the usual one."""

    def __init__(self, at, pids, how=signal.SIGKILL):
        super().__init__()
        self.left, self.pids, self.how = at, pids, how

    def config(self):
        return CrossEntropy().config()

    def gradient(self, e, y):
        self.left -= 1
        if self.left == 0:
            for pid in self.pids:
                os.kill(pid, self.how)
        return super().gradient(e, y)


def forget_how(on):
    """On a worker: it has no memory any more, or again."""
    if on:
        Share.do_kept = Share.do_begin

        def full(self, **message):
            raise MemoryError("no room")

        Share.do_begin = full
    else:
        Share.do_begin = Share.do_kept


def another_version(on):
    """On a worker: another cnnlab."""
    import cnnlab

    cnnlab.__version__ = "0.0.9" if on else "0.1.0"
