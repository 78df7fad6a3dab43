"""Images into a folder with one folder for each class, as `own` reads it: `album`."""

from os import PathLike
from pathlib import Path

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.folders import given
from cnnlab.files import in_one_stroke
from cnnlab.types import Array, ArrayLike


def album(path: str | PathLike[str], x: ArrayLike, y: ArrayLike, names: tuple[str, ...] | list[str]) -> None:
    """Write images to a folder: a folder for each class, a numbered PNG for each image.

    Files that are there already stay, and the numbers go on behind theirs.

    Parameters
    ----------
    path : str or path
        The folder; it is made where it is missing.
    x : (N, H, W, 3) or (N, H, W, 1) float32 or float64
        Images, 0..1.
    y : (N,) integers
        The class of each, from 0.
    names : sequence of str
        What the folders of the classes are called.

    Raises
    ------
    TypeError, ValueError
        Naming the argument that is none of these.
    OSError
        Where the files cannot be written.

    See Also
    --------
    own : reads such a folder.
    """
    folder = given(path)
    x, y = arguments.array("x", x, 4, "(N, H, W, C)", finite=True), np.asarray(y)
    if x.shape[3] not in (1, 3):
        raise ValueError(f"x must be (N, H, W, 3) or (N, H, W, 1); got {x.shape}")
    if x.min() < 0 or x.max() > 1:
        raise ValueError(f"x must lie within 0..1; got {x.min():.4g} to {x.max():.4g}")
    if y.dtype.kind not in "iu" or y.shape != x.shape[:1]:
        raise ValueError(f"y must hold one whole number for each of the {len(x)} images; got {y.dtype}, {y.shape}")
    called = [_checked(name) for name in names]
    if y.min() < 0 or y.max() >= len(called):
        raise ValueError(
            f"y must be 0 to {len(called) - 1}, one of the {len(called)} names; got {y.min()} to {y.max()}"
        )
    for label, name in enumerate(called):
        of_class = folder / name
        of_class.mkdir(parents=True, exist_ok=True)
        first = len(list(of_class.iterdir()))
        for number, image in enumerate(x[y == label], start=first):
            _write(of_class / f"{number:04}.png", image)


def _checked(name: object) -> str:
    if not isinstance(name, str) or name.strip(". ") != name or not name or set(name) & set('/\\:*?"<>|\0'):
        raise ValueError(f"names must be such as folders can have; got {name!r}")
    return name


def _write(path: Path, image: Array) -> None:
    from PIL import Image  # comes with matplotlib

    bytes_ = np.round(255 * image).astype(np.uint8)
    with in_one_stroke(path) as file:
        Image.fromarray(bytes_[..., 0] if bytes_.shape[2] == 1 else bytes_).save(file, "PNG")
