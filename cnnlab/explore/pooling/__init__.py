"""Explorers of pooling, forward and backward."""
