"""Networks for other programs: `to_onnx` writes a file that ONNX Runtime and many others read."""

from cnnlab.export.model import to_onnx

__all__ = ["to_onnx"]
