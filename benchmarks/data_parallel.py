"""One training on one worker and on two: images per second, and how much of the time goes into talking.

    python3 lab.py run python benchmarks/data_parallel.py [--network NAME] [--batch 256] [--rounds 7] [--keep]

Workers are processes on this computer, one thread each, as `fit(..., client=client)` uses them; all of them take turns
with the same network in this process on one thread. "Talking" is the share of a step in which no worker computes: what
travels, and is merged here. Beside it stands PyTorch's DistributedDataParallel (gloo, one thread in each of two
processes, SyncBatchNorm where that takes tensors of the processor), where PyTorch is installed. `--keep` writes
data/measured/data_parallel.json.
"""

import argparse
import contextlib
import multiprocessing
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import networks
from benchmarks.kept import keep
from benchmarks.sides import cores, pytorch, set_threads
from benchmarks.steps import ETA, MOMENTUM
from benchmarks.timing import Effort, take_turns
from cnnlab import models, parallel
from cnnlab.losses import CrossEntropy
from cnnlab.network.step import chunks_of
from cnnlab.optimisers import SGD

WORKERS, WANTED = (1, 2), 1.5
HERE = "no workers"


def data(network, batch):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, *network.input_shape)).astype(np.float32)
    return x, rng.integers(0, network.output_shape[0], batch)


class Training:
    """Steps of descent on one batch, with a crew or without."""

    def __init__(self, make, batch, client=None, until_the_end=None):
        self.network, self.loss, self.optimiser, self.crew = make(rng=0), CrossEntropy(), SGD(ETA, MOMENTUM), None
        self.x, self.y = data(self.network, batch)
        self.rows, self.losses, self.talking = np.arange(batch), [], []
        if client is not None:
            notes = []
            self.crew = until_the_end.enter_context(parallel.crew(client, self.network, batch, self.x, notes))
            self.crew.muster("now")

    def step(self):
        if self.crew is None:
            value, _ = self.network.loss_and_gradients(self.x, self.y, self.loss, checked=True)
        else:
            self.crew.seconds = self.crew.computing = 0.0
            value, _ = self.crew.loss_and_gradients(self.rows, self.x, self.y, self.loss, "now")
            self.talking.append(1 - self.crew.computing / self.crew.seconds)
        self.optimiser.step(self.network.learned, self.network.gradients)
        self.losses.append(value)


def measure(name, batch, rounds):
    """Plain data: images per second of each, in each round, and what was talked."""
    import distributed

    make, torch = getattr(models, name), pytorch()
    set_threads(1)
    network = make(rng=0)
    found = {
        "network": name,
        "batch": batch,
        "cores": cores(),
        "parameters": network.parameter_count,
        "multiply_adds": network.multiply_adds,
        "chunks": len(chunks_of(network, batch)),
        "bytes_down_each": network._flat.count * network.dtype.itemsize,
        "meetings": 2 * (len(network._compiled(batch).stretches) - 1),
    }
    with contextlib.ExitStack() as until_the_end:
        sides = {HERE: Training(make, batch)}
        for count in WORKERS:
            cluster = until_the_end.enter_context(
                distributed.LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    silence_logs="ERROR",
                )
            )
            client = until_the_end.enter_context(distributed.Client(cluster, set_as_default=False))
            sides[f"{count} worker{'s' * (count > 1)}"] = Training(make, batch, client, until_the_end)
        seconds = take_turns({side: each.step for side, each in sides.items()}, Effort(rounds, 0.01))
    shortest = min(len(side.losses) for side in sides.values())
    if len({tuple(side.losses[:shortest]) for side in sides.values()}) != 1:
        raise SystemExit("the losses differ: with workers or without, they should have the same bits")
    found["images_per_second"] = {side: np.round(batch / each, 1).tolist() for side, each in seconds.items()}
    found["talking"] = {side: np.round(each.talking[1:], 4).tolist() for side, each in sides.items() if each.talking}
    one, two = (seconds[side] for side in ("1 worker", "2 workers"))
    found["two_over_one"] = round(float(np.median(one / two)), 3)
    found["two_over_none"] = round(float(np.median(seconds[HERE] / two)), 3)
    found["pytorch_ddp"] = None if torch is None else ddp(name, batch, rounds)
    return found


