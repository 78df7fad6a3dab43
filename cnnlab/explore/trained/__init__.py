"""Explorers of images, and of networks that have learned something from them."""

from cnnlab.explore.trained.drawing import Drawing
from cnnlab.explore.trained.gradient_microscope import GradientMicroscope
from cnnlab.explore.trained.moving_cat import MovingCat
from cnnlab.explore.trained.reading import Reading
from cnnlab.explore.trained.shift_accuracy import ShiftTest
from cnnlab.explore.trained.too_much_data import TooMuchData
from cnnlab.explore.trained.whole_network import WholeNetwork
from cnnlab.explore.trained.why_not import WhyNot

__all__ = [
    "Drawing",
    "GradientMicroscope",
    "MovingCat",
    "Reading",
    "ShiftTest",
    "TooMuchData",
    "WholeNetwork",
    "WhyNot",
]
