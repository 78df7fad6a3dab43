"""Still pictures: arrays, a network or a trace in, a `Picture` out.  Nothing is computed here."""

from .confusion import confusion
from .convolutions import convolution_step
from .curves import curves
from .dots import dots
from .grids import grid
from .images import images, mistakes
from .kernels import feature_maps, kernels
from .networks import network
from .occlusion import occlusion
from .sound import spectrograms, syllables, time_delay
from .surfaces import decision_regions, loss_surface
from .traces import trace

__all__ = [
    "confusion",
    "convolution_step",
    "curves",
    "decision_regions",
    "dots",
    "feature_maps",
    "grid",
    "images",
    "kernels",
    "loss_surface",
    "mistakes",
    "network",
    "occlusion",
    "spectrograms",
    "syllables",
    "time_delay",
    "trace",
]
