"""Surfaces over the plane: losses over two weights, decisions over two inputs (lecture topics 3 and 4)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap

from cnnlab import arguments, lettering
from cnnlab.analysis.descent import Path
from cnnlab.analysis.landscape import checked
from cnnlab.analysis.regions import of_two_inputs
from cnnlab.analysis.relief import relief
from cnnlab.draw.axes import signed
from cnnlab.network import Network
from cnnlab.picture import COLOURS, DIVERGING, INK, Picture, clear_legend, new_figure
from cnnlab.types import Array, ArrayLike


def loss_surface(
    landscape: Any,
    extent: float = 3.0,
    paths: Mapping[str, Path] | Sequence[Path] | Path = (),
    cells: int = 61,
    caption: str = "",
) -> Picture:
    """Contours of a loss over (u1, u2), with the paths of gradient descent on it.

    Parameters
    ----------
    landscape : object with loss(u)
        See `cnnlab.analysis.landscape`.
    extent : float
        Half the width of the map.
    paths : dict of str to Path, list of Path, or one Path
        What is drawn on the map, with its labels.
    cells : int
        Points of the map's raster along each axis, at least 3.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        The map, coloured by log10 of the loss, or by the loss itself where that is negative somewhere.

    Raises
    ------
    ValueError
        If an argument cannot be used (the message names it), or the loss is not finite anywhere.
    TypeError
        If an argument is of the wrong kind.

    Source
    ------
    Lecture topic 4.
    """
    checked("landscape", landscape, ("loss",))
    named = _named(paths)
    shown = relief(landscape, arguments.real("extent", extent, above=0), arguments.whole("cells", cells, 3))
    figure, axes = new_figure(5.6, 4.4)
    ax = axes[0, 0]
    painted = ax.contourf(shown.ticks, shown.ticks, shown.height, levels=14, cmap=INK, alpha=0.75)
    figure.colorbar(painted, ax=ax, label="log10 L" if shown.log else "L", shrink=0.9)
    shown_as = lettering.fitted_all(named, 2.0, 8)
    for i, path in enumerate(named.values()):
        words = f"{shown_as[i]} (diverged)" if path.diverged else shown_as[i]
        ax.plot(path.u[:, 0], path.u[:, 1], marker="o", markersize=3, linewidth=1.5, color=COLOURS[i % 8], label=words)
    ax.set(xlim=(-extent, extent), ylim=(-extent, extent), xlabel="u1", ylabel="u2", aspect="equal")
    if named:
        clear_legend(ax, fontsize=8)
    words = f"Loss surface from {shown.loss.min():.3g} to {shown.loss.max():.3g} with {len(named)} paths"
    return Picture(figure, caption or words)


def _named(paths: Mapping[str, Path] | Sequence[Path] | Path) -> Mapping[str, Path]:
    several = [paths] if isinstance(paths, Path) else paths
    arguments.of_kind("paths", several, (dict, list, tuple), "a dict {label: Path}, a list of Paths, or one Path")
    named = several if isinstance(several, Mapping) else {f"path {i + 1}": path for i, path in enumerate(several)}
    for label, path in named.items():
        arguments.of_kind(f"paths: {label}", path, Path, "a Path, such as descend(landscape, (1, 1), 0.1, 20)")
    return named


def decision_regions(
    net: Network,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    yhat: Callable[[Array], Array] | None = None,
    reach: float | None = None,
    cells: int = 121,
    caption: str = "",
) -> Picture:
    """What a network with two inputs answers all over the plane, with samples on top.

    Parameters
    ----------
    net : Network
        With two inputs.
    x : (N, 2) or None
        Samples.
    y : (N,) or (N, 1) whole numbers, or None
        Their classes; by default all of class 0.
    yhat : function or None
        From the network's e to its answers (a loss's `yhat`); by default e itself.
    reach : float or None
        Half the width of the plane; by default the samples fit in.
    cells : int
        Points of the raster along each axis, at least 2.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        One output is coloured by its value, several by the winning class, paler where the winner is less sure.

    Raises
    ------
    ValueError
        If the network has another number of inputs or broken weights, or the samples or classes do not fit; the message
        names the argument.
    TypeError
        If an argument is of the wrong kind.

    Source
    ------
    Lecture topic 3.
    """
    of_two_inputs("net", net)
    points = None if x is None else _points(x)
    labels = None if points is None else _labels(y, len(points))
    if reach is None:
        reach = 3.0 if points is None else 1.15 * float(np.abs(points).max()) or 1.0
    reach = arguments.real("reach", reach, above=0)
    if yhat is not None and not callable(yhat):
        raise TypeError(f"yhat must be a function, such as BinaryCrossEntropy().yhat, or None; got {yhat!r}")
    ticks = np.linspace(-reach, reach, arguments.whole("cells", cells, 2))
    out = net.predict(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2).astype(net.dtype))
    out = out if yhat is None else yhat(out)
    if np.isnan(out).any():
        raise ValueError(
            f"net must not give NaN; it does at {int(np.isnan(out).any(axis=1).sum())} of {len(out)} points"
        )
    figure, axes = new_figure(5.2, 4.4)
    ax = axes[0, 0]
    box = (-reach, reach, -reach, reach)
    if out.shape[1] == 1:
        values = out.reshape(cells, cells)
        if yhat is not None and 0 <= out.min() and out.max() <= 1:  # a probability: white is 0.5, whatever there is
            painted = ax.imshow(values, cmap=DIVERGING, vmin=0, vmax=1, origin="lower", extent=box, alpha=0.8)
        else:
            painted = signed(ax, values, float(np.abs(out).max()) or 1.0, origin="lower", extent=box, alpha=0.8)
        figure.colorbar(painted, ax=ax, shrink=0.9, label="yhat")
    else:
        ordered = np.sort(out, axis=1)
        sure = (ordered[:, -1] - ordered[:, -2]).clip(0, 1)
        ax.imshow(
            out.argmax(axis=1).reshape(cells, cells),
            cmap=ListedColormap([COLOURS[k % 8] for k in range(out.shape[1])]),
            vmin=-0.5,
            vmax=out.shape[1] - 0.5,
            alpha=(0.15 + 0.4 * sure).reshape(cells, cells),
            origin="lower",
            extent=box,
            interpolation="nearest",
        )
    if points is not None and labels is not None:
        for k in np.unique(labels):
            ax.scatter(
                *points[labels == k].T,
                s=14,
                marker="os^DvP"[k % 6],
                color=COLOURS[k % 8],
                edgecolors="white",
                linewidths=0.4,
                label=f"y = {k}",
            )
    ax.set(xlabel="x1", ylabel="x2", xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    if points is not None:
        clear_legend(ax, fontsize=8)
    return Picture(figure, caption or f"The answers of {net!r} for every x with |x1|, |x2| below {reach:.2g}")


def _points(x: ArrayLike) -> Array:
    given = np.asarray(x)
    points = arguments.array("x", given.astype(float) if given.dtype.kind in "iu" else given, finite=True)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"x must be points (N, 2); got an array of shape {points.shape}")
    return points


def _labels(y: ArrayLike | None, count: int) -> Array:
    """The class of each point; one column (N, 1) will do, too."""
    y = np.zeros(count, int) if y is None else np.asarray(y)
    if y.shape not in ((count,), (count, 1)) or y.dtype.kind not in "iufb" or not np.isfinite(y).all():
        raise ValueError(f"y must hold {count} classes, one for each point of x; got {y.dtype} of shape {y.shape}")
    if (y != np.round(y)).any():
        raise ValueError(f"y must hold classes 0, 1, 2, ...; got {y[y != np.round(y)].flat[0]:g} among them")
    return y.reshape(count).astype(int)
