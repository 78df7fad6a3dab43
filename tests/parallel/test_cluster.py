"""Training on a cluster: the same bits with any number of workers and without, whoever dies."""

import os
import signal
import time

import distributed
import pytest
import shared_out
from shared_out import Deadly, everything, small, task

import cnnlab
from cnnlab import layers as L
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.parallel import Crew, NoWorkers, finding, members, steps
from cnnlab.training import fit

SAMPLES, BATCH = 900, 400  # the last step of an epoch, of 100 samples, is too small to be shared


@pytest.fixture(scope="module")
def cluster():
    """A client of three workers, for all tests; who is killed is replaced."""
    cluster = distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
    )
    with cluster, distributed.Client(cluster, set_as_default=False) as found:
        yield found


@pytest.fixture
def client(cluster):
    """The same, when all three are there: a test may have killed some."""
    all_there(cluster)
    return cluster


def all_there(client, without=(), seconds=120):
    """Wait for three workers that answer.  Of one that was killed a moment ago the scheduler may not know it yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = client.run(os.getpid, on_error="return")
        if len(found) == 3 and all(isinstance(pid, int) and pid not in without for pid in found.values()):
            return
        time.sleep(0.1)
    pytest.fail(f"three workers were awaited; there are {found}")


@pytest.fixture
def most(monkeypatch):
    """A function that lets a training see so many workers at most."""

    def limit(count):
        here = Crew._here
        monkeypatch.setattr(Crew, "_here", lambda crew: sorted(here(crew))[:count])

    return limit


def trained(client, loss=None, epochs=2, **more):
    """(all that training changes, the figures of its epochs, the history)"""
    network = small()
    x, y = task(network, SAMPLES)
    history = fit(
        network,
        x,
        y,
        loss=loss or CrossEntropy(),
        optimiser=SGD(0.05, momentum=0.9),
        epochs=epochs,
        batch=BATCH,
        rng=7,
        progress=False,
        client=client,
        **more,
    )
    return everything(network), figures(history), history


def figures(history):
    return [{name: row[name] for name in ("epoch", "loss", "accuracy")} for row in history.epochs]


def noisy(x, rng):
    """Samples that are others each time."""
    return x + 0.1 * rng.standard_normal(x.shape).astype(x.dtype)


@pytest.fixture(scope="module")
def alone():
    """What a training gives without a cluster."""
    return trained(None)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_same_bits_with_any_number_of_workers(client, alone, most, count):
    most(count)
    found = trained(client)
    assert found[:2] == alone[:2] and found[2].notes == []


def test_samples_that_change_go_to_those_who_compute_them(client):
    with_them, without = (trained(each, augment=noisy, epochs=1) for each in (client, None))
    assert with_them[:2] == without[:2]


def test_a_worker_that_dies_in_the_middle_of_an_epoch_changes_no_bit(client, alone):
    """And one that comes takes part from the next epoch on."""
    pid = min(client.run(os.getpid).values())
    found = trained(client, Deadly(2, [pid]), callback=lambda *_: all_there(client, without=[pid]))
    assert found[:2] == alone[:2]
    lost, came = found[2].notes
    assert lost.startswith("epoch 1, step 2: worker ") and "computed again by the 2 that are left" in lost
    assert came.startswith("epoch 2: worker ") and came.endswith("takes part from now on")


def test_a_worker_that_comes_gets_the_samples_though_who_had_them_is_gone(client, alone):
    """Dask keeps one copy of what was sent, after a while; where it does, its worker is killed between two epochs."""

    def sent():
        return {key: who for key, who in client.who_has().items() if key.startswith("ndarray-")}

    def killed(network, history):
        while any(len(who) > 1 for who in sent().values()):
            client.amm.run_once()  # as Dask does every two seconds
            time.sleep(0.05)
        holders = [address for who in sent().values() for address in who] or sorted(client.nthreads())[:1]
        pids = list(client.run(os.getpid, workers=holders).values())
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        all_there(client, without=pids)

    found = trained(client, callback=killed)
    assert found[:2] == alone[:2]
    assert len([note for note in found[2].notes if note.endswith("takes part from now on")]) == 1
    assert not [note for note in found[2].notes if "cannot" in note or "could not" in note]


def test_ctrl_c_leaves_the_network_as_it_was_before_the_step(client):
    seen = []
    found = trained(
        client,
        Deadly(4, [os.getpid()], signal.SIGINT),
        callback=lambda network, history: seen.append(everything(network)),
    )
    assert found[2].interrupted and len(found[2]) == 1 and [found[0]] == seen


def test_the_last_worker_takes_nothing_along(client, alone, most, tmp_path):
    """The network and the checkpoint are those of the last epoch, and training goes on, here or elsewhere."""
    most(1)
    (address,) = sorted(client.nthreads())[:1]
    (pid,) = client.run(os.getpid, workers=[address]).values()
    file, network, seen = tmp_path / "run.npz", small(), []
    x, y = task(network, SAMPLES)
    how = {"optimiser": SGD(0.05, momentum=0.9), "epochs": 2, "batch": BATCH, "rng": 7, "progress": False}
    with pytest.raises(NoWorkers, match=r"lost in epoch 2, step 1 .*the weights it had after epoch 1") as lost:
        fit(
            network,
            x,
            y,
            loss=Deadly(4, [pid]),
            checkpoint=file,
            client=client,
            callback=lambda network, history: seen.append(everything(network)),
            **how,
        )
    assert [everything(network)] == seen and len(lost.value.history) == 1
    again = small()
    history = fit(again, x, y, loss=CrossEntropy(), checkpoint=file, resume=True, **how)
    assert everything(again) == alone[0] and figures(history) == alone[1]


def test_what_a_cluster_has_begun_goes_on_there(client, alone, tmp_path):
    file = tmp_path / "run.npz"
    trained(client, checkpoint=file, callback=lambda network, history: True)
    found = trained(client, checkpoint=file, resume=True)
    assert found[:2] == alone[:2]


def test_a_worker_without_memory_is_told_and_left_out(client, alone):
    poor = sorted(client.nthreads())[0]
    client.run(shared_out.forget_how, True, workers=[poor])
    try:
        found = trained(client)
    finally:
        client.run(shared_out.forget_how, False, workers=[poor])
    assert found[:2] == alone[:2]
    assert "was lost (MemoryError: no room)" in found[2].notes[0]


def test_samples_that_do_not_arrive_are_sent_again_to_those_that_are_left(client, alone, monkeypatch):
    sent = distributed.Client.scatter
    monkeypatch.setattr(distributed.Client, "scatter", lambda *given, **how: failing.pop()(*given, **how))

    def closed(*given, **how):
        raise OSError("closed")

    failing = [sent, closed]
    found = trained(client)
    assert found[:2] == alone[:2] and not failing
    assert found[2].notes == ["epoch 1: a worker could not take the samples (closed): out of memory, perhaps"]
    failing = [closed] * 3
    with pytest.raises(NoWorkers, match=r"could not take the samples .*the weights it had before training"):
        trained(client)


def test_a_worker_with_another_processor_is_told(client, monkeypatch):
    monkeypatch.setattr(members, "maker", lambda: "another")
    notes = trained(client, epochs=1)[2].notes
    assert notes and all("has another processor or compiler than this computer" in note for note in notes)


def test_layers_that_a_callback_freezes_are_frozen_everywhere(client):
    def freeze(network, history):
        network["conv1"].frozen = True

    assert trained(client, callback=freeze)[:2] == trained(None, callback=freeze)[:2]


def test_steps_that_are_too_small_to_share_are_computed_here(client):
    network = Network([L.Flatten(), L.Dense(4)], (16, 16, 3))
    x, y = task(network, 60)
    settings = {"loss": CrossEntropy(), "optimiser": SGD(0.05), "epochs": 2, "batch": 20, "progress": False}
    history = fit(network, x, y, client=client, **settings)
    (note,) = history.notes
    assert "a step of 20 samples is one chunk" in note
    other = Network([L.Flatten(), L.Dense(4)], (16, 16, 3))
    fit(other, x, y, **settings)
    assert everything(network) == everything(other)


def test_what_cannot_be_split_names_its_layer(client):
    network = Network([L.Conv2D(3, 3), L.PReLU(), L.Flatten(), L.Dense(4)], (16, 16, 3))
    x, y = task(network, 8)
    with pytest.raises(ValueError, match=r"network cannot be split among workers: prelu1 \(PReLU\)"):
        fit(network, x, y, loss=CrossEntropy(), optimiser=SGD(0.1), epochs=1, client=client)


def test_what_is_no_cluster_or_another_cnnlab_is_named(client, monkeypatch):
    with monkeypatch.context() as impatient:
        impatient.setattr(finding, "WAIT", 1)
        impatient.setattr(finding, "COMING", 1)
        with pytest.raises(ConnectionError, match=r"nobody answers at tcp://127\.0\.0\.1:9 "):
            trained("tcp://127.0.0.1:9")
        with (
            distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0") as nobody,
            distributed.Client(nobody, set_as_default=False) as none,
            pytest.raises(ConnectionError, match="no workers"),
        ):
            trained(none)
    with pytest.raises(TypeError, match="client must be a dask"):
        trained(3)
    with monkeypatch.context() as without, pytest.raises(ValueError, match="without numba"):
        without.setattr(steps, "DISABLED", True)
        trained(client)
    monkeypatch.setattr(cnnlab, "__version__", "9.9")
    with pytest.raises(ValueError, match=r"must have cnnlab 9\.9, as here; tcp://127\.0\.0\.1:\d+ has 0\.1\.0"):
        trained(client)
