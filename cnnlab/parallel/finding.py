"""Clusters of Dask's: the one that somebody has, or one on this computer."""

import importlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cnnlab.files import plain
from cnnlab.loops.runtime.team import cores
from cnnlab.packages import needs

WAIT = 30  # seconds, for a cluster that does not answer
COMING = 90  # seconds, for the first worker: a busy machine takes long to begin a Python, or to replace one that died


@contextmanager
def cluster(client: Any = None, most: int | None = None) -> Iterator[Any]:
    """A client of Dask's: the one that is given, one of the scheduler at an address, or of a cluster on this computer.

    Parameters
    ----------
    client : dask.distributed.Client, str or None
        The client, or an address such as "tcp://127.0.0.1:8786"; None begins a cluster that ends with the block.
    most : int or None
        So many workers at most, where one is begun.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ModuleNotFoundError
        Where `distributed` is missing.
    ConnectionError
        If nobody answers at that address, or has workers.
    TypeError, ValueError
        For something else, or workers with another version of cnnlab.
    """
    with needs("distributed", "Sweeps, and training on several computers,"):
        from distributed import Client, LocalCluster
    if isinstance(client, Client):
        same_version(client)
        yield client
    elif isinstance(client, str):
        try:
            found = Client(client, timeout=WAIT, set_as_default=False)
        except (OSError, ValueError) as problem:
            raise ConnectionError(
                f"client must be the address of a cluster; nobody answers at {plain(client)} ({plain(problem)})"
            ) from None
        with found:
            same_version(found)
            yield found
    elif client is None:
        count = max(1, min(cores(), most or cores()))
        try:
            local = LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs="ERROR",
                preload=[__name__],
            )
        except RuntimeError:  # the workers are new Pythons, which import the script that began them
            raise RuntimeError(
                "the workers could not begin; a script must call this below the line: if __name__ == '__main__':"
            ) from None
        with local, Client(local, set_as_default=False) as mine:
            yield mine
    else:
        raise TypeError(f"client must be a dask.distributed.Client, an address or None; got {type(client).__name__}")


def dask_setup(worker: Any) -> None:
    """What Dask calls in each worker that `cluster` begins: a Ctrl-C at its terminal is meant for who began it.

    Parameters
    ----------
    worker : distributed.Worker
        That begins.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def version_here() -> str:
    """The version of cnnlab in this process.

    Returns
    -------
    str
    """
    return str(importlib.import_module("cnnlab").__version__)  # by its name: this room is a part of that package


def same_version(client: Any) -> None:
    """Refuse a cluster that has no workers, or whose workers compute with another cnnlab.

    Parameters
    ----------
    client : dask.distributed.Client
        Of the cluster.

    Raises
    ------
    ConnectionError
        If it has no workers, and none comes within a minute and a half.
    ValueError
        For another version, or none; the message names a worker.
    """
    here = version_here()
    try:
        client.wait_for_workers(1, timeout=COMING)  # one that died a moment ago is about to be replaced
        found = client.run(version_here)
    except TimeoutError:
        raise ConnectionError("the cluster has no workers: start some, or leave client out") from None
    except ModuleNotFoundError as problem:
        raise ValueError(f"the workers of the cluster must have cnnlab {here}; {plain(problem)}") from None
    others = {worker: version for worker, version in found.items() if version != here}
    if others:
        worker, version = next(iter(others.items()))
        raise ValueError(
            f"the workers of the cluster must have cnnlab {here}, as here; {plain(worker)} has {plain(version)}"
        )
