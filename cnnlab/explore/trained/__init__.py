"""Explorers of networks that have learned something from images or sounds."""
