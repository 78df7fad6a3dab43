"""Explorers of trained networks as a learner has them."""
