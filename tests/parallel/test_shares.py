"""Whoever computes which chunks of a step: the bits are those of one machine.  No cluster is needed to see that."""

import asyncio

import numpy as np
import pytest
from shared_out import Inside, chunks, everything, small, task, within

from cnnlab import layers as L
from cnnlab import models
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.parallel import Crew, steps


def groups(dtype):
    """Groups, a bias of each unit, a border that is not zero, response normalisation, no batch normalisation.

    Few maps with large kernels: as much work in all, and few powers for the normalisation to take.
    """
    layers = [
        *(L.Conv2D(8, 9, groups=2, padding="same", padding_value=-1, bias="unit"), L.Tanh(), L.LocalResponseNorm()),
        *(L.MaxPool2D(3, 2, rectify=True), L.Conv2D(7, 3), L.LeakyReLU(0.1), L.Flatten(), L.Dropout(0.3), L.Dense(4)),
    ]
    return Network(layers, (16, 16, 2), 5, dtype)


def frozen(dtype):
    """The lowest layers learn nothing, and one above them neither."""
    network = small(dtype)
    for layer in (network["conv1"], network[2], network["conv2"]):
        layer.frozen = True
    return network


def at_the_end(dtype):
    """Batch normalisation of the input, of units, and of what comes out."""
    layers = [
        *(L.BatchNorm(), L.Conv2D(8, 5, padding="same"), L.ReLU(), L.MaxPool2D(4), L.Flatten(), L.Dense(20)),
        *(L.BatchNorm(), L.ReLU(), L.Dense(4), L.BatchNorm()),
    ]
    return Network(layers, (16, 16, 3), 0, dtype)


CASES = {"a little of everything": small, "groups": groups, "frozen": frozen, "batch norm everywhere": at_the_end}


def trained(network, x, y, loss, crew, batches):
    """Some steps of descent -> losses, outputs, gradients and all that they change, as bits."""
    found, descent = [], SGD(0.05, momentum=0.9)
    for step, rows in enumerate(batches):
        if crew is None:
            value, e = network.loss_and_gradients(x[rows], y[rows], loss, checked=True)
        else:
            value, e = crew.loss_and_gradients(rows, x[rows], y[rows], loss, "now")
        gradients = {name: array.tobytes() for name, array in network.gradients.items()}
        found.append((value, e.tobytes(), gradients))
        descent.step(network.learned, network.gradients, step / len(batches))
    return found, everything(network)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_shares_of_a_step_add_up_to_its_bits(name, dtype):
    make, loss = CASES[name], MSE() if name == "groups" else CrossEntropy()
    x, y = task(make(dtype), 900)
    order = np.random.default_rng(1).permutation(900)
    batches = [order[:500], order[:90], order[500:]]  # the second is a single chunk, which nobody shares
    assert chunks(make(dtype), 500) > 5 and chunks(make(dtype), 90) == 1
    alone = trained(make(dtype), x, y, loss, None, batches)
    for count in (1, 2, 7):
        network = make(dtype)
        crew = Inside(network, 500, x, count, brings_images=count == 2)
        assert trained(network, x, y, loss, crew, batches) == alone, count


def test_every_chunk_is_somebodys_and_nobody_has_more_than_he_must():
    network = small()
    x, y = task(network, 500)
    wanted = chunks(network, 500)
    for count in (1, 2, 3, 5, 8, 11):
        crew = Inside(network, 500, x, count)
        crew.loss_and_gradients(np.arange(500), x, y, CrossEntropy(), "now")
        shares = [member.comm.chunks for member in crew.members]
        assert [k for share in shares for k in share] == list(range(wanted))
        assert max(map(len, shares)) == -(-wanted // min(count, wanted))


def test_what_is_sent_is_the_weights_once_and_little_for_each_meeting():
    """No layer by itself, no sample that is there already: of the flat arrays one goes down, one comes up."""
    network = small()
    x, y = task(network, 400)
    crew, sent = Inside(network, 400, x, 2), []
    talk = crew._answer

    async def listening(member, message):
        answer = await talk(member, message)
        sent.append((message["do"], size(message), size(answer)))
        return answer

    crew._answer = listening
    crew.loss_and_gradients(np.arange(400), x, y, CrossEntropy(), "now")
    flat = network._flat.count * 4
    assert [do for do, _, _ in sent].count("begin") == 2 and {"forward", "backward", "add"} < {do for do, _, _ in sent}
    for do, down, up in sent:
        bounds = {"begin": (flat + 400 * 8, 4000), "add": (flat, flat)}.get(do, (200 * 10 * 4, 200 * 10 * 4))
        assert down <= bounds[0] and up <= bounds[1], do


def size(message):
    arrays = [array for value in message.values() for array in (value if isinstance(value, list) else [value])]
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


class Silent:
    """A connection to a worker that hangs."""

    async def write(self, message):
        self.closed = asyncio.Event()

    async def read(self):
        await self.closed.wait()
        raise OSError("closed")

    def abort(self):
        self.closed.set()


def test_a_worker_that_hangs_is_given_up_when_the_scheduler_does(monkeypatch):
    network = small()
    x, y = task(network, 400)
    crew = Inside(network, 400, x, 2)
    there = [{"silent": 1, "inside 0": 1}, {"inside 0": 1}]
    first, second = crew.members
    second.address, second.comm = "silent", Silent()

    async def asked():
        return there.pop(0)

    crew.nthreads = asked
    monkeypatch.setattr(steps, "PATIENCE", 0.02)
    monkeypatch.setattr(
        Inside,
        "_answer",
        lambda self, member, message: (
            Crew._answer(self, member, message) if member is second else within(member, message)
        ),
    )
    crew.loss_and_gradients(np.arange(400), x, y, CrossEntropy(), "now")
    assert crew.members == [first] and not there
    (note,) = crew.notes
    assert note == (
        "now: worker 1 was lost (OSError: its connection is closed); the step was computed again by the 1 that is left"
    )


def test_a_share_that_cannot_says_why():
    network = small()
    share = Inside(network, 400, task(network, 400)[0], 1).members[0].comm
    assert "TypeError" in share.answer({"do": "begin"})["problem"]
    assert "AttributeError" in share.answer({"do": "nothing"})["problem"]


@pytest.mark.slow
@pytest.mark.parametrize("make", [models.alexnet_lite, models.alexnet_lite_bn])
def test_networks_of_the_series_have_the_same_bits_with_1_2_and_7_workers(make):
    x, y = task(make(), 64, classes=10)
    batches = [np.arange(64), np.arange(40)[::-1].copy()]
    alone = trained(make(), x, y, CrossEntropy(), None, batches)
    for count in (1, 2, 7):
        network = make()
        assert trained(network, x, y, CrossEntropy(), Inside(network, 64, x, count), batches) == alone, count
