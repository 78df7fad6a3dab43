"""Your own images: an .npz file of arrays, or a folder with one folder of images for each class."""

import zipfile
from pathlib import Path

import numpy as np

from cnnlab.datasets.base import Dataset

ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
NEEDED = ("x_train", "y_train", "x_test", "y_test")


def own(path, size=32, test=0.2, seed=0):
    """Your own images as a Dataset.

    path : an .npz file with x_train, y_train, x_test, y_test and perhaps names; or a folder that holds one folder of
        images for each class (their names become the names), or such folders inside `train` and `test`.
    size : images from a folder are cropped to a square in the middle and scaled to size x size pixels, RGB.
    test : the share of each class that becomes the test set where there is no `test` folder, drawn with `seed`.

    uint8 images become float32 0..1; images of another type keep their values. Greyscale (N, H, W) becomes (N, H, W,
    1).
    -> Dataset. Raises FileNotFoundError, or ValueError naming the array or the file that cannot be used, and why.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        return _folder(path, size, test, seed)
    if not path.exists():
        raise FileNotFoundError(
            f"path must be an .npz file or a folder with one folder of images for each class; there is no {path}"
        )
    if path.suffix != ".npz":
        raise ValueError(f"path must be an .npz file or a folder of images; got {path}")
    return _arrays(path)


def _arrays(path):
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} cannot be read as an .npz file: it is damaged, incomplete or something else")
    with np.load(path, allow_pickle=False) as file:
        missing = [key for key in NEEDED if key not in file.files]
        if missing:
            raise ValueError(
                f"{path} must hold the arrays {', '.join(NEEDED)}; {', '.join(missing)} missing, found: "
                f"{', '.join(sorted(file.files)) or 'nothing'}"
            )
        arrays = {key: _member(file, key, path) for key in (*NEEDED, *(["names"] if "names" in file.files else []))}
    x_train, x_test = (_images(arrays[key], key, path) for key in ("x_train", "x_test"))
    if x_train.shape[1:] != x_test.shape[1:]:
        raise ValueError(
            f"{path}: x_train and x_test must hold images of one shape; got {x_train.shape[1:]} and {x_test.shape[1:]}"
        )
    y_train, y_test = (_labels(arrays[key], key, len(x), path) for key, x in (("y_train", x_train), ("y_test", x_test)))
    classes = int(max(y_train.max(), y_test.max())) + 1
    names = (
        tuple(str(name) for name in arrays["names"].ravel())
        if "names" in arrays
        else tuple(str(k) for k in range(classes))
    )
    if len(names) < classes:
        raise ValueError(
            f"{path}: names must name every class; the labels go up to {classes - 1}, but there are {len(names)} names"
        )
    return Dataset(x_train, y_train, x_test, y_test, names)


def _member(file, key, path):
    try:
        return file[key]
    except zipfile.BadZipFile as problem:
        raise ValueError(f"{path}: {key} cannot be read ({problem})") from None
    except ValueError:
        raise ValueError(f"{path}: {key} holds Python objects; expected numbers (or text, for names)") from None


def _images(x, key, path):
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
        return x / np.float32(255)
    if x.dtype.kind not in "fiu":
        raise ValueError(f"{path}: {key} must hold numbers; got dtype {x.dtype}")
    x = x.astype(np.float32)
    bad = np.flatnonzero(~np.isfinite(x).all((1, 2, 3)))
    if bad.size:
        raise ValueError(f"{path}: {key} must be finite; image {bad[0]} holds NaN or infinity")
    return x


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
    return y.astype(np.int64)


def _folder(path, size, test, seed):
    if not isinstance(size, int) or size < 1:
        raise ValueError(f"size must be a positive whole number of pixels; got {size!r}")
    if (path / "train").is_dir() and (path / "test").is_dir():
        names = _classes(path / "train")
        if (other := _classes(path / "test")) != names:
            raise ValueError(
                f"{path}: train and test must hold the same classes; got {', '.join(names)} and {', '.join(other)}"
            )
        parts = [_read([_files(path / part / name) for name in names], size) for part in ("train", "test")]
        return Dataset(*parts[0], *parts[1], names)
    if not 0 < test < 1:
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


def image(path, size=None):
    """One image file as float32 (H, W, 3), 0..1: upright, transparent parts on white; with size, its middle square at
    size x size.

    Raises FileNotFoundError, or ValueError naming a file that is not an image.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # comes with matplotlib

    try:
        with Image.open(path) as file:
            picture = ImageOps.exif_transpose(file).convert("RGBA")
    except FileNotFoundError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as problem:
        raise ValueError(f"{path} cannot be read as an image: {problem}") from None
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    if size is not None:
        picture = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32) / np.float32(255)
