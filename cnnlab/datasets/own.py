"""Your own images: an .npz file of arrays, or a folder with one folder of images for each class."""

import zipfile
import zlib
from numbers import Real
from os import PathLike
from pathlib import Path

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import Dataset, pixels
from cnnlab.types import Array

ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
NEEDED = ("x_train", "y_train", "x_test", "y_test")
REACH = 4.0  # standardised images (mean 0, deviation 1) reach 3 or so, bytes and shades of ink 16 or 255
# What zipfile and NumPy raise for damaged, encrypted or unknown contents, beside OSError.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, MemoryError)


def own(path: str | PathLike[str], size: int = 32, test: float = 0.2, seed: int = 0, reach: float = REACH) -> Dataset:
    """Your own images as a Dataset.

    uint8 images, 0..255, become float32 0..1; images of another type keep their values. Greyscale (N, H, W) becomes
    (N, H, W, 1). Labels count from 0, and every class needs a training image.

    Parameters
    ----------
    path : str or path
        An .npz file with x_train, y_train, x_test, y_test and perhaps names; or a folder that holds one folder of
        images for each class (their names become the names), or such folders inside `train` and `test`.
    size : int
        Images from a folder are cropped to a square in the middle and scaled to size x size pixels, RGB.
    test : float
        The share of each class that becomes the test set where there is no `test` folder, between 0 and 1.
    seed : int
        Draws which images these are.
    reach : float
        Numbers of an .npz file that are larger in size are refused: pictures lie within 0..1 or -1..1, and a network
        that has learned those fails without a word on 0..255. Features such as log energies may need more.

    Returns
    -------
    data : Dataset
        Images float32 (N, H, W, C).

    Raises
    ------
    FileNotFoundError
        If there is nothing at path.
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If an argument, an array or a file cannot be used; the message names it, and why.
    """
    path, reach = _path(path), arguments.real("reach", reach, above=0)
    if path.is_dir():
        return _folder(path, arguments.whole("size", size), test, seed)
    if not path.exists():
        raise FileNotFoundError(
            f"path must be an .npz file or a folder with one folder of images for each class; there is no {path}"
        )
    if path.suffix.lower() != ".npz":
        raise ValueError(f"path must be an .npz file or a folder of images; got {path}")
    return _arrays(path, reach)


def _path(path: str | PathLike[str]) -> Path:
    if not isinstance(path, (str, PathLike)):
        raise TypeError(f"path must be the path of a file or a folder; got {type(path).__name__}")
    return Path(path).expanduser()


def _arrays(path, reach):
    arrays = _members(path)
    x_train, x_test = (_images(arrays[key], key, path, reach) for key in ("x_train", "x_test"))
    if x_train.shape[1:] != x_test.shape[1:]:
        raise ValueError(
            f"{path}: x_train and x_test must hold images of one shape; got {x_train.shape[1:]} and {x_test.shape[1:]}"
        )
    _same_scale(x_train, x_test, path)
    y_train, y_test = (_labels(arrays[key], key, len(x), path) for key, x in (("y_train", x_train), ("y_test", x_test)))
    names = _names(arrays["names"], path) if "names" in arrays else None
    _classes_are_there(y_train, y_test, names, path)
    names = names or tuple(str(k) for k in range(int(y_train.max()) + 1))
    return Dataset(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), names)


def _members(path):
    """The arrays of an .npz file by name: the four, and names where there are any."""
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} cannot be read as an .npz file: it is damaged, incomplete or something else")
    with open(path, "rb") as opened:  # NumPy would leave it open where it cannot read it
        try:
            file = np.load(opened, allow_pickle=False)
        except DAMAGE as problem:
            raise ValueError(f"{path} cannot be read as an .npz file ({problem})") from None
        missing = [key for key in NEEDED if key not in file.files]
        if missing:
            raise ValueError(
                f"{path} must hold the arrays {', '.join(NEEDED)}; {', '.join(missing)} missing, found: "
                f"{', '.join(sorted(file.files)) or 'nothing'}"
            )
        return {key: _member(file, key, path) for key in (*NEEDED, "names") if key in file.files}


