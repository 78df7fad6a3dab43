"""Still pictures: arrays, a network or a trace in, a `Picture` out.  Nothing is computed here."""

from cnnlab.packages import needs

with needs("matplotlib", "Still pictures"):
    import matplotlib as matplotlib

from cnnlab.draw.confusion import confusion
from cnnlab.draw.convolutions import convolution_step
from cnnlab.draw.curves import curves, nonlinearities
from cnnlab.draw.dots import bars, dots
from cnnlab.draw.grids import grid
from cnnlab.draw.images import images, mistakes
from cnnlab.draw.kernels import feature_maps, kernels
from cnnlab.draw.networks import halves, network
from cnnlab.draw.occlusion import occlusion
from cnnlab.draw.sound import spectrograms, syllables, time_delay
from cnnlab.draw.surfaces import decision_regions, loss_surface
from cnnlab.draw.tallies import tally
from cnnlab.draw.traces import trace

__all__ = [
    "bars",
    "confusion",
    "convolution_step",
    "curves",
    "decision_regions",
    "dots",
    "feature_maps",
    "grid",
    "halves",
    "images",
    "kernels",
    "loss_surface",
    "mistakes",
    "network",
    "nonlinearities",
    "occlusion",
    "spectrograms",
    "syllables",
    "tally",
    "time_delay",
    "trace",
]
