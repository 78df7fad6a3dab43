"""Makes what all learners share: all machine code, and matplotlib's list of fonts.  `hub.py` calls it for the teacher.

NUMBA_CACHE_DIR and MPLCONFIGDIR say where they go.
"""

import sys

import numpy as np


def main():
    """Compile every loop for both kinds of numbers, and show every explorer once: some compile more than that."""
    import matplotlib.font_manager  # noqa: F401  # it looks for fonts when it is imported

    import cnnlab
    from cnnlab import explore
    from cnnlab.loops.runtime.compiled import STORE

    for dtype in (np.float32, np.float64):
        cnnlab.warmup(dtype, progress=False)
    for name in explore.__all__:
        if name != "Explorer":
            getattr(explore, name).example().current()
    print(f"machine code: {STORE.made} compiled, {STORE.found} there already", file=sys.stderr)


if __name__ == "__main__":
    main()
