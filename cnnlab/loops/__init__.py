"""The jitted floor: plain arrays in, plain arrays out, numba and NumPy only; nothing here checks its arguments.

kernels/    the loops, from the inside out:
    vectors       what they are built of: LLVM's vectors, and counted walks
    tile          the one inner loop: a small block of results in the registers of the processor
    rows          rows of numbers, copied, added, gated, filled
    strip         covers any number of rows and columns with tiles; panels : weights as tiles read them
    image         the three sums of a convolution, for one image, as walks of strips
    convolution   the same for a batch; the product of two matrices
    windows       max pooling, many channels at a time; pooling : windows that slide over maps
    pointwise     nonlinearities and normalisation, number by number
plan/       a training step as rows of operations on one flat memory:
    record        what a row holds; operations : which operations there are, each described once
    convolution, dense, normalise, pointwise, pooling   what they do, forward beside backward
    passing       from one operation to the next; packing, weights : weights in the order in which they are read
    walk          through all rows; program : the same for machine code, which calls loops by their addresses
    descend       many steps in one go, for small networks
    ahead         compiles them in two processes
runtime/    how they are compiled, kept and called:
    compiled      the decorators; numba wakes only where there is no machine code on disk yet
    folder        where that is kept; code : its files, brought into memory and called without numba
    arguments     what Python hands over, as plain numbers; entrance : how machine code finds it; calls : another's
    whole         a loop and all that it calls, compiled as one
    later         modules that are imported when somebody looks into them
    team          shares the work; workspace : keeps memory
"""

from cnnlab.loops.runtime.team import set_threads, threads

__all__ = ["set_threads", "threads"]
