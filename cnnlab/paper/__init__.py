"""What pictures are painted on: matplotlib's canvas, which can change the paper, and the PNG that comes of it."""
