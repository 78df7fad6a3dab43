"""Messages to the browser, unpacked in Python."""

import json

import numpy as np


def unpack(packed):
    """What the browser makes of a message (frames.js), in Python."""
    text, numbers = packed
    message = json.loads(text)
    arrays = [
        key
        if offset is None
        else np.frombuffer(numbers, {"f": "<f4", "b": np.uint8}[kind], int(np.prod(shape)), offset).reshape(shape)
        for kind, offset, shape, *key in message["arrays"]
    ]

    def revive(value):
        if isinstance(value, dict):
            return arrays[value["$"]] if "$" in value else {name: revive(item) for name, item in value.items()}
        return [revive(item) for item in value] if isinstance(value, list) else value

    return [revive(frame) for frame in message["frames"]]
