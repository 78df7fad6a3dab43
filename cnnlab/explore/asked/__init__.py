"""Explorers that ask a trained network: what excites it, what it rests on, how little turns its answer round."""

from cnnlab.explore.asked.best_patches import BestPatches
from cnnlab.explore.asked.hidden_part import HiddenPart
from cnnlab.explore.asked.pushed_image import PushedImage

__all__ = ["BestPatches", "HiddenPart", "PushedImage"]
