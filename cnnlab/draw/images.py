"""Pictures of images: contact sheets, and the samples that a network got wrong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from cnnlab import arguments, lettering
from cnnlab.draw.axes import Sheet
from cnnlab.picture import Picture, new_figure
from cnnlab.types import Array, ArrayLike


def images(
    x: ArrayLike,
    titles: Sequence[object] | None = None,
    columns: int = 8,
    size: float = 1.0,
    caption: str = "",
    grey: str = "gray",
    span: tuple[float, float] | None = None,
) -> Picture:
    """A contact sheet of images.

    Parameters
    ----------
    x : (N, H, W, 1) or (N, H, W, 3)
        Grey images, or red, green and blue.
    titles : N texts or labels, or None
        One above each image, shortened to its width; a line break makes a second line.
    columns : int
        Images in a row.
    size : float
        Inches of the width of one image, and of its height where that is more.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    grey : str
        Name of matplotlib's colours for grey images.
    span : (low, high) or None
        Values of the first and the last colour; by default 0..1 for RGB and the range of x for grey images.

    Returns
    -------
    picture : Picture
        The images, row by row.

    Raises
    ------
    ValueError
        For other shapes, or another number of titles.
    """
    x = _stack("x", x)
    if titles is not None and len(titles) != len(x):
        raise ValueError(f"titles must be one text for each of the {len(x)} images; got {len(titles)}")
    span = span or ((0, 1) if x.shape[3] == 3 else (float(x.min()), float(x.max())))
    lines = [str(title).split("\n")[:2] for title in (() if titles is None else titles)]
    words = [[lettering.fitted(line, 0.9 * size, 9) for line in two] for two in lines]
    above = [0.1 + 0.15 * len(two) if any(two) else 0.0 for two in words] or 0.0
    sheet = Sheet(len(x), columns, size, above, shape=x.shape[1:3])
    for place, image in enumerate(x):
        shown, look = seen(image, grey, span)
        sheet.put(place, shown, "\n".join(words[place]) if words else "", **look)
    return Picture(sheet.figure, caption or f"{len(x)} images of {x.shape[1]} x {x.shape[2]} pixels")


def mistakes(
    x: ArrayLike,
    truth: ArrayLike,
    answers: ArrayLike,
    names: Sequence[str] | None = None,
    most: int = 24,
    caption: str = "",
) -> Picture:
    """The samples whose answer is wrong, each with what it is and what the network said.

    Parameters
    ----------
    x : (N, H, W, 1) or (N, H, W, 3)
        The images.
    truth : (N,) integers
        What they are.
    answers : (N,) integers
        What the network said.
    names : list of str, or None
        The classes; by default their numbers.
    most : int
        How many are shown.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        A contact sheet; where not one is wrong, it says so.

    Raises
    ------
    ValueError
        For other shapes, or another number of labels than images.
    """
    x, truth, answers = _stack("x", x), np.asarray(truth), np.asarray(answers)
    arguments.same_batch(x=x, truth=truth, answers=answers)
    wrong = np.flatnonzero(truth != answers)
    names = [str(i) for i in range(int(max(truth.max(), answers.max())) + 1)] if names is None else names
    words = caption or f"{len(wrong)} of {len(x)} samples are misread"
    if not len(wrong):
        figure, axes = new_figure(4, 0.8)
        axes[0, 0].axis("off")
        axes[0, 0].text(0.5, 0.5, "Not one sample is misread.", ha="center", va="center")
        return Picture(figure, words)
    shown = wrong[:most]
    names = [lettering.on_one_line(name) for name in names]
    titles = [f"{names[truth[i]]}, read {names[answers[i]]}" for i in shown]
    if any(lettering.inches(title, 9) > 1.0 for title in titles):
        titles = [f"{names[truth[i]]},\nread {names[answers[i]]}" for i in shown]
    return images(x[shown], titles, caption=f"{words}; {len(shown)} of them, what each is and how it was read")


def show(ax: Axes, image: Array, grey: str = "gray", span: tuple[float, float] = (0, 1)) -> None:
    """One image (H, W, 1) or (H, W, 3) on a matplotlib Axes, pixels sharp."""
    shown, look = seen(image, grey, span)
    ax.imshow(shown, interpolation="nearest", **look)


def seen(image: Array, grey: str = "gray", span: tuple[float, float] = (0, 1)) -> tuple[Array, dict[str, Any]]:
    """An image as matplotlib takes it, and how it is to be painted."""
    low, high = span
    if image.shape[2] == 3:
        return np.clip((image - low) / (high - low), 0, 1), {}
    return image[:, :, 0], {"cmap": grey, "vmin": low, "vmax": high}


def _stack(name: str, x: ArrayLike) -> Array:
    x = np.asarray(x)
    if x.ndim != 4 or x.shape[3] not in (1, 3) or not len(x):
        raise ValueError(f"{name} must be (N, H, W, 1) or (N, H, W, 3) with at least one image; got shape {x.shape}")
    return x
