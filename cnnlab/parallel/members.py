"""Who takes part in a training: the workers that a cluster has, those that come, those that cannot."""

import contextlib
import secrets
from dataclasses import dataclass
from typing import Any

from cnnlab.files import plain
from cnnlab.loops.runtime.code import maker
from cnnlab.network import Network
from cnnlab.parallel.finding import version_here
from cnnlab.parallel.share import OPERATION, begin
from cnnlab.types import Array

__all__ = ["Member", "Members", "NoWorkers"]

TRIES = 3  # to send the samples
PATIENCE = 5.0  # seconds without an answer, after which the scheduler is asked whether the worker is still there


class NoWorkers(ConnectionError):
    """No worker is left, or none could begin.

    Attributes
    ----------
    history : History or None
        The epochs that were finished, where `fit` raises it.
    """

    history: Any = None


@dataclass(eq=False)
class Member:
    """A worker that takes part.

    Parameters
    ----------
    address, name : str
        What Dask calls it.
    comm : distributed.comm.Comm
        The connection to it.
    """

    address: str
    name: str
    comm: Any


class Members:
    """The workers that take part in a training.

    Parameters
    ----------
    client : dask.distributed.Client
        Of the cluster.
    network : Network
        What is trained.
    samples : int
        In the largest step.
    x : (N, *input_shape), dtype of the network, or None
        All samples, which every worker gets once; None where each step brings its own.
    notes : list of str
        What happens to workers is written here, a line each.
    """

    def __init__(self, client: Any, network: Network, samples: int, x: Array | None, notes: list[str]) -> None:
        self.client, self.network, self.samples, self.x, self.notes = client, network, samples, x, notes
        self.members: list[Member] = []
        self.config, self.run = network.config(), secrets.token_hex(8)

    def muster(self, when: str) -> None:
        """Take in the workers that the cluster has now: at first all of them, later those that came.

        Parameters
        ----------
        when : str
            For the notes.

        Raises
        ------
        NoWorkers
            If not one can begin.
        """
        if (config := self.network.config()) != self.config:  # a callback has frozen a layer
            self.close()
            self.config = config
        known = {member.address for member in self.members}
        new, why = [address for address in self._here() if address not in known], "the cluster has no workers"
        first, data = not self.members, None
        if new and self.x is not None:
            # To those who come later they are sent again: what Dask keeps of them is, after a while, a single copy (its
            # memory manager drops the others), and lost with the worker that has it. So it is let go at once.
            data = self._scattered(when, new)
            new = new if data is not None else []
        for address, found in self._begun(new, data).items():
            try:
                member = self._joined(address, found)
            except (OSError, ValueError) as problem:
                why = f"{plain(address)} cannot take part: {plain(problem)}"
                self.notes.append(f"{when}: {why}")
                continue
            self.members.append(member)
            if not first:
                self.notes.append(f"{when}: worker {member.name} takes part from now on")
        if not self.members:
            raise NoWorkers(f"no worker can compute: {why}")
        self.members.sort(key=lambda member: (len(member.name), member.name))

    def _scattered(self, when: str, addresses: list[str]) -> Any:
        """All samples, on those of these workers that are there; None where they are gone, but others are at work."""
        for _ in range(TRIES):
            there = self._here()
            if not (new := [address for address in addresses if address in there]) and self.members:
                return None
            try:
                return self.client.scatter(self.x, new or None, broadcast=True, hash=False, direct=True)
            except OSError as problem:  # those that are left may have room for them
                why = f"a worker could not take the samples ({plain(problem)}): out of memory, perhaps"
                self.notes.append(f"{when}: {why}")
        if self.members:
            return None
        raise NoWorkers(why)

    def _here(self) -> list[str]:
        """The addresses of all workers that the cluster has now."""
        return list(self.client.nthreads())

    def _begun(self, addresses: list[str], data: Any) -> dict[str, Any]:
        """{address: what `begin` gave there, or a future that has failed}"""
        futures = {
            address: self.client.submit(
                begin,
                f"{self.run} {address}",
                self.config,
                self.samples,
                data,
                workers=[address],
                allow_other_workers=False,
                pure=False,
            )
            for address in addresses
        }
        for address, future in futures.items():
            while not future.done():
                with contextlib.suppress(TimeoutError):
                    future.exception(timeout=PATIENCE)
                if not future.done() and address not in self._here():  # it died, and nobody else may take its place
                    future.cancel()
        return {
            address: future.result() if future.status == "finished" else future for address, future in futures.items()
        }

    def _joined(self, address: str, found: Any) -> Member:
        """The member at an address, connected.  Raises an OSError or ValueError that says why it cannot be one."""
        if not isinstance(found, dict):
            problem = found.exception() if found.status == "error" else None
            died = "it died while it got ready: out of memory, perhaps"
            raise ValueError(died if problem is None else f"{type(problem).__name__}: {problem}")
        if found["version"] != version_here():
            raise ValueError(f"it has cnnlab {found['version']}, not {version_here()}")
        if found["machine"] != maker():
            self.notes.append(
                f"worker {found['name']} has another processor or compiler than this computer: its last bits may differ"
            )
        return Member(address, found["name"], self.client.sync(self._connected, address))

    async def _connected(self, address: str) -> Any:
        # Dask places the work and finds the workers.  But batch normalisation takes two rounds a layer, and as a call
        # of an actor of Dask's a round takes more than twice as long as over a connection that stays open.
        from distributed.comm.core import connect

        comm = await connect(address, **self.client.connection_args)
        await comm.write({"op": OPERATION, "run": f"{self.run} {address}", "reply": False})
        return comm

    def close(self) -> None:
        """Let all workers go."""
        members, self.members = self.members, []
        with contextlib.suppress(OSError, RuntimeError):  # the cluster may be gone
            self.client.sync(self._parted, members)

    async def _parted(self, members: list[Member]) -> None:
        for member in members:
            await member.comm.close()
