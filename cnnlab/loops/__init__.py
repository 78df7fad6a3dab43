"""The jitted floor: plain arrays in, plain arrays out, numba and NumPy only; nothing here checks its arguments."""
