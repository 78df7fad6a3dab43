"""What piece-wise functions are asked: jumps, fits by hand and the best ones, vectors that correct, bent surfaces."""
