"""One training on several workers: a batch is shared out among processes, on this computer or on others.

Data-parallel training (lecture topic 28).  Every worker has the whole network and all samples.  In each step it takes
some chunks of the batch, the same chunks as on one machine, forward and backward; where batch normalisation needs the
whole batch, all workers meet.  The gradients of the chunks are added in the same order as on one machine, and the
optimiser takes its step once, here.  So the weights have the same bits, whoever computed what.

    steps.py     here: hands out the chunks, lets workers meet, does a step again without those that are lost
    members.py   here: who takes part
    share.py     on a worker: its part of a step
    finding.py   the cluster, and whether its workers have the same cnnlab
"""

from cnnlab.parallel.finding import cluster, same_version
from cnnlab.parallel.members import NoWorkers
from cnnlab.parallel.steps import Crew, crew

__all__ = ["Crew", "NoWorkers", "cluster", "crew", "same_version"]
