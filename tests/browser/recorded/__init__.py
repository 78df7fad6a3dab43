"""Explorers on pages without Python."""
