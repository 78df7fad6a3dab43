"""Modules that are imported when somebody looks into them: numba takes half a second to wake."""

import importlib


class later:
    """A module by its name."""

    def __init__(self, name):
        self.__name__ = name

    def __getattr__(self, name):
        return getattr(importlib.import_module(self.__name__), name)
