"""Explorers of pooling, forward and backward."""

from cnnlab.explore.pooling.pooling_check import PoolingCheck
from cnnlab.explore.pooling.pooling_router import PoolingRouter
from cnnlab.explore.pooling.three_poolings import ThreePoolings

__all__ = ["PoolingCheck", "PoolingRouter", "ThreePoolings"]
