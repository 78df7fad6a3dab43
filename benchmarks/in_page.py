"""How long explorers take for a frame where there is NumPy alone, as in a page whose Python runs in a worker.

    python benchmarks/in_page.py [NAME ...]

Prints a table in Markdown, row by row; all explorers take about a minute. `ready` is making its example and the first
frame; `frame` is the median, and `slowest` the longest, of frames over positions of every control and one press of
every button. This is CPython; Pyodide, in a browser, is slower.
"""

import os
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a worker has one thread
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests")]

import numpy as np  # noqa: E402
from without import REFUSE, positions  # noqa: E402

exec(REFUSE)

from cnnlab import explore  # noqa: E402


def measure(name):
    """(seconds until it is ready, {what was done: seconds of its frame})."""
    began = time.perf_counter()
    explorer = getattr(explore, name).example()
    explorer.current()
    ready, frames = time.perf_counter() - began, {}
    for control, value in positions(explorer, True):
        began = time.perf_counter()
        explorer.scene(**explorer.after(explorer.values, control, value))
        frames[f"{control} = {value}"[:40]] = time.perf_counter() - began
    for control, spec in explorer.controls.items():
        if spec.kind == "button" and explorer.enabled(control):
            began = time.perf_counter()
            explorer.press(control)
            explorer.current()
            frames[f"press {control}"] = time.perf_counter() - began
            explorer.reset()
    return ready, frames


def main(names):
    """Print the table."""
    print("| explorer | ready, ms | frame, ms | slowest, ms | which |\n| --- | ---: | ---: | ---: | --- |")
    for name in names or [name for name in explore.__all__ if name != "Explorer"]:
        ready, frames = measure(name)
        slowest = max(frames, key=frames.get)
        numbers = (1e3 * ready, 1e3 * np.median(list(frames.values())), 1e3 * frames[slowest])
        slowest = slowest.partition(" = ")[0]
        print(f"| {name} | {numbers[0]:.0f} | {numbers[1]:.1f} | {numbers[2]:.0f} | {slowest} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
