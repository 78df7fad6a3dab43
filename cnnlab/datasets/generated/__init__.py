"""Data that are made by a seed: pictures of ten kinds of things, sea and sky, spoken syllables."""
