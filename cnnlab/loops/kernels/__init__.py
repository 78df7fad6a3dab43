"""The loops themselves: tiles in registers, and what is built of them. Plain arrays in, plain arrays out."""
