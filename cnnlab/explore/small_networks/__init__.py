"""Explorers of networks so small that every number of them can be shown."""

from cnnlab.explore.small_networks.conditional_mean import ConditionalMean
from cnnlab.explore.small_networks.confidently_wrong import ConfidentlyWrong
from cnnlab.explore.small_networks.decisions import Decisions
from cnnlab.explore.small_networks.descent import Descent
from cnnlab.explore.small_networks.five_steps import FiveSteps
from cnnlab.explore.small_networks.piecewise_linear import PiecewiseLinear
from cnnlab.explore.small_networks.trained_regions import TrainedRegions

__all__ = [
    "ConditionalMean",
    "ConfidentlyWrong",
    "Decisions",
    "Descent",
    "FiveSteps",
    "PiecewiseLinear",
    "TrainedRegions",
]