def ddp(name, batch, rounds):
    """{"1 worker", "2 workers": images per second in each round, "norm": which kind of batch normalisation}"""
    found, context = {}, multiprocessing.get_context("spawn")
    for count in WORKERS:
        with tempfile.TemporaryDirectory() as folder:
            answers = context.SimpleQueue()
            members = [
                context.Process(target=ddp_member, args=(rank, count, folder, name, batch, rounds, answers))
                for rank in range(count)
            ]
            for member in members:
                member.start()
            for member in members:
                member.join()
            if any(member.exitcode for member in members):
                raise SystemExit("a process of PyTorch's ended with an error")
            seconds, found["norm"] = answers.get()
        found[f"{count} worker{'s' * (count > 1)}"] = np.round(batch / np.array(seconds), 1).tolist()
    return found


def ddp_member(rank, count, folder, name, batch, rounds, answers):
    """One of the processes: its part of each batch; PyTorch adds the gradients."""
    import time

    import torch

    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=(Path(folder) / "meeting").as_uri(), rank=rank, world_size=count
    )
    network = getattr(models, name)(rng=0)
    x, y = data(network, batch)
    mine = slice(batch * rank // count, batch * (rank + 1) // count)
    layout = torch.channels_last
    part, target = networks.images_of(x[mine], torch, layout), torch.tensor(y[mine])
    module, norm = networks.to_pytorch(network, torch).train().to(memory_format=layout), "SyncBatchNorm"
    if count > 1:
        try:
            synchronised = torch.nn.SyncBatchNorm.convert_sync_batchnorm(networks.to_pytorch(network, torch)).train()
            synchronised(part)
            module = synchronised.to(memory_format=layout)
        except (RuntimeError, ValueError):  # it takes tensors of a graphics card only
            norm = "BatchNorm of each part, for SyncBatchNorm refuses the processor"
        module = torch.nn.parallel.DistributedDataParallel(module)
    optimiser, loss = torch.optim.SGD(module.parameters(), ETA, MOMENTUM), torch.nn.CrossEntropyLoss()
    seconds = []
    for _ in range(rounds + 1):
        torch.distributed.barrier()
        begun = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        loss(module(part), target).backward()
        optimiser.step()
        torch.distributed.barrier()
        seconds.append(time.perf_counter() - begun)
    if rank == 0:
        answers.put((seconds[1:], norm))
    torch.distributed.destroy_process_group()


def said(found):
    """The lines that are printed."""
    median = {side: float(np.median(each)) for side, each in found["images_per_second"].items()}
    talked = {side: 100 * float(np.median(each)) for side, each in found["talking"].items()}
    yield f"{found['network']}, batch {found['batch']}, {found['chunks']} chunks, {found['cores']} cores"
    for side, images in median.items():
        yield f"{side:>10}: {images:8.1f} images/s" + (f", talking {talked[side]:.1f} %" if side in talked else "")
    over_one, over_none = found["two_over_one"], found["two_over_none"]
    yield f"two workers over one: {over_one:.2f} (wanted: {WANTED}); over none: {over_none:.2f}"
    other = found["pytorch_ddp"]
    if other is None:
        yield "PyTorch is not installed here: no DistributedDataParallel beside it"
    else:
        for count in ("1 worker", "2 workers"):
            yield f"PyTorch DDP, {count}: {np.median(other[count]):.1f} images/s ({other['norm']})"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", default="alexnet_lite_bn", help="a network of cnnlab.models, of images")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keep", action="store_true", help="write data/measured/data_parallel.json")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.network, chosen.batch, chosen.rounds)
    print("\n".join(said(found)))
    if chosen.keep:
        keep("data_parallel", found)


if __name__ == "__main__":
    main()
