"""The occlusion map: how sure a network stays while a grey square hides one place after the other."""

import numpy as np

from cnnlab import lettering
from cnnlab.draw.axes import frame
from cnnlab.draw.images import show
from cnnlab.picture import Picture, new_figure
from cnnlab.types import ArrayLike


def occlusion(
    image: ArrayLike,
    probability: ArrayLike,
    size: int,
    whole: float | None = None,
    name: str = "the class",
    fill: float = 0.5,
    caption: str = "",
) -> Picture:
    """How sure a network stays while a grey square hides one place of an image after the other.

    Parameters
    ----------
    image : (H, W, 1) or (H, W, 3)
        Values 0..1.
    probability : (H', W')
        As `attribution.occlusion` gives it, for squares whose middles are evenly spread.
    size : int
        Pixels of the square's side.
    whole : float or None
        The probability of the uncovered image.
    name : str
        Of the class.
    fill : float
        What the squares are filled with.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        The image, the image where the square hurts most, and the map of the probabilities.

    Raises
    ------
    ValueError
        For other shapes.

    Source
    ------
    Zeiler and Fergus 2014.
    """
    image, probability = np.asarray(image), np.asarray(probability)
    if image.ndim != 3 or image.shape[2] not in (1, 3):
        raise ValueError(f"image must be (H, W, 1) or (H, W, 3); got shape {image.shape}")
    if probability.ndim != 2 or not probability.size or any(np.greater(probability.shape, image.shape[:2])):
        raise ValueError(f"probability must be (H', W'), at most {image.shape[:2]}; got shape {probability.shape}")
    step = [-(-side // count) for side, count in zip(image.shape[:2], probability.shape, strict=True)]
    least = np.unravel_index(probability.argmin(), probability.shape)
    m, n = (int(at) * far for at, far in zip(least, step, strict=True))
    covered = image.copy()
    covered[max(m - size // 2, 0) : m - size // 2 + size, max(n - size // 2, 0) : n - size // 2 + size] = fill
    between = ": " if lettering.inches(name, 10) < 0.7 else "\n"
    figure, axes = new_figure(8.2, 3.0 if between == ": " else 3.3, 1, 3)  # lower, and titles would be cut off
    words = "" if whole is None else f"{between}{lettering.fitted(name, 1.5, 10)} {100 * whole:.0f} %"
    for ax, pixels, title in zip(
        axes.ravel(),
        (image, covered),
        (f"nothing hidden{words}", f"hidden where it hurts: {100 * probability.min():.0f} %"),
        strict=False,
    ):
        show(ax, pixels)
        ax.set_title(title, fontsize=10)
        frame(ax)
    ax, (rows, columns) = axes[0, 2], probability.shape
    extent = (-step[1] / 2, columns * step[1] - step[1] / 2, rows * step[0] - step[0] / 2, -step[0] / 2)
    painted = ax.imshow(100 * probability, cmap="viridis", vmin=0, vmax=100, extent=extent, interpolation="nearest")
    figure.colorbar(painted, ax=ax, label=f"{lettering.fitted(name, 2.0, 10)} (%)")
    ax.set_xlabel("n, middle of the square")
    ax.set_ylabel("m")
    ax.set_title("probability", fontsize=10)
    return Picture(
        figure,
        caption
        or f"The probability of {name} with a square of {size} x {size} pixels over each "
        f"place: from {100 * probability.min():.0f} to {100 * probability.max():.0f} %",
    )
