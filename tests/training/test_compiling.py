"""After `warmup` nothing is left to compile for a training of any kind."""

import os
import subprocess
import sys

SCRIPT = """
import numpy as np, numba
from numba.core import event
import cnnlab
from cnnlab import models
from cnnlab.datasets.views import moved_and_mirrored
{warm}
found = []

class Compiling(event.Listener):
    def on_start(self, what):
        found.append(what.data["dispatcher"].__name__)

    def on_end(self, what):
        pass

event.register("numba:compile", Compiling())
entropy = cnnlab.CrossEntropy()
def over_time():
    return cnnlab.Network([cnnlab.Conv1D(2, 2), cnnlab.layers.MaxOverTime(), cnnlab.Dense(2)], (5, 2))

def pooled(*layers):
    return cnnlab.Network([cnnlab.Conv2D(2, 2), *layers, cnnlab.Flatten(), cnnlab.Dense(2)], (18, 18, 1))

def alone():
    return pooled(cnnlab.layers.Tanh(), cnnlab.MaxPool2D(2))

def large():
    return pooled(cnnlab.MaxPool2D(16))

def mean():
    return pooled(cnnlab.layers.AveragePool2D(2))

for make, loss, batch in ((over_time, entropy, 2), (alone, entropy, 4), (large, entropy, 4), (mean, entropy, 4),
                          (models.alexnet_tiny, entropy, 50), (models.alexnet_lite_bn, entropy, 8),
                          (models.zip_code_1989, cnnlab.MSE(-1, 1), 1), (models.tdnn, cnnlab.MSE(), 1)):
    network = make()
    x, y = np.zeros((batch, *network.input_shape), np.float32), np.zeros(batch, int)
    view = moved_and_mirrored if batch == 50 else None
    options = dict(epochs=1, batch=batch, augment=view, progress=False)
    cnnlab.fit(network, x, y, loss=loss, optimiser=cnnlab.SGD(0.001), **options)
    network.predict(x)
print(len(found), *sorted(set(found)))
"""


def compiled_later(warm):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(warm=warm)],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"CNNLAB_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_after_warmup_nothing_is_compiled():
    assert compiled_later("cnnlab.warmup(progress=False)") == ["0"]


def test_nothing_is_compiled_at_import():
    script = "import numba.core.event as e, sys\nfound = []\n" + (
        "class C(e.Listener):\n    def on_start(self, what): found.append(1)\n    def on_end(self, what): pass\n"
        "e.register('numba:compile', C())\nimport cnnlab\nprint(len(found))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert done.stdout.split() == ["0"], done.stderr
