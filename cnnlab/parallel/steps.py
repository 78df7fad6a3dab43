"""The steps of a training, as they are led from here: who takes which chunks, what travels, who is lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from cnnlab import losses
from cnnlab.files import plain
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import DISABLED
from cnnlab.network import Network
from cnnlab.network.plan import NotCovered, stages_of
from cnnlab.network.step import Step, chunks_of
from cnnlab.parallel.finding import cluster
from cnnlab.parallel.members import PATIENCE, Member, Members, NoWorkers
from cnnlab.parallel.share import as_sent
from cnnlab.types import Array

__all__ = ["Crew", "crew"]

SMALL = "all steps were computed here: a step of {} samples is one chunk, too little work to share"


class _Lost(Exception):
    """Some did not answer.  why : {member: words}"""

    def __init__(self, why: dict[Member, str]) -> None:
        super().__init__()
        self.why = why


@contextmanager
def crew(client: Any, network: Network, samples: int, x: Array | None, notes: list[str]) -> Iterator["Crew"]:
    """The workers of a cluster, ready to compute the steps of a training; they are let go at the end of the block.

    Parameters
    ----------
    client : dask.distributed.Client or str
        Of the cluster, or the address of its scheduler.
    network : Network
        What is trained.
    samples : int
        In the largest step.
    x : (N, *input_shape), dtype of the network, or None
        All samples, which every worker gets once; None where each step brings its own.
    notes : list of str
        What happens to workers is written here, a line each.

    Yields
    ------
    Crew

    Raises
    ------
    ConnectionError
        For no cluster at that address, or one without workers.
    TypeError, ValueError
        For something that is no client, a network that cannot be split, workers with another version of cnnlab.
    """
    _check_network(network)
    if client is None:
        raise TypeError("client must be a dask.distributed.Client or an address; got None")
    if getattr(client, "asynchronous", False):
        raise TypeError("client must be one that waits for its answers; got one with asynchronous=True")
    with cluster(client) as found:
        made = Crew(found, network, samples, x, notes)
        try:
            yield made
        finally:
            made.close()


def _check_network(network: Network) -> None:
    """Refuse what has no compiled step: its layers work on whole batches."""
    if DISABLED:
        raise ValueError("client cannot be used without numba: only compiled steps are split among workers")
    try:
        stages_of(network)
    except NotCovered as problem:
        raise ValueError(
            f"network cannot be split among workers: {problem.layer.name} ({problem}) has no compiled operation, so "
            "it is trained layer by layer; leave client out"
        ) from None


class Crew(Members):
    """Workers that compute steps together; see `crew`.

    Parameters
    ----------
    client, network, samples, x, notes
        As for `crew`.

    Attributes
    ----------
    seconds : float
        That steps have taken so far.
    computing : float
        Of these, how long workers computed: between two meetings, the slowest of them.
    """

    def __init__(self, client: Any, network: Network, samples: int, x: Array | None, notes: list[str]) -> None:
        super().__init__(client, network, samples, x, notes)
        self.seconds = self.computing = 0.0
        if not self._shares():
            notes.append(SMALL.format(samples))

    def _shares(self) -> bool:
        """Whether there are steps of more than one chunk."""
        return len(chunks_of(self.network, self.samples)) > 1

    def muster(self, when: str) -> None:
        """Take in the workers that the cluster has now, if there is something to share.

        Parameters
        ----------
        when : str
            For the notes.

        Raises
        ------
        NoWorkers
            If not one can begin.
        """
        if self._shares():
            super().muster(when)

    def loss_and_gradients(self, rows: Array, x: Array, y: Array, loss: losses.Loss, when: str) -> tuple[float, Array]:
        """As `Network.loss_and_gradients`, with the same bits.

        Parameters
        ----------
        rows : (N,) int64
            Which samples are the batch.
        x, y : arrays
            The batch.
        loss : Loss
            Such as CrossEntropy().
        when : str
            For the notes, should a worker be lost.

        Returns
        -------
        loss : float
            Of the batch; the gradients are then in `network.gradients`.
        e : (N, *output_shape)
            Of the last layer.

        Raises
        ------
        NoWorkers
            If the last worker is lost; weights and states are those from before the step.
        """
        if len(chunks_of(self.network, len(rows))) == 1:
            return self.network.loss_and_gradients(x, y, loss, checked=True)
        begun, executor = time.perf_counter(), self.network._compiled(self.samples)
        before = {name: array.copy() for name, array in self.network.state.items()}
        counts = {name: int(array) for name, array in before.items() if array.dtype.kind == "i"}
        while True:
            step = Step(executor, executor.plan.memory.x, rows)
            try:
                step.prepare()
                found: tuple[float, Array] = self.client.sync(self._step, step, counts, x, y, loss)
                break
            except _Lost as lost:
                self._restore(before)
                self._without(lost.why, when)
            except BaseException:  # a Ctrl-C among them: workers that are in the middle of something are of no use
                self.close()
                self._restore(before)
                raise
        step.finish()
        self.seconds += time.perf_counter() - begun
        return found

    def _restore(self, before: dict[str, Array]) -> None:
        for name, array in self.network.state.items():
            array[...] = before[name]

    def _without(self, lost: dict[Member, str], when: str) -> None:
        """Go on without some; NoWorkers if that leaves nobody."""
        self.members = [member for member in self.members if member not in lost]
        left = len(self.members)
        for member, why in lost.items():
            goes_on = f"the step was computed again by the {left} that {'is' if left == 1 else 'are'} left"
            self.notes.append(f"{when}: worker {member.name} was lost ({why}); {goes_on if left else 'nobody is left'}")
        if not left:
            raise NoWorkers(f"the last worker was lost in {when} ({next(iter(lost.values()))})")

    async def _step(
        self, step: Step, counts: dict[str, int], x: Array, y: Array, loss: losses.Loss
    ) -> tuple[float, Array]:
        """Workers compute; here they meet, and the loss is that of the whole batch."""
        executor, flat = step.executor, step.executor.flat
        stretches, rows = range(len(executor.stretches)), step.memory.rows
        with np.errstate(all="ignore"):  # as in `fit`
            some = [range(*part) for part in team.chunks(len(step.parts), len(self.members))]
            spans = [slice(step.parts[part[0]][0], step.parts[part[-1]][1]) for part in some]
            images = [None if self.x is not None else x[span] for span in spans]
            to_all = {"do": "begin", "weights": flat.u[: flat.count], "counts": counts, "rows": rows}
            answers = await self._ask(
                [
                    {**to_all, "chunks": [part.start, part.stop], "x": own}
                    for part, own in zip(some, images, strict=True)
                ]
            )
            for k in stretches[1:]:
                self._collect(step, k, some, answers, back=False)
                step.meet(k)
                told = step.told(k, back=False)
                answers = await self._ask([{"do": "forward", "stretch": k, "told": told}] * len(some))
            e = np.concatenate([answer["e"] for answer in answers])
            value, de = loss(e, y), loss.gradient(e, y)
            more: list[dict[str, Array]] = [{"de": de[span]} for span in spans]
            flat.total[: flat.count] = 0
            for k in reversed(stretches):
                if executor.stretches[k][1] <= executor.lowest:
                    break
                answers = await self._ask([{"do": "backward", "stretch": k, **own} for own in more])
                if step.meets_back(k):
                    self._collect(step, k, some, answers, back=True)
                    step.meet_back(k)
                    more = [{"told": step.told(k, back=True)}] * len(some)
            if executor.lowest < len(executor.plan.stages):
                flat.total[: flat.count] = await self._sum(len(some))
        return value, e

    @staticmethod
    def _collect(step: Step, k: int, some: list[range], answers: list[dict[str, Any]], back: bool) -> None:
        """What workers have brought to a meeting, to where it would lie if this process had found it."""
        for part, answer in zip(some, answers, strict=True):
            places = step.brought(k, slice(part.start, part.stop), back)
            for place, array in zip(places, answer["brought"], strict=True):
                place[...] = array

    async def _sum(self, count: int) -> Array:
        """The sum of the gradients of all chunks, from the first to the last: it goes from worker to worker.

        A sum of the workers' own sums would need half of the way, and have other bits.
        """
        so_far: Any = None
        for member in self.members[:count]:
            (answer,) = await self._ask([{"do": "add", "so_far": so_far}], [member])
            so_far = answer["total"]
        return so_far

    async def _ask(self, messages: list[dict[str, Any]], members: list[Member] | None = None) -> list[dict[str, Any]]:
        """The answers of the first members to a message each.  Raises _Lost, once the others have answered."""
        import asyncio  # takes a while to import, and few trainings need it

        asked = self.members[: len(messages)] if members is None else members
        talks = (self._answer(member, message) for member, message in zip(asked, messages, strict=True))
        found = await asyncio.gather(*talks, return_exceptions=True)
        why, answers = {}, []
        for member, answer in zip(asked, found, strict=True):
            if isinstance(answer, OSError):
                why[member] = f"{type(answer).__name__}: its connection is closed"
            elif isinstance(answer, BaseException):
                raise answer
            elif "problem" in answer:
                why[member] = plain(answer["problem"])
                await member.comm.close()
            else:
                answers.append(answer)
        if why:
            raise _Lost(why)
        self.computing += max(answer["seconds"] for answer in answers)
        return answers

    async def _answer(self, member: Member, message: dict[str, Any]) -> dict[str, Any]:
        import asyncio

        await member.comm.write(as_sent(message))
        reading = asyncio.ensure_future(member.comm.read())
        try:
            while not reading.done():
                await asyncio.wait({reading}, timeout=PATIENCE)
                if not reading.done() and member.address not in await self.client.nthreads():
                    member.comm.abort()  # it hangs, and the scheduler has given it up: reading ends with an OSError
            answer: dict[str, Any] = reading.result()
            return answer
        finally:
            reading.cancel()
