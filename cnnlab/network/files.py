"""Arrays in .npz files: written in one stroke, read without pickle, damage reported."""

import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np


def write(path, arrays):
    """Write arrays to an .npz file, atomically: whoever looks finds the old file or the whole new one."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read(path):
    """All arrays of an .npz file.

    Raises FileNotFoundError, or ValueError for a file that is damaged or none of that kind.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except (OSError, ValueError, TypeError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as problem:
        raise ValueError(f"{path} is damaged, or is not an .npz file that cnnlab wrote: {problem}") from None


def document(text, path):
    """The JSON object in an array of text."""
    try:
        found = json.loads(str(text))
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"{path} is an .npz file, but not one that cnnlab wrote: it does not say what it is")
    return found
