"""What networks and operations are asked, one module for each kind of question; it computes, nothing here draws.

- `landscape`, `relief`, `descent`, `learning`: loss surfaces, their maps, and the walks on them;
- `regions`, `piecewise`, `error_metrics`, `stepwise`: small networks, and how they learn;
- `whole`: a whole network on one image, and how each of its numbers was made;
- `receptive`, `layer_windows`, `attribution`, `trace`: what a unit looks at, which pixels matter to it, every number of
  one training step;
- `convolution`, `pooling`, `flattening`: one operation, number by number;
- `own`: a learner's own functions, whatever they do, and where their results differ;
- `costs`, `shifts`: what an image costs a layer, and what becomes of an answer when it is moved;
- `machines`: what a step of training costs many machines, and what travels between them.
"""

from cnnlab.analysis import (
    attribution,
    convolution,
    costs,
    descent,
    error_metrics,
    flattening,
    landscape,
    layer_windows,
    learning,
    machines,
    own,
    piecewise,
    pooling,
    receptive,
    regions,
    relief,
    shifts,
    stepwise,
    trace,
    whole,
)

__all__ = [
    "attribution",
    "convolution",
    "costs",
    "descent",
    "error_metrics",
    "flattening",
    "landscape",
    "layer_windows",
    "learning",
    "machines",
    "own",
    "piecewise",
    "pooling",
    "receptive",
    "regions",
    "relief",
    "shifts",
    "stepwise",
    "trace",
    "whole",
]
