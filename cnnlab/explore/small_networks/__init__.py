"""Explorers of networks so small that every number of them can be shown."""
