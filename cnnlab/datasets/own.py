"""Your own images: an .npz file of arrays, or a folder with one folder of images for each class."""

import math
import unicodedata
from os import PathLike

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.folders import from_folder, given
from cnnlab.files import Npz

NEEDED = ("x_train", "y_train", "x_test", "y_test")
REACH = 4.0  # standardised images (mean 0, deviation 1) reach 3 or so, bytes and shades of ink 16 or 255
NAMES = 16 << 20  # bytes of text


def own(path: str | PathLike[str], size: int = 32, test: float = 0.2, seed: int = 0, reach: float = REACH) -> Dataset:
    """Your own images as a Dataset.

    uint8 images, 0..255, become float32 0..1; images of another type keep their values. Greyscale (N, H, W) becomes
    (N, H, W, 1). Labels count from 0, and every class needs a training image.

    In a folder every picture of a class is read, those in folders inside of it too; what systems keep there (hidden
    files, `@eaDir`, `Thumbs.db`, ...) is nobody's class. A warning counts and names whatever else is passed over.

    Parameters
    ----------
    path : str or path
        An .npz file with x_train, y_train, x_test, y_test and perhaps names; or a folder that holds one folder of
        images for each class (their names become the names), or such folders inside `train` and `test` (or `valid`,
        where there is no `test`).
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
    path, reach = given(path), arguments.real("reach", reach, above=0)
    if path.is_dir():
        return from_folder(path, arguments.whole("size", size), test, seed)
    if not path.exists():
        raise FileNotFoundError(
            f"path must be an .npz file or a folder with one folder of images for each class; there is no {path}"
        )
    if path.suffix.lower() != ".npz":
        raise ValueError(f"path must be an .npz file or a folder of images; got {path}")
    return _arrays(path, reach)


def _arrays(path, reach):
    with Npz.open(path) as file:
        missing = [key for key in NEEDED if key not in file.names]
        if missing:
            raise ValueError(
                f"{path} must hold the arrays {', '.join(NEEDED)}; {', '.join(missing)} missing, found: "
                f"{', '.join(sorted(file.names))[:300] or 'nothing'}"
            )
        shapes = _claims_fit(file, path)
        # The small ones first: whatever is wrong with them is said before the images take their memory.
        y_train, y_test = (_labels(file[key], key, path) for key in ("y_train", "y_test"))
        names = _names(file["names"], path) if "names" in file.names else None
        _classes_are_there(y_train, y_test, names, path)
        x_train, x_test = (
            _images(file[key].reshape(shape), key, path, reach)
            for key, shape in zip(("x_train", "x_test"), shapes, strict=True)
        )
    _same_scale(x_train, x_test, path)
    names = names or tuple(str(k) for k in range(int(y_train.max()) + 1))
    return Dataset(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), names)


def _claims_fit(file, path):
    """What the arrays say to be must fit, before any is read -> the shapes of the images."""
    shapes = []
    for part in ("train", "test"):
        (shape, dtype), labels = file.claim(f"x_{part}"), file.claim(f"y_{part}")
        shapes.append(_image_shape(shape, dtype, f"x_{part}", path))
        _label_shape(labels, f"y_{part}", shape[0], path)
    if shapes[0][1:] != shapes[1][1:]:
        raise ValueError(
            f"{path}: x_train and x_test must hold images of one shape; got {shapes[0][1:]} and {shapes[1][1:]}"
        )
    if "names" in file.names:
        shape, dtype = file.claim("names")
        if dtype.kind not in "USiu":
            raise ValueError(f"{path}: names must hold text; got dtype {dtype}")
        if (size := math.prod(shape) * dtype.itemsize) > NAMES:
            raise ValueError(f"{path}: names must hold at most {NAMES:,} bytes; got {size:,}")
    return shapes


def _image_shape(shape, dtype, key, path):
    whole = (*shape, 1) if len(shape) == 3 else shape
    if len(whole) != 4 or 0 in whole:
        raise ValueError(
            f"{path}: {key} must be (N, H, W, C) or (N, H, W), at least one image; got an array of shape {shape}"
        )
    if whole[1] in (1, 3) and whole[3] not in (1, 3):
        raise ValueError(
            f"{path}: {key} must have its channels last, (N, H, W, C); {whole} looks like (N, C, H, W): "
            f"use x.transpose(0, 2, 3, 1)"
        )
    if dtype.kind not in "fiub":
        raise ValueError(f"{path}: {key} must hold numbers; got dtype {dtype}")
    return whole


def _label_shape(claim, key, count, path):
    if claim.shape not in ((count,), (count, 1)):
        raise ValueError(
            f"{path}: {key} must hold one label for each of the {count} images; got an array of shape {claim.shape}"
        )
    if claim.dtype.kind not in "iu":
        raise ValueError(f"{path}: {key} must hold whole numbers from 0; got dtype {claim.dtype}")


def _images(x, key, path, reach):
    if x.dtype == np.uint8:
        if 0 < x.max() < 32:
            raise ValueError(
                f"{path}: {key} must use what uint8 offers, 0 to 255; it reaches {x.max()} only: give float numbers, "
                f"x / {x.max()}"
            )
        return x / np.float32(255)
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


def _labels(y, key, path):
    if y.min() < 0:
        raise ValueError(f"{path}: {key} must hold whole numbers from 0; got {y.min()}")
    return y.ravel()


def _names(names, path):
    if names.dtype.kind == "S":
        names = np.char.decode(names, "utf-8", "replace")
    names = tuple(unicodedata.normalize("NFC", str(name)) for name in names.ravel())
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
