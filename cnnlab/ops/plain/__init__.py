"""The sums of `cnnlab.loops.kernels` in NumPy, where numba is missing: same names, same arguments, same results up to
rounding.

`cnnlab.ops.unchecked` chooses between the two when it is imported.  Every sum here is one product of matrices, or one
walk over the few pixels of a window with whole arrays: nothing is done number by number.
"""
