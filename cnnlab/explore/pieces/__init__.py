"""Explorers of piece-wise functions: vectors that correct, a fit by hand, features before and after squashing."""

from cnnlab.explore.pieces.correction_vectors import CorrectionVectors
from cnnlab.explore.pieces.fit_by_hand import FitByHand
from cnnlab.explore.pieces.squashing import Squashing

__all__ = ["CorrectionVectors", "FitByHand", "Squashing"]
