"""What every test shares."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def worker():
    """A client of Dask's with one worker, in this process: at once there, and it sees what a test has put in place."""
    from distributed import Client, LocalCluster

    here = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0")
    with here, Client(here, set_as_default=False) as client:
        yield client


@pytest.fixture
def here(worker, monkeypatch, tmp_path):
    """The address of a cluster in this process, for programs of benchmarks/, whose runs are kept for one test alone."""
    from benchmarks import many

    monkeypatch.setattr(many, "FOLDER", tmp_path / "sweeps")
    return worker.scheduler.address
