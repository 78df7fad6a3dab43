"""What networks and operations are asked: landscapes, regions, receptive fields, attribution, traces.

It computes; nothing here draws.
"""
