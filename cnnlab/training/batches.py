"""Which samples one step of descent takes."""

import math

from cnnlab.layers import BatchNorm
from cnnlab.network import Network


def step_edges(network: Network, samples: int, batch: int) -> list[int]:
    """Where the steps of an epoch begin, and the end of the last: [0, batch, 2 batch, ..., samples].

    Batch normalisation of dense layers sees one value of each channel in each sample. A last step of one sample would
    teach it nothing and spoil what it remembers, so the step before takes that sample along.
    Raises a ValueError where every step has one sample.
    """
    edges = [*range(0, samples, batch), samples]
    alone = [norm for norm in network.layers if isinstance(norm, BatchNorm) and math.prod(norm.input_shape[:-1]) == 1]
    if not alone or edges[-1] - edges[-2] > 1:
        return edges
    if min(samples, batch) == 1:
        name, got = ("batch", "batch=1") if samples > 1 else ("x", "one sample")
        raise ValueError(
            f"{name} must give every step at least 2 samples: {alone[0].name} normalises over the batch, and of a "
            f"single value nothing is left; got {got}"
        )
    return [*edges[:-2], samples]
