"""Networks for other programs, and back: files that ONNX Runtime and many others read, modules of PyTorch."""

from cnnlab.export.model import to_onnx
from cnnlab.export.pytorch.coming import from_torch
from cnnlab.export.pytorch.leaving import to_torch

__all__ = ["from_torch", "to_onnx", "to_torch"]
