"""Explorers of the way back: dL/dh, dL/dw, and how to check them."""
