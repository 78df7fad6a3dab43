"""Networks for other programs, and back: files that ONNX Runtime and many others read, modules of PyTorch."""

from cnnlab.export.model import to_onnx
from cnnlab.export.pytorch.coming import from_torch
from cnnlab.export.pytorch.leaving import to_torch
from cnnlab.export.reading.opening import from_onnx

__all__ = ["from_onnx", "from_torch", "to_onnx", "to_torch"]
