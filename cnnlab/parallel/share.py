"""A worker's part of each step of a training: what runs in the workers of a cluster."""

import time
from typing import Any

import numpy as np

from cnnlab import layers
from cnnlab.loops.runtime.code import maker
from cnnlab.network import Network
from cnnlab.network.executor import executor_for
from cnnlab.network.step import Step, chunks_of
from cnnlab.parallel.finding import version_here
from cnnlab.types import Array

__all__ = ["OPERATION", "Share", "as_sent", "begin", "serve"]

OPERATION = "cnnlab: share of a step"
"""What the workers' servers call `serve`."""

_shares: dict[str, "Share"] = {}  # of the trainings that this worker takes part in


class Share:
    """The network on a worker, and its part of the step that is under way.

    Messages are dicts: "do" names a method, what else there is are its arguments; so are answers, of arrays.

    Parameters
    ----------
    config : dict
        Of the network, as `Network.config` gives it.
    samples : int
        In the largest batch.
    x : (N, *input_shape), dtype of the network, or None
        All samples; None where each step brings its own.
    """

    def __init__(self, config: dict[str, Any], samples: int, x: Array | None) -> None:
        made = [layers.from_config(layer) for layer in config["layers"]]
        self.network = Network(made, config["input_shape"], dtype=config["dtype"])
        self.executor: Any = executor_for(self.network, self.network._flat, samples)
        if self.executor is None:
            raise ModuleNotFoundError("numba is missing, or cannot compile")
        self.images = None if x is None else self.executor.images(x)
        self.step: Any = None
        self.chunks: range = range(0)

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what a message says; on the thread that computes.

        Parameters
        ----------
        message : dict
            {"do": name of a method, **arguments}

        Returns
        -------
        dict
            What the method gives, and how many seconds it took; or {"problem": words}.
        """
        begun = time.perf_counter()
        try:
            found: dict[str, Any] = getattr(self, f"do_{message.pop('do')}")(**message)
        except Exception as problem:  # the training goes on without this worker, and tells why
            return {"problem": f"{type(problem).__name__}: {problem}"[:400]}
        return {**found, "seconds": time.perf_counter() - begun}

    @property
    def some(self) -> slice:
        """The chunks, as a slice."""
        return slice(self.chunks.start, self.chunks.stop)

    @property
    def span(self) -> tuple[int, int]:
        """The first image of the chunks, and the end of the last."""
        return self.step.parts[self.chunks[0]][0], self.step.parts[self.chunks[-1]][1]

    def do_begin(
        self, weights: Array, counts: dict[str, int], rows: Array, chunks: list[int], x: Array | None = None
    ) -> dict[str, Any]:
        """A step begins, with these weights and states that count, for chunks[0] to chunks[1] - 1 of the batch."""
        flat = self.executor.flat
        flat.u[: flat.count] = weights
        for name, count in counts.items():
            self.network.state[name][...] = count
        self.chunks, images = range(*chunks), self.images
        if x is not None:  # of the batch, the images of these chunks alone
            first, _ = chunks_of(self.network, len(rows))[self.chunks[0]]
            images, rows = self.executor.images(x), np.arange(len(rows)) - first
        self.step = Step(self.executor, images, np.require(rows, np.int64, ["C", "A", "W"]), alone=True)
        self.step.prepare()
        with self.executor.way_back():
            self.step.pack()
            return self.do_forward(0)

    def do_forward(self, stretch: int, told: Array | None = None) -> dict[str, Any]:
        """A stretch forward; before it, what all have to know is told."""
        if told is not None:
            self.step.told(stretch, back=False)[...] = told
        self.step.forward(stretch, self.chunks)
        if stretch + 1 < len(self.executor.stretches):
            return {"brought": self.step.brought(stretch + 1, self.some, back=False)}
        return {"e": self.step.excitations(*self.span)}

    def do_backward(self, stretch: int, told: Array | None = None, de: Array | None = None) -> dict[str, Any]:
        """A stretch backward; before it, the errors are told, or what all have to know."""
        if de is not None:
            self.step.put_errors(de, self.span[0])
        if told is not None:
            self.step.told(stretch + 1, back=True)[...] = told
        self.step.backward(stretch, self.chunks)
        return {"brought": self.step.brought(stretch, self.some, back=True) if self.step.meets_back(stretch) else []}

    def do_add(self, so_far: Array | None = None) -> dict[str, Any]:
        """The sum of the gradients of all chunks up to the last of these, from the sum of those before them.

        It is added to in the order of the chunks, one after the other: another order would give other bits.
        """
        chunks, flat = self.chunks, self.executor.flat
        if so_far is not None:  # it takes the place of the chunk before, which is somebody else's
            chunks = range(chunks.start - 1, chunks.stop)
            self.step.memory.g[chunks.start, : flat.count] = so_far
        self.step.add(chunks)
        return {"total": flat.total[: flat.count]}


def as_sent(message: dict[str, Any]) -> dict[str, Any]:
    """A message with its arrays, alone or in a list, as Dask sends them: a few words and the numbers as they lie.

    Parameters
    ----------
    message : dict
        Plain data and arrays.

    Returns
    -------
    dict
    """
    from distributed.protocol.serialize import to_serialize

    def sent(value: Any) -> Any:
        return to_serialize(value) if isinstance(value, np.ndarray) else value

    return {
        name: [sent(each) for each in value] if isinstance(value, list) else sent(value)
        for name, value in message.items()
    }


def begin(run: str, config: dict[str, Any], samples: int, x: Array | None) -> dict[str, str]:
    """Get ready for a training; a task that Dask gives to each worker.

    Parameters
    ----------
    run : str
        By which the training is known.
    config, samples, x
        As for `Share`.

    Returns
    -------
    dict
        version: of cnnlab; machine: what the bits depend on besides; name: what the worker is called.
    """
    from distributed import get_worker

    worker = get_worker()
    _shares[run] = Share(config, samples, x)
    # The server that workers have anyway: no port is opened, and whoever may talk to it could run programs before.
    worker.handlers[OPERATION] = serve
    return {"version": version_here(), "machine": maker(), "name": str(worker.name)}


async def serve(comm: Any, run: str) -> None:
    """Answer the messages of one training, until the other side hangs up; a handler of the worker's server.

    Parameters
    ----------
    comm : distributed.comm.Comm
        The connection.
    run : str
        By which the training is known.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    share, loop = _shares.pop(run, None), asyncio.get_running_loop()
    # A thread of its own: the worker goes on telling the scheduler that it is alive, for loops let go of Python's lock.
    with ThreadPoolExecutor(1, thread_name_prefix="cnnlab share") as thread:
        try:
            while True:
                message = await comm.read()
                if share is None:
                    await comm.write({"problem": "it knows nothing of this training"})
                    continue
                answer = await loop.run_in_executor(thread, share.answer, message)
                await comm.write(as_sent(answer))
        except OSError:  # the training is over, or those who asked are gone
            comm.abort()
