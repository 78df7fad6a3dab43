"""Networks in files: what comes back, and what is refused, when it is written and when it is read."""

import functools
import os

import numpy as np
import pytest
from spots import small

from cnnlab import layers as L
from cnnlab import models
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


def test_a_saved_network_comes_back_the_same(tmp_path, rng):
    network, path = small(np.float32), tmp_path / "network.npz"
    x = rng.normal(size=(8, 6, 6, 2)).astype(np.float32)
    network.loss_and_gradients(x, np.zeros(8, int), CrossEntropy())  # the statistics of the batch normalisation move
    network.save(path)
    again = Network.load(path)
    np.testing.assert_array_equal(again.forward(x), network.forward(x))
    assert repr(again.summary()) == repr(network.summary()) and again.config() == network.config()
    for name, array in network.state.items():
        np.testing.assert_array_equal(again.state[name], array)


def test_decimation_is_told_and_saved_with_its_windows(tmp_path, rng):
    network = Network([L.Decimate2D(2, size=3), L.Decimate2D(2), L.Decimate2D(size=2), L.Flatten()], (13, 13, 1))
    assert [row[1] for row in network.summary().rows] == ["3 x 3, stride 2", "stride 2", "2 x 2", ""]
    assert [row[2] for row in network.summary().rows] == [(6, 6, 1), (3, 3, 1), (1, 1, 1), (1,)]
    network.save(tmp_path / "network.npz")
    again, x = Network.load(tmp_path / "network.npz"), rng.normal(size=(2, 13, 13, 1)).astype(np.float32)
    assert again.config() == network.config() and repr(again.summary()) == repr(network.summary())
    np.testing.assert_array_equal(again.forward(x), x[:, 0, 0])


def test_the_network_of_1989_survives_with_its_connections(tmp_path, rng):
    network, path = models.zip_code_1989(3), tmp_path / "network.npz"
    network.save(path)
    x = rng.uniform(-1, 1, (2, 16, 16, 1)).astype(np.float32)
    again = Network.load(path)
    np.testing.assert_array_equal(again.forward(x), network.forward(x))
    assert again.parameter_count == 9760 and again.connection_count == 64660


def test_half_precision_is_half_as_large_and_nearly_the_same(tmp_path, rng):
    network = Network([L.Dense(300), L.Dropout(0.5), L.Dense(10)], (100,))
    network.save(tmp_path / "whole.npz")
    network.save(tmp_path / "half.npz", half=True)
    assert (tmp_path / "half.npz").stat().st_size < 0.55 * (tmp_path / "whole.npz").stat().st_size
    x = rng.normal(size=(4, 100)).astype(np.float32)
    again = Network.load(tmp_path / "half.npz")
    assert again.parameters["0.w"].dtype == np.float32
    np.testing.assert_allclose(again.forward(x), network.forward(x), atol=0.02)


@pytest.mark.parametrize(("half", "number"), [(True, 7e4), (True, np.inf), (False, np.nan)])
def test_weights_that_could_not_be_loaded_are_not_saved(tmp_path, half, number):
    network, path = Network([L.Dense(3), L.Dense(2)], (2,)), tmp_path / "network.npz"
    network.save(path)
    before = path.read_bytes()
    network.parameters["1.w"][0, 1] = number
    with pytest.raises(ValueError, match=r"weights must be finite.*: parameters/1\.w could not be loaded again"):
        network.save(path, half=half)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["network.npz"]


def he(rng, shape, fan_in, fan_out, dtype):
    """Somebody's own, which happens to be called as one of ours."""
    return np.full(shape, 0.5, dtype)


@pytest.mark.parametrize(
    ("own", "name"),
    [
        (lambda *arguments: he(*arguments), "<lambda>"),
        (functools.partial(he), "partial"),
        (he, "he"),
    ],
)
def test_a_network_with_somebodys_own_first_weights_comes_back(tmp_path, own, name):
    network, path = Network([L.Dense(3, initialiser=own)], (2,)), tmp_path / "network.npz"
    network.save(path)
    again = Network.load(path)
    assert (again.parameters["0.w"] == 0.5).all()
    assert again.config() == network.config() and network[0].config()["initialiser"] == ["custom", name]
    again.save(path)
    assert (Network.load(path).parameters["0.w"] == 0.5).all()


def test_saving_twice_gives_the_same_bytes_and_no_pickle(tmp_path):
    network = small()
    for name in ("one.npz", "two.npz"):
        network.save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz", allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_a_file_is_replaced_only_when_the_new_one_is_complete(tmp_path, monkeypatch):
    network, path = small(), tmp_path / "network.npz"
    network.save(path)
    before = path.read_bytes()

    def fail(file, **arrays):
        file.write(b"half of it")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        network.save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["network.npz"]


@pytest.mark.parametrize(
    "harm", ["shorter", "changed", "text", "empty", "array", "other npz", "no layers", "weight missing", "nan"]
)
def test_a_damaged_file_is_refused_by_name(tmp_path, harm):
    network, path = small(), tmp_path / "mine.npz"
    network.save(path)
    whole = path.read_bytes()
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    if harm == "shorter":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "changed":
        middle = whole.index(b"parameters/1.w.npy") + 400
        path.write_bytes(
            whole[:middle] + bytes(byte ^ 255 for byte in whole[middle : middle + 8]) + whole[middle + 8 :]
        )
    elif harm == "text":
        path.write_text("this is not a network")
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "array":
        with open(path, "wb") as file:
            np.save(file, np.ones(3))
    elif harm == "other npz":
        np.savez(path, x=np.ones(3))
    elif harm == "no layers":
        arrays["network"] = np.array('{"format": "cnnlab network 1"}')
        np.savez(path, **arrays)
    elif harm == "weight missing":
        del arrays["parameters/7.w"]
        np.savez(path, **arrays)
    else:
        arrays["parameters/7.w"][0, 0] = np.nan
        np.savez(path, **arrays)
    with pytest.raises(ValueError, match=r"mine\.npz"):
        Network.load(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.npz"):
        Network.load(tmp_path / "nothing.npz")
