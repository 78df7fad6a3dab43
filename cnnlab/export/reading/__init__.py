"""ONNX files, and what their nodes are here."""
