"""A recording read back, as a page reads it (live/js/recorded/recording.js), but in NumPy."""

import base64
import gzip
import json

import numpy as np


class Replay:
    """Head, and frames by their spots, of the text of a recording."""

    def __init__(self, text):
        texts, numbers = (gzip.decompress(base64.b64decode(part)) for part in text.split("."))
        self.parts = json.loads(texts)
        self.head = self.parts[-1]
        self.arrays, before, offset = [], {}, 0
        for which in self.head["arrays"]:
            kind, shape, differs = self.head["shapes"][which]
            count = int(np.prod(shape)) * (4 if kind == "f" else 1)
            flat = np.frombuffer(numbers, np.uint8, count, offset)
            data = flat.reshape(4, -1).T.reshape(-1) if kind == "f" else flat
            if differs:
                data = data ^ before[kind, tuple(shape)]
            before[kind, tuple(shape)] = data
            offset += count
            self.arrays.append(np.ascontiguousarray(data).view("<f4" if kind == "f" else np.uint8).reshape(shape))
        assert offset == len(numbers), "every number belongs to an array"
        self.lines = {}
        for name, at, start, spots in self.head["lines"]:
            self.lines.setdefault((name, None if at is None else tuple(at)), []).append((start, spots))
        self.steps = {name: dict(zip(ends[::2], ends[1::2], strict=True)) for name, ends in self.head["steps"]}

    def spec(self, name):
        """What the page knows of a control."""
        return next(control for control in self.head["controls"] if control["name"] == name)

    def positions(self, name):
        """The values that a control (or a cell of a matrix) can be given on the page, in its order."""
        spec = self.spec(name)
        if spec["kind"] == "slider":
            return spec["all"]
        if spec["kind"] == "choice":
            return spec["options"]
        if spec["kind"] == "cell":
            rows, columns = spec.get("stops") or (range(spec["rows"]), range(spec["columns"]))
            return [(row, column) for row in rows for column in columns]
        step = spec.get("step")
        if spec["kind"] == "handle":  # the crossings of its raster, as `drag` of hands.js comes to them
            x, y = (
                [min(hi, max(lo, round((first + k) * step, 6))) for k in range(count)]
                for lo, hi, first, count in (
                    (*spec[side], int(np.floor(spec[side][0] / step + 0.5)), spec[sides])
                    for side, sides in (("x", "columns"), ("y", "rows"))
                )
            )
            return [(one, other) for other in y for one in x]
        if spec["kind"] == "matrix":
            count = int(np.floor((spec["hi"] - spec["lo"]) / step + 0.5)) + 1
            return [min(spec["hi"], round(spec["lo"] + k * step, 6)) for k in range(count)]
        return [False, True]

    def frame(self, spot):
        """The frame of a spot, with everything in its place."""
        return self.filled({"#": self.head["frames"][spot]})

    def filled(self, value):
        if isinstance(value, dict):
            if "$" in value:
                return self.arrays[value["$"]]
            if "#" in value:
                return self.filled(self.parts[value["#"]])
            return {name: self.filled(item) for name, item in value.items()}
        return [self.filled(item) for item in value] if isinstance(value, list) else value


def sent(frame):
    """A frame as the live view has it: packed and unpacked (live/frames.py), without what belongs to its store."""
    from cnnlab.explore.live.frames import pack

    text, numbers = pack([{name: frame[name] for name in ("scene", "error", "values", "disabled", "lasts")}])
    message = json.loads(text)
    arrays = []
    for kind, offset, shape, *_ in message["arrays"]:
        dtype = "<f4" if kind == "f" else np.uint8
        arrays.append(np.frombuffer(numbers, dtype, int(np.prod(shape)), offset).reshape(shape))

    def filled(value):
        if isinstance(value, dict):
            return arrays[value["$"]] if "$" in value else {name: filled(item) for name, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    return filled(message["frames"][0])


def differs(one, other, where="frame"):
    """Where two frames are not the same, bit for bit; None if they are."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        alike = isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.dtype == other.dtype
        return None if alike and one.shape == other.shape and one.tobytes() == other.tobytes() else where
    if type(one) is not type(other):
        return where
    if isinstance(one, dict):
        if list(one) != list(other):
            return f"{where}: {list(one)} and {list(other)}"
        return next(filter(None, (differs(one[name], other[name], f"{where}.{name}") for name in one)), None)
    if isinstance(one, list):
        if len(one) != len(other):
            return where
        return next(
            filter(None, (differs(*pair, f"{where}[{k}]") for k, pair in enumerate(zip(one, other, strict=True)))), None
        )
    return None if one == other else f"{where}: {one!r} and {other!r}"
