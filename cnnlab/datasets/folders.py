"""Images in files: one of them, or folders with one folder for each class."""

import os
import unicodedata
import warnings
from collections import Counter
from numbers import Real
from os import PathLike
from pathlib import Path

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import Dataset, pixels
from cnnlab.files import picture
from cnnlab.files.pictures import FORMATS, PERHAPS, readable
from cnnlab.packages import needs
from cnnlab.types import Array

# What computers, shares and archives put into folders for themselves, in small letters.
SYSTEM = {
    *("@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found", "lost.dir"),
    *("__macosx", "__pycache__", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"),
}
TRAIN = ("train", "training")
TEST = ("test", "testing", "valid", "validation", "val")  # the first that is there


def given(path: str | PathLike[str]) -> Path:
    """What was given as a path, with ~ resolved; TypeError if it is none."""
    if not isinstance(path, (str, PathLike)):
        raise TypeError(f"path must be the path of a file or a folder; got {type(path).__name__}")
    return Path(os.path.expanduser(path))  # which leaves ~ where there is no home


def from_folder(path: Path, size: int, test: float, seed: int) -> Dataset:
    """The images in a folder, as `own` describes it."""
    passed: Counter[str] = Counter()
    found = {path.name.lower(): path for path in _folders(path)}
    learn, hold = (next((found[name] for name in names if name in found), None) for names in (TRAIN, TEST))
    if learn and hold:
        for other in set(found.values()) - {learn, hold}:
            passed[f"the folder {other.name}"] += 1
        data = _two_parts(path, learn, hold, size, passed)
    else:
        data = _one_part(path, size, test, seed, passed)
    if passed:
        words = ", ".join(f"{count:,} {what}" if count > 1 else what for what, count in passed.most_common())
        read = len(data.x_train) + len(data.x_test)
        warnings.warn(f"{path}: {read:,} images read; passed over: {words}", stacklevel=3)
    return data


def _two_parts(path, learn, hold, size, passed):
    parts = [_classes(part, passed) for part in (learn, hold)]
    names = tuple(parts[0])
    if tuple(parts[1]) != names:
        raise ValueError(
            f"{path}: {learn.name} and {hold.name} must hold the same classes; got {', '.join(names)} and "
            f"{', '.join(parts[1])}"
        )
    (x, y), (x_test, y_test) = (_read([_files(part[name], passed) for name in names], size) for part in parts)
    return Dataset(x, y, x_test, y_test, names)


def _one_part(path, size, test, seed, passed):
    if isinstance(test, bool) or not isinstance(test, Real) or not 0 < test < 1:
        raise ValueError(f"test must be a share between 0 and 1; got {test!r}")
    classes, rng = _classes(path, passed), arguments.generator("seed", seed)
    learn, hold = [], []
    for folders in classes.values():
        files = _files(folders, passed)
        if len(files) < 2:
            raise ValueError(
                f"{folders[0]} must hold at least two images, one to train and one to test; got {len(files)}"
            )
        files = [files[i] for i in rng.permutation(len(files))]
        count = min(max(round(test * len(files)), 1), len(files) - 1)
        hold.append(files[:count])
        learn.append(files[count:])
    return Dataset(*_read(learn, size), *_read(hold, size), tuple(classes))


def _name(path):
    """The name in the form that all systems share: a Mac may write ä as two signs, a and the dots."""
    return unicodedata.normalize("NFC", path.name)


def _of_a_system(name):
    return name.startswith(".") or name.lower() in SYSTEM


def _folders(path):
    return sorted((p for p in path.iterdir() if p.is_dir() and not _of_a_system(p.name)), key=_name)


def _classes(path, passed):
    """{name: folders}, more than one where names differ in their form only; lone files are passed over."""
    classes: dict[str, list[Path]] = {}
    for folder in _folders(path):
        classes.setdefault(_name(folder), []).append(folder)
    if len(classes) < 2:
        raise ValueError(
            f"{path} must hold at least two folders, one for each class; found {', '.join(classes) or 'none'}"
        )
    for lone in path.iterdir():
        if not lone.is_dir() and not _of_a_system(lone.name):
            passed[f"{_kind(lone)} beside the folders"] += 1
    return classes


def _files(folders, passed):
    """All images of a class, in the same order on every system."""
    found, others, known = [], Counter(), readable()
    for top in folders:
        for folder, inner, names in os.walk(top, onerror=_raise):
            inner[:] = sorted(name for name in inner if not _of_a_system(name))
            for name in names:
                path = Path(folder, name)
                if _of_a_system(name):
                    continue
                if path.suffix.lower() in known and path.is_file():
                    found.append((unicodedata.normalize("NFC", path.relative_to(top).as_posix()), path))
                else:
                    others[_kind(path)] += 1
    if not found:
        words = f"; it holds {', '.join(f'{count:,} {what}' for what, count in others.items())}" if others else ""
        raise ValueError(f"{folders[0]} holds no images; expected files ending in {', '.join(sorted(known))}{words}")
    passed.update(others)
    return [path for _, path in sorted(found)]


def _raise(problem):
    raise ValueError(f"{problem.filename} cannot be read: {problem.strerror}") from None


def _kind(path):
    """What a file that is passed over is called: by its ending, and why that is no picture here."""
    ending = path.suffix.lower()
    if any(ending in endings for endings in PERHAPS.values()) and ending not in readable():
        return f"{ending} (no reader for it is installed: save as .jpg or .png)"
    if ending in {each for endings in FORMATS.values() for each in endings} and not path.is_file():
        return f"{ending} (no plain file)"
    return ending or "file without an ending"


def _read(classes, size):
    x = np.stack([image(file, size) for files in classes for file in files])
    return x, np.repeat(np.arange(len(classes)), [len(files) for files in classes])


def image(path: str | PathLike[str], size: int | None = None) -> Array:
    """One image file, upright, transparent parts on white.

    Parameters
    ----------
    path : str or path
        A PNG, JPEG, GIF, BMP, WebP or TIFF file (AVIF and HEIF where Pillow reads them), of at most 64 million pixels.
    size : int or None
        The square in the middle is scaled to size x size pixels; None leaves the image as large as it is.

    Returns
    -------
    h : (H, W, 3) float32
        Red, green and blue, 0..1.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the file is not an image, too large, or its brightest value is not known (TIFF of 32-bit numbers).
    """
    with needs("pillow", "Pictures in files"):
        from PIL import Image  # comes with matplotlib

    path = given(path)
    size = None if size is None else arguments.whole("size", size)
    shown = picture(path)
    if shown.mode.startswith("I;16"):  # 16-bit grey: Pillow's own conversion would clip it at 255
        shown = Image.fromarray(np.round(np.asarray(shown) / 257).astype(np.uint8))
    elif shown.mode in ("I", "F"):
        raise ValueError(
            f"{path} cannot be used: its numbers have 32 bits each, and which is white is not known; "
            "save it with 8 or 16 bits"
        )
    if shown.mode != "RGB" or "transparency" in shown.info:
        shown = shown.convert("RGBA")
        shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
    return pixels(shown, size)
