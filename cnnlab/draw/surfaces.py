"""Surfaces over the plane: losses over two weights, decisions over two inputs (lecture topics 3 and 4)."""

import numpy as np
from matplotlib.colors import to_rgb

from cnnlab import arguments
from cnnlab.analysis.descent import Path
from cnnlab.analysis.landscape import checked, relief
from cnnlab.analysis.regions import of_two_inputs
from cnnlab.picture import COLOURS, DIVERGING, INK, Picture, new_figure


def loss_surface(landscape, extent=3.0, paths=(), cells=61, caption=""):
    """Contours of a loss over (u1, u2), with the paths of gradient descent on it.

    landscape : anything with loss(u), see `cnnlab.analysis.landscape`.  extent : half the width of the map.
    paths : dict {label: Path}, list of Paths, or one.  cells : points of the map's raster along each axis, at least 3.
    Raises TypeError or ValueError, naming the argument; ValueError if the loss is not finite anywhere.
    """
    checked("landscape", landscape, ("loss",))
    named = _named(paths)
    shown = relief(landscape, arguments.real("extent", extent, above=0), arguments.whole("cells", cells, 3))
    figure, axes = new_figure(5.6, 4.4)
    ax = axes[0, 0]
    painted = ax.contourf(shown.ticks, shown.ticks, shown.height, levels=14, cmap=INK, alpha=0.75)
    figure.colorbar(painted, ax=ax, label="log10 L" if shown.log else "L", shrink=0.9)
    for i, (label, path) in enumerate(named.items()):
        words = f"{label} (diverged)" if path.diverged else label
        ax.plot(path.u[:, 0], path.u[:, 1], marker="o", markersize=3, linewidth=1.5, color=COLOURS[i % 8], label=words)
    ax.set(xlim=(-extent, extent), ylim=(-extent, extent), xlabel="u1", ylabel="u2", aspect="equal")
    if named:
        ax.legend(fontsize=8, loc="upper right")
    words = f"Loss surface from {shown.loss.min():.3g} to {shown.loss.max():.3g} with {len(named)} paths"
    return Picture(figure, caption or words)


def _named(paths):
    paths = [paths] if isinstance(paths, Path) else paths
    arguments.of_kind("paths", paths, dict | list | tuple, "a dict {label: Path}, a list of Paths, or one Path")
    named = paths if isinstance(paths, dict) else {f"path {i + 1}": path for i, path in enumerate(paths)}
    for label, path in named.items():
        arguments.of_kind(f"paths: {label}", path, Path, "a Path, such as descend(landscape, (1, 1), 0.1, 20)")
    return named


def decision_regions(net, x=None, y=None, yhat=None, reach=None, cells=121, caption=""):
    """What a network with two inputs answers all over the plane, with the points x (N, 2) of classes y (N,) on top.

    yhat : function from the network's e to its answers (a loss's `yhat`); by default e itself.  One output is coloured
    by its value, several by the winning class, paler where the winner is less sure.  Raises TypeError or
    ValueError, naming the argument, for another number of inputs, points or classes that do not fit, broken weights.
    """
    of_two_inputs("net", net)
    x = None if x is None else _points(x)
    labels = None if x is None else _labels(y, len(x))
    if reach is None:
        reach = 3.0 if x is None else 1.15 * float(np.abs(x).max()) or 1.0
    reach = arguments.real("reach", reach, above=0)
    if yhat is not None and not callable(yhat):
        raise TypeError(f"yhat must be a function, such as BinaryCrossEntropy().yhat, or None; got {yhat!r}")
    ticks = np.linspace(-reach, reach, arguments.whole("cells", cells, 2))
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2).astype(net.dtype)
    out = net.predict(points)
    out = out if yhat is None else yhat(out)
    figure, axes = new_figure(5.2, 4.4)
    ax = axes[0, 0]
    box = (-reach, reach, -reach, reach)
    if out.shape[1] == 1:
        middle = 0.5 if yhat is not None else 0.0
        top = float(np.abs(out - middle).max()) or 1.0
        painted = ax.imshow(
            out.reshape(cells, cells) - middle,
            origin="lower",
            extent=box,
            cmap=DIVERGING,
            vmin=-top,
            vmax=top,
            alpha=0.8,
        )
        figure.colorbar(painted, ax=ax, shrink=0.9, label=f"yhat - {middle:g}" if middle else "yhat")
    else:
        palette = np.array([to_rgb(COLOURS[k % 8]) for k in range(out.shape[1])])
        ordered = np.sort(out, axis=1)
        sure = np.clip(ordered[:, -1] - ordered[:, -2], 0, 1)[:, None]
        ax.imshow(
            (1 - (0.15 + 0.4 * sure) * (1 - palette[out.argmax(axis=1)])).reshape(cells, cells, 3),
            origin="lower",
            extent=box,
        )
    if x is not None:
        for k in np.unique(labels):
            ax.scatter(
                *x[labels == k].T,
                s=14,
                marker="os^DvP"[k % 6],
                color=COLOURS[k % 8],
                edgecolors="white",
                linewidths=0.4,
                label=f"y = {k}",
            )
        ax.legend(fontsize=8, loc="upper right")
    ax.set(xlabel="x1", ylabel="x2", xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    return Picture(figure, caption or f"The answers of {net!r} for every x with |x1|, |x2| below {reach:.2g}")


def _points(x):
    x = np.asarray(x)
    x = arguments.array("x", x.astype(float) if x.dtype.kind in "iu" else x, finite=True)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x must be points (N, 2); got an array of shape {x.shape}")
    return x


def _labels(y, count):
    """The class of each point; one column (N, 1) will do, too."""
    y = np.zeros(count, int) if y is None else np.asarray(y)
    if y.shape not in ((count,), (count, 1)) or y.dtype.kind not in "iufb" or not np.isfinite(y).all():
        raise ValueError(f"y must hold {count} classes, one for each point of x; got {y.dtype} of shape {y.shape}")
    if (y != np.round(y)).any():
        raise ValueError(f"y must hold classes 0, 1, 2, ...; got {y[y != np.round(y)].flat[0]:g} among them")
    return y.reshape(count).astype(int)
