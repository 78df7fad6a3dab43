"""The progress bar: live in a notebook, a line in a terminal, nothing where nobody looks.

In a notebook one display is updated in place; when training ends it becomes one line of plain text without any timing,
so that a notebook that is saved or executed by a program keeps neither widgets nor numbers that differ from run to run.
"""

import os
import sys
import time
from typing import Any

from cnnlab.packages import lacking
from cnnlab.training.history import figures

SECONDS = 0.1  # between two updates: quick enough to look alive, slow enough to cost nothing


def make(progress: bool | None, epochs: int, images: int) -> "Silent":
    """The bar of a training run.

    Parameters
    ----------
    progress : bool or None
        None: shown in a notebook and in a terminal, not in a file or a pipe, and nowhere if the environment variable
        CNNLAB_PROGRESS is "off".
    epochs, images : int
        How many epochs of how many images.

    Returns
    -------
    Silent
        Or one of its heirs, which show something.
    """
    notebook = _in_notebook()
    if progress is None:
        wanted = os.environ.get("CNNLAB_PROGRESS", "").lower() not in ("off", "0", "no")
        progress = wanted and (notebook or sys.stderr.isatty())
    if not progress:
        return Silent(epochs, images)
    if notebook:
        return Notebook(epochs, images)
    return Silent(epochs, images) if "tqdm" in lacking() else Terminal(epochs, images)


def _in_notebook() -> bool:
    """Is this the kernel of a notebook?  (IPython in a terminal has no kernel.)"""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    return getattr(shell, "kernel", None) is not None


class Silent:
    """Shows nothing, and keeps count for those that do."""

    def __init__(self, epochs: int, images: int) -> None:
        self.epochs, self.images = epochs, images
        self.epoch, self.done, self.started, self.shown = 0, 0, 0.0, 0.0

    def begin(self, epoch: int) -> None:
        """Epoch 1, 2, ... begins."""
        self.epoch, self.done, self.started = epoch, 0, time.perf_counter()

    def step(self, images: int, loss: float, accuracy: float | None) -> None:
        """So many images more are done; loss and accuracy are those of the epoch so far."""
        self.done += images
        now = time.perf_counter()
        if now - self.shown >= SECONDS:
            self.shown = now
            self.show(f"{figures(loss, accuracy)}, {self.done / self.seconds():,.0f} images/s")

    def seconds(self) -> float:
        """Since the epoch began."""
        return max(time.perf_counter() - self.started, 1e-9)

    def show(self, words: str) -> None:
        """Put the state on the screen."""

    def close(self, words: str) -> None:
        """Training is over; words say how it ended."""


class Notebook(Silent):
    """One display of a notebook, updated in place."""

    def __init__(self, epochs: int, images: int) -> None:
        super().__init__(epochs, images)
        from IPython.display import display

        self.handle = display(self._bundle("the first step takes a moment"), raw=True, display_id=True)

    def _bundle(self, words: str) -> dict[str, Any]:
        part = (max(self.epoch - 1, 0) + self.done / self.images) / self.epochs
        line = f"epoch {max(self.epoch, 1)} of {self.epochs}: {words}"
        bar = f'<progress value="{part:.4f}" max="1" style="width: 16em; vertical-align: middle"></progress>'
        return {"text/plain": line, "text/html": f'<div role="status">{bar} {line}</div>'}

    def show(self, words: str) -> None:
        self.handle.update(self._bundle(words), raw=True)

    def close(self, words: str) -> None:
        self.handle.update({"text/plain": words}, raw=True)


class Terminal(Silent):
    """A line in a terminal, by tqdm."""

    def __init__(self, epochs: int, images: int) -> None:
        super().__init__(epochs, images)
        from tqdm import tqdm

        self.bar = tqdm(total=epochs * images, unit=" images", unit_scale=True, mininterval=SECONDS, dynamic_ncols=True)

    def show(self, words: str) -> None:
        self.bar.set_description_str(f"epoch {self.epoch} of {self.epochs}", refresh=False)
        self.bar.set_postfix_str(words.rpartition(", ")[0], refresh=False)
        self.bar.n = (self.epoch - 1) * self.images + self.done
        self.bar.refresh()

    def close(self, words: str) -> None:
        self.bar.n = max(self.epoch - 1, 0) * self.images + self.done
        self.bar.close()
        self.bar.write(words, file=sys.stderr)
