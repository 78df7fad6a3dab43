"""For how long do the threads of PyTorch and of ONNX Runtime go on spinning after a call?

    python3 lab.py run python benchmarks/spinning.py              # `python3 lab.py bench` has installed both

AlexNet-lite says something to a few images, then this process sleeps: what processors do for it meanwhile, they do for
threads that wait. Milliseconds of one processor, for each side. `timing.rest` waits until that is over, or else they
would take the cores away from whoever is measured next.
"""

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks import predicting, sides, timing
from cnnlab import models

IMAGES, SLEEP, TIMES = 32, 0.3, 7  # seconds


def after(call):
    """Seconds of processors while nothing is asked for, behind a call: the median of some times."""
    found = []
    for _ in range(TIMES):
        timing.rest()
        call()
        before = time.process_time()
        time.sleep(SLEEP)
        found.append(time.process_time() - before)
    return float(np.median(found))


def main():
    sides.set_threads(2)
    network = models.alexnet_lite()
    x = np.random.default_rng(0).random((IMAGES, *network.input_shape), np.float32)
    for name, side in predicting.contenders(network, sides.pytorch(), sides.onnx_runtime()).items():
        call = side(x)
        call()
        print(f"{name:16} {1000 * after(call):6.1f} ms", flush=True)


if __name__ == "__main__":
    main()
