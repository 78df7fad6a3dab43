"""The jitted floor: plain arrays in, plain arrays out, numba and NumPy only; nothing here checks its arguments.

tile.py          the one inner loop: a small block of results in the registers of the processor
strip.py         covers any number of rows and columns with tiles
image.py         the three sums of a convolution, for one image, as walks of strips
convolution.py   the same for a batch; the product of two matrices
pooling.py       windows that slide over maps
pointwise.py     nonlinearities and normalisation, number by number
program.py       a training step as a table of operations on one flat memory; walk.py, packing.py : what it takes
descend.py       many such steps in one go, for small networks
compiled.py      keeps the machine code; team.py shares the work; workspace.py keeps memory
"""

from cnnlab.loops.runtime.team import set_threads, threads

__all__ = ["set_threads", "threads"]
