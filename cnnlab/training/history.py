"""What happened during training, epoch by epoch, as numbers and as a picture."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.types import Array

if TYPE_CHECKING:  # the drawing takes longer to load than everything else
    from matplotlib.axes import Axes

    from cnnlab.picture import Picture

# What is told of an epoch, and whether it may be None: not measured.
COLUMNS = {
    "epoch": False,
    "loss": False,
    "accuracy": True,
    "validation_loss": True,
    "validation_accuracy": True,
    "seconds": False,
    "images_per_second": False,
}


class History:
    """The epochs of a training run.  `history["loss"]` is a column of it; in a notebook it shows itself as a picture.

    Parameters
    ----------
    epochs : list of dict
        With the keys epoch (1, 2, ...), loss, accuracy, validation_loss, validation_accuracy, seconds and
        images_per_second; what was not measured is None.  loss and accuracy (a fraction) are means over the epoch,
        while the weights were changing; the validation figures are those of the network at the epoch's end.
    interrupted : bool
        Someone stopped it before the last epoch.

    Attributes
    ----------
    epochs, interrupted : as given
    notes : list of str
        What happened besides, a line each: which workers were lost, where several computed the steps.
    """

    def __init__(self, epochs: Iterable[Mapping[str, Any]] = (), interrupted: bool = False) -> None:
        self.epochs: list[dict[str, Any]] = [dict(row) for row in epochs]
        self.interrupted = interrupted
        self.notes: list[str] = []

    def __len__(self) -> int:
        return len(self.epochs)

    def __getitem__(self, name: str) -> Array:
        """One column, (epochs,) float64, NaN where nothing was measured: history["loss"]."""
        if self.epochs and name not in self.epochs[0]:
            raise KeyError(f"no column {name!r}; there are {', '.join(self.epochs[0])}")
        return np.array([np.nan if row[name] is None else row[name] for row in self.epochs], float)

    def __repr__(self) -> str:
        if not self.epochs:
            return "History of 0 epochs" + (", interrupted" if self.interrupted else "")
        last = self.epochs[-1]
        parts = [
            f"{words} {figures(last[prefix + 'loss'], last[prefix + 'accuracy'])}"
            for words, prefix in (("training", ""), ("validation", "validation_"))
            if last[prefix + "loss"] is not None
        ]
        plural = "" if len(self) == 1 else "s"
        return f"History of {len(self)} epoch{plural}{', interrupted' if self.interrupted else ''}: {'; '.join(parts)}"

    def plot(self) -> "Picture":
        """The loss of every epoch, and the error in percent where there are classes.

        Returns
        -------
        Picture

        Raises
        ------
        ValueError
            If not one epoch was finished.
        """
        from matplotlib.ticker import LogLocator, NullLocator

        from cnnlab.picture import Picture, clear_legend, new_figure

        if not self.epochs:
            raise ValueError("there is nothing to plot: not one epoch was finished")
        errors = not np.isnan(self["accuracy"]).all()
        figure, axes = new_figure(7.0 if errors else 4.0, 2.8, 1, 2 if errors else 1)
        self._curves(axes[0, 0], "loss", lambda values: values)
        positive = np.concatenate([self["loss"], self["validation_loss"]])
        if np.nanmin(positive) > 0 and np.nanmax(positive) > 10 * np.nanmin(positive):
            axes[0, 0].set_yscale("log")
            axes[0, 0].yaxis.set_major_locator(LogLocator(10, (1, 2, 5)))
            axes[0, 0].yaxis.set_major_formatter("{x:g}")
            axes[0, 0].yaxis.set_minor_locator(NullLocator())
        axes[0, 0].set(xlabel="epoch", ylabel="loss")
        if errors:
            self._curves(axes[0, 1], "accuracy", lambda values: 100 * (1 - values))
            axes[0, 1].set(xlabel="epoch", ylabel="error (%)", ylim=(0, None))
        for axis in axes.flat:
            axis.xaxis.get_major_locator().set_params(integer=True)
            axis.spines[["top", "right"]].set_visible(False)
            axis.grid(alpha=0.3)
        clear_legend(axes[0, 0], frameon=False)
        return Picture(figure, repr(self))

    def _curves(self, axis: "Axes", name: str, scale: Callable[[Array], Array]) -> None:
        from cnnlab.picture import COLOURS

        for words, column, colour, style in (
            ("training", name, COLOURS[0], "-"),
            ("validation", f"validation_{name}", COLOURS[1], "--"),
        ):
            values = scale(self[column])
            if not np.isnan(values).all():
                marker = "o" if len(self) < 3 else None
                axis.plot(self["epoch"], values, style, color=colour, label=words, marker=marker)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return self.plot()._repr_mimebundle_() if self.epochs else {"text/plain": repr(self)}


def figures(loss: float, accuracy: float | None) -> str:
    """Loss and accuracy in words, three digits each.

    Parameters
    ----------
    loss : float
        The loss.
    accuracy : float or None
        A fraction.

    Returns
    -------
    str
    """
    return f"loss {loss:.3g}" + ("" if accuracy is None else f", accuracy {100 * accuracy:.1f} %")
