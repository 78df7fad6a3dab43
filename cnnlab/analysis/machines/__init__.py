"""Training on many machines: what a step costs them, in a model, and what has to travel (lecture topic 28)."""

from cnnlab.analysis.machines import cluster, groups, measured, published, work

__all__ = ["cluster", "groups", "measured", "published", "work"]
