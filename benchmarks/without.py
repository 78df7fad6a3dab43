"""Packages that are there for tests and comparisons, and that no learner has: what is measured for a learner goes
without them.
"""

CODE = """
import sys
from importlib.machinery import PathFinder
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in {!r} else super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Without
"""


def without(*names):
    """Code of Python after which the packages of these names are nowhere."""
    return CODE.format(names)
