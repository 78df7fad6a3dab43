"""The programs that tell where the time of a step goes, and from when on threads share it."""

import sys

import numpy as np
import pytest
from numba import config

from benchmarks import handing_out, operations, timing
from cnnlab import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, Network, ReLU, loops
from cnnlab.loops.runtime import team

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code there are no plans")


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr(operations, "TURNS", 1)
    layers = [
        *(Conv2D(4, 3), BatchNorm(), ReLU(), MaxPool2D(2), Conv2D(5, 2), ReLU()),
        *(Flatten(), Dropout(0.5), Dense(6), ReLU(), Dense(3)),
    ]
    made = Network(layers, (8, 8, 2), rng=0)
    monkeypatch.setitem(operations.NETWORKS, "alexnet_tiny", lambda rng: made)
    return made


def adds_of(found, words):
    return sum(adds for name, _, adds in found if words in name)


def test_a_step_has_the_multiply_adds_of_its_layers_once_forward_and_twice_back(network):
    x = np.random.default_rng(0).random((4, 8, 8, 2), np.float32)
    found, whole = operations.of_a_step(network, x, np.arange(4) % 3)
    total, first = 4 * network.multiply_adds, 4 * network[0].multiply_adds
    assert adds_of(found, "forward") == total and adds_of(found, "backward") == 2 * total - first
    assert min(seconds for seconds, _ in [whole, *(each for _, each, _ in found)]) > 0
    names = [name for name, *_ in found]
    assert "norm1 + ReLU + pooling, forward" in names and "dropout1, backward" in names


@pytest.mark.parametrize("images", [1, 300])
def test_a_network_in_use_has_them_once(network, images):
    found, _ = operations.in_use(network, np.random.default_rng(0).random((images, 8, 8, 2), np.float32))
    assert adds_of(found, "") == images * network.multiply_adds
    assert any("kernel packed" in name for name, *_ in found) == (images == 1)


def test_the_program_prints_a_line_for_each_operation(network, monkeypatch, capsys):
    threads = loops.threads()
    for more in ([], ["--in-use"]):
        monkeypatch.setattr(sys, "argv", ["operations.py", "alexnet_tiny", "--batch", "2", *more])
        operations.main()
        said = capsys.readouterr().out
        assert "of the peak" in said and "between them" in said and "conv1" in said
    loops.set_threads(threads)


def test_one_thread_and_two_take_turns_and_what_is_enough_stays_what_it_was(network, monkeypatch, capsys):
    monkeypatch.setattr(handing_out, "EFFORT", timing.Effort(3, 0.0))
    for name in ("LAYERS", "MAPS", "KERNELS"):
        monkeypatch.setattr(handing_out, name, getattr(handing_out, name)[:1])
    monkeypatch.setattr(handing_out, "STEPS", [(lambda: network, 4)])
    handed, at_once, before, threads = [], team._at_once, team.ENOUGH, loops.threads()
    monkeypatch.setattr(team, "_at_once", lambda works: handed.append(len(works)) or at_once(works))
    try:
        handing_out.main()
    finally:
        loops.set_threads(threads)
    rows = capsys.readouterr().out.splitlines()[1:]
    assert len(rows) == 6 and all(row.endswith("alone") for row in rows) and {1, 2} <= {*handed}
    assert team.ENOUGH == before
