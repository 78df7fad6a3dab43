"""Networks as modules of PyTorch, and back."""
