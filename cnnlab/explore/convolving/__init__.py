"""Explorers of the convolution: forward, position by position."""
