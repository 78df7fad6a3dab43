"""Pooling of one map: the routes of its gradients, gradients that are wrong and what finds them, and moved features."""

from cnnlab.analysis.pooling import checks, gradients, moved, routes

__all__ = ["checks", "gradients", "moved", "routes"]
