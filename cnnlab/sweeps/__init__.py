"""Many runs at once: a recipe, or a function of one's own, over seeds and settings, on a cluster of Dask's.

    results = sweep("alexnet_tiny", seeds=5, grid={"eta": [0.01, 0.02]}, out="eta.sqlite")
    print(results)
    results.plot()

Each run is written to the file when it ends: what is killed goes on where it was, and loses what was under way at most.
"""

from cnnlab.sweeps.results import Results
from cnnlab.sweeps.running import combinations, sweep
from cnnlab.sweeps.store import Store, read

__all__ = ["Results", "Store", "combinations", "read", "sweep"]
