"""A Python without the packages that cnnlab can do without, and the frames of explorers as text, to be compared.

    python tests/without/__init__.py FILE NAME ... [--all]     writes frames of these explorers, by NumPy alone

What is refused raises ModuleNotFoundError where it is imported, as if it were not installed.  Whoever writes frames has
one thread alone, too, as a page has.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

GONE = (
    *("numba", "llvmlite", "matplotlib", "contourpy", "pooch", "requests", "anywidget", "traitlets", "ipywidgets"),
    *("IPython", "tqdm", "PIL", "lzma", "distributed"),
)
REFUSE = f"import sys\nsys.modules.update(dict.fromkeys({GONE!r}))\n"
NO_THREADS = """
import os, threading

def start(thread):
    raise RuntimeError("can't start new thread")

os.environ["CNNLAB_THREADS"], threading.Thread.start = "1", start
"""  # as in a page, where Python has one
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*(?:e-?\d+)?")


def positions(explorer, all_positions):
    """(name of a control, value): its ends and its middle, or up to forty of its positions."""
    for name, control in explorer.controls.items():
        found = [] if control.kind == "button" else explorer.positions(name)
        count = min(len(found), 40 if all_positions else 3)
        for i in np.unique(np.linspace(0, len(found) - 1, count).astype(int)) if count else ():
            yield name, found[i]


def frames(name, all_positions=False):
    """The frames of an explorer's example: the first, those of positions of its controls, and after every button."""
    from cnnlab import explore

    explorer = getattr(explore, name).example()
    found = [("first", explorer.current())]
    for control, value in positions(explorer, all_positions):
        found.append((f"{control} = {value}", explorer.scene(**explorer.after(explorer.values, control, value))))
    for control, spec in explorer.controls.items():
        if spec.kind == "button" and explorer.enabled(control):
            explorer.press(control)
            found.append((f"press {control}", explorer.current()))
            explorer.reset()
    return found


def written(path, names, all_positions=False):
    """Frames of several explorers, computed by another Python, which has NumPy alone, and written to a file."""
    command = [sys.executable, __file__, str(path), *names, *(["--all"] if all_positions else [])]
    # one thread: NumPy's own stand in each other's way where many processes run
    done = subprocess.run(command, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(path) as file:
        told = json.loads(str(file["told"]))
        frames = {name: [(at, unpacked(text, file[key])) for at, text, key in those] for name, those in told.items()}
        return frames | {"modules": file["modules"].tolist()}


def as_text(scene):
    """A scene as lists, words, numbers and arrays of them."""
    from cnnlab.explore.live.frames import pack

    return unpacked(*pack([scene]))


def unpacked(text, data):
    """The same of a scene that another Python has packed."""
    told = json.loads(text)
    kinds = {"f": "<f4", "b": np.uint8}

    def array(kind, offset, shape, *_):
        return np.frombuffer(data, kinds[kind], int(np.prod(shape)), offset).reshape(shape).astype(float)

    arrays = [array(*described) for described in told["arrays"]]

    def revived(value):
        if isinstance(value, dict):
            return arrays[value["$"]] if "$" in value else {key: revived(item) for key, item in value.items()}
        return [revived(item) for item in value] if isinstance(value, list) else value

    return revived(told["frames"][0])


def differences(one, other, near, place=""):
    """Where two scenes as text differ by more than rounding: paths, and what stands there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in differences(one[key], other[key], near, f"{place}.{key}")]
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        alike = type(one) is type(other) and one.shape == other.shape and _near(one, other, near)
        return [] if alike else [(place, one, other)]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        if one and all(isinstance(value, float) or value is None for value in (*one, *other)):
            a, b = (np.array([np.nan if value is None else value for value in values]) for values in (one, other))
            return [] if _near(a, b, near) else [(place, one, other)]
        pairs = enumerate(zip(one, other, strict=True))
        return [found for i, (a, b) in pairs for found in differences(a, b, near, f"{place}[{i}]")]
    if isinstance(one, str) and isinstance(other, str):
        same = NUMBER.sub("#", one) == NUMBER.sub("#", other)
        return [] if one == other or (same and _near_words(one, other, near)) else [(place, one, other)]
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return [] if one == other or (numbers and abs(one - other) <= near * max(abs(one), 1e-6)) else [(place, one, other)]


def _near(one, other, near):
    """Whether two arrays differ by no more than rounding."""
    scale = max(np.abs(one[np.isfinite(one)]).max(initial=0), 1e-6)
    return np.allclose(one, other, rtol=near, atol=near * scale, equal_nan=True)


def _near_words(one, other, near):
    """Whether the numbers in two sentences differ by no more than one in their last digit, and by rounding."""
    for a, b in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True):
        a, b = a.replace(",", ""), b.replace(",", "")
        digits = len(a.partition("e")[0].partition(".")[2])
        step = 10.0**-digits * 10.0 ** int(a.partition("e")[2] or 0)
        if abs(float(a) - float(b)) > 1.01 * step + near * abs(float(a)):
            return False
    return True


def main():
    """Write the frames that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    exec(REFUSE + NO_THREADS, {})
    from cnnlab.explore.live.frames import pack

    told, numbers = {}, {}
    for name in asked.names:
        told[name] = []
        for at, scene in frames(name, asked.all):
            text, data = pack([scene])
            key = f"numbers {len(numbers)}"  # as text they would take longer than all else
            told[name].append((at, text.decode(), key))
            numbers[key] = np.frombuffer(data, np.uint8)
    modules = sorted(name for name in sys.modules if name.partition(".")[0] in GONE and sys.modules[name])
    np.savez(asked.path, told=json.dumps(told), modules=np.array(modules, str), **numbers)


if __name__ == "__main__":
    main()
