"""The jitted floor: plain arrays in, plain arrays out, numba and NumPy only; nothing here checks its arguments.

tile.py holds the one inner loop, strip.py covers any size with it, convolution.py and pooling.py walk over images.
compiled.py keeps
the machine code, team.py shares the work, workspace.py the memory.
"""

from .team import set_threads, threads

__all__ = ["set_threads", "threads"]
