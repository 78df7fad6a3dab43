"""The statements of a source: a tenth of all that its tree holds, and all that can be an import or a class."""

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def statements(tree):
    """Every statement of a module, and those in its functions, classes and blocks."""
    for block in BLOCKS:
        for node in getattr(tree, block, ()):
            yield node
            yield from statements(node)
