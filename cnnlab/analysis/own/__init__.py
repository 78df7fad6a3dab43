"""A learner's own functions, called whatever they do, and their results beside the right ones."""

from cnnlab.analysis.own import stopped
from cnnlab.analysis.own.function import OwnFunction, OwnResult, differing

__all__ = ["OwnFunction", "OwnResult", "differing", "stopped"]
