"""Solutions that a teacher keeps back: a copy of a notebook for students may say so in a cell."""

_withheld = False


def withhold_solutions() -> None:
    """Have `.solution()` tell no solution, in this kernel, until its end; hints are told as ever.

    `cnnlab assign --no-solutions` writes this call into a notebook. It keeps nobody from the solutions who looks for
    them: they are in the package, for everybody to read. It only keeps them from being met by accident.
    """
    global _withheld
    _withheld = True


def withheld() -> bool:
    """Whether they are kept back here."""
    return _withheld
