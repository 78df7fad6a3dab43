"""Real processes that are killed at random moments: their work goes on with the same bits, and nothing is left."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from cnnlab.files import Npz
from cnnlab.network import Network

FIT = """
import sys
from spots import network, train
net, resume = network(), sys.argv[2] == "resume"
history = train(net, int(sys.argv[3]), checkpoint=sys.argv[1] + "/run.npz", resume=resume, augment=lambda x, rng: x)
net.save(sys.argv[1] + "/net.npz")
"""
SAVE = """
import sys
from cnnlab import layers as L
from cnnlab.network import Network
networks = [Network([L.Dense(200)], (500,), rng) for rng in range(2)]
while True:
    for net in networks:
        net.save(sys.argv[1] + "/net.npz")
"""
KILLS = [2, pytest.param(25, marks=pytest.mark.slow)]


def start(*words):
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths, "CNNLAB_PROGRESS": "off"},
    )


def ended(*words):
    """Let a process come to its end -> what it said."""
    process = start(*words)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def weights(path):
    return Network.load(path).weights()


def equal(one, two):
    return one.keys() == two.keys() and all(np.array_equal(one[name], two[name]) for name in one)


def written(path):
    """When, or 0."""
    return path.stat().st_mtime_ns if path.exists() else 0


def epochs(path):
    """How many a checkpoint has; whatever was killed, it can be read."""
    if not path.exists():
        return 0
    with Npz.open(path) as file:
        return len(json.loads(file.text("checkpoint", 10**7))["epochs"])


def killed_again_and_again(first, again, path, kills, seed):
    """Start, kill after a random time, go on, until it comes to its end -> epochs that were done at each kill."""
    rng, done = random.Random(seed), []
    while True:
        process, before = start(*(again if path.exists() else first)), written(path)
        if len(done) == kills:
            err = process.communicate(timeout=300)[1]
            assert process.returncode == 0, err
            return done
        while process.poll() is None and written(path) == before:
            time.sleep(0.001)  # until it has begun in earnest
        time.sleep(rng.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        code, err = process.wait(), process.communicate()[1]
        if code == -signal.SIGKILL:
            done.append(epochs(path))
        else:  # it was faster
            assert code == 0, err
            return done


@pytest.mark.parametrize("kills", KILLS)
def test_a_training_that_is_killed_goes_on_with_the_same_bits(tmp_path, kills):
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    ended("-c", FIT, str(tmp_path / "whole"), "afresh", str(20 * kills))
    call = ("-c", FIT, str(tmp_path / "parts"))
    path = tmp_path / "parts" / "run.npz"
    done = killed_again_and_again(
        [*call, "afresh", str(20 * kills)], [*call, "resume", str(20 * kills)], path, kills, 0
    )
    assert len(done) == kills and done == sorted(done), "it was done before it was killed so often"
    assert equal(weights(tmp_path / "whole" / "net.npz"), weights(tmp_path / "parts" / "net.npz"))
    assert sorted(each.name for each in (tmp_path / "parts").iterdir()) == ["net.npz", "run.npz"]


@pytest.mark.parametrize("kills", KILLS)
def test_train_that_is_killed_goes_on_with_the_same_bits(tmp_path, kills):
    x, y = np.random.default_rng(0).uniform(-1, 1, (660, 15, 16)).astype(np.float32), np.arange(660) % 3
    own = {"x_train": x[60:], "y_train": y[60:], "x_test": x[:60], "y_test": y[:60], "names": ["b", "d", "g"]}
    np.savez(tmp_path / "own.npz", **own)  # noise, which is learned as syllables are, and made in no time
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    call = ["-m", "cnnlab", "train", "tdnn", "--data", str(tmp_path / "own.npz"), "--epochs", str(20 * kills), "--out"]
    ended(*call, str(tmp_path / "whole" / "a.npz"))
    first = [*call, str(tmp_path / "parts" / "a.npz")]
    part = tmp_path / "parts" / ".a.npz.part.npz"
    done = killed_again_and_again(first, [*first, "--resume"], part, kills, 1)
    assert len(done) == kills and done == sorted(done), "it was done before it was killed so often"
    for name in ("a.npz", "a.json"):
        one, two = ((tmp_path / folder / name).read_bytes() for folder in ("whole", "parts"))
        assert one == two, name
    assert sorted(each.name for each in (tmp_path / "parts").iterdir()) == ["a.json", "a.npz"]


@pytest.mark.parametrize("kills", KILLS)
def test_a_save_that_is_killed_leaves_a_whole_file_and_the_next_one_clears_up(tmp_path, kills):
    path, rng, left = tmp_path / "net.npz", random.Random(2), 0
    for _ in range(kills):
        process, before = start("-c", SAVE, str(tmp_path)), written(path)
        while process.poll() is None and written(path) == before:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, process.communicate()[1]
        process.communicate()
        net = Network.load(path)
        here = sum(each.name.endswith(".part") for each in tmp_path.iterdir())
        assert here <= 1, "what the one before left was not cleared"
        left += here
    net.save(path)
    assert [each.name for each in tmp_path.iterdir()] == ["net.npz"]
    assert left or kills < 25, "no kill came while a file was written"
