"""Pictures of images: contact sheets, and the samples that a network got wrong."""

import numpy as np

from cnnlab import arguments
from cnnlab.picture import Picture, new_figure


def images(x, titles=None, columns=8, size=1.0, caption="", grey="gray", span=None):
    """A contact sheet of images x (N, H, W, 1) or (N, H, W, 3).

    titles : N short texts.  columns : images in a row.  size : inches of one image.  span : (low, high) of the colours;
    by default 0..1 for RGB and the range of x for grey images.  Raises ValueError for other shapes or another number of
    titles.
    """
    x = _stack("x", x)
    if titles is not None and len(titles) != len(x):
        raise ValueError(f"titles must be one text for each of the {len(x)} images; got {len(titles)}")
    columns = min(arguments.whole("columns", columns), len(x))
    rows = -(-len(x) // columns)
    extra = 0.25 if titles is not None else 0.0
    figure, axes = new_figure(columns * size, rows * (size + extra), rows, columns)
    for ax, place in zip(axes.ravel(), range(rows * columns), strict=True):
        ax.axis("off")
        if place < len(x):
            show(ax, x[place], grey, span or ((0, 1) if x.shape[3] == 3 else (float(x.min()), float(x.max()))))
            if titles is not None:
                ax.set_title(str(titles[place]), fontsize=9, pad=2)
    return Picture(figure, caption or f"{len(x)} images of {x.shape[1]} x {x.shape[2]} pixels")


def mistakes(x, truth, answers, names=None, most=24, caption=""):
    """The samples whose answer is wrong, each with what it is and what the network said.

    x (N, H, W, C), truth and answers (N,) labels, names : class names.  most : how many are shown.
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
    titles = [f"{names[truth[i]]}, read {names[answers[i]]}" for i in shown]
    return images(x[shown], titles, caption=f"{words}; {len(shown)} of them, what each is and how it was read")


def show(ax, image, grey="gray", span=(0, 1)):
    """One image (H, W, 1) or (H, W, 3) on a matplotlib Axes, pixels sharp."""
    if image.shape[2] == 3:
        low, high = span
        ax.imshow(np.clip((image - low) / (high - low), 0, 1), interpolation="nearest")
    else:
        ax.imshow(image[:, :, 0], cmap=grey, vmin=span[0], vmax=span[1], interpolation="nearest")


def _stack(name, x):
    x = np.asarray(x)
    if x.ndim != 4 or x.shape[3] not in (1, 3) or not len(x):
        raise ValueError(f"{name} must be (N, H, W, 1) or (N, H, W, 3) with at least one image; got shape {x.shape}")
    return x