def _member(file, key, path):
    try:
        array = file[key]
    except (OSError, *DAMAGE) as problem:
        if "allow_pickle" in str(problem):
            problem = "it holds Python objects; expected numbers, or text for names"
        raise ValueError(f"{path}: {key} cannot be read ({problem})") from None
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path}: {key} cannot be read (it is no array in NumPy's .npy form)")
    return array


def _images(x, key, path, reach):
    if x.ndim == 3:
        x = x[..., None]
    if x.ndim != 4 or 0 in x.shape:
        raise ValueError(
            f"{path}: {key} must be (N, H, W, C) or (N, H, W), at least one image; got an array of shape {x.shape}"
        )
    if x.shape[1] in (1, 3) and x.shape[3] not in (1, 3):
        raise ValueError(
            f"{path}: {key} must have its channels last, (N, H, W, C); {x.shape} looks like (N, C, H, W): "
            f"use x.transpose(0, 2, 3, 1)"
        )
    if x.dtype == np.uint8:
        if 0 < x.max() < 32:
            raise ValueError(
                f"{path}: {key} must use what uint8 offers, 0 to 255; it reaches {x.max()} only: give float numbers, "
                f"x / {x.max()}"
            )
        return x / np.float32(255)
    if x.dtype.kind not in "fiub":
        raise ValueError(f"{path}: {key} must hold numbers; got dtype {x.dtype}")
    largest = max(float(x.max()), -float(x.min()))  # NaN if there is one
    if largest > reach and np.isfinite(largest):
        raise ValueError(
            f"{path}: {key} must lie within about -1..1; it reaches {largest:g}: give uint8 for 0..255, or divide by "
            f"{largest:g} (features that reach far: datasets.own(..., reach=...))"
        )
    with np.errstate(over="ignore"):  # float64 may hold more than float32
        x = x.astype(np.float32)
    bad = np.flatnonzero(~np.isfinite(x).all((1, 2, 3)))
    if bad.size:
        raise ValueError(f"{path}: {key} must be finite; image {bad[0]} holds NaN or infinity")
    return x


def _same_scale(x_train, x_test, path):
    """Both parts must be scaled alike: a network that learned one scale is wrong on another without a word."""
    (low, high), (low_test, high_test) = ((float(x.min()), float(x.max())) for x in (x_train, x_test))
    sizes = sorted(max(high, -low) for low, high in ((low, high), (low_test, high_test)))
    one_sided = (low < -0.25 and low_test >= 0) or (low_test < -0.25 and low >= 0)
    if one_sided or 0 < 10 * sizes[0] < sizes[1]:
        raise ValueError(
            f"{path}: x_train and x_test must be scaled alike; got {low:.4g} to {high:.4g} and {low_test:.4g} to "
            f"{high_test:.4g}"
        )


def _labels(y, key, count, path):
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.shape != (count,):
        raise ValueError(
            f"{path}: {key} must hold one label for each of the {count} images; got an array of shape {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise ValueError(f"{path}: {key} must hold whole numbers from 0; got dtype {y.dtype}")
    if y.min() < 0:
        raise ValueError(f"{path}: {key} must hold whole numbers from 0; got {y.min()}")
    return y


def _names(names, path):
    if names.dtype.kind == "S":
        names = np.char.decode(names, "utf-8", "replace")
    if names.dtype.kind not in "Uiu":
        raise ValueError(f"{path}: names must hold text; got dtype {names.dtype}")
    names = tuple(str(name) for name in names.ravel())
    empty = [k for k, name in enumerate(names) if not name.strip()]
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if empty or twice:
        found = f"class {empty[0]} has none" if empty else f"{twice[0]!r} is there twice"
        raise ValueError(f"{path}: names must give each class a name of its own; {found}")
    return names


def _classes_are_there(y_train, y_test, names, path):
    """Every class, from 0 to the last, must have a training image, and there must be two."""
    seen = np.unique(y_train)  # never a list up to the largest label, which may be anything
    last = max(int(seen[-1]), int(y_test.max()))
    count = last + 1 if names is None else len(names)
    hint = "; do they count from 1? Subtract 1" if len(seen) == last and seen[0] == 1 else ""
    if last >= count:
        raise ValueError(
            f"{path}: names must name every class; the labels go up to {last}, but there are {count} names{hint}"
        )
    if len(seen) < count:
        first = next((k for k, label in enumerate(seen.tolist()) if label != k), len(seen))
        called = "" if names is None else f" ({names[first]})"
        raise ValueError(
            f"{path}: the labels must be 0 to {count - 1}, each with a training image; y_train has none of class "
            f"{first}{called}{hint}"
        )
    if count < 2:
        raise ValueError(f"{path}: y_train must hold at least two classes; every label is 0")


def _folder(path, size, test, seed):
    if (path / "train").is_dir() and (path / "test").is_dir():
        names = _classes(path / "train")
        if (other := _classes(path / "test")) != names:
            raise ValueError(
                f"{path}: train and test must hold the same classes; got {', '.join(names)} and {', '.join(other)}"
            )
        parts = [_read([_files(path / part / name) for name in names], size) for part in ("train", "test")]
        return Dataset(*parts[0], *parts[1], names)
    if isinstance(test, bool) or not isinstance(test, Real) or not 0 < test < 1:
        raise ValueError(f"test must be a share between 0 and 1; got {test!r}")
    names, rng = _classes(path), np.random.default_rng(seed)
    learn, hold = [], []
    for name in names:
        files = _files(path / name)
        if len(files) < 2:
            raise ValueError(
                f"{path / name} must hold at least two images, one to train and one to test; got {len(files)}"
            )
        files = [files[i] for i in rng.permutation(len(files))]
        count = min(max(round(test * len(files)), 1), len(files) - 1)
        hold.append(files[:count])
        learn.append(files[count:])
    return Dataset(*_read(learn, size), *_read(hold, size), names)


def _classes(path):
    names = tuple(sorted(p.name for p in path.iterdir() if p.is_dir() and not p.name.startswith(".")))
    if len(names) < 2:
        raise ValueError(
            f"{path} must hold at least two folders, one for each class; found {', '.join(names) or 'none'}"
        )
    return names


def _files(path):
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS and not p.name.startswith("."))
    if not files:
        raise ValueError(f"{path} holds no images; expected files ending in {', '.join(sorted(ENDINGS))}")
    return files


def _read(classes, size):
    x = np.stack([image(file, size) for files in classes for file in files])
    return x, np.repeat(np.arange(len(classes)), [len(files) for files in classes])


def image(path: str | PathLike[str], size: int | None = None) -> Array:
    """One image file, upright, transparent parts on white.

    Parameters
    ----------
    path : str or path
        Any format that Pillow reads.
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
        If the file is not an image, or its brightest value is not known (TIFF of 32-bit numbers).
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # comes with matplotlib

    path = _path(path)
    size = None if size is None else arguments.whole("size", size)
    try:
        with Image.open(path) as file:
            picture = ImageOps.exif_transpose(file)
            picture.load()
    except FileNotFoundError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise ValueError(f"{path} cannot be read as an image: {problem}") from None
    if picture.mode.startswith("I;16"):  # 16-bit grey: Pillow's own conversion would clip it at 255
        picture = Image.fromarray(np.round(np.asarray(picture) / 257).astype(np.uint8))
    elif picture.mode in ("I", "F"):
        raise ValueError(
            f"{path} cannot be used: its numbers have 32 bits each, and which is white is not known; "
            "save it with 8 or 16 bits"
        )
    picture = picture.convert("RGBA")
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    return pixels(picture, size)
