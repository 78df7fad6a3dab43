"""Explorers: pictures that follow the hand.

Every explorer is a set of controls over plain numbers; it computes nothing itself. Show one by naming it in the last
line of a cell; drive it from Python with `explorer.set(name=value)` and `explorer.press(name)`.
"""

from .explorer import Explorer

__all__ = ["Explorer"]
