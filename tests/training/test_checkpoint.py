"""A training run on disk, and how it goes on."""

import json
import zipfile

import numpy as np
import pytest
from spots import Stop, network, numbers, same, train

from cnnlab import layers as L
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam, one_cycle


@pytest.mark.parametrize("optimiser", [lambda: SGD(0.05, momentum=0.9), lambda: Adam(one_cycle(0.01))])
def test_a_resumed_run_is_the_uninterrupted_run_bit_for_bit(tmp_path, optimiser):
    whole, halves = network(), network()
    at_once = train(whole, 5, optimiser=optimiser(), rng=3, augment=Stop(at=0))
    path = tmp_path / "run.npz"
    first = train(halves, 5, optimiser=optimiser(), rng=3, checkpoint=path, augment=Stop(at=16))
    assert len(first) == 2
    fresh = network(rng=99)  # what it holds is replaced by the checkpoint
    second = train(fresh, 5, optimiser=optimiser(), rng=3, checkpoint=path, resume=True, augment=Stop(at=0))
    assert same(whole, fresh) and numbers(second) == numbers(at_once)
    assert second.epochs[:2] == first.epochs  # timing and all


def test_resuming_a_finished_run_changes_nothing_and_more_epochs_go_on(tmp_path):
    path, net = tmp_path / "run.npz", network()
    done = train(net, 2, checkpoint=path)
    again = network()
    assert train(again, 2, checkpoint=path, resume=True).epochs == done.epochs and same(net, again)
    longer, whole = network(), network()
    train(longer, 4, checkpoint=path, resume=True)
    train(whole, 4)
    assert same(longer, whole)


def test_resume_starts_where_there_is_no_checkpoint_and_takes_a_generators_seed_from_it(tmp_path):
    path, one, two = tmp_path / "run.npz", network(), network()
    train(one, 4, rng=np.random.default_rng(1))
    train(two, 2, rng=np.random.default_rng(1), checkpoint=path, resume=True)
    three = network()
    train(three, 4, rng=np.random.default_rng(2), checkpoint=path, resume=True)
    assert same(one, three)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(batch=9), "its batch was 8, now it is 9"),
        (dict(rng=1), "its seed was 0, now it is 1"),
        (dict(optimiser=SGD(0.1)), "its optimiser was"),
        (dict(loss=CrossEntropy(0.1)), "its loss was"),
        (dict(shuffle=False), "its shuffle was true, now it is false"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(tmp_path, options, words):
    path = tmp_path / "run.npz"
    train(network(), 1, checkpoint=path)
    net, before = network(), network()
    with pytest.raises(ValueError, match=rf"run\.npz is a checkpoint of another run: {words}"):
        train(net, 2, checkpoint=path, resume=True, **options)
    assert same(net, before)


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    train(network(), 1, checkpoint=path)
    with pytest.raises(ValueError, match="its network was"):
        train(Network([L.Flatten(), L.Dense(3)], (5, 5, 1)), 2, checkpoint=path, resume=True)


@pytest.mark.parametrize("harm", ["cut", "network", "missing", "text"])
def test_a_damaged_checkpoint_is_refused(tmp_path, harm):
    path, net = tmp_path / "run.npz", network()
    train(net, 1, checkpoint=path)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif harm == "network":
        net.save(path)
    elif harm == "text":
        path.write_text("nothing")
    else:
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist() if name != "parameters/0.w.npy"}
        with zipfile.ZipFile(path, "w") as new:
            for name, part in parts.items():
                new.writestr(name, part)
    with pytest.raises(ValueError, match=r"run\.npz"):
        train(network(), 2, checkpoint=path, resume=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"checkpoint": np.array('{"format": ' + "[" * 5000 + "]" * 5000 + "}")}, "nested more than 100 deep"),
        ({"checkpoint": np.array('{"format": "cnnlab checkpoint 3"}')}, "it says 'cnnlab checkpoint 3'"),
        ({"checkpoint": np.array('{"format": "cnnlab checkpoint 2"}')}, "which settings and epochs"),
        (
            {"checkpoint": np.array('{"format": "cnnlab checkpoint 2", "settings": {}, "epochs": [3]}')},
            "which settings",
        ),
        ({"checkpoint": np.array([{}])}, "holds Python objects"),
        ({"parameters/0.w": "complex"}, "parameters/0.w must hold float32 numbers; got complex64"),
        ({"parameters/0.w": "M8[s]"}, r"parameters/0.w must hold float32 numbers; got datetime64\[s\]"),
    ],
)
def test_a_checkpoint_of_strange_contents_is_refused_by_name(tmp_path, changes, words):
    path, net = tmp_path / "run.npz", network()
    train(net, 1, checkpoint=path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    for name, new in changes.items():
        arrays[name] = arrays[name].astype("c8" if new == "complex" else new) if isinstance(new, str) else new
    np.savez(path, **arrays)
    other = network()
    before = network()
    with pytest.raises(ValueError, match=rf"run\.npz .*{words}"):
        train(other, 2, checkpoint=path, resume=True)
    assert same(other, before)


def test_a_checkpoint_needs_a_place(tmp_path):
    with pytest.raises(ValueError, match="checkpoint must be a path in a folder that exists"):
        train(network(), 1, checkpoint=tmp_path / "nowhere" / "run.npz")
    with pytest.raises(ValueError, match="checkpoint must be the path to go on from"):
        train(network(), 1, resume=True)


def test_settings_in_a_checkpoint_are_readable(tmp_path):
    train(network(), 1, checkpoint=tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        about = json.loads(str(file["checkpoint"]))
    assert about["settings"]["batch"] == 8 and about["settings"]["optimiser"]["momentum"] == 0.9
