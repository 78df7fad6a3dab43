"""Explorers of networks so small that every number of them can be shown."""

from cnnlab.explore.small_networks.chain_rule import ChainRule
from cnnlab.explore.small_networks.decisions import Decisions
from cnnlab.explore.small_networks.five_steps import FiveSteps
from cnnlab.explore.small_networks.one_weight import OneWeight
from cnnlab.explore.small_networks.piecewise_linear import PiecewiseLinear
from cnnlab.explore.small_networks.trained_regions import TrainedRegions

__all__ = ["ChainRule", "Decisions", "FiveSteps", "OneWeight", "PiecewiseLinear", "TrainedRegions"]
