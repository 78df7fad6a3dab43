"""The sides: cnnlab, PyTorch and, for networks in use, ONNX Runtime, where they are installed; all of them get the same
number of threads.
"""

import os

import numpy as np

from cnnlab import loops

OURS, LAST, FIRST, COMPILED = "cnnlab", "PyTorch CL", "PyTorch NCHW", "torch.compile"  # CL: channels_last
RUNTIME = "ONNX Runtime"
EAGER = LAST, FIRST


def pytorch():
    """The module torch, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    return torch


def onnx_runtime():
    """The module onnxruntime, or None where it, or the package that writes its files, is not installed."""
    try:
        import onnx
        import onnxruntime
    except ImportError:
        return None
    return onnxruntime if onnx else None


def best(ratios, names=(*EAGER, RUNTIME)):
    """The ratio to the quickest of the others, PyTorch's faster layout among them; None if nobody else ran.

    torch.compile has a column of its own: it takes a minute before its first step.
    """
    return min((ratios[name] for name in names if name in ratios), default=None)


def cores():
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_threads(count, both=True):
    """Let both sides, or cnnlab alone, use so many threads."""
    loops.set_threads(count)
    torch = pytorch() if both else None
    if torch is not None:
        torch.set_num_threads(count)


def layouts(torch):
    """{name of the contender: memory layout of PyTorch's images}"""
    return {} if torch is None else {LAST: torch.channels_last, FIRST: torch.contiguous_format}


class Disagreement(ValueError):
    """Two sides did not compute the same; their times would mean nothing."""


def agree(result, expected, what, tolerance=1e-3):
    """Raises Disagreement, naming `what`, unless two arrays (or numbers) differ by less than 1e-3 of the largest."""
    result, expected = np.asarray(result), np.asarray(expected)
    if result.shape != expected.shape:
        raise Disagreement(f"{what}: shape {result.shape} instead of {expected.shape}")
    apart, largest = float(np.abs(result - expected).max()), float(np.abs(expected).max())
    if not apart <= tolerance * largest:
        raise Disagreement(f"{what}: differs by {apart:.3g} where the largest number is {largest:.3g}")
